/* tests/support/data.h - databases in plans made by hand, and what their records say. */
#ifndef DATA_H
#define DATA_H

#include "models/data/database.h"
#include "tests/support/modelled.h"

enum { REGION = 1, ZONE_A, ZONE_B, ZONE_C, N_PLACES };
#define S(x)   hr_time_from_s(x)
#define GIB(x) ((int64_t)(x) << 30)

/* As if it were bound from a scenario: the model's defaults, but for round figures, in zones a
 * to c, many cores; no volume, no copies. */
struct maker {
    struct tiny *t;
    struct hr_database_conf *conf;
    uint32_t read, write; /* operations: 10 ms of work each */
};
struct maker data_database(struct tiny *t, hr_time horizon, double reads, double writes);
/* A volume that does `base` a second, bursting to `burst` on `bucket` credits. */
struct hr_database_storage *data_volume(struct maker *m, double base, double burst,
                                        double bucket);
struct hr_database_replicas *data_replicas(struct maker *m, int64_t n, double lag_s);
void data_link(struct tiny *t, uint32_t from, uint32_t to, double s); /* one way */
const hr_time *data_every(struct tiny *t, hr_time gap, uint32_t n);   /* n times, from 0 */
struct hr_disturbance *data_lose_zone(struct tiny *t, uint32_t zone, double at_s,
                                      double for_s); /* for_s 0: to the end */

const struct hr_mark_record *data_mark(const struct hr_record *r, enum hr_mark m,
                                       hr_time after);
const struct hr_event_record *data_event(const struct hr_record *r, const char *what);
uint64_t
data_writes_lost(const struct hr_record *r); /* fails when nothing was put to the test */

#endif /* DATA_H */

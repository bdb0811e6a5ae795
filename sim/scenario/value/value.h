/* sim/scenario/value/value.h - scalars with units, as the scenario language writes them.
 *
 * Every function reads the whole text or fails; on failure it returns false and sets *why to
 * a constant or arena text that completes the sentence "`TEXT` ..." ("has no unit; write
 * 250ms").  None depends on the locale.  Units: as a scenario writes them ("m" is minute, "mo" 730 h,
 * "y" 365 d, "M" 10^6; GB and GiB told apart; money exact to a micro-dollar). */
#ifndef HR_VALUE_H
#define HR_VALUE_H

#include "sim/engine/law.h"
#include "sim/engine/time.h"
#include "sim/system/field.h"

struct hr_text {
    const char *s;
    size_t n;
};

bool hr_value_number(struct hr_text t, double *x, const char **why);
bool hr_value_count(struct hr_text t, int64_t *x, const char **why);
bool hr_value_share(struct hr_text t, double *x,
                    const char **why); /* 70%; 0.7 is an error */
bool hr_value_factor(struct hr_text t, double *x, const char **why);    /* 6x, 800% */
bool hr_value_duration(struct hr_text t, hr_time *x, const char **why); /* 1.5s, 2h30m */
bool hr_value_duration_range(struct hr_text t, struct hr_time_range *x, const char **why);
bool hr_value_clock(struct hr_text t, hr_time *x, const char **why); /* 20:00 */
bool hr_value_date(struct hr_text t, int64_t *x, const char **why);
bool hr_value_rate(struct hr_text t, double *x, const char **why);   /* 400/s */
bool hr_value_bytes(struct hr_text t, int64_t *x, const char **why); /* 2GiB */
bool hr_value_bandwidth(struct hr_text t, double *x,
                        const char **why);                           /* 100Mbps, 40MB/s */
bool hr_value_money(struct hr_text t, int64_t *x, const char **why); /* $0.096 */
enum hr_law_unit { HR_LAW_OF_TIME, HR_LAW_OF_BYTES, HR_LAW_OF_COUNT };
/* `lognormal(p50=8ms p99=60ms)`; a plain value is constant; `a..b` is refused: where a
 * field can be uncertain, its reader takes the ends apart (bind/uncertain.h).  empirical(FILE) is read below `folder`. */
bool hr_value_law(struct hr_text t, enum hr_law_unit unit, const char *folder,
                  struct hr_arena *a, struct hr_law *law, const char **why);
bool hr_value_popularity(struct hr_text t, struct hr_popularity *p, const char **why);

/* What to tell about a scalar of a field of this type that was refused with this `why`: the
 * code that fits (E2xx, E3xx, E9xx), and a way out made for this text ("write `250ms`");
 * hint NULL where there is none better than `why`. */
struct hr_value_fault {
    enum hr_code code;
    const char *hint;
};
struct hr_value_fault hr_value_explain(struct hr_arena *a, enum hr_field_type type,
                                       struct hr_text t, const char *why);

/* Back to text, shortest that reads back the same: "250ms", "2GiB", "70%", "$0.096". */
const char *hr_show_duration(struct hr_arena *a, hr_time t);
const char *hr_show_seconds(struct hr_arena *a, double s); /* as a duration, to the ns */
const char *hr_show_bytes(struct hr_arena *a, int64_t n);
const char *hr_show_money(struct hr_arena *a, int64_t micro);
const char *hr_show_law(struct hr_arena *a, const struct hr_law *l, enum hr_law_unit unit);

#endif /* HR_VALUE_H */

/* sim/system/run.h - one replication of one design. */
#ifndef HR_RUN_H
#define HR_RUN_H

#include "sim/system/hazard.h"
#include "sim/system/model.h"
#include "sim/system/record.h"

struct hr_run_options {
    uint64_t seed, replication;
    uint32_t buckets; /* of the series, at most; 0: 480 */
    /* The ordinary twin: the same keys without disturbances and one-off shapes. */
    bool ordinary;
    uint32_t
        alone; /* index + 1 of the only disturbance that acts; 0: as the plan enables */
    struct hr_strike strike; /* makes the run an episode */
    hr_time shift;           /* of the scenario's time that t = 0 is at */
    bool fingerprint;        /* for tests: the record gets one, see fingerprint.h */
    /* For tests of common random numbers: called for every task and call drawn.  NULL. */
    void (*dump)(void *ctx, const char *what, uint64_t key, double value);
    void *dump_ctx;
};

/* Make a run; hooks `start` have been called and the clock stands at -warmup. */
struct hr_run *hr_run_create(const struct hr_plan *plan, const struct hr_run_options *o);
/* Run at most `events` events.  True while there is more to do. */
bool hr_run_advance(struct hr_run *run, uint64_t events);
/* What has been recorded so far, of a run that goes on; sums are closed by hr_run_finish. */
const struct hr_record *hr_run_so_far(const struct hr_run *run);
/* Close the books: what was measured.  Valid until the run is destroyed.  After an early stop
 * the record says complete = false. */
const struct hr_record *hr_run_finish(struct hr_run *run);
void hr_run_destroy(struct hr_run *run);
size_t hr_run_bytes(const struct hr_run *run); /* memory held */

/* Width of series buckets for a horizon: a round duration giving at most `most` buckets. */
hr_time hr_bucket_width(hr_time horizon, uint32_t most);

#endif /* HR_RUN_H */

/* models/parts/replication_log.h - what has been committed when, and how far a copy has it.
 *
 * MODEL    The log holds the times of committed writes.  A copy is at a position: a time up to
 *          which it has every write.  It follows `lag` behind the present; while it is paused it
 *          stays where it is; behind further than its lag it catches up, reading the log at
 *          `catch_up` times the speed at which that was written:
 *
 *              position(t) = max(position(t0), min(t - lag, position(t0) + catch_up (t - t0)))
 *
 *          At a cut, a copy at position p has lost the writes in (p, now].
 *          The log has room for so many entries.  When it is full, neighbours are joined to one
 *          entry of more writes, spread evenly: from then on the number lost is exact to within
 *          one such entry.
 * ASSUMES  Writes are replayed in order and as evenly as they were made.
 * COST     O(1) a write, amortised; O(entries) a cut.
 * SOURCE   AWS, user guide for RDS, USER_ReadRepl.md and Concepts.MultiAZSingleStandby.md
 *          (asynchronous copies may lack what the primary had acknowledged),
 *          github.com/awsdocs/amazon-rds-user-guide@f2e9ed3, 2023-06-15.
 * CHECKED  tests/models/test_replication_log.c. */
#ifndef HR_REPLICATION_LOG_H
#define HR_REPLICATION_LOG_H

#include "sim/engine/time.h"

#include <stdbool.h>

struct hr_log_entry {
    hr_time first, last; /* of its writes */
    uint64_t writes;
};
struct hr_replication_log {
    struct hr_log_entry *entries; /* a ring; borrowed */
    uint32_t room, head, n;
};
struct hr_log_cut { /* what a cut loses */
    uint64_t writes;
    hr_time last; /* the last of them; HR_NEVER: none */
};

/* `room` entries, at least 2. */
void hr_replication_log_init(struct hr_replication_log *log, struct hr_log_entry *entries,
                             uint32_t room);
/* A write is committed at `at`: about in order, earlier ones find their place. */
void hr_replication_log_add(struct hr_replication_log *log, hr_time at);
/* Forget what every copy has. */
void hr_replication_log_trim(struct hr_replication_log *log, hr_time upto);
/* The writes in (after, upto]. */
struct hr_log_cut hr_replication_log_lost(const struct hr_replication_log *log,
                                          hr_time after, hr_time upto);
void hr_replication_log_clear(struct hr_replication_log *log);

struct hr_copy {
    hr_time position, as_of;
    double catch_up; /* > 1 */
    bool paused;
};
/* Up to date but for its lag. */
void hr_copy_init(struct hr_copy *c, hr_time lag, double catch_up, hr_time now);
/* Go on to `now`; the lag since the last call was `lag`.  Returns the position. */
hr_time hr_copy_advance(struct hr_copy *c, hr_time lag, hr_time now);

#endif /* HR_REPLICATION_LOG_H */

/* models/parts/replication_log.c - see replication_log.h. */
#include "models/parts/replication_log.h"

#include "sim/engine/check.h"

void hr_replication_log_init(struct hr_replication_log *log, struct hr_log_entry *entries,
                             uint32_t room)
{
    HR_REQUIRE(room >= 2);
    *log = (struct hr_replication_log){.entries = entries, .room = room};
}

static struct hr_log_entry *at(const struct hr_replication_log *log, uint32_t i)
{
    return &log->entries[(log->head + i) % log->room];
}

/* Join neighbours: half as many entries. */
static void coarsen(struct hr_replication_log *log)
{
    const uint32_t n = log->n;

    for (uint32_t i = 0; 2 * i < n; i++) {
        struct hr_log_entry e = *at(log, 2 * i);

        if (2 * i + 1 < n) {
            const struct hr_log_entry *next = at(log, 2 * i + 1);
            e.last = next->last > e.last ? next->last : e.last;
            e.writes += next->writes;
        }
        *at(log, i) = e;
    }
    log->n = (n + 1) / 2;
}

void hr_replication_log_add(struct hr_replication_log *log, hr_time when)
{
    if (log->n == log->room)
        coarsen(log);
    uint32_t i = log->n++;

    for (; i > 0 && at(log, i - 1)->last > when; i--) {
        struct hr_log_entry *before = at(log, i - 1);

        if (before->first <= when) { /* inside a joined one */
            for (; i + 1 < log->n; i++)
                *at(log, i) = *at(log, i + 1);
            log->n--;
            before->writes++;
            return;
        }
        *at(log, i) = *before;
    }
    *at(log, i) = (struct hr_log_entry){when, when, 1};
}

void hr_replication_log_trim(struct hr_replication_log *log, hr_time upto)
{
    while (log->n > 0 && at(log, 0)->last <= upto) {
        log->head = (log->head + 1) % log->room;
        log->n--;
    }
}

/* How many writes of an entry are at or before t. */
static uint64_t upto(const struct hr_log_entry *e, hr_time t)
{
    if (t >= e->last)
        return e->writes;
    if (t < e->first)
        return 0;
    const double share = (double)(t - e->first) / (double)(e->last - e->first);
    const uint64_t n = 1 + (uint64_t)(share * (double)(e->writes - 1));

    return n < e->writes ? n : e->writes - 1; /* the last is later */
}

struct hr_log_cut hr_replication_log_lost(const struct hr_replication_log *log,
                                          hr_time after, hr_time until)
{
    struct hr_log_cut cut = {0, HR_NEVER};

    for (uint32_t i = 0; i < log->n; i++) {
        const struct hr_log_entry *e = at(log, i);
        const uint64_t had = upto(e, after), made = upto(e, until);

        if (made <= had)
            continue;
        cut.writes += made - had;
        cut.last = e->last < until ? e->last : until;
    }
    return cut;
}

void hr_replication_log_clear(struct hr_replication_log *log)
{
    log->head = log->n = 0;
}

/* --- copies ----------------------------------------------------------------------------- */

void hr_copy_init(struct hr_copy *c, hr_time lag, double catch_up, hr_time now)
{
    HR_REQUIRE(catch_up > 1.0);
    *c = (struct hr_copy){.position = now - lag, .as_of = now, .catch_up = catch_up};
}

hr_time hr_copy_advance(struct hr_copy *c, hr_time lag, hr_time now)
{
    HR_ASSERT(now >= c->as_of);
    const double read = c->catch_up * (double)(now - c->as_of);
    const double behind = (double)(now - lag) - (double)c->position;

    c->as_of = now;
    if (!c->paused && behind > 0.0)
        c->position += (hr_time)(read < behind ? read : behind);
    return c->position;
}

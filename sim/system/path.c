/* sim/system/path.c - where the time of a sampled request goes, along its critical path.
 *
 * Every stretch of time of a frame is booked exactly once, on (component, activity); when the
 * frame that its parent waited for ends, its bookings become the parent's.  At the root they
 * add up to the latency, to the nanosecond. */
#include "sim/system/run_inner.h"

void hr_path_write(struct hr_run *run, uint32_t path, uint32_t component,
                   enum hr_spent what, int64_t ns)
{
    struct path *p = hr_pool_at(&run->paths, path);
    const uint32_t id = component * HR_N_SPENT + (uint32_t)what;
    uint32_t i = 0;

    while (i < p->n && p->what[i] != id)
        i++;
    if (i == p->n) {
        /* A path over more places than there is room for books the rest on the last one:
         * the sum stays right. */
        if (p->n == HR_PATH_ENTRIES)
            i--;
        else
            p->what[p->n++] = id;
    }
    p->ns[i] += ns;
}

void hr_path_copy(struct hr_run *run, uint32_t into, uint32_t from)
{
    const struct path *p = hr_pool_at(&run->paths, from);

    for (uint32_t i = 0; i < p->n; i++)
        hr_path_write(run, into, p->what[i] / HR_N_SPENT,
                      (enum hr_spent)(p->what[i] % HR_N_SPENT), p->ns[i]);
}

HR_APART void hr_path_answered(struct hr_run *run, uint32_t slot, uint32_t attempt)
{
    const struct frame *c = hr_frame(run, attempt);
    const struct path *p = hr_pool_at(&run->paths, c->path);

    /* What passed before this attempt was sent came to nothing. */
    hr_path_book(run, slot, c->component, HR_SPENT_RETRY,
                 p->sent - hr_frame(run, slot)->since);
    hr_path_merge(run, slot, attempt);
}

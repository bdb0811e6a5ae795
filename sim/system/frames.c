/* sim/system/frames.c - what is seldom asked of frames; see frames.h and run_state.h. */
#include "sim/system/frames.h"

const struct frame hr_fresh_frame = {
    .deadline = HR_NEVER,
    .child = HR_NO_SLOT,
    .next = HR_NO_SLOT,
    .prev = HR_NO_SLOT,
    .instance = HR_NONE,
    .site = HR_NONE,
    .hash_key = HR_NONE,
    .path = HR_NO_SLOT,
};

HR_APART void hr_frame_let_go(struct hr_run *run, struct frame *f)
{
    if (f->timer != 0)
        hr_frame_cancel(run, f->timer);
    if (f->timeout != 0)
        hr_queue_cancel(run->queue, f->timeout);
    if (f->hedge != 0)
        hr_queue_cancel(run->queue, f->hedge);
    run->n_abandoned -= f->abandoned;
    if (f->path != HR_NO_SLOT)
        hr_pool_give(&run->paths, f->path);
}

bool hr_frame_wanted_above(const struct hr_run *run, uint32_t f)
{
    while (f != HR_NO_SLOT) {
        if (hr_frame(run, f)->abandoned)
            return false;
        f = hr_frame(run, f)->parent;
    }
    return true;
}

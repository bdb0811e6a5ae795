/* sim/system/call_count.c - what became of calls: the counts of their sites, and what circuit
 * breakers are told.  Asked by call.c. */
#include "sim/system/run_inner.h"

void hr_count_message(struct hr_run *run, uint32_t c, enum hr_outcome how)
{
    const struct frame *f = hr_frame(run, c);
    struct hr_site_record *r =
        f->message && f->site != HR_NONE ? hr_site_tally(run, c, f->site) : NULL;

    if (r)
        *(hr_is_good(how) ? &r->ok : &r->failed) += 1;
    hr_message_gone(run, c, how);
}

void hr_count_answer(struct hr_run *run, uint32_t slot, uint32_t site, enum hr_outcome how)
{
    struct hr_site_record *r = hr_site_tally(run, slot, site);

    if (r == NULL)
        return;
    switch (how) {
    case HR_OK:
    case HR_MISS:
        r->ok++;
        break;
    case HR_TIMED_OUT:
        r->timed_out++;
        break;
    case HR_THROTTLED:
        r->throttled++;
        break;
    case HR_REFUSED:
        r->refused++;
        break;
    default:
        r->failed++;
    }
}

void hr_tell_breaker(struct hr_run *run, uint32_t slot, uint32_t c, bool bad)
{
    const uint32_t site = hr_frame(run, c)->site;
    const struct hr_site *s = &run->plan->sites[site];

    if (s->o.breaker == NULL || hr_of_flood(run, slot))
        return;
    const int turned = hr_breaker_record(hr_site_state(run, slot, site), s->o.breaker,
                                         run->now, hr_frame(run, c)->turn, bad);
    if (turned != 0)
        hr_recorder_event(run, s->caller, hr_frame(run, slot)->instance,
                          turned > 0 ? "circuit breaker opened" : "circuit breaker closed",
                          s->label, 0);
}

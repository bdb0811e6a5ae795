/* sim/system/policy.c - retry budgets, circuit breakers, pauses: pure rules over site state.
 *
 * BUDGET   a token bucket: each call earns `budget` tokens, each retry costs one.
 * STOP     no retry while failed attempts / calls > `stop_at`, over all time.
 * PAUSES   M. Brooker, "Exponential backoff and jitter", AWS Architecture Blog, 2015.
 * BREAKER  closed: the last `window` calls are remembered; with at least `min_calls` of them
 *          and a bad share >= `open_at` it opens.  Open: every call is refused for
 *          `open_for`.  Half open: `probes` calls pass; when all are back their bad share
 *          decides between open and closed.  Calls from before it half opened decide nothing;
 *          a probe that its caller gives up makes room for another. */
#include "sim/system/run_inner.h"

struct site_state *hr_site_state(struct hr_run *run, uint32_t slot, uint32_t site)
{
    const struct frame *f = hr_frame(run, slot);
    const struct part *p = &run->parts[f->component];

    return &run->sites[site][f->instance == HR_NONE ? 0 : f->instance - p->first_instance];
}

void hr_sites_renew(struct hr_run *run, uint32_t instance)
{
    const struct instance *i = &run->instances[instance];

    for (uint32_t k = 0; run->sites != NULL && k < run->plan->n_sites; k++) {
        const struct hr_site *s = &run->plan->sites[k];

        if (s->caller != i->component || run->sites[k] == NULL)
            continue;
        struct site_state *state = &run->sites[k][i->slot];
        uint64_t *window = state->window;

        for (size_t w = 0; s->o.breaker && w < ((size_t)s->o.breaker->window + 63) / 64;
             w++)
            window[w] = 0;
        *state = (struct site_state){.window = window};
        if (s->o.retry)
            state->tokens = s->o.retry->budget_burst;
    }
}

void hr_retry_failed(struct site_state *s)
{
    s->failed++;
}

void hr_budget_earn(struct site_state *s, const struct hr_retry *r)
{
    s->begun++;
    s->tokens += r->budget;
    if (s->tokens > r->budget_burst)
        s->tokens = r->budget_burst;
}

bool hr_budget_take(struct site_state *s, const struct hr_retry *r)
{
    if (r->stop_at > 0 && (double)s->failed > r->stop_at * (double)s->begun)
        return false;
    if (r->budget <= 0)
        return true;
    if (s->tokens < 1)
        return false;
    s->tokens -= 1;
    return true;
}

static hr_time decorrelated(const struct hr_retry *r, hr_time last, double uniform)
{
    const double lo = (double)r->backoff.lo, hi = (double)r->backoff.hi;
    const double pause = lo + (3 * (last > 0 ? (double)last : lo) - lo) * uniform;

    return (hr_time)(pause < hi ? pause : hi);
}

/* No pause is longer than the longest duration that a scenario can give. */
static hr_time drawn_pause(const struct hr_retry *r, struct hr_draws *d)
{
    const double s = hr_law_draw(&r->pause, d), most_s = 1e9;

    return hr_time_from_s(s < most_s ? s : most_s);
}

hr_time hr_backoff(const struct hr_retry *r, uint32_t nth, hr_time last, struct hr_draws *d)
{
    hr_time pause = r->backoff.lo;

    if (r->pause.kind != HR_LAW_CONSTANT || r->pause.a > 0)
        return drawn_pause(r, d);
    const double uniform = hr_draw_uniform(d);
    if (r->jitter == HR_JITTER_DECORRELATED)
        return decorrelated(r, last, uniform);
    for (uint32_t i = 0; i < nth && pause < r->backoff.hi; i++)
        pause = pause > r->backoff.hi / 2 ? r->backoff.hi : 2 * pause;
    if (r->jitter == HR_JITTER_FULL)
        return (hr_time)((double)pause * uniform);
    if (r->jitter == HR_JITTER_EQUAL) {
        const hr_time half = pause / 2;
        return half + (hr_time)((double)(pause - half) * uniform);
    }
    return pause;
}

bool hr_breaker_allows(struct site_state *s, const struct hr_breaker *b, hr_time now)
{
    if (s->breaker == HR_BREAKER_OPEN) {
        if (now - s->opened_at < b->open_for)
            return false;
        s->breaker = HR_BREAKER_HALF_OPEN;
        s->turn++;
        s->probes_sent = s->probes_done = s->probes_bad = 0;
    }
    if (s->breaker == HR_BREAKER_HALF_OPEN) {
        if (s->probes_sent >= (uint64_t)b->probes)
            return false;
        s->probes_sent++;
    }
    return true;
}

static void remember(struct site_state *s, const struct hr_breaker *b, bool bad)
{
    const uint64_t bit = UINT64_C(1) << (s->next & 63);
    uint64_t *word = &s->window[s->next >> 6];

    if (s->filled == (uint64_t)b->window)
        s->bad -= (*word & bit) != 0;
    else
        s->filled++;
    *word = bad ? *word | bit : *word & ~bit;
    s->bad += bad;
    s->next = s->next + 1 == (uint64_t)b->window ? 0 : s->next + 1;
}

static int open_breaker(struct site_state *s, hr_time now)
{
    s->breaker = HR_BREAKER_OPEN;
    s->turn++;
    s->opened_at = now;
    return 1;
}

void hr_breaker_forget(struct site_state *s, uint32_t turn)
{
    if (s->breaker == HR_BREAKER_HALF_OPEN && turn == s->turn)
        s->probes_sent--;
}

int hr_breaker_record(struct site_state *s, const struct hr_breaker *b, hr_time now,
                      uint32_t turn, bool bad)
{
    if (s->breaker == HR_BREAKER_OPEN) /* an answer to a call from before it opened */
        return 0;
    if (s->breaker == HR_BREAKER_HALF_OPEN) {
        if (turn != s->turn)
            return 0;
        s->probes_bad += bad;
        if (++s->probes_done < (uint64_t)b->probes)
            return 0;
        if ((double)s->probes_bad >= b->open_at * (double)b->probes)
            return open_breaker(s, now);
        s->breaker = HR_BREAKER_CLOSED;
        s->turn++;
        s->filled = s->next = s->bad = 0;
        return -1;
    }
    remember(s, b, bad);
    if (s->filled >= (uint64_t)b->min_calls &&
        (double)s->bad >= b->open_at * (double)s->filled)
        return open_breaker(s, now);
    return 0;
}

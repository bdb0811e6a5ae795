/* models/parts/balance.c - see balance.h. */
#include "models/parts/balance.h"

#include <stddef.h>

/* Rejection finds an endpoint that is up quickly while most are; after so many misses the
 * ones that are up are counted instead. */
enum { TRIES = 8 };

static bool eligible(const struct hr_balance_view *v, uint32_t i, const uint32_t *except,
                     uint32_t n_except)
{
    for (uint32_t k = 0; k < n_except; k++)
        if (i == except[k])
            return false;
    return v->up(v->ctx, i);
}

/* One that is up, each with the same probability, those of `except` left out. */
static uint32_t choose_random(const struct hr_balance_view *v, struct hr_draws *draws,
                              const uint32_t *except, uint32_t n_except)
{
    uint32_t count = 0;

    if (v->n == 0)
        return HR_BALANCE_NONE;
    for (int k = 0; k < TRIES; k++) {
        const uint32_t i = (uint32_t)hr_draw_below(draws, v->n);
        if (eligible(v, i, except, n_except))
            return i;
    }
    for (uint32_t i = 0; i < v->n; i++)
        count += eligible(v, i, except, n_except);
    if (count == 0)
        return HR_BALANCE_NONE;
    uint32_t left = (uint32_t)hr_draw_below(draws, count);
    for (uint32_t i = 0;; i++)
        if (eligible(v, i, except, n_except) && left-- == 0)
            return i;
}

static uint32_t choose_next(const struct hr_balance_view *v, uint32_t *next)
{
    for (uint32_t k = 0; k < v->n; k++) {
        const uint32_t i = (uint32_t)(((uint64_t)*next + k) % v->n);
        if (v->up(v->ctx, i)) {
            *next = (i + 1) % v->n;
            return i;
        }
    }
    return HR_BALANCE_NONE;
}

/* What a scan remembers of ties; where there are more it is made again. */
enum { TIES = 32 };

static uint32_t choose_least(const struct hr_balance_view *v, struct hr_draws *draws)
{
    uint32_t least = UINT32_MAX, ties = 0, tie[TIES] = {0};

    for (uint32_t i = 0; i < v->n; i++) {
        if (!v->up(v->ctx, i))
            continue;
        const uint32_t open = v->open(v->ctx, i);
        if (ties == 0 || open < least) {
            least = open;
            ties = 0;
        }
        if (open == least && ties++ < TIES)
            tie[ties - 1] = i;
    }
    if (ties == 0)
        return HR_BALANCE_NONE;
    uint32_t left = ties == 1 ? 0 : (uint32_t)hr_draw_below(draws, ties);
    if (left < TIES)
        return tie[left];
    left -= TIES;
    for (uint32_t i = tie[TIES - 1] + 1;; i++)
        if (v->up(v->ctx, i) && v->open(v->ctx, i) == least && left-- == 0)
            return i;
}

static uint32_t choose_of_some(const struct hr_balance_view *v, struct hr_draws *draws)
{
    const uint32_t n = v->choices ? v->choices : 2;
    uint32_t drawn[HR_BALANCE_CHOICES], best = HR_BALANCE_NONE;

    for (uint32_t k = 0; k < n && k < HR_BALANCE_CHOICES; k++) {
        drawn[k] = choose_random(v, draws, drawn, k);
        if (drawn[k] == HR_BALANCE_NONE)
            break;
        if (k == 0 || v->open(v->ctx, drawn[k]) < v->open(v->ctx, best))
            best = drawn[k];
    }
    return best;
}

static uint32_t choose_idle(const struct hr_balance_view *v, struct hr_draws *draws)
{
    const uint32_t i = choose_least(v, draws);

    return i == HR_BALANCE_NONE || v->open(v->ctx, i) == 0
               ? i
               : choose_random(v, draws, NULL, 0);
}

static uint32_t choose_weighted(const struct hr_balance_view *v, struct hr_draws *draws)
{
    double sum = 0.0, upto = 0.0;
    uint32_t last = HR_BALANCE_NONE;

    for (uint32_t i = 0; i < v->n; i++)
        if (v->up(v->ctx, i))
            sum += v->weight(v->ctx, i);
    const double u = sum * hr_draw_uniform(draws);
    for (uint32_t i = 0; i < v->n; i++) {
        if (!v->up(v->ctx, i) || !(v->weight(v->ctx, i) > 0.0))
            continue;
        last = i; /* where rounding leaves u beyond the sum */
        upto += v->weight(v->ctx, i);
        if (u < upto)
            break;
    }
    return last;
}

static uint32_t choose_by_hash(const struct hr_balance_view *v, uint64_t key)
{
    uint32_t best = HR_BALANCE_NONE;
    uint64_t highest = 0;

    for (uint32_t i = 0; i < v->n; i++) {
        if (!v->up(v->ctx, i))
            continue;
        const uint64_t h = hr_mix(key, v->id(v->ctx, i));
        if (best == HR_BALANCE_NONE || h > highest) {
            best = i;
            highest = h;
        }
    }
    return best;
}

uint32_t hr_balance_choose(enum hr_balance_policy policy, const struct hr_balance_view *v,
                           struct hr_draws *draws, uint64_t key, uint32_t *next)
{
    switch (policy) {
    case HR_BALANCE_RANDOM:
        return choose_random(v, draws, NULL, 0);
    case HR_BALANCE_ROUND_ROBIN:
        return choose_next(v, next);
    case HR_BALANCE_LEAST_OUTSTANDING:
        return choose_least(v, draws);
    case HR_BALANCE_POWER_OF_TWO:
        return choose_of_some(v, draws);
    case HR_BALANCE_WEIGHTED:
        return choose_weighted(v, draws);
    case HR_BALANCE_HASH:
        return choose_by_hash(v, key);
    case HR_BALANCE_JOIN_IDLE:
        return choose_idle(v, draws);
    }
    return HR_BALANCE_NONE;
}

uint32_t hr_balance_least(const struct hr_least *open, uint32_t from, uint32_t to,
                          struct hr_draws *draws)
{
    const uint32_t many = hr_least_in(open, from, to).many;

    if (many == 0)
        return HR_BALANCE_NONE;
    return hr_least_pick(open, from, to,
                         many == 1 ? 0 : (uint32_t)hr_draw_below(draws, many));
}

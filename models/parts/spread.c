/* models/parts/spread.c - see spread.h. */
#include "models/parts/spread.h"

#include "models/parts/balance.h"

enum { PURPOSE_SPREAD = 1 };

const char *const hr_spread_choices[] = {"random", "round_robin", "least_outstanding",
                                         NULL};

struct fleet { /* what a policy looks at */
    const struct hr_run *run;
    uint32_t first;
};

static bool is_open(const void *ctx, uint32_t i)
{
    const struct fleet *f = ctx;

    return hr_instance_open(f->run, f->first + i);
}

static uint32_t open_calls(const void *ctx, uint32_t i)
{
    const struct fleet *f = ctx;

    return hr_instance_calls(f->run, f->first + i);
}

uint32_t hr_spread_choose(struct hr_run *run, hr_part p, hr_call c, int balance,
                          uint32_t *next)
{
    static const enum hr_balance_policy policy[] = {
        HR_BALANCE_RANDOM, HR_BALANCE_ROUND_ROBIN, HR_BALANCE_LEAST_OUTSTANDING};
    const struct fleet f = {run, hr_fleet_first(run, p)};

    if (hr_fleet_count(run, p) == 1) /* no choice, no draw */
        return hr_instance_open(run, f.first) ? f.first : HR_NONE;
    const struct hr_balance_view v = {
        .n = hr_fleet_count(run, p), .ctx = &f, .up = is_open, .open = open_calls};
    struct hr_draws draws = hr_call_draws(run, c, PURPOSE_SPREAD);
    const uint32_t i = hr_balance_choose(policy[balance], &v, &draws, 0, next);

    return i == HR_BALANCE_NONE ? HR_NONE : f.first + i;
}

uint32_t hr_spread_target(struct hr_run *run, hr_part p, hr_call c, int balance,
                          uint32_t *next)
{
    uint32_t instance = hr_call_instance(run, c);

    if (instance == HR_NONE)
        instance = hr_spread_choose(run, p, c, balance, next);
    if (instance == HR_NONE)
        hr_done(run, c, HR_REFUSED);
    return instance;
}

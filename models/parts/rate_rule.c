/* models/parts/rate_rule.c - see rate_rule.h. */
#include "models/parts/rate_rule.h"

void hr_rate_rule_init(struct hr_rate_rule *r, struct hr_arena *a, double limit, uint32_t n)
{
    *r = (struct hr_rate_rule){
        .limit = limit, .n = n, .slots = hr_arena_alloc(a, n, sizeof *r->slots)};
}

bool hr_rate_rule_count(struct hr_rate_rule *r)
{
    const bool first = hr_rate_rule_idle(r);

    r->slots[r->now]++;
    r->sum++;
    return first;
}

bool hr_rate_rule_evaluate(struct hr_rate_rule *r)
{
    const bool exceeded = (double)r->sum > r->limit;
    const bool turns = exceeded != r->active && !r->changing;

    r->now = (r->now + 1) % r->n;
    r->sum -= r->slots[r->now];
    r->slots[r->now] = 0;
    r->changing = r->changing || turns;
    return turns;
}

void hr_rate_rule_turn(struct hr_rate_rule *r)
{
    r->active = !r->active;
    r->changing = false;
}

bool hr_rate_rule_idle(const struct hr_rate_rule *r)
{
    return r->sum == 0 && !r->active && !r->changing;
}

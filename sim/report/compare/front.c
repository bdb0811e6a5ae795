/* sim/report/compare/front.c - which designs are beaten in cost and in what it buys.
 *
 * A design is behind another when that one is beyond doubt not dearer and not worse, and one of
 * both better; it is on the front when no other can be so.  Two sums: cost against latency (the
 * first objective on a quantile, else p99), cost against availability. */
#include "sim/report/compare/inner.h"

#include "sim/measure/estimate.h"

#include <math.h>
#include <string.h>

#define NOTHING ((double)NAN)

static size_t find(const struct hr_comparison *c, const char *label)
{
    const struct hr_compare_list l = {c->measures, c->n_measures, 0};

    return hr_compare_find(&l, label);
}

static bool is_quantile(const char *label)
{
    return label[0] == 'p' && label[1] >= '0' && label[1] <= '9';
}

/* The first objective of a sort, else the usual measure. */
static size_t axis(const struct hr_comparison *c, bool latency)
{
    static const char availability[] = "availability";

    for (size_t m = 0; m < c->n_measures; m++)
        if (c->measures[m].objective &&
            (latency ? is_quantile(c->measures[m].label)
                     : strncmp(c->measures[m].label, availability,
                               sizeof availability - 1) == 0))
            return m;
    return find(c, latency ? "p99" : availability);
}

static bool find_axes(struct hr_comparison *c)
{
    if (c->n < 2)
        return false;
    c->axes[HR_FRONT_COST] = find(c, "cost");
    c->axes[HR_FRONT_LATENCY] = axis(c, true);
    c->axes[HR_FRONT_AVAILABILITY] = axis(c, false);
    for (size_t k = 0; k < HR_FRONT_AXES; k++)
        if (c->axes[k] >= c->n_measures)
            return false;
    for (size_t i = 0; i < c->n; i++) /* somebody's bill is known */
        if (!isnan(hr_comparison_cell(c, i, c->axes[HR_FRONT_COST])->value))
            return true;
    return false;
}

/* -1: x is better beyond doubt, 1: worse, 0: the same, 2: not known. */
static int stands(const struct hr_comparison *c, size_t x, size_t y, size_t k)
{
    const size_t m = c->axes[k];
    const struct hr_difference d = hr_comparison_difference(c, x, y, m, 1, c->level);

    if (d.kind == HR_DIFFERENCE_SAME)
        return 0;
    if (d.kind == HR_DIFFERENCE_UNKNOWN || d.way == 0)
        return 2;
    return d.way == c->measures[m].wanted ? -1 : 1;
}

/* Is y behind x in cost and axis k?  -1: no, 1: yes, 0: perhaps. */
static int beats(const struct hr_comparison *c, size_t x, size_t y, size_t k)
{
    const int cost = stands(c, x, y, HR_FRONT_COST), good = stands(c, x, y, k);

    if (cost == 1 || good == 1 || (cost == 0 && good == 0))
        return -1;
    return cost != 2 && good != 2 ? 1 : 0;
}

static void place(struct hr_comparison *c, size_t y, size_t side)
{
    struct hr_front_point *p = &c->front[y];
    const size_t k = side == 0 ? HR_FRONT_LATENCY : HR_FRONT_AVAILABILITY;

    p->by[side] = c->n;
    p->place[side] = HR_FRONT_ON;
    if (isnan(p->value[HR_FRONT_COST]) || isnan(p->value[k])) {
        p->place[side] = HR_FRONT_UNKNOWN;
        return;
    }
    for (size_t x = 0; x < c->n && p->place[side] != HR_FRONT_BEHIND; x++) {
        const int how =
            x == y || isnan(c->front[x].value[HR_FRONT_COST]) ? -1 : beats(c, x, y, k);

        if (how == -1)
            continue;
        p->place[side] = how == 1 ? HR_FRONT_BEHIND : HR_FRONT_PERHAPS;
        p->by[side] = x;
    }
}

/* A design's own value with its 95% interval. */
static void measure(struct hr_comparison *c, size_t i, size_t k)
{
    const struct hr_contender *x = &c->contenders[i];
    const struct hr_influence f =
        hr_compare_own(x, c->measures[c->axes[k]].label, c->arena);
    const struct hr_influence zero =
        hr_influence_mean(hr_arena_alloc(c->arena, f.n, sizeof(double)), f.n, c->arena);
    const struct hr_difference d =
        hr_difference_of(&f, &zero, 1, true, HR_COMPARE_CONFIDENCE);

    c->front[i].value[k] = f.value;
    c->front[i].half[k] = d.kind == HR_DIFFERENCE_T ? d.hi - d.value : NOTHING;
}

size_t hr_comparison_front_tests(const struct hr_comparison *c)
{
    struct hr_comparison own = *c; /* its axes are not found yet */
    const size_t others = c->n - 1;

    /* Pairs with the reference are among the cells. */
    return find_axes(&own) ? HR_FRONT_AXES * (others * (others - 1) / 2) : 0;
}

void hr_comparison_front(struct hr_comparison *c)
{
    c->has_front = find_axes(c);
    if (!c->has_front)
        return;
    c->front = hr_arena_alloc(c->arena, c->n, sizeof *c->front);
    for (size_t i = 0; i < c->n; i++)
        for (size_t k = 0; k < HR_FRONT_AXES; k++)
            measure(c, i, k);
    for (size_t i = 0; i < c->n; i++) {
        place(c, i, 0);
        place(c, i, 1);
    }
}

/* sim/scenario/offered.c - see offered.h. */
#include "sim/scenario/offered.h"

#include "sim/scenario/flow_graph.h"

enum { LOOKS = 2000 }; /* at most */

/* The rates of a class of traffic, whatever the operation. */
static void look(const struct hr_plan *plan, const struct hr_component *c,
                 const struct hr_offered *o, double *at)
{
    for (uint32_t i = 0; i < o->n; i++)
        at[i] = c->model->offered ? c->model->offered(plan, c->conf, i * o->step) : 0;
}

struct hr_offered *hr_offered_make(const struct hr_plan *plan, struct hr_arena *a)
{
    struct hr_offered *o = hr_arena_alloc(a, 1, sizeof *o);
    double *all, *at, *peak;
    uint32_t class = HR_NONE;

    o->step = plan->horizon / LOOKS > HR_SECOND ? plan->horizon / LOOKS : HR_SECOND;
    o->n = (uint32_t)((plan->horizon + o->step - 1) / o->step);
    o->at = at = hr_arena_alloc(a, (size_t)plan->n_rows * o->n, sizeof *at);
    o->peak = peak = hr_arena_alloc(a, plan->n_rows, sizeof *peak);
    all = hr_arena_alloc(a, o->n, sizeof *all);
    for (uint32_t r = 0; r < plan->n_rows; r++, at += o->n) {
        const double share = hr_flow_share(plan, r);

        if (plan->rows[r].component != class) {
            class = plan->rows[r].component;
            look(plan, &plan->components[class], o, all);
        }
        for (uint32_t i = 0; i < o->n; i++) {
            at[i] = share > 0 ? all[i] * share : 0;
            peak[r] = at[i] > peak[r] ? at[i] : peak[r];
        }
    }
    return o;
}

/* models/parts/demand.c - see demand.h. */
#include "models/parts/demand.h"

#include <math.h>

/* The `from:` of a traffic class; NULL: it has none. */
static const struct hr_shares *places_of(const struct hr_component *c)
{
    for (const struct hr_field *f = c->model->table->fields; f->name; f++)
        if (f->type == HR_FIELD_PLACE_SHARES)
            return (const struct hr_shares *)((const char *)c->conf + f->offset);
    return NULL;
}

static bool is_source(const struct hr_component *c)
{
    return c->model->ops == HR_OPS_SOURCE && c->model->source_layout && c->model->table &&
           c->model->offered;
}

static double share_of(const struct hr_shares *s, uint32_t what)
{
    for (uint32_t i = 0; i < s->n; i++)
        if (s->at[i] == what)
            return s->upto[i] - (i ? s->upto[i - 1] : 0.0);
    return 0.0;
}

static double place_share(const struct hr_component *c, uint32_t place)
{
    const struct hr_shares *from = places_of(c);

    if (!from || from->n == 0)
        return place == 0 ? 1.0 : 0.0;
    return share_of(from, place);
}

/* Does a request of this row come to operation `op`? */
static bool reaches(const struct hr_plan *plan, uint32_t row, uint32_t op)
{
    uint32_t at = plan->sites[plan->rows[row].site].op;

    for (uint32_t hops = 0; hops < plan->n_components; hops++) {
        if (at == op)
            return true;
        if (!plan->operations[at].forward)
            return false;
        at = plan->operations[at].forward[0];
    }
    return false;
}

double hr_demand(const struct hr_plan *plan, uint32_t op, uint32_t place)
{
    double sum = 0.0;

    for (uint32_t r = 0; r < plan->n_rows; r++) {
        const struct hr_component *c = &plan->components[plan->rows[r].component];

        if (!is_source(c) || !reaches(plan, r, op))
            continue;
        const struct hr_shares *mix =
            (const struct hr_shares *)((const char *)c->conf +
                                       c->model->source_layout->mix);
        const double rate = c->model->offered(plan, c->conf, 0);
        if (rate < HUGE_VAL)
            sum += rate * share_of(mix, plan->rows[r].op) * place_share(c, place);
    }
    return sum;
}

uint32_t hr_demand_key(const struct hr_plan *plan, uint32_t op)
{
    for (uint32_t r = 0; r < plan->n_rows; r++)
        if (reaches(plan, r, op))
            return plan->sites[plan->rows[r].site].o.key;
    return HR_NONE;
}

bool hr_demand_from(const struct hr_plan *plan, uint32_t place)
{
    for (uint32_t i = 0; i < plan->n_components; i++)
        if (is_source(&plan->components[i]) &&
            place_share(&plan->components[i], place) > 0.0)
            return true;
    return false;
}

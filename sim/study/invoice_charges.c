/* sim/study/invoice_charges.c - what may be on an invoice, with its usage; and what has no
 * price.  See invoice.h. */
#include "sim/study/invoice_inner.h"

#include <string.h>

static struct hr_charge *add(struct hr_bill *b, const struct hr_charge *c)
{
    if (b->n_charges == b->charge_room) {
        struct hr_charge *more;

        b->charge_room = b->charge_room ? 2 * b->charge_room : 64;
        more = hr_arena_alloc(b->arena, b->charge_room, sizeof *more);
        if (b->n_charges)
            memcpy(more, b->charges, b->n_charges * sizeof *more);
        b->charges = more;
    }
    b->charges[b->n_charges] = *c;
    return &b->charges[b->n_charges++];
}

static hr_wide sum(const int64_t *hours, uint32_t n)
{
    hr_wide all = 0;

    for (uint32_t h = 0; hours && h < n; h++)
        all += hours[h];
    return all;
}

/* Hours of a dimension of a component in one of the runs; NULL: it has none. */
static const int64_t *usage(const struct hr_bill *b, int run, uint32_t part, uint32_t d)
{
    const int64_t *all = b->metered[run]->usage[part];

    return all ? all + (size_t)d * b->n_hours : NULL;
}

static const int64_t *transfer(const struct hr_bill *b, int run, uint32_t part, int kind)
{
    const int64_t *all = b->metered[run]->transfer[part];

    return all ? all + (size_t)kind * b->n_hours : NULL;
}

static void miss(struct hr_bill *b, uint32_t part, const char *dimension)
{
    struct hr_invoice *v = b->invoice;

    if (v->n_missing == b->missing_room) {
        const char **more;

        b->missing_room = b->missing_room ? 2 * b->missing_room : 8;
        more = hr_arena_alloc(b->arena, b->missing_room, sizeof *more);
        if (v->n_missing)
            memcpy(more, v->missing, v->n_missing * sizeof *more);
        v->missing = more;
    }
    v->missing[v->n_missing++] =
        hr_arena_printf(b->arena, "%s: %s", b->plan->components[part].name, dimension);
}

static void charge_usage(struct hr_bill *b, uint32_t part, uint32_t d)
{
    const struct hr_component *c = &b->plan->components[part];
    const struct hr_dimension *dim = &c->model->usage[d];
    const struct hr_price *p = d < c->prices.n_usage ? c->prices.usage[d] : NULL;
    const hr_wide total[2] = {sum(usage(b, 0, part, d), b->n_hours),
                              sum(usage(b, 1, part, d), b->n_hours)};

    if (!p) {
        if ((total[0] || total[1]) && !hr_prices_in_largest(&c->prices, d))
            miss(b, part, dim->name);
        return;
    }
    add(b, &(struct hr_charge){.component = part,
                               .dimension = dim->name,
                               .unit = dim->unit,
                               .price = p,
                               .kind = HR_LINE_USAGE,
                               .index = d,
                               .total = {total[0] * HR_MICRO, total[1] * HR_MICRO}});
}

static void charge_transfer(struct hr_bill *b, uint32_t part, int kind)
{
    const struct hr_price *p = b->plan->components[part].prices.transfer[kind];
    const hr_wide total[2] = {sum(transfer(b, 0, part, kind), b->n_hours),
                              sum(transfer(b, 1, part, kind), b->n_hours)};

    if (!p) {
        if (total[0] || total[1])
            miss(b, part, hr_transfer_names[kind]);
        return;
    }
    add(b, &(struct hr_charge){.component = part,
                               .dimension = hr_transfer_names[kind],
                               .unit = "bytes",
                               .price = p,
                               .kind = HR_LINE_TRANSFER,
                               .index = (uint32_t)kind,
                               .total = {total[0] * HR_MICRO, total[1] * HR_MICRO}});
}

/* Units x us of a price for the largest of several dimensions, over the run. */
static hr_wide largest_total(const struct hr_bill *b, int run, uint32_t part,
                             const struct hr_price *p)
{
    hr_wide all = 0;

    for (uint32_t h = 0; h < b->n_hours; h++) {
        hr_wide most = 0;

        for (uint32_t k = 0; k < p->n_largest; k++) {
            const int64_t *u = usage(b, run, part, p->largest[k].dimension);
            const hr_wide units =
                u ? hr_wide_share(u[h], (hr_wide)3600 * HR_MICRO, p->largest[k].size) : 0;

            most = units > most ? units : most;
        }
        all += most;
    }
    return all;
}

static void charge_largest(struct hr_bill *b, uint32_t part, const struct hr_price *p)
{
    add(b, &(struct hr_charge){
               .component = part,
               .dimension = p->dimension,
               .unit = "1",
               .price = p,
               .kind = HR_LINE_USAGE,
               .index = HR_NONE,
               .total = {largest_total(b, 0, part, p), largest_total(b, 1, part, p)}});
}

void hr_bill_charges(struct hr_bill *b)
{
    for (uint32_t i = 0; i < b->plan->n_components; i++) {
        const struct hr_component *c = &b->plan->components[i];

        for (uint32_t d = 0; c->model && c->model->usage && c->model->usage[d].name; d++)
            charge_usage(b, i, d);
        for (uint32_t k = 0; k < c->prices.n_largest; k++)
            charge_largest(b, i, c->prices.largest[k]);
        for (int k = 0; k < HR_N_TRANSFERS; k++)
            charge_transfer(b, i, k);
    }
}

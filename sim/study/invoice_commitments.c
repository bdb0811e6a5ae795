/* sim/study/invoice_commitments.c - what reserved capacity and savings plans cover, hour by
 * hour.  See invoice.h.
 *
 * A reservation covers as many units as it has, of its components in their order.  A savings
 * plan pays for usage at a discount until its dollars of the hour are spent; where they do not
 * suffice, it covers the same share of all that it may cover. */
#include "sim/study/invoice_inner.h"

#include <string.h>

struct cover { /* of one commitment and one charge, over each of the runs */
    struct hr_charge *charge;
    hr_wide used[2]; /* reserved: natural units x 1e6; spend: pico-dollars x 1e6 */
};

struct under { /* one commitment at work */
    struct hr_bill *b;
    const struct hr_commitment *c;
    struct cover *covers;
    uint32_t n;
};

/* Usage by hour, less what is covered already. */
static void spread_hours(struct hr_bill *b, struct hr_charge *c)
{
    for (int run = 0; run < 2; run++) {
        const int64_t *u = b->metered[run]->usage[c->component];

        if (c->hours[run])
            continue;
        c->hours[run] = hr_arena_alloc(b->arena, b->n_hours, sizeof *c->hours[run]);
        for (uint32_t h = 0; u && h < b->n_hours; h++)
            c->hours[run][h] = u[(size_t)c->index * b->n_hours + h] * HR_MICRO;
    }
}

static bool covers(const struct hr_plan *plan, const struct hr_commitment *c,
                   const struct hr_charge *charge)
{
    const struct hr_model *m = plan->components[charge->component].model;

    if (charge->kind != HR_LINE_USAGE || charge->index == HR_NONE ||
        !m->usage[charge->index].level)
        return false;
    if (c->dimension)
        return strcmp(c->dimension, charge->dimension) == 0;
    /* A savings plan is for what is paid by the hour, not for stored bytes. */
    return strcmp(charge->price->unit, "h") == 0;
}

static void find_covers(struct under *u)
{
    struct hr_bill *b = u->b;

    u->covers = hr_arena_alloc(b->arena, b->n_charges, sizeof *u->covers);
    for (uint32_t k = 0; k < u->c->n_cover; k++)
        for (uint32_t i = 0; i < b->n_charges; i++)
            if (b->charges[i].component == u->c->cover[k] &&
                covers(b->plan, u->c, &b->charges[i])) {
                spread_hours(b, &b->charges[i]);
                u->covers[u->n++].charge = &b->charges[i];
            }
}

static void take(struct hr_charge *c, int run, uint32_t hour, hr_wide quantity)
{
    c->hours[run][hour] -= quantity;
    c->covered[run] += quantity;
}

static void cover_reserved(struct under *u, int run, uint32_t hour)
{
    hr_wide left = (hr_wide)u->c->count * hr_bill_hour_us(u->b, hour);

    for (uint32_t i = 0; i < u->n; i++) {
        struct hr_charge *c = u->covers[i].charge;
        const hr_wide have = c->hours[run][hour], some = have < left ? have : left;

        take(c, run, hour, some);
        u->covers[i].used[run] += some;
        left -= some;
    }
}

/* At the discount, pico-dollars x 1e6. */
static hr_wide discounted(const struct under *u, const struct hr_charge *c,
                          hr_wide quantity)
{
    const hr_wide money = hr_wide_share(hr_wide_times(quantity, c->price->tiers[0].pico),
                                        c->price->of, c->price->units);

    return hr_wide_share(money, u->c->keep, HR_MICRO);
}

static void cover_spend(struct under *u, int run, uint32_t hour)
{
    /* us of the hour x $/h: the micro is that of the quantity. */
    const hr_wide budget = hr_wide_times(u->c->pico, hr_bill_hour_us(u->b, hour)) / 3600;
    hr_wide all = 0;

    for (uint32_t i = 0; i < u->n; i++)
        all += discounted(u, u->covers[i].charge, u->covers[i].charge->hours[run][hour]);
    for (uint32_t i = 0; i < u->n; i++) {
        struct hr_charge *c = u->covers[i].charge;
        const hr_wide have = c->hours[run][hour];
        const hr_wide some = all > budget ? hr_wide_times(have, budget) / all : have;

        u->covers[i].used[run] += discounted(u, c, some);
        take(c, run, hour, some);
    }
}

/* --- lines ------------------------------------------------------------------------------------ */

#define PER_CENT (HR_MICRO * (HR_PICO_PER_DOLLAR / 100))

/* Cents of what was used in a month. */
static int64_t used_cents(const struct under *u, const struct cover *x, int what)
{
    const hr_wide month = hr_bill_month(u->b, x->used, what);

    if (u->c->spend)
        return (int64_t)hr_wide_share(month, 1, PER_CENT);
    return (int64_t)hr_wide_share(month, u->c->pico, PER_CENT * 3600);
}

static void write_line(struct under *u, uint32_t component, enum hr_line_kind kind,
                       double quantity, int64_t cents)
{
    if (cents == 0 && quantity == 0)
        return;
    *hr_bill_line(u->b) = (struct hr_invoice_line){.component = component,
                                                   .dimension = u->c->name,
                                                   .kind = kind,
                                                   .quantity = quantity,
                                                   .unit = u->c->spend ? "$" : "h",
                                                   .price = u->c->text,
                                                   .source = u->c->source,
                                                   .trusted = u->c->source != NULL,
                                                   .cents = cents};
}

static double shown(const struct under *u, const struct cover *x, int what)
{
    const double month = (double)hr_bill_month(u->b, x->used, what) / 1e6;

    return u->c->spend ? month / (double)HR_PICO_PER_DOLLAR : month / 3600;
}

static void write_lines(struct under *u)
{
    const hr_wide fee_pico =
        hr_wide_times(u->c->pico, (u->c->spend ? 1 : u->c->count) * 730);
    const int64_t fee = (int64_t)hr_wide_share(fee_pico, 1, HR_PICO_PER_DOLLAR / 100);
    const double whole = u->c->spend ? (double)fee_pico / (double)HR_PICO_PER_DOLLAR
                                     : (double)u->c->count * 730;
    int64_t unused[2] = {fee, fee};
    double left[2] = {whole, whole};

    for (uint32_t i = 0; i < u->n; i++) {
        const struct cover *x = &u->covers[i];
        const int64_t cents[2] = {used_cents(u, x, 0), used_cents(u, x, 1)};
        const double much[2] = {shown(u, x, 0), shown(u, x, 1)};

        write_line(u, x->charge->component, HR_LINE_COMMITMENT, much[0], cents[0]);
        write_line(u, x->charge->component, HR_LINE_ONE_OFF, much[1] - much[0],
                   cents[1] - cents[0]);
        for (int k = 0; k < 2; k++) {
            unused[k] -= cents[k];
            left[k] -= much[k];
        }
    }
    /* A remainder of rounding is no unused commitment to speak of, but it is paid. */
    const uint32_t of = u->c->n_cover == 1 ? u->c->cover[0] : HR_NONE;
    write_line(u, of, HR_LINE_UNUSED, left[0] > 1e-9 ? left[0] : 0, unused[0]);
    write_line(u, of, HR_LINE_ONE_OFF, 0, unused[1] - unused[0]);
}

static void apply(struct under *u)
{
    find_covers(u);
    for (int run = 0; run < 2; run++)
        for (uint32_t h = 0; h < u->b->n_hours; h++)
            if (u->c->spend)
                cover_spend(u, run, h);
            else
                cover_reserved(u, run, h);
    write_lines(u);
}

void hr_bill_commitments(struct hr_bill *b)
{
    for (int spend = 0; spend < 2; spend++)
        for (uint32_t i = 0; i < b->plan->n_commitments; i++)
            if (b->plan->commitments[i].spend == (spend == 1))
                apply(&(struct under){.b = b, .c = &b->plan->commitments[i]});
}

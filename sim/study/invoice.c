/* sim/study/invoice.c - allowances, tiers, rounding, lines; see invoice.h. */
#include "sim/study/invoice_inner.h"

#include <string.h>

const char *const hr_line_kinds[] = {"usage", "transfer", "commitment", "unused commitment",
                                     "one-off"};

/* Pico-dollars of a millionth of a natural unit to cents. */
#define PER_CENT (HR_MICRO * (HR_PICO_PER_DOLLAR / 100))
#define WIDEST   (((((hr_wide)1) << 126) - 1) * 2 + 1)

/* --- arithmetic ------------------------------------------------------------------------------ */

hr_wide hr_wide_times(hr_wide a, hr_wide b)
{
    hr_wide x;

    return __builtin_mul_overflow(a, b, &x) ? WIDEST : x;
}

static hr_wide half_up(hr_wide num, hr_wide den)
{
    return num / den + (num % den >= den - den / 2);
}

hr_wide hr_wide_share(hr_wide a, hr_wide b, hr_wide c)
{
    return half_up(hr_wide_times(a, b), c);
}

static int64_t to_cents(hr_wide num, hr_wide den)
{
    const hr_wide cents = half_up(num, den);

    return cents > INT64_MAX ? INT64_MAX : (int64_t)cents;
}

static hr_time gcd(hr_time a, hr_time b)
{
    while (b) {
        const hr_time c = a % b;
        a = b;
        b = c;
    }
    return a;
}

/* ordinary x month / horizon + (actual - ordinary) x times, rounded half up; never negative. */
static hr_wide to_month(const struct hr_invoice_terms *t, hr_wide ordinary, hr_wide actual,
                        int64_t times_milli)
{
    const hr_time month_us = HR_MONTH / HR_MICROSECOND;
    const hr_time horizon_us =
        t->horizon >= HR_MICROSECOND ? t->horizon / HR_MICROSECOND : 1;
    const hr_time g = gcd(month_us, horizon_us);
    const hr_wide m = month_us / g, h = horizon_us / g;
    const hr_wide scaled = hr_wide_times(hr_wide_times(ordinary, m), 1000);
    const hr_wide more = hr_wide_times(hr_wide_times(actual - ordinary, times_milli), h);

    if (scaled == WIDEST || (more < 0 && scaled <= -more))
        return scaled == WIDEST ? scaled : 0;
    return half_up(scaled + more, hr_wide_times(h, 1000));
}

hr_wide hr_bill_month(const struct hr_bill *b, const hr_wide total[2], int what)
{
    return to_month(&b->terms, total[0], total[1], what ? b->terms.times_milli : 0);
}

int64_t hr_invoice_month(int64_t ordinary, int64_t actual,
                         const struct hr_invoice_terms *terms)
{
    const hr_wide x = to_month(terms, ordinary, actual, terms->times_milli);

    return x > INT64_MAX ? INT64_MAX : (int64_t)x;
}

int64_t hr_bill_hour_us(const struct hr_bill *b, uint32_t hour)
{
    const hr_time left = b->terms.horizon - (hr_time)hour * HR_HOUR;

    return (left < HR_HOUR ? left : HR_HOUR) / HR_MICROSECOND;
}

/* --- prices ---------------------------------------------------------------------------------- */

/* Money of the first `quantity` of a month, in pico-dollars x units / of x 1e-6. */
static hr_wide tiers_money(const struct hr_price *p, hr_wide quantity)
{
    hr_wide money = 0, below = 0;

    for (uint32_t i = 0; i < p->n_tiers && quantity > below; i++) {
        const hr_wide top = p->tiers[i].upto == INT64_MAX
                                ? WIDEST
                                : hr_wide_times(p->tiers[i].upto, HR_MICRO);
        const hr_wide here = (quantity < top ? quantity : top) - below;

        money += hr_wide_times(here, p->tiers[i].pico);
        below = top;
    }
    return money;
}

/* `quantity` of which `nothing` is free: the first of it. */
static int64_t price_cents(const struct hr_price *p, hr_wide quantity, hr_wide nothing)
{
    const hr_wide money = tiers_money(p, quantity) - tiers_money(p, nothing);

    return to_cents(hr_wide_times(money, p->of), hr_wide_times(PER_CENT, p->units));
}

/* --- allowances and tiers, over all that share them -------------------------------------------- */

static bool same_allowance(const struct hr_price *a, const struct hr_price *b)
{
    return a == b ||
           (a->allowance && b->allowance && strcmp(a->allowance, b->allowance) == 0);
}

/* What is free, in order of the charges; each gets its share by quantity. */
static void allot_free(struct hr_bill *b, uint32_t first, uint32_t end, int what)
{
    const struct hr_price *p = b->charges[first].price;
    const hr_wide most = hr_wide_times(p->free, HR_MICRO);
    hr_wide all = 0, upto = 0, given = 0;

    for (uint32_t i = first; i < end; i++)
        if (same_allowance(b->charges[i].price, p))
            all += b->charges[i].month[what];
    for (uint32_t i = first; i < end && all > 0; i++) {
        struct hr_charge *c = &b->charges[i];

        if (!same_allowance(c->price, p))
            continue;
        upto += c->month[what];
        c->nothing = (most < all ? hr_wide_share(most, upto, all) : upto) - given;
        given += c->nothing;
    }
}

static void allot_money(struct hr_bill *b, uint32_t first, uint32_t end, int what)
{
    const struct hr_price *p = b->charges[first].price;
    hr_wide all = 0, nothing = 0, upto = 0;
    int64_t cents, given = 0;

    for (uint32_t i = first; i < end; i++)
        if (b->charges[i].price == p) {
            all += b->charges[i].month[what];
            nothing += b->charges[i].nothing;
        }
    cents = price_cents(p, all, nothing);
    for (uint32_t i = first; i < end && all > 0; i++) {
        struct hr_charge *c = &b->charges[i];

        if (c->price != p)
            continue;
        upto += c->month[what];
        c->cents[what] = (int64_t)hr_wide_share(cents, upto, all) - given;
        given += c->cents[what];
    }
}

/* The charges from `i` on that may share its price or allowance end here. */
static uint32_t end_of(const struct hr_bill *b, uint32_t i)
{
    const struct hr_price *p = b->charges[i].price;

    return p->shared || p->allowance ? b->n_charges : i + 1;
}

/* Does an earlier charge have the same price (or allowance)? */
static bool seen(const struct hr_bill *b, uint32_t i, bool allowance)
{
    if (end_of(b, i) == i + 1 && i + 1 < b->n_charges)
        return false;
    for (uint32_t k = 0; k < i; k++)
        if (allowance ? same_allowance(b->charges[k].price, b->charges[i].price)
                      : b->charges[k].price == b->charges[i].price)
            return true;
    return false;
}

static void price_month(struct hr_bill *b, int what)
{
    for (uint32_t i = 0; i < b->n_charges; i++) {
        struct hr_charge *c = &b->charges[i];
        const hr_wide left[2] = {c->total[0] - c->covered[0], c->total[1] - c->covered[1]};

        c->month[what] = hr_bill_month(b, left, what);
        c->nothing = 0;
    }
    for (uint32_t i = 0; i < b->n_charges; i++)
        if (b->charges[i].price->free > 0 && !seen(b, i, true))
            allot_free(b, i, end_of(b, i), what);
    for (uint32_t i = 0; i < b->n_charges; i++)
        if (!seen(b, i, false))
            allot_money(b, i, end_of(b, i), what);
}

/* --- lines ---------------------------------------------------------------------------------------- */

struct hr_invoice_line *hr_bill_line(struct hr_bill *b)
{
    struct hr_invoice *v = b->invoice;

    if (v->n_lines == b->line_room) {
        struct hr_invoice_line *more;

        b->line_room = b->line_room ? 2 * b->line_room : 32;
        more = hr_arena_alloc(b->arena, b->line_room, sizeof *more);
        if (v->n_lines)
            memcpy(more, v->lines, v->n_lines * sizeof *more);
        v->lines = more;
    }
    return &v->lines[v->n_lines++];
}

static void write_line(struct hr_bill *b, const struct hr_charge *c, enum hr_line_kind kind,
                       hr_wide quantity, int64_t cents)
{
    const struct hr_price *p = c->price;
    struct hr_invoice_line *l;

    if (quantity == 0 && cents == 0)
        return;
    l = hr_bill_line(b);
    *l = (struct hr_invoice_line){.component = c->component,
                                  .dimension = c->dimension,
                                  .kind = kind,
                                  .quantity = (double)quantity / 1e6 *
                                              ((double)p->of / (double)p->units),
                                  .unit = *p->unit ? p->unit : c->unit,
                                  .price = p->text,
                                  .source = p->source,
                                  .trusted = p->trusted,
                                  .cents = cents};
}

static void write_lines(struct hr_bill *b)
{
    for (uint32_t i = 0; i < b->n_charges; i++) {
        const struct hr_charge *c = &b->charges[i];

        write_line(b, c, c->kind, c->month[0], c->cents[0]);
        write_line(b, c, HR_LINE_ONE_OFF, c->month[1] - c->month[0],
                   c->cents[1] - c->cents[0]);
    }
}

struct hr_invoice *hr_invoice_make(const struct hr_plan *plan,
                                   const struct hr_metered *ordinary,
                                   const struct hr_metered *actual,
                                   const struct hr_invoice_terms *terms, struct hr_arena *a)
{
    struct hr_bill b = {.plan = plan,
                        .metered = {ordinary, actual},
                        .terms = *terms,
                        .n_hours = ordinary->n_hours,
                        .arena = a,
                        .invoice = hr_arena_alloc(a, 1, sizeof *b.invoice)};

    hr_bill_charges(&b);
    hr_bill_commitments(&b);
    price_month(&b, 0);
    price_month(&b, 1);
    write_lines(&b);
    for (uint32_t i = 0; i < b.invoice->n_lines; i++) {
        b.invoice->cents += b.invoice->lines[i].cents;
        if (b.invoice->lines[i].kind == HR_LINE_ONE_OFF)
            b.invoice->one_off_cents += b.invoice->lines[i].cents;
    }
    return b.invoice;
}

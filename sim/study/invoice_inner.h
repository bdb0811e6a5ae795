/* sim/study/invoice_inner.h - what invoice*.c share.  Not for use outside. */
#ifndef HR_STUDY_INVOICE_INNER_H
#define HR_STUDY_INVOICE_INNER_H

#include "sim/study/invoice.h"

__extension__ typedef __int128 hr_wide;

/* Quantities are in millionths of natural units. */
#define HR_MICRO ((hr_wide)1000000)

/* Something that may be on the invoice: a dimension of a component, or its transfer. */
struct hr_charge {
    uint32_t component;
    const char *dimension, *unit;
    const struct hr_price *price;
    enum hr_line_kind kind;
    uint32_t index;     /* dimension of the model, or enum hr_transfer; HR_NONE: largest */
    hr_wide *hours[2];  /* by hour, ordinary and actual: only where commitments may apply */
    hr_wide total[2];   /* ordinary, actual */
    hr_wide covered[2]; /* of it, by commitments */
    hr_wide month[2];   /* on demand in a month: ordinary, and with one-offs */
    hr_wide nothing;    /* of the month at hand, free of charge */
    int64_t cents[2];   /* ordinary, and with one-offs */
};

struct hr_bill {
    const struct hr_plan *plan;
    const struct hr_metered *metered[2];
    struct hr_invoice_terms terms;
    uint32_t n_hours;
    struct hr_arena *arena;
    struct hr_charge *charges;
    uint32_t n_charges, charge_room;
    struct hr_invoice *invoice;
    uint32_t line_room, missing_room;
};

/* a * b, and the largest number where that is too much. */
hr_wide hr_wide_times(hr_wide a, hr_wide b);
/* a * b / c, half up; a, b >= 0, c > 0. */
hr_wide hr_wide_share(hr_wide a, hr_wide b, hr_wide c);
/* Ordinary and actual to a month; with (what = 1) or without (0) the one-offs. */
hr_wide hr_bill_month(const struct hr_bill *b, const hr_wide total[2], int what);
int64_t hr_bill_hour_us(const struct hr_bill *b, uint32_t hour); /* its length, us */
struct hr_invoice_line *hr_bill_line(struct hr_bill *b);         /* a new one */

/* Charges and missing prices of the plan. */
void hr_bill_charges(struct hr_bill *b);
/* Take off what commitments cover, and write their lines. */
void hr_bill_commitments(struct hr_bill *b);

#endif /* HR_STUDY_INVOICE_INNER_H */

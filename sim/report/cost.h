/* sim/report/cost.h - the invoices of a study, put together for tables, bars and sentences.
 *
 * A result set has the lines of all designs in one list (sim/results/names.h, group `cost`).
 * Here they become rows that designs can be compared in: by part, by kind, or by part and
 * dimension.  An amount that is NaN is usage without a price: the row is `unpriced` there, and the
 * design's total is undecided.  All amounts are $ a month. */
#ifndef HR_REPORT_COST_H
#define HR_REPORT_COST_H

#include "sim/report/number.h"
#include "sim/results/results.h"

struct hr_cost_line { /* texts as in the results: not made harmless */
    size_t design;
    const char *component, *dimension, *kind, *unit, *price, *source;
    double quantity, amount;
};
struct hr_costs {
    size_t n, designs;
    struct hr_cost_line *lines; /* by design, the largest first, without a price last */
};
/* n = 0 where there are none. */
struct hr_costs hr_costs_read(const struct hr_results *r, struct hr_arena *a);

/* Is cost among the results, whether decided or not? */
bool hr_cost_measured(const struct hr_results *r);
double hr_cost_total(const struct hr_results *r, size_t design); /* NaN: undecided */

enum hr_cost_grouping { HR_COST_BY_PART, HR_COST_BY_KIND, HR_COST_BY_ITEM };
struct hr_cost_row {
    const char *part, *what; /* `what`: dimension or kind, in words; "" by part */
    double *amount;          /* by design: what is known of it; 0: nothing */
    bool *used, *unpriced;   /* by design */
    double most;             /* the largest of the amounts */
};
/* The rows of a grouping, the largest first; returns how many. */
size_t hr_cost_rows(const struct hr_costs *c, enum hr_cost_grouping by, struct hr_arena *a,
                    struct hr_cost_row **rows);

/* An amount as an invoice has it: "$2,280", "$42.54", "$0.99", "<$0.01", "-$3.00". */
struct hr_number hr_cost_dollars(double x);

/* "transfer out"; and with its kind where that says more: "transfer out, one-off". */
const char *hr_cost_dimension(const struct hr_cost_line *l, struct hr_arena *a);
const char *hr_cost_words(const struct hr_cost_line *l, struct hr_arena *a);
/* "app", or "commitments" for what belongs to no part. */
const char *hr_cost_part(const struct hr_cost_line *l);

#endif /* HR_REPORT_COST_H */

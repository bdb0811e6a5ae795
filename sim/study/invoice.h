/* sim/study/invoice.h - from hourly usage to the invoice of a month, exactly.
 *
 * MONTH    730 hours.  The ordinary usage (a run without disturbances and one-off shapes) is
 *          scaled to the month; what the actual run uses more is added `times` times: that is
 *          what one-off events cost.  Hour by hour: the month is made of the ordinary hours,
 *          `times` of them exchanged for the actual ones.
 * ORDER    commitments cover usage hour by hour (reserved capacity first, then savings plans, in
 *          the order of the scenario); what is left is on demand: the allowances are taken off,
 *          then the tiers apply, over all components that share a price.
 * ROUNDING Quantities are rational numbers of natural units, kept to a millionth; money is exact
 *          until a line is rounded, once, to the cent, half up.  What components share (tiers,
 *          allowances) is rounded once for all and allotted by quantity, so that lines add up.
 * LINES    A line of kind "usage" or "transfer" is the ordinary month; a "one-off" line is what
 *          the same thing costs more (or less) because of the one-off events.  The total is the
 *          sum of all lines, to the cent.
 * MISSING  usage that has no price is named; the total is then no answer. */
#ifndef HR_STUDY_INVOICE_H
#define HR_STUDY_INVOICE_H

#include "sim/system/model.h"

#define HR_MONTH (730 * HR_HOUR)

/* Usage of one run, by hour of the horizon, as records have it. */
struct hr_metered {
    uint32_t n_hours;
    const int64_t *const
        *usage; /* by component: [dimension * n_hours + hour]; NULL: none */
    const int64_t *const *transfer; /* by component: [enum hr_transfer * n_hours + hour] */
};
struct hr_invoice_terms {
    hr_time horizon;
    int64_t times_milli; /* how often a month one-off events happen, x 1000 */
};

enum hr_line_kind {
    HR_LINE_USAGE,
    HR_LINE_TRANSFER,
    HR_LINE_COMMITMENT,
    HR_LINE_UNUSED,
    HR_LINE_ONE_OFF,
};
extern const char *const hr_line_kinds[]; /* "usage", "transfer", "commitment", ... */

struct hr_invoice_line {
    uint32_t component;    /* HR_NONE: of no single one */
    const char *dimension; /* or the commitment's name */
    enum hr_line_kind kind;
    double quantity; /* a month, in `unit` */
    const char *unit, *price, *source;
    bool trusted;
    int64_t cents;
};
struct hr_invoice {
    struct hr_invoice_line *lines;
    uint32_t n_lines;
    int64_t cents, one_off_cents; /* sums of all lines, and of the one-off ones */
    const char **missing;         /* "component: dimension" */
    uint32_t n_missing;
};

/* `ordinary` and `actual` have equal shapes; they may be the same. */
struct hr_invoice *hr_invoice_make(const struct hr_plan *plan,
                                   const struct hr_metered *ordinary,
                                   const struct hr_metered *actual,
                                   const struct hr_invoice_terms *terms,
                                   struct hr_arena *a);

/* What counts of ordinary and actual runs come to in a month, rounded half up. */
int64_t hr_invoice_month(int64_t ordinary, int64_t actual,
                         const struct hr_invoice_terms *terms);

#endif /* HR_STUDY_INVOICE_H */

/* sim/scenario/bind/uncertain.h - values of which only a range is known: `work: 6ms..20ms`.
 *
 * MODEL   The value is the same in all of a run and unknown, uniform over the range.  Where the
 *         larger end is a hundred times the smaller or more, what is unknown is the order of
 *         magnitude: then its logarithm is uniform.  A range of a count takes whole numbers,
 *         each as likely.
 * NAMES   An input is where it is written: "app.operations.home.steps.work", as --set takes it.
 *         Two designs that write the same place have one input, which lies at the same position
 *         of either range.
 * BINDS   to the value at a position from 0 to 1 that is looked up by name; half-way where none
 *         is given.
 * SOURCE  A. Saltelli et al., "Global Sensitivity Analysis. The Primer", 2008, section 2.1, on
 *         uniform inputs where nothing but bounds is known. */
#ifndef HR_UNCERTAIN_H
#define HR_UNCERTAIN_H

#include "sim/scenario/bind/bind.h"

/* Can a field of this type be written as a range, and is this text one?  Laws that are written
 * out (`uniform(1ms..3ms)`) and fields that are ranges by themselves are not. */
bool hr_uncertain_is(enum hr_field_type type, struct hr_text t);

/* The text between `from` and `to` (in the unit of the field's bounds) at the position of the
 * input that `n` is; the input is kept in b->inputs. */
struct hr_text hr_uncertain_text(struct hr_bind *b, enum hr_field_type type,
                                 struct hr_node *n, double from, double to);

#endif /* HR_UNCERTAIN_H */

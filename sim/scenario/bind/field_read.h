/* sim/scenario/bind/field_read.h - one value of one field: every hr_field_type, once.
 *
 * `at` is the member of the conf (its C type is in field.h).  Bounds are checked here, with the
 * unit in the message.  A single value may be written as { value: X, source: "..." }. */
#ifndef HR_FIELD_READ_H
#define HR_FIELD_READ_H

#include "sim/scenario/bind/bind.h"

/* False if it could not be read; `at` is then zero or "none". */
bool hr_field_read(struct hr_bind *b, const struct hr_field *f, struct hr_node *n,
                   void *at);

/* The scalar types alone: numbers, durations, laws, texts, choices. */
bool hr_field_read_scalar(struct hr_bind *b, const struct hr_field *f, struct hr_node *n,
                          void *at);
/* Those that name something: components, operations, places, keys, resources. */
bool hr_field_read_name(struct hr_bind *b, const struct hr_field *f, struct hr_node *n,
                        void *at);
/* Maps from names to values: shares, mixes, durations and money by operation. */
bool hr_field_read_shares(struct hr_bind *b, const struct hr_field *f, struct hr_node *n,
                          void *at);
bool hr_field_read_named(struct hr_bind *b, const struct hr_field *f, struct hr_node *n,
                         void *at);

/* The node that holds the value: itself, or the `value` of its long form, whose source is then
 * in force (the caller puts b->source back). */
struct hr_node *hr_field_value(struct hr_bind *b, struct hr_node *n);
/* Count a value of the world as measured, from the catalogue or guessed; `constant`: a law
 * without variance. */
void hr_field_claim(struct hr_bind *b, const struct hr_node *n, bool constant);
/* Is the text of a source that of a guess? */
bool hr_field_guessed(const char *source);

#endif /* HR_FIELD_READ_H */

/* sim/scenario/value/value_parts.h - what the readers of scalars share: decimals, and the phrases
 * that say what is wrong.
 *
 * Internal to scenario/.  A quantity that is counted (time, bytes, money) is read exactly, in
 * 128 bits; a double is read by strtod, correctly rounded. */
#ifndef HR_VALUE_PARTS_H
#define HR_VALUE_PARTS_H

#include "sim/scenario/value/value.h"

/* Every `why` begins with one of these phrases, which have their code. */
enum hr_why {
#define HR_WHY(id, code, text) HR_WHY_##id,
#include "sim/scenario/value/value_whys.def"
#undef HR_WHY
    HR_N_WHYS
};
struct hr_why_info {
    enum hr_code code;
    const char *text;
};
extern const struct hr_why_info hr_whys[HR_N_WHYS];

/* Set *why and return false. */
bool hr_why_say(enum hr_why id, const char **why);

/* A decimal at the beginning of a text: digits, perhaps a point and digits, perhaps an
 * exponent.  value = digits * 10^exponent. */
struct hr_decimal {
    uint64_t digits;
    int exponent;
    size_t length; /* of the text it was read from; 0: there is none */
    bool exact;    /* all its digits fit */
    bool fraction; /* it has a point or an exponent */
    const char *s; /* borrowed */
};
struct hr_decimal hr_decimal_read(struct hr_text t);
/* As a double, times 10^shift; correctly rounded. */
double hr_decimal_double(const struct hr_decimal *d, int shift);
/* Times `unit`, as a whole number. */
bool hr_decimal_count(const struct hr_decimal *d, int64_t unit, int64_t *x,
                      const char **why);
/* What is wrong with a text that does not begin with a digit (sign, nothing, letters), in
 * the same words for every type. */
bool hr_decimal_refuse(struct hr_text t, enum hr_why otherwise, const char **why);

struct hr_unit {
    const char *name;
    int64_t size;
};
extern const struct hr_unit hr_time_units[], hr_byte_units[]; /* NULL-ended */
/* The unit that a text is exactly, or NULL. */
const struct hr_unit *hr_unit_find(const struct hr_unit *units, struct hr_text t);

static inline struct hr_text hr_text_after(struct hr_text t, size_t n)
{
    return (struct hr_text){t.s + n, t.n - n};
}
/* Where `word` first stands in a text; t.n if nowhere. */
size_t hr_text_find(struct hr_text t, const char *word);

/* A law with its parentheses, as value.h says; in law_text.c. */
bool hr_law_read(struct hr_text t, enum hr_law_unit unit, const char *folder,
                 struct hr_arena *a, struct hr_law *law, const char **why);
/* One value of a law's unit, as a double of that unit. */
bool hr_law_read_value(struct hr_text t, enum hr_law_unit unit, double *x,
                       const char **why);
/* The file of empirical(FILE), in law_file.c. */
bool hr_law_read_file(struct hr_text name, enum hr_law_unit unit, const char *folder,
                      struct hr_arena *a, struct hr_law *law, const char **why);

#endif /* HR_VALUE_PARTS_H */

/* sim/scenario/value/price_text.h - prices and what they are for: "$0.096/h", "$0.09/GiB",
 * "$0.40/1M", "$0.023/GB-mo".
 *
 * A unit is a number, perhaps k, M or G, perhaps a size (GB, GiB) or a word (vCPU, IOPS,
 * request), and perhaps a time after a dash.  Functions fail as those of value.h do. */
#ifndef HR_PRICE_TEXT_H
#define HR_PRICE_TEXT_H

#include "sim/scenario/value/value.h"

struct hr_per {
    bool data, time; /* is it of bytes; of a time */
    int64_t size;    /* bytes, or things; at least 1 */
    hr_time span;    /* of the time; 1 s without one */
};

bool hr_value_per(struct hr_text t, struct hr_per *p, const char **why);
/* "$0.096/h"; `per` is {0} (size 0) where nothing stands after the amount. */
bool hr_value_price(struct hr_text t, int64_t *pico, struct hr_per *per, const char **why);
/* The unit of a model's dimension: any word counts things.  `level`: a time in it is left out,
 * because a level is counted as level x s. */
struct hr_per hr_unit_of_dimension(const char *unit, bool level);
/* How many `natural` are in one `per`: units / of.  False: not the same kind of thing, or too
 * large. */
bool hr_per_convert(const struct hr_per *per, const struct hr_per *natural, int64_t *units,
                    int64_t *of);

/* "$0.096", exact and short. */
const char *hr_show_pico(struct hr_arena *a, int64_t pico);

#endif /* HR_PRICE_TEXT_H */

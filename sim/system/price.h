/* sim/system/price.h - what a unit of usage costs: plain structs that a plan carries.
 *
 * UNITS  Usage is counted in natural units, as the model's table of dimensions says: requests,
 *        bytes, and level x s for a dimension that is a level.  A price is so many pico-dollars
 *        for `units / of` natural units, so that every price that is in use is exact
 *        ($0.0000166667 for a GB-s is 16,666,700 pico-dollars).
 * TIERS  cumulative over the month and over all components that have the same price (the same
 *        pointer): volume discounts are of the account, not of a component.  What is free
 *        comes first and counts in the first tier.
 * LARGEST  a price may be for the largest of several dimensions, each over its own size, hour
 *        by hour (the LCU of a load balancer); its natural unit is then one such unit x s.
 * OWNERSHIP  the arena of the plan; immutable. */
#ifndef HR_PRICE_H
#define HR_PRICE_H

#include <stdbool.h>
#include <stdint.h>

#define HR_PICO_PER_DOLLAR INT64_C(1000000000000)

enum hr_transfer {                   /* what the network bills */
                   HR_TRANSFER_ZONE, /* between zones of a region, either way; to the caller */
                   HR_TRANSFER_REGION, /* between regions, either way; to the caller */
                   HR_TRANSFER_OUT, /* to the internet: answers to clients, to who answers; requests to
                                     * third parties, to the caller */
                   HR_N_TRANSFERS
};
extern const char *const hr_transfer_names[HR_N_TRANSFERS]; /* "transfer_zone", ... */

struct hr_price_tier {
    int64_t upto; /* natural units a month; INT64_MAX: all above */
    int64_t pico; /* pico-dollars for units / of natural units */
};
struct hr_price_size {
    uint32_t dimension; /* of the model's table */
    int64_t size;       /* usage in an hour that makes one unit */
};
struct hr_price {
    const char *dimension; /* "instance", "lcu", "transfer_out" */
    int64_t units, of;
    const struct hr_price_tier *tiers;
    uint32_t n_tiers;      /* at least 1 */
    int64_t free;          /* natural units a month that cost nothing */
    const char *allowance; /* prices of the same allowance share `free`; NULL: none other */
    const struct hr_price_size *largest;
    uint32_t n_largest;
    const char *text;   /* "$0.096/h", "$0.09/GiB up to 10TiB, then ..." */
    const char *unit;   /* what a quantity is shown in: "h", "GiB", "M" */
    const char *source; /* "SOURCE, DATE, CONFIDENCE"; NULL: the scenario's, without one */
    bool shared;        /* components may have it in common: of one product, or provider */
    bool trusted;       /* false: secondary, from memory, assumed, or of another region */
};

/* Prices of a component; a missing one is NULL. */
struct hr_prices {
    const struct hr_price **usage; /* by dimension of its model */
    uint32_t n_usage;
    const struct hr_price **largest;
    uint32_t n_largest;
    const struct hr_price *transfer[HR_N_TRANSFERS];
    bool given; /* the scenario or a product gives one at least */
};

/* Is a dimension paid for as one of those of which the largest counts? */
bool hr_prices_in_largest(const struct hr_prices *p, uint32_t dimension);

/* Money promised for every hour, used or not. */
struct hr_commitment {
    const char *name, *text, *source;
    bool spend;            /* a savings plan: dollars an hour; else capacity is reserved */
    const uint32_t *cover; /* components, in the order in which it is used up */
    uint32_t n_cover;
    const char
        *dimension; /* what it covers of them; NULL: all levels that are paid by time */
    int64_t count;  /* reserved: units */
    int64_t pico;   /* an hour; reserved: of one unit */
    int64_t keep;   /* spend: millionths of the list price that are left */
};

#endif /* HR_PRICE_H */

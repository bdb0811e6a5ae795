/* sim/scenario/bind/price.h - `prices:` of components, `transfer:` of providers, `commitments:`.
 *
 * A component's price of a dimension is what it writes itself, else its product's; that of
 * transfer else its provider's.  A price is written short, `instance: $0.05/h`, or long:
 *
 *     egress: { per: 1GiB, free: 1TiB, tiers: [ [10TiB, $0.085], [~, $0.08] ], source: "..." }
 *
 * Components of the same product whose price reads the same share one struct hr_price, and with
 * it tiers and allowances. */
#ifndef HR_PRICE_BIND_H
#define HR_PRICE_BIND_H

#include "sim/scenario/bind/bind.h"
#include "sim/scenario/value/price_text.h"

/* What is being priced. */
struct hr_priced {
    const char *dimension;
    struct hr_per natural; /* of the dimension */
    const struct hr_model
        *model;       /* whose dimensions `largest_of` names; NULL: not allowed */
    const char *pool; /* product or provider, which share prices; NULL: nobody */
    bool elsewhere;   /* the price is that of another region */
};
/* One price of either form; NULL if it cannot be read.  A source in force is b->source. */
const struct hr_price *hr_price_read(struct hr_bind *b, struct hr_node *n,
                                     const struct hr_priced *what);
/* The unit of a dimension of a model. */
struct hr_per hr_price_natural(const struct hr_dimension *d);

/* Add to a component what its product costs and it does not say itself. */
void hr_prices_fill(struct hr_bind *b, struct hr_node *component, const struct hr_model *m,
                    const struct hr_node *prices);
/* Read `prices:` of the component b->self into a struct hr_prices. */
bool hr_prices_read(struct hr_bind *b, struct hr_node *n, void *at);
/* Of a component whose place is known: what its provider takes for transfer. */
void hr_prices_finish(struct hr_bind *b, struct hr_component *c);
/* `transfer:`, with what the catalogue knows of the providers of the scenario's places. */
void hr_transfer_bind(struct hr_bind *b);
void hr_commitments_bind(struct hr_bind *b);

#endif /* HR_PRICE_BIND_H */

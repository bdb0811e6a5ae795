/* tests/support/billed.h - invoices of usage that a test writes down, priced by the catalogue.
 *
 * Components are of stub kinds that count what the test says; prices come through the binder, so
 * from products of the real catalogue or from texts of a scenario. */
#ifndef HR_TEST_BILLED_H
#define HR_TEST_BILLED_H

#include "sim/scenario/bind/price.h"
#include "sim/study/invoice.h"

enum { BILLED_PARTS = 8, BILLED_RUNS = 2 /* ordinary, actual */ };

struct billed {
    struct hr_arena *a;
    struct hr_diags ds;
    struct hr_bind bind;
    struct hr_plan plan;
    struct hr_invoice_terms terms;
    uint32_t n_hours;
    int64_t *usage[BILLED_RUNS][BILLED_PARTS], *transfer[BILLED_RUNS][BILLED_PARTS];
};

/* In us-east-1 of aws, for `hours` of simulated time. */
struct billed *billed_create(uint32_t hours);
void billed_destroy(struct billed *b);
/* A component that counts `dimensions`, written as { product: ..., prices: { ... } }. */
uint32_t billed_part(struct billed *b, const char *name,
                     const struct hr_dimension *dimensions, const char *yaml);
/* Usage in one hour, of both runs, or of the actual one only. */
void billed_use(struct billed *b, uint32_t part, uint32_t dimension, uint32_t hour,
                int64_t amount);
void billed_more(struct billed *b, uint32_t part, uint32_t dimension, uint32_t hour,
                 int64_t amount);
/* A level in every hour from..upto-1 of both runs. */
void billed_level(struct billed *b, uint32_t part, uint32_t dimension, uint32_t from,
                  uint32_t upto, int64_t level);
void billed_move(struct billed *b, uint32_t part, enum hr_transfer kind, uint32_t hour,
                 int64_t bytes);
/* `commitments:` of the scenario; after the components. */
void billed_commit(struct billed *b, const char *yaml);
/* The invoice; prices without faults. */
const struct hr_invoice *billed_invoice(struct billed *b);
/* Cents of a line; 0 if it is not there. */
int64_t billed_cents(const struct hr_invoice *v, uint32_t part, const char *dimension,
                     enum hr_line_kind kind);

#endif /* HR_TEST_BILLED_H */

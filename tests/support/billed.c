/* tests/support/billed.c - see billed.h. */
#include "tests/support/billed.h"

#include "models/catalog/catalog.h"
#include "models/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct hr_library library = {hr_models, hr_catalog_files};

static void assert_no_fault(const struct billed *b)
{
    for (size_t i = 0; i < b->ds.n; i++)
        print_message("%s\n", b->ds.items[i].what);
    assert_int_equal(b->ds.n, 0);
}

struct billed *billed_create(uint32_t hours)
{
    static const struct hr_place places[] = {
        {.name = "nowhere"}, {.name = "us-east-1", .provider = "aws", .region = 1}};
    struct billed *b = calloc(1, sizeof *b);

    b->a = hr_arena_create();
    hr_diags_init(&b->ds, b->a);
    b->terms = (struct hr_invoice_terms){hours * HR_HOUR, 1000};
    b->n_hours = hours;
    b->plan.arena = b->a;
    b->plan.places = hr_arena_alloc(b->a, 2, sizeof *places);
    memcpy(b->plan.places, places, sizeof places);
    b->plan.n_places = 2;
    b->plan.components = hr_arena_alloc(b->a, BILLED_PARTS, sizeof *b->plan.components);
    b->bind = (struct hr_bind){.arena = b->a,
                               .ds = &b->ds,
                               .lib = &library,
                               .plan = &b->plan,
                               .self = HR_NONE,
                               .region = 1};
    b->bind.catalog = hr_catalog_open(&library, b->a, &b->ds);
    b->bind.parts = hr_arena_alloc(b->a, BILLED_PARTS, sizeof *b->bind.parts);
    b->bind.root = hr_tree_parse("t.yaml", "{ headroom: 1 }", 15, &b->ds);
    hr_transfer_bind(&b->bind);
    assert_no_fault(b);
    return b;
}

void billed_destroy(struct billed *b)
{
    hr_arena_destroy(b->a);
    free(b);
}

static const struct hr_model *stub(struct billed *b, const struct hr_dimension *dimensions)
{
    static const struct hr_field none[] = {{0}};
    static const struct hr_table table = {"stub", none, 1, NULL, NULL};
    struct hr_model *m = hr_arena_alloc(b->a, 1, sizeof *m);

    m->kind = "stub";
    m->table = &table;
    m->usage = dimensions;
    return m;
}

static void read_prices(struct billed *b, uint32_t part, struct hr_node *node)
{
    struct hr_component *c = &b->plan.components[part];
    const struct hr_node *product = hr_tree_find(node, "product");
    struct hr_node *prices;
    struct hr_catalog_product p;

    b->bind.self = part;
    b->bind.parts[part].node = node;
    if (product) {
        c->product = product->text;
        assert_true(hr_catalog_product(b->bind.catalog, product->text, &p));
        hr_prices_fill(&b->bind, node, c->model, p.prices);
    }
    prices = hr_tree_find(node, "prices");
    assert_true(!prices || hr_prices_read(&b->bind, prices, &c->prices));
    hr_prices_finish(&b->bind, c);
}

uint32_t billed_part(struct billed *b, const char *name,
                     const struct hr_dimension *dimensions, const char *yaml)
{
    const uint32_t part = b->plan.n_components++;
    size_t n = 0;

    assert_true(part < BILLED_PARTS);
    while (dimensions[n].name)
        n++;
    b->plan.components[part] =
        (struct hr_component){.name = name, .model = stub(b, dimensions), .place = 1};
    hr_names_add(&b->bind.components, b->a, name, part);
    hr_names_add(&b->bind.callable, b->a, name, part);
    for (int run = 0; run < BILLED_RUNS; run++) {
        b->usage[run][part] = hr_arena_alloc(b->a, n * b->n_hours, sizeof(int64_t));
        b->transfer[run][part] =
            hr_arena_alloc(b->a, HR_N_TRANSFERS * (size_t)b->n_hours, sizeof(int64_t));
    }
    read_prices(b, part, hr_tree_parse("t.yaml", yaml, strlen(yaml), &b->ds));
    assert_no_fault(b);
    return part;
}

void billed_more(struct billed *b, uint32_t part, uint32_t dimension, uint32_t hour,
                 int64_t amount)
{
    b->usage[1][part][(size_t)dimension * b->n_hours + hour] += amount;
}

void billed_use(struct billed *b, uint32_t part, uint32_t dimension, uint32_t hour,
                int64_t amount)
{
    b->usage[0][part][(size_t)dimension * b->n_hours + hour] += amount;
    billed_more(b, part, dimension, hour, amount);
}

void billed_level(struct billed *b, uint32_t part, uint32_t dimension, uint32_t from,
                  uint32_t upto, int64_t level)
{
    for (uint32_t h = from; h < upto; h++)
        billed_use(b, part, dimension, h, level * 3600);
}

void billed_move(struct billed *b, uint32_t part, enum hr_transfer kind, uint32_t hour,
                 int64_t bytes)
{
    for (int run = 0; run < BILLED_RUNS; run++)
        b->transfer[run][part][(size_t)kind * b->n_hours + hour] += bytes;
}

void billed_commit(struct billed *b, const char *yaml)
{
    hr_bind_add(&b->bind, b->bind.root, "commitments",
                hr_tree_parse("t.yaml", yaml, strlen(yaml), &b->ds));
    b->bind.self = HR_NONE;
    hr_commitments_bind(&b->bind);
    assert_no_fault(b);
}

const struct hr_invoice *billed_invoice(struct billed *b)
{
    const struct hr_metered ordinary = {b->n_hours, (const int64_t *const *)b->usage[0],
                                        (const int64_t *const *)b->transfer[0]};
    const struct hr_metered actual = {b->n_hours, (const int64_t *const *)b->usage[1],
                                      (const int64_t *const *)b->transfer[1]};

    return hr_invoice_make(&b->plan, &ordinary, &actual, &b->terms, b->a);
}

int64_t billed_cents(const struct hr_invoice *v, uint32_t part, const char *dimension,
                     enum hr_line_kind kind)
{
    int64_t cents = 0;

    for (uint32_t i = 0; i < v->n_lines; i++)
        if (v->lines[i].component == part && v->lines[i].kind == kind &&
            strcmp(v->lines[i].dimension, dimension) == 0)
            cents += v->lines[i].cents;
    return cents;
}

/* tests/scenario/test_catalog.c - products from several files, families, notes, and that every
 * price of the catalogue can be read and says where it is from. */
#include "tests/scenario/fixture.h"

#include "models/catalog/catalog.h"
#include "models/registry.h"
#include "sim/scenario/bind/price.h"
#include "sim/scenario/catalog_inner.h"
#include "sim/scenario/scenario.h"
#include "sim/scenario/tree/resolve.h"

static const struct hr_library library = {hr_models, hr_catalog_files};

/* A catalogue of one or two files. */
static struct hr_catalog *read_files(struct fixture *f, const char *one, const char *two)
{
    struct hr_catalog_file *files = hr_arena_alloc(f->a, 3, sizeof *files);
    struct hr_library *lib = hr_arena_alloc(f->a, 1, sizeof *lib);

    files[0] = (struct hr_catalog_file){"one.yaml", one, strlen(one)};
    if (two)
        files[1] = (struct hr_catalog_file){"two.yaml", two, strlen(two)};
    *lib = (struct hr_library){hr_models, files};
    return hr_catalog_open(lib, f->a, &f->ds);
}

#define HEAD "catalog: 1\nregion: here\nsources: { page: a page }\nproducts:\n"
#define FROM ", source: page, date: 2026-01-01, confidence: primary"

static const char *value(const struct hr_node *map, const char *path)
{
    const struct hr_node *n = hr_tree_path(map, path);

    assert_non_null(n);
    assert_int_equal(n->type, HR_NODE_SCALAR);
    return n->text;
}

static void a_product_is_put_together_from_several_files(void **state)
{
    struct fixture *f = *state;
    struct hr_catalog *c = read_files(
        f,
        HEAD "  x.small:\n    kind: service\n    summary: small\n"
             "    fields: { cores: { value: 2" FROM " }, deep: { a: { value: 1" FROM
             " } } }\n",
        HEAD "  x.small:\n    kind: service\n    prices: { instance: { value: $1/h" FROM
             " } }\n    fields: { deep: { b: { value: 3" FROM " } } }\n");
    struct hr_catalog_product p;

    assert_true(hr_catalog_product(c, "x.small", &p));
    assert_quiet(f);
    assert_string_equal(p.summary, "small");
    assert_string_equal(p.region, "here");
    assert_string_equal(value(p.fields, "cores"), "2");
    assert_string_equal(value(p.fields, "deep.a"), "1");
    assert_string_equal(value(p.fields, "deep.b"), "3");
    assert_string_equal(value(p.prices, "instance"), "$1/h");
    assert_string_equal(hr_tree_find(p.prices, "instance")->note,
                        "a page, 2026-01-01, primary");
}

static void what_two_files_give_is_a_fault(void **state)
{
    struct fixture *f = *state;
    const char *file =
        HEAD "  x.small: { kind: service, fields: { cores: { value: 2" FROM " } } }\n";
    struct hr_catalog *c = read_files(f, file, file);
    struct hr_catalog_product p;

    assert_quiet(f);
    assert_true(hr_catalog_product(c, "x.small", &p));
    assert_non_null(said(f, HR_E102));
    assert_int_equal(f->ds.n, 1);
}

static void files_that_disagree_about_the_kind_are_a_fault(void **state)
{
    struct fixture *f = *state;
    struct hr_catalog *c = read_files(f, HEAD "  x: { kind: [service, cdn] }\n",
                                      HEAD "  x: { kind: database }\n");
    struct hr_catalog_product p;

    assert_true(hr_catalog_product(c, "x", &p));
    assert_non_null(said(f, HR_E408));
}

static void a_family_has_one_line_for_each_product(void **state)
{
    struct fixture *f = *state;
    struct hr_catalog *c = read_files(
        f,
        "catalog: 1\nsources: { page: a page }\nfamilies:\n  one:\n    prefix: x.\n"
        "    kind: [service, cdn]\n    summary: of a family\n    source: page\n"
        "    confidence: measured\n"
        "    columns: [prices.instance prices.standby, fields.cores, fields.deep.most]\n"
        "    rows: { small: [$1/h, 2, 7], large: [$2/h, 4, ~] }\n"
        "    every: { fields: { deep: { mode: { value: slow" FROM " } } } }\n",
        NULL);
    struct hr_catalog_product p;

    assert_true(hr_catalog_product(c, "x.small", &p));
    assert_string_equal(value(p.prices, "standby"), "$1/h");
    assert_string_equal(value(p.fields, "deep.most"), "7");
    assert_string_equal(value(p.fields, "deep.mode"), "slow");
    assert_string_equal(hr_tree_path(p.fields, "cores")->note, "a page, measured");
    assert_true(hr_catalog_product(c, "x.large", &p));
    assert_string_equal(value(p.prices, "instance"), "$2/h");
    assert_null(hr_tree_path(p.fields, "deep.most"));
    assert_true(hr_catalog_serves(&p, "cdn") && !hr_catalog_serves(&p, "cache"));
    assert_quiet(f);
}

static void a_word_in_place_of_a_map_names_a_shared_one(void **state)
{
    struct fixture *f = *state;
    struct hr_catalog *c =
        read_files(f,
                   "catalog: 1\nsources: { page: a page }\nshared:\n  one: { instance: { "
                   "value: $1/h" FROM " } }\nproducts:\n  x: { kind: service, prices: one "
                   "}\n  y: { kind: service, prices: two }\n",
                   NULL);
    struct hr_catalog_product p;

    assert_true(hr_catalog_product(c, "x", &p));
    assert_string_equal(value(p.prices, "instance"), "$1/h");
    assert_quiet(f);
    assert_true(hr_catalog_product(c, "y", &p));
    assert_null(p.prices);
    assert_int_equal(said(f, HR_E203)->at.line, 7);
}

/* --- reading no more than is needed ------------------------------------------------------------- */

static uint32_t slices_read(const struct hr_catalog *c)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < c->n_slices; i++)
        n += c->slices[i].read;
    return n;
}

static void what_nobody_asks_for_is_not_read(void **state)
{
    struct fixture *f = *state;
    struct hr_catalog *c = hr_catalog_open(&library, f->a, &f->ds);
    struct hr_catalog_product p;
    struct hr_catalog_latency l;

    assert_int_equal(f->ds.n_sources, 0);
    assert_true(hr_catalog_product(c, "aws.ec2.m5.large", &p));
    assert_true(slices_read(c) < 12);
    assert_true(hr_catalog_near(c, true, &l));
    assert_true(slices_read(c) < 16);
    assert_true(c->n_slices > 200);
}

/* In a scenario, too: see where the texts are looked at. */
static void a_scenario_without_products_reads_none(void **state)
{
    struct fixture *f = *state;
    const char *yaml = "headroom: 1\nhorizon: 10m\ntraffic:\n  users: { to: app, rate: 1/s "
                       "}\ncomponents:\n"
                       "  app: { kind: service, operations: { get: [ { work: 1ms } ] } }\n";

    assert_non_null(
        hr_scenario_load_text("t.yaml", yaml, strlen(yaml), &library, NULL, &f->ds));
    assert_int_equal(f->ds.errors, 0);
    assert_int_equal(f->ds.n_sources, 1);
}

/* Every file as YAML reads it whole, against what the slices of it hold. */
static void slices_together_are_the_file(void **state)
{
    struct fixture *f = *state;
    struct hr_catalog *c = hr_catalog_open(&library, f->a, &f->ds);

    for (const struct hr_catalog_file *file = hr_catalog_files; file->name; file++) {
        const struct hr_node *all =
            hr_tree_parse(file->name, file->text, file->length, &f->ds);

        for (size_t i = 0; i < all->n; i++) {
            const struct hr_node *section = all->child[i], *n;

            n = section->type == HR_NODE_MAP ? NULL
                                             : hr_catalog_find(c, file, section->key, NULL);
            if (n)
                assert_string_equal(n->text, section->text);
            for (size_t k = 0; k < section->n; k++) {
                n = hr_catalog_find(c, file, section->key, section->child[k]->key);
                if (!n)
                    fail_msg("%s: %s is not in a slice", file->name,
                             section->child[k]->key);
                assert_string_equal(hr_resolve_flow(n, 0, f->a),
                                    hr_resolve_flow(section->child[k], 0, f->a));
                assert_int_equal(n->key_at.line, section->child[k]->key_at.line);
            }
        }
    }
    assert_quiet(f);
}

static void assert_section_equal(struct fixture *f, const struct hr_node *a,
                                 const struct hr_node *b)
{
    assert_true(!a == !b);
    if (a)
        assert_string_equal(hr_resolve_flow(a, 0, f->a), hr_resolve_flow(b, 0, f->a));
}

static void assert_product_equal(struct fixture *f, const struct hr_catalog_product *a,
                                 const struct hr_catalog_product *b)
{
    assert_true(!a->summary == !b->summary);
    assert_true(!a->summary || strcmp(a->summary, b->summary) == 0);
    assert_true(!a->region == !b->region);
    assert_string_equal(a->kinds[0], b->kinds[0]);
    assert_section_equal(f, a->fields, b->fields);
    assert_section_equal(f, a->facts, b->facts);
    assert_section_equal(f, a->quotas, b->quotas);
    assert_section_equal(f, a->prices, b->prices);
}

/* Asked for one by one in any order, products are what they are when all are read. */
static void the_order_of_asking_does_not_matter(void **state)
{
    struct fixture *f = *state;
    struct hr_catalog *whole = hr_catalog_open(&library, f->a, &f->ds);
    const char *const *names = hr_catalog_products(whole), *const * again;
    struct hr_catalog *backward = hr_catalog_open(&library, f->a, &f->ds);
    size_t n = 0;

    while (names[n])
        n++;
    for (size_t i = n; i-- > 0;) {
        struct hr_catalog *alone = hr_catalog_open(&library, f->a, &f->ds);
        struct hr_catalog_product p, q, r;

        assert_true(hr_catalog_product(whole, names[i], &p));
        assert_true(hr_catalog_product(backward, names[i], &q));
        if (i % 7 == 0) {
            assert_true(hr_catalog_product(alone, names[i], &r));
            assert_product_equal(f, &p, &r);
        }
        assert_product_equal(f, &p, &q);
    }
    again = hr_catalog_products(backward);
    for (size_t i = 0; i <= n; i++)
        assert_true(names[i] ? strcmp(names[i], again[i]) == 0 : !again[i]);
}

/* A family that was read for another of its products is not for that what counts first. */
static void parts_count_in_the_order_of_the_files(void **state)
{
    struct fixture *f = *state;
    struct hr_catalog *c = read_files(
        f, HEAD "  x.one: { kind: service, summary: first }\n",
        "catalog: 1\nfamilies:\n  all:\n    prefix: x.\n    kind: service\n"
        "    summary: second\n    columns: []\n    rows: { one: [], two: [] }\n");
    struct hr_catalog_product p;

    assert_true(hr_catalog_product(c, "x.two", &p));
    assert_string_equal(p.summary, "second");
    assert_true(hr_catalog_product(c, "x.one", &p));
    assert_string_equal(p.summary, "first");
    assert_quiet(f);
}

/* --- the real one ------------------------------------------------------------------------------- */

static bool ends_in(const char *s, const char *end)
{
    return strlen(s) >= strlen(end) && strcmp(s + strlen(s) - strlen(end), end) == 0;
}

/* "SOURCE, ..., CONFIDENCE": a source that is told, and a confidence that is known. */
static void assert_note(const char *product, const struct hr_node *n)
{
    static const char *const words[] = {", primary",   ", primary-api", ", derived",
                                        ", measured",  ", secondary",   ", memory",
                                        ", assumption"};
    bool known = false;

    if (!n->note)
        fail_msg("%s: %s has no source", product, n->key);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        known = known || ends_in(n->note, words[i]);
    if (!known || strncmp(n->note, "no source", 9) == 0 || strlen(n->note) < 20)
        fail_msg("%s: %s is from \"%s\"", product, n->key, n->note);
}

/* Groups have no note; every value below them has. */
static void assert_notes(const char *product, const struct hr_node *map)
{
    for (size_t i = 0; map && i < map->n; i++) {
        const struct hr_node *n = map->child[i];

        if (n->type == HR_NODE_MAP && !n->note)
            assert_notes(product, n);
        else if (strcmp(n->key, "by") != 0 && strcmp(n->key, "otherwise") != 0)
            assert_note(product, n);
    }
}

static void every_value_of_the_catalogue_says_where_it_is_from(void **state)
{
    struct fixture *f = *state;
    struct hr_catalog *c = hr_catalog_open(&library, f->a, &f->ds);
    struct hr_catalog_product p;
    unsigned n = 0;

    for (const char *const *name = hr_catalog_products(c); *name; name++, n++) {
        assert_true(hr_catalog_product(c, *name, &p));
        assert_notes(*name, p.fields);
        assert_notes(*name, p.prices);
        assert_notes(*name, p.quotas);
        assert_notes(*name, p.facts);
    }
    assert_notes("transfer", hr_catalog_transfer(c, "aws"));
    assert_true(n > 230);
    assert_quiet(f);
}

/* A price is read as that of a dimension that is billed the way it is written. */
static void assert_price_reads(struct fixture *f, const char *product, struct hr_node *n)
{
    struct hr_bind b = {.arena = f->a, .ds = &f->ds, .self = HR_NONE};
    const char *unit = NULL, *why = "";
    struct hr_priced what = {.dimension = n->key, .natural = {.size = 1, .span = 1}};
    struct hr_node *value = n, *tiers;
    int64_t pico;
    struct hr_per per = {0};

    if (n->type == HR_NODE_MAP && hr_tree_find(n, "by")) {
        for (size_t i = 0; i < n->n; i++)
            if (n->child[i]->note)
                assert_price_reads(f, product, n->child[i]);
        return;
    }
    if (n->type == HR_NODE_MAP) {
        value = hr_tree_find(n, "value");
        tiers = hr_tree_find(n, "tiers");
        value = value ? value : tiers->child[0]->child[1];
        unit = hr_tree_find(n, "per") ? hr_tree_find(n, "per")->text : NULL;
        if (hr_tree_find(n, "largest_of"))
            hr_node_remove(n, "largest_of");
    }
    assert_true(hr_value_price(text(value->text), &pico, &per, &why));
    if (unit)
        assert_true(hr_value_per(text(unit), &per, &why));
    what.natural = (struct hr_per){per.data, per.time, per.data ? per.size : 1,
                                   per.time ? HR_SECOND : per.span};
    if (per.size && !hr_price_read(&b, n, &what))
        fail_msg("%s: the price of %s cannot be read", product, n->key);
}

static void every_price_of_the_catalogue_can_be_read(void **state)
{
    struct fixture *f = *state;
    struct hr_catalog *c = hr_catalog_open(&library, f->a, &f->ds);
    struct hr_catalog_product p;

    for (const char *const *name = hr_catalog_products(c); *name; name++) {
        assert_true(hr_catalog_product(c, *name, &p));
        for (size_t i = 0; p.prices && i < p.prices->n; i++)
            assert_price_reads(f, *name, hr_tree_copy(p.prices->child[i], f->a));
    }
    assert_quiet(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_product_is_put_together_from_several_files),
        TEST(what_two_files_give_is_a_fault),
        TEST(files_that_disagree_about_the_kind_are_a_fault),
        TEST(a_family_has_one_line_for_each_product),
        TEST(a_word_in_place_of_a_map_names_a_shared_one),
        TEST(what_nobody_asks_for_is_not_read),
        TEST(a_scenario_without_products_reads_none),
        TEST(slices_together_are_the_file),
        TEST(the_order_of_asking_does_not_matter),
        TEST(parts_count_in_the_order_of_the_files),
        TEST(every_value_of_the_catalogue_says_where_it_is_from),
        TEST(every_price_of_the_catalogue_can_be_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

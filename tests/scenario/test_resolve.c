/* tests/scenario/test_resolve.c - a tree as text that reads back as the same tree. */
#include "tests/scenario/fixture.h"

static bool same(const struct hr_node *a, const struct hr_node *b)
{
    if (a->type != b->type || a->n != b->n || a->null != b->null || a->quoted != b->quoted)
        return false;
    if ((a->key == NULL) != (b->key == NULL) || (a->key && strcmp(a->key, b->key) != 0) ||
        a->key_quoted != b->key_quoted)
        return false;
    if (a->type == HR_NODE_SCALAR && !a->null && strcmp(a->text, b->text) != 0)
        return false;
    for (size_t i = 0; i < a->n; i++)
        if (!same(a->child[i], b->child[i]))
            return false;
    return true;
}

static void assert_reads_back(struct fixture *f, const struct hr_node *n)
{
    const char *s = hr_resolve_text(n, "t.yaml", f->a);
    const struct hr_node *back = parse(f, s);

    if (!back || f->ds.n || !same(n, back))
        fail_msg("not the same: %s\n%s", f->ds.n ? f->ds.items[0].what : "", s);
    s = hr_resolve_flow(n, 0, f->a);
    back = parse(f, s);
    if (!back || f->ds.n || !same(n, back))
        fail_msg("not the same: %s\n%s", f->ds.n ? f->ds.items[0].what : "", s);
}

static void every_value_says_where_it_is_from(void **state)
{
    struct fixture *f = *state;
    struct hr_node *r = parse(
        f,
        "headroom: 1\n"
        "components:\n"
        "  app:\n"
        "    kind: service\n"
        "    zones: [a, b]\n"
        "    steps: [ { work: 8ms }, { call: db.r, when: { fail: [ { wait: 1s } ] } } ]\n");
    struct hr_node *app = hr_tree_path(r, "components.app");
    const struct hr_loc none = {0};

    hr_tree_merge(r, parse(f, "{components.app.zones: [c]}"), HR_ORIGIN_DESIGN, "small",
                  f->a);
    hr_node_add(f->a, app, "price",
                hr_node_scalar(f->a, "$1", none, HR_ORIGIN_CATALOG,
                               "aws.alb: page, 2026-01-02, primary"));
    hr_node_add(f->a, app, "workers",
                hr_node_scalar(f->a, "64", none, HR_ORIGIN_MODEL, NULL));
    hr_node_add(f->a, app, "queue", hr_node_scalar(f->a, "9", none, HR_ORIGIN_SET, NULL));
    hr_node_add(f->a, app, "cpu", hr_node_scalar(f->a, "2", none, HR_ORIGIN_QUICK, NULL));
    hr_node_add(f->a, app, "memory",
                hr_node_scalar(f->a, "4GiB", (struct hr_loc){"u.yaml", 7, 1, 1},
                               HR_ORIGIN_FILE, NULL));
    hr_node_add(f->a, app, "disk",
                hr_node_create(f->a, HR_NODE_MAP, (struct hr_loc){"t.yaml", 8, 1, 1},
                               HR_ORIGIN_DEFAULTS, NULL));
    assert_string_equal(
        hr_resolve_text(r, "t.yaml", f->a),
        "headroom: 1             # line 1\n"
        "components:\n"
        "  app:\n"
        "    kind: service       # line 4\n"
        "    zones: [c]          # design small\n"
        "    steps:\n"
        "      - work: 8ms       # line 6\n"
        "      - call: db.r      # line 6\n"
        "        when:\n"
        "          fail:\n"
        "            - wait: 1s  # line 6\n"
        "    price: $1           # catalogue aws.alb: page, 2026-01-02, primary\n"
        "    workers: 64         # default\n"
        "    queue: 9            # --set\n"
        "    cpu: 2              # quick\n"
        "    memory: 4GiB        # u.yaml line 7\n"
        "    disk: {}            # defaults, line 8\n");
}

static void what_is_awkward_reads_back_the_same(void **state)
{
    static const char *const texts[] = {
        "{a: \"20:00\", b: 20:00, c: -5, d: 5-, e: \"\", f: ~, g: null, h: \"null\"}",
        "a: \"x: y\"\nb: 'it''s'\nc: \"q\\\"\\\\\"\nd: \"two\\nlines\\t\"\ne: \" x \"\nf: "
        "\"a #b\"\n",
        "a: |\n  one\n  two\nb: >-\n  one\n  two\nc: one\n  two\n",
        "\"*\": none\n\"a.b\": 1\n\"a: b\": 2\n\"\": 3\n\"on\": 4\n? x\n: 5\n",
        "- [1, [2, [3, {a: [4]}]]]\n- []\n- {}\n- - - x\n- - a: 1\n    b: 2\n  - c\n",
        "a: [\"[\", \"a,b\", x y, \"{}\", \"-\", \"?\", \"!x\", '%', '@', '`']\n",
        "a: {b: http://x, c: a#b, d: x:y, e: \"x:\", f: =, g: \"<<\", h: \"...\", i: "
        "\"---\"}\n",
        "\xe6\x97\xa5: \xf0\x9f\x98\x80\n",
        "x",
        "[]",
        "\"a\"",
        "a: [aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, "
        "ccccccccc]\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct fixture *f = NULL;
        (void)state;
        set_up((void **)&f);
        const struct hr_node *n = parse(f, texts[i]);
        assert_quiet(f);
        assert_reads_back(f, n);
        tear_down((void **)&f);
    }
}

static uint64_t next(uint64_t *s)
{
    *s ^= *s >> 12;
    *s ^= *s << 25;
    *s ^= *s >> 27;
    return *s * UINT64_C(2685821657736338717);
}

/* A text of characters that mean something to YAML; in quotes, since plain it might not be. */
static const char *random_text(struct fixture *f, uint64_t *seed)
{
    static const char letters[] = "ab1 :#,[]{}&*!|>'\"%@`-?.=<~\n\t\\/()$";
    char s[16];
    const size_t n = next(seed) % (sizeof s - 1);

    for (size_t i = 0; i < n; i++)
        s[i] = letters[next(seed) % (sizeof letters - 1)];
    return hr_arena_text(f->a, s, n);
}

static struct hr_node *random_tree(struct fixture *f, uint64_t *seed, int depth)
{
    const enum hr_node_type type =
        depth == 0 ? HR_NODE_SCALAR : (enum hr_node_type)(next(seed) % 3);
    const struct hr_loc none = {0};

    if (type == HR_NODE_SCALAR) {
        struct hr_node *n =
            hr_node_scalar(f->a, random_text(f, seed), none, HR_ORIGIN_MODEL, NULL);
        n->null = false;
        n->quoted = true;
        return n;
    }
    struct hr_node *n = hr_node_create(f->a, type, none, HR_ORIGIN_MODEL, NULL);
    for (uint64_t i = next(seed) % 4; i > 0; i--) {
        struct hr_node *c = random_tree(f, seed, depth - 1);
        c->key_quoted = type == HR_NODE_MAP;
        const char *key = hr_arena_printf(f->a, "%d%s", (int)i, random_text(f, seed));
        if (!strchr(key, '\n'))
            hr_node_add(f->a, n, type == HR_NODE_MAP ? key : NULL, c);
    }
    return n;
}

static void random_trees_read_back_the_same(void **state)
{
    struct fixture *f = *state;
    uint64_t seed = 42;

    for (int i = 0; i < 2000; i++) {
        f->ds.n = f->ds.n_sources = 0;
        assert_reads_back(f, random_tree(f, &seed, 4));
    }
}

static void texts_that_need_no_quotes_have_none_and_others_do(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *text, *shown;
    } all[] = {
        {"lognormal(p50=8ms p99=60ms)", "lognormal(p50=8ms p99=60ms)"},
        {"$0.096", "$0.096"},
        {"-5", "-5"},
        {"a, b", "\"a, b\""},
        {"*", "\"*\""},
        {"a: b", "\"a: b\""},
        {"#x", "\"#x\""},
        {"a #b", "\"a #b\""},
        {"a:", "\"a:\""},
        {"us-east-1/a", "us-east-1/a"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const struct hr_node *n =
            hr_node_scalar(f->a, all[i].text, (struct hr_loc){0}, HR_ORIGIN_MODEL, NULL);
        assert_string_equal(hr_resolve_flow(n, 0, f->a), all[i].shown);
    }
}

static void a_line_that_is_too_long_is_cut_at_a_character(void **state)
{
    struct fixture *f = *state;
    const struct hr_node *n = parse(f, "a: [\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6, x]");

    assert_string_equal(hr_resolve_flow(n, 7, f->a), "{a: [\xc3\xb6\xc3\xb6\xe2\x80\xa6");
    assert_string_equal(hr_resolve_flow(n, 15, f->a), hr_resolve_flow(n, 0, f->a));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_value_says_where_it_is_from),
        TEST(what_is_awkward_reads_back_the_same),
        TEST(random_trees_read_back_the_same),
        TEST(texts_that_need_no_quotes_have_none_and_others_do),
        TEST(a_line_that_is_too_long_is_cut_at_a_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

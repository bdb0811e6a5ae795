/* tests/scenario/test_tree.c - reading YAML: what the tree holds, and what is refused where. */
#include "tests/scenario/fixture.h"

static void nodes_know_where_they_stand(void **state)
{
    struct fixture *f = *state;
    const struct hr_node *r = parse(f, "a: 1\nb:\n  c: [x, \"y z\"]\n  d: {e: ~}\n");
    const struct hr_node *b = hr_tree_find(r, "b"), *c = hr_tree_find(b, "c");

    assert_quiet(f);
    assert_int_equal(r->n, 2);
    assert_int_equal(b->key_at.line, 2);
    assert_int_equal(b->at.line, 3);
    assert_int_equal(b->at.column, 3);
    assert_int_equal(c->at.column, 6);
    assert_int_equal(c->at.length, 10);
    assert_int_equal(c->child[1]->at.column, 10);
    assert_int_equal(c->child[1]->at.length, 5);
    assert_true(c->child[1]->quoted && !c->child[0]->quoted);
    assert_true(hr_tree_path(r, "b.d.e")->null);
    assert_null(hr_tree_path(r, "b.d.x"));
    assert_null(hr_tree_path(r, "a.b"));
}

static void columns_count_characters_and_not_bytes(void **state)
{
    struct fixture *f = *state;
    const struct hr_node *r = parse(f, "\"gr\xc3\xb6\xc3\x9f"
                                       "e\": x\n\xe6\x97\xa5: \xe6\x9c\xac\n");

    assert_quiet(f);
    assert_int_equal(r->child[0]->key_at.length, 7);
    assert_int_equal(r->child[0]->at.column, 10);
    assert_int_equal(r->child[1]->at.column, 4);
}

static void keys_with_dots_are_found_before_the_parts_of_a_path(void **state)
{
    struct fixture *f = *state;
    const struct hr_node *r = parse(f, "mix: {\"a.b\": 1, a: {b: 2, \"c.d\": 3}}\n");

    assert_string_equal(hr_tree_path(r, "mix.a.b")->text, "1");
    assert_string_equal(hr_tree_path(r, "mix.a.c.d")->text, "3");
}

static void an_alias_is_a_copy(void **state)
{
    struct fixture *f = *state;
    struct hr_node *r = parse(f, "a: &x {b: 1}\nc: *x\nd: *x\n");

    assert_quiet(f);
    hr_node_remove(hr_tree_find(r, "c"), "b");
    assert_non_null(hr_tree_path(r, "a.b"));
    assert_non_null(hr_tree_path(r, "d.b"));
    assert_int_equal(hr_tree_find(r, "d")->key_at.line, 3);
}

struct refusal {
    const char *text;
    enum hr_code code;
    unsigned line, column;
};

static void each_fault_is_said_once_at_its_place(void **state)
{
    static const struct refusal all[] = {
        {"a: 1\nb: 2\na: 3\n", HR_E102, 3, 1},
        {"a: [1, 2\nb: 3\n", HR_E103, 2, 2},
        {"a: \"x\nb: 3\n", HR_E103, 1, 4},
        {"a: b: c\n", HR_E103, 1, 5},
        {"a: @b\n", HR_E103, 1, 4},
        {"a: }\n", HR_E103, 1, 4},
        {"a: x\xffy\n", HR_E104, 1, 5},
        {"a: \xc0\x80\n", HR_E104, 1, 4},
        {"a: \xed\xa0\x80\n", HR_E104, 1, 4},
        {"a: x\x1b[31m\n", HR_E105, 1, 5},
        {"a: \xe2\x80\xae x\n", HR_E105, 1, 4},
        {"a: \xe2\x80\xa8 x\n", HR_E105, 1, 4},
        {"a: \"\\e[31m\"\n", HR_E105, 1, 4},
        {"a: \"\\u202e\"\n", HR_E105, 1, 4},
        {"a: 1\n---\nb: 1\n", HR_E111, 2, 1},
        {"a: !int 3\n", HR_E112, 1, 4},
        {"a: !!map {}\n", HR_E112, 1, 4},
        {"a: {[b]: 1}\n", HR_E113, 1, 5},
        {"{a: 1, ~: 2}\n", HR_E113, 1, 8},
        {"? {a: 1}\n: 2\n", HR_E113, 1, 3},
        {"a: &x 1\nb:\n  <<: *x\n", HR_E114, 3, 3},
        {"on: 1\n", HR_E116, 1, 1},
        {"a: {No: 1}\n", HR_E116, 1, 5},
        {"", HR_E117, 0, 0},
        {"# nothing\n", HR_E117, 0, 0},
        {"a:\n\tb: 1\n", HR_E119, 2, 1},
        {"a: *x\n", HR_E120, 1, 4},
        {"a: &x [1, *x]\n", HR_E120, 1, 11},
        {"a: *x\nb: &x 1\n", HR_E120, 1, 4},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct fixture *f = NULL;
        (void)state;
        set_up((void **)&f);
        parse(f, all[i].text);
        const struct hr_diag *d = &f->ds.items[0];
        if (f->ds.n != 1 || d->code != all[i].code || d->at.line != all[i].line ||
            d->at.column != all[i].column)
            fail_msg("%s: %zu diagnostics, %s at %u:%u: %s", all[i].text, f->ds.n,
                     hr_codes[d->code].name, d->at.line, d->at.column, d->what);
        tear_down((void **)&f);
    }
}

static void words_that_read_as_booleans_are_fine_in_quotes_and_as_values(void **state)
{
    parse(*state, "\"on\": yes\nno_cache: off\n");
    assert_quiet(*state);
}

static void a_second_key_says_where_the_first_is(void **state)
{
    struct fixture *f = *state;
    const struct hr_node *r = parse(f, "a: {b: 1,\n  c: 2, b: 3}\n");

    assert_only(f, HR_E102, 2, 9);
    assert_int_equal(f->ds.items[0].also.line, 1);
    assert_int_equal(f->ds.items[0].also.column, 5);
    assert_string_equal(hr_tree_path(r, "a.b")->text, "1");
    assert_int_equal(hr_tree_find(r, "a")->n, 2);
}

static void a_law_with_commas_is_put_together_again(void **state)
{
    struct fixture *f = *state;
    const struct hr_node *r = parse(
        f,
        "s: [ {work: lognormal(p50=8ms, p99=60ms), then: 1}, gamma(a=1, b=2, c=3), x ]\n");
    const struct hr_node *s = hr_tree_find(r, "s");

    assert_int_equal(f->ds.n, 2);
    assert_int_equal(f->ds.items[0].code, HR_E115);
    assert_int_equal(f->ds.items[0].at.column, 13);
    assert_int_equal(s->n, 3);
    assert_int_equal(s->child[0]->n, 2);
    assert_string_equal(hr_tree_find(s->child[0], "work")->text,
                        "lognormal(p50=8ms p99=60ms)");
    assert_string_equal(s->child[1]->text, "gamma(a=1 b=2 c=3)");
}

static void a_parenthesis_in_a_sentence_is_no_law(void **state)
{
    parse(*state, "question: Does it hold :) (or not\nname: a (b\nq: \"f(x\"\n");
    assert_quiet(*state);
}

static void a_law_that_is_never_closed_is_said(void **state)
{
    struct fixture *f = *state;
    const struct hr_node *r = parse(f, "a: exponential(20ms\n");

    assert_only(f, HR_E115, 1, 4);
    assert_string_equal(hr_tree_find(r, "a")->text, "exponential(20ms)");
}

static void all_line_ends_count_alike(void **state)
{
    struct fixture *f = *state;
    const struct hr_node *r = parse(f, "\xef\xbb\xbf"
                                       "a: 1\r\nb: 2\rc: 3\n");

    assert_quiet(f);
    assert_int_equal(hr_tree_find(r, "c")->at.line, 3);
    assert_int_equal(hr_tree_find(r, "a")->key_at.column, 1);
}

/* ---- limits: just below passes, just above is refused ------------------------------------- */

static char *repeat(struct fixture *f, const char *head, const char *piece, size_t n,
                    const char *tail)
{
    const size_t h = strlen(head), p = strlen(piece), t = strlen(tail);
    char *s = hr_arena_alloc(f->a, h + n * p + t + 1, 1);

    memcpy(s, head, h);
    for (size_t i = 0; i < n; i++)
        memcpy(s + h + i * p, piece, p);
    memcpy(s + h + n * p, tail, t + 1);
    return s;
}

static void refuses_only_beyond(struct fixture *f, const char *good, const char *bad,
                                enum hr_code code)
{
    assert_non_null(parse(f, good));
    assert_quiet(f);
    assert_null(parse(f, bad));
    assert_non_null(said(f, code));
}

static void depth_is_limited(void **state)
{
    struct fixture *f = *state;
    char *good = repeat(f, "", "[", HR_TREE_DEPTH, "");
    char *close = repeat(f, "", "]", HR_TREE_DEPTH, "");

    refuses_only_beyond(f, hr_arena_printf(f->a, "%s%s", good, close),
                        repeat(f, "", "[", HR_TREE_DEPTH + 1, ""), HR_E107);
    assert_int_equal(f->ds.items[0].at.column, HR_TREE_DEPTH + 1);
}

static void a_million_brackets_are_refused_at_once(void **state)
{
    struct fixture *f = *state;
    parse(f, repeat(f, "", "[", 1000000, ""));
    assert_only(f, HR_E107, 1, HR_TREE_DEPTH + 1);
}

static void values_are_limited(void **state)
{
    struct fixture *f = *state;
    refuses_only_beyond(f, repeat(f, "[", "1,", HR_TREE_NODES - 1, "]"),
                        repeat(f, "[", "1,", HR_TREE_NODES, "]"), HR_E108);
}

static void keys_of_a_map_are_limited(void **state)
{
    struct fixture *f = *state;
    char *s = hr_arena_alloc(f->a, 16 * (HR_TREE_KEYS + 2), 1);
    size_t n = 0;

    for (int i = 0; i < HR_TREE_KEYS; i++)
        n += (size_t)sprintf(s + n, "k%d: 1\n", i);
    assert_non_null(parse(f, s));
    assert_quiet(f);
    sprintf(s + n, "more: 1\n");
    assert_null(parse(f, s));
    assert_int_equal(f->ds.items[0].code, HR_E108);
}

static void expansion_of_aliases_is_counted_before_it_happens(void **state)
{
    struct fixture *f = *state;
    const char *bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
                       "b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
                       "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
                       "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
                       "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\n"
                       "f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n"
                       "g: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f,*f]\n";
    assert_null(parse(f, bomb));
    assert_int_equal(f->ds.items[0].code, HR_E108);
    assert_true(hr_arena_bytes(f->a) < (size_t)512 << 20);
}

static void aliases_are_limited(void **state)
{
    struct fixture *f = *state;
    refuses_only_beyond(f, repeat(f, "a: &a 1\nb: [", "*a ,", HR_TREE_ALIASES, "]"),
                        repeat(f, "a: &a 1\nb: [", "*a ,", HR_TREE_ALIASES + 1, "]"),
                        HR_E109);
}

static void depth_counts_through_aliases(void **state)
{
    struct fixture *f = *state;
    char *deep = hr_arena_printf(f->a, "%s%s", repeat(f, "a: &a ", "[", 40, ""),
                                 repeat(f, "", "]", 40, "\n"));
    char *more = hr_arena_printf(f->a, "%sb: %s *a %s", deep, repeat(f, "", "[", 40, ""),
                                 repeat(f, "", "]", 40, "\n"));
    refuses_only_beyond(f, deep, more, HR_E107);
}

static void long_values_and_keys_are_refused(void **state)
{
    struct fixture *f = *state;
    refuses_only_beyond(f, repeat(f, "a: ", "x", HR_TREE_SCALAR, ""),
                        repeat(f, "a: ", "x", HR_TREE_SCALAR + 1, ""), HR_E110);
    f->ds.n = 0;
    refuses_only_beyond(f, repeat(f, "", "k", HR_TREE_KEY, ": 1"),
                        repeat(f, "", "k", HR_TREE_KEY + 1, ": 1"), HR_E110);
}

static void large_texts_are_refused(void **state)
{
    struct fixture *f = *state;
    char *s = repeat(f, "#", "x", HR_TREE_BYTES, "\na: 1\n");

    assert_null(hr_tree_parse("t.yaml", s, HR_TREE_BYTES + 1, &f->ds));
    assert_only(f, HR_E106, 0, 0);
}

static void files_that_cannot_be_read_say_why(void **state)
{
    struct fixture *f = *state;

    assert_null(hr_tree_read("/nowhere/at all.yaml", &f->ds));
    assert_null(hr_tree_read("/tmp", &f->ds));
    assert_int_equal(f->ds.n, 2);
    assert_string_equal(f->ds.items[0].what, "/nowhere/at all.yaml does not exist");
    assert_string_equal(f->ds.items[1].what, "/tmp is a folder");
}

static void the_nearest_name_is_near(void **state)
{
    static const char *const names[] = {"burst", "rate", "when_empty", "max_wait", NULL};
    static const char *const plain[] = {"retry", "priority", NULL};

    (void)state;
    assert_string_equal(hr_nearest("burts", names), "burst"); /* a swap is one step */
    assert_string_equal(hr_nearest("rat", names), "rate");
    assert_string_equal(hr_nearest("when-empty", names), "when_empty");
    assert_string_equal(hr_nearest("whenemtpy", names), "when_empty");
    assert_string_equal(hr_nearest("RATE", names), "rate");
    assert_string_equal(hr_nearest("priorities", plain), "priority");
    assert_string_equal(hr_nearest("retries", plain), "retry");
    assert_null(hr_nearest("ies", plain));
    assert_string_equal(hr_nearest("empty", names), "when_empty"); /* a part of it */
    assert_string_equal(hr_nearest("priority_of_the_job", plain), "priority");
    assert_null(hr_nearest("likeprioritised", plain)); /* no part of it */
    assert_null(hr_nearest("queue", names));
    assert_null(hr_nearest("x", names));
    assert_null(hr_nearest("", names));
}

static void what_is_shown_cannot_steer_a_terminal(void **state)
{
    struct fixture *f = *state;
    const char bad[] = "a\x1b[31m\xe2\x80\xaeZ\xff\n";
    const char *s = hr_shown(f->a, bad, sizeof bad - 1);

    assert_string_equal(s, "a\xef\xbf\xbd[31m\xef\xbf\xbdZ\xef\xbf\xbd ");
    const char *longer = repeat(f, "", "\xc3\xb6", 200, "");
    assert_int_equal(strlen(hr_shown(f->a, longer, strlen(longer))), 2 * 80 + 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nodes_know_where_they_stand),
        TEST(columns_count_characters_and_not_bytes),
        TEST(keys_with_dots_are_found_before_the_parts_of_a_path),
        TEST(an_alias_is_a_copy),
        TEST(each_fault_is_said_once_at_its_place),
        TEST(words_that_read_as_booleans_are_fine_in_quotes_and_as_values),
        TEST(a_second_key_says_where_the_first_is),
        TEST(a_law_with_commas_is_put_together_again),
        TEST(a_parenthesis_in_a_sentence_is_no_law),
        TEST(a_law_that_is_never_closed_is_said),
        TEST(all_line_ends_count_alike),
        TEST(depth_is_limited),
        TEST(a_million_brackets_are_refused_at_once),
        TEST(values_are_limited),
        TEST(keys_of_a_map_are_limited),
        TEST(expansion_of_aliases_is_counted_before_it_happens),
        TEST(aliases_are_limited),
        TEST(depth_counts_through_aliases),
        TEST(long_values_and_keys_are_refused),
        TEST(large_texts_are_refused),
        TEST(files_that_cannot_be_read_say_why),
        TEST(the_nearest_name_is_near),
        TEST(what_is_shown_cannot_steer_a_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* tests/scenario/test_merge.c - the rules by which one tree is laid over another. */
#include "tests/scenario/fixture.h"

/* `over` laid over `base`, in one line. */
static const char *laid(struct fixture *f, const char *base, const char *over)
{
    struct hr_node *b = parse(f, base);

    hr_tree_merge(b, parse(f, over), HR_ORIGIN_DESIGN, "d", f->a);
    return hr_resolve_flow(b, 0, f->a);
}

static void maps_merge_and_lists_and_scalars_replace(void **state)
{
    assert_string_equal(laid(*state, "{a: {b: 1, c: [1, 2]}, d: 3, m: {x: 1}}",
                             "{a: {c: [9], e: 4}, d: {f: 5}, m: 7}"),
                        "{a: {b: 1, c: [9], e: 4}, d: {f: 5}, m: 7}");
}

static void null_removes(void **state)
{
    assert_string_equal(
        laid(*state, "{a: {b: 1, c: 2}, d: 3}", "{a: {b: null}, d: ~, x: null}"),
        "{a: {c: 2}}");
    assert_string_equal(laid(*state, "{a: 1}", "{t: {b: null, c: 2}, q: \"null\"}"),
                        "{a: 1, t: {c: 2}, q: \"null\"}");
}

static void dotted_keys_are_nested_maps(void **state)
{
    assert_string_equal(
        laid(*state, "{a: {b: {c: 1, d: 2}}}", "{a.b.c: 9, a: {b.e: 3}, x.k: 1}"),
        "{a: {b: {c: 9, d: 2, e: 3}}, x: {k: 1}}");
}

static void a_key_that_has_its_dots_by_itself_is_that_key(void **state)
{
    assert_string_equal(
        laid(*state, "{mix: {\"o.read\": 1}}", "{mix.o.read: 2, \"p.q\": 3}"),
        "{mix: {\"o.read\": 2}, \"p.q\": 3}");
}

static void another_kind_keeps_only_the_operations(void **state)
{
    assert_string_equal(laid(*state, "{db: {kind: a, size: 1, operations: {r: 1}, x: 2}}",
                             "{db: {k: 3, kind: b}}"),
                        "{db: {operations: {r: 1}, k: 3, kind: b}}");
    assert_string_equal(laid(*state, "{db: {kind: a, size: 1}}", "{db: {kind: a, k: 3}}"),
                        "{db: {kind: a, size: 1, k: 3}}");
}

static void what_is_laid_over_has_its_own_origin_and_place(void **state)
{
    struct fixture *f = *state;
    struct hr_node *b = parse(f, "a: {b: 1, c: 2}\n");

    hr_tree_merge(b, parse(f, "\n\na.b: 9\n"), HR_ORIGIN_DESIGN, "d", f->a);
    const struct hr_node *n = hr_tree_path(b, "a.b");
    assert_int_equal(n->origin, HR_ORIGIN_DESIGN);
    assert_string_equal(n->note, "d");
    assert_int_equal(n->key_at.line, 3);
    assert_int_equal(n->key_at.column, 3);
    assert_int_equal(n->key_at.length, 1);
    assert_int_equal(hr_tree_path(b, "a.c")->origin, HR_ORIGIN_FILE);
    assert_int_equal(hr_tree_find(b, "a")->origin, HR_ORIGIN_FILE);
}

static void what_lies_over_does_not_share_nodes_with_its_source(void **state)
{
    struct fixture *f = *state;
    struct hr_node *b = parse(f, "{a: 1}"), *over = parse(f, "{x: {k: 1}}");

    hr_tree_merge(b, over, HR_ORIGIN_DESIGN, "d", f->a);
    hr_node_remove(hr_tree_find(b, "x"), "k");
    assert_non_null(hr_tree_path(over, "x.k"));
    assert_int_equal(hr_tree_path(over, "x.k")->origin, HR_ORIGIN_FILE);
}

static void filling_from_below_never_changes_what_is_there(void **state)
{
    struct fixture *f = *state;
    struct hr_node *n = parse(f, "{a: 1, m: {x: 1}, gone: null, l: [1]}");

    hr_tree_merge_under(
        n, parse(f, "{a: 9, m: {x: 9, k: 2}, gone: 3, l: [9], new: {z: 1}, p.q: 1}"),
        HR_ORIGIN_CATALOG, "aws: page, 2026", f->a);
    assert_string_equal(hr_resolve_flow(n, 0, f->a),
                        "{a: 1, m: {x: 1, k: 2}, gone: null, l: [1], new: {z: 1}, p.q: 1}");
    assert_int_equal(hr_tree_path(n, "m.k")->origin, HR_ORIGIN_CATALOG);
    assert_string_equal(hr_tree_path(n, "new.z")->note, "aws: page, 2026");
    assert_int_equal(hr_tree_path(n, "m.x")->origin, HR_ORIGIN_FILE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(maps_merge_and_lists_and_scalars_replace),
        TEST(null_removes),
        TEST(dotted_keys_are_nested_maps),
        TEST(a_key_that_has_its_dots_by_itself_is_that_key),
        TEST(another_kind_keeps_only_the_operations),
        TEST(what_is_laid_over_has_its_own_origin_and_place),
        TEST(what_lies_over_does_not_share_nodes_with_its_source),
        TEST(filling_from_below_never_changes_what_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

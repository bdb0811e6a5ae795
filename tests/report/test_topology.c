/* tests/report/test_topology.c - the layout reads from left to right, nothing lies on anything
 * else, and names are inert. */
#include "sim/report/page/topology.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int set_up(void **state)
{
    *state = hr_arena_create();
    return 0;
}

static int tear_down(void **state)
{
    hr_arena_destroy(*state);
    return 0;
}

static struct hr_topology system_of(struct hr_arena *a, size_t n_nodes,
                                    const struct hr_topology_edge *edges, size_t n_edges)
{
    struct hr_topology_node *nodes = hr_arena_alloc(a, n_nodes, sizeof *nodes);

    for (size_t i = 0; i < n_nodes; i++)
        nodes[i] = (struct hr_topology_node){.name = hr_arena_printf(a, "part%zu", i),
                                             .kind = "service",
                                             .utilisation = 0.5};
    return (struct hr_topology){.id = "t",
                                .title = "T",
                                .desc = "D",
                                .nodes = nodes,
                                .n_nodes = n_nodes,
                                .edges = edges,
                                .n_edges = n_edges};
}

static void assert_apart(const struct hr_topology *t, const struct hr_topology_layout *l)
{
    for (size_t i = 0; i < t->n_nodes; i++) {
        assert_true(l->nodes[i].y >= 0.4999 && l->nodes[i].y <= l->height - 0.4999);
        for (size_t k = 0; k < i; k++)
            assert_true(l->nodes[i].x != l->nodes[k].x ||
                        fabs(l->nodes[i].y - l->nodes[k].y) > 0.999);
    }
}

static void calls_go_from_left_to_right(void **state)
{
    static const struct hr_topology_edge edges[] = {
        {0, 1, 5, false}, {1, 2, 5, false}, {1, 3, 5, false}, {2, 3, 5, false}};
    const struct hr_topology t = system_of(*state, 4, edges, 4);
    const struct hr_topology_layout l = hr_topology_layout(&t, *state);

    assert_int_equal(l.n_layers, 4);
    for (size_t e = 0; e < 4; e++)
        assert_true(l.nodes[edges[e].from].x < l.nodes[edges[e].to].x);
    assert_int_equal(l.bends[2].n, 1); /* 1 -> 3 passes the layer of 2 ... */
    assert_true(fabs(l.bends[2].points[0].y - l.nodes[2].y) >
                0.7); /* ... and not through it */
    assert_apart(&t, &l);
}

static void a_cycle_is_laid_out_all_the_same(void **state)
{
    static const struct hr_topology_edge edges[] = {
        {0, 1, 5, false}, {1, 2, 5, true}, {2, 0, 5, true}, {2, 2, 5, true}};
    const struct hr_topology t = system_of(*state, 3, edges, 4);
    const struct hr_topology_layout l = hr_topology_layout(&t, *state);

    assert_int_equal(l.n_layers, 3);
    assert_int_equal(l.bends[2].n, 1); /* the way back bends through the middle layer */
    assert_true(l.bends[2].points[0].x == 1.0);
    assert_apart(&t, &l);
}

/* Listed in the order that crosses most: 0 -> 5, 1 -> 4, 2 -> 3. */
static void crossings_are_taken_out_where_they_can_be(void **state)
{
    static const struct hr_topology_edge edges[] = {
        {0, 5, 1, false}, {1, 4, 1, false}, {2, 3, 1, false}};
    const struct hr_topology t = system_of(*state, 6, edges, 3);
    const struct hr_topology_layout l = hr_topology_layout(&t, *state);

    for (size_t a = 0; a < 3; a++)
        for (size_t b = 0; b < a; b++)
            assert_true((l.nodes[edges[a].from].y - l.nodes[edges[b].from].y) *
                            (l.nodes[edges[a].to].y - l.nodes[edges[b].to].y) >
                        0.0);
}

static void a_chain_is_a_straight_line(void **state)
{
    static const struct hr_topology_edge edges[] = {
        {0, 1, 1, false}, {1, 2, 1, false}, {2, 3, 1, false}};
    const struct hr_topology t = system_of(*state, 4, edges, 3);
    const struct hr_topology_layout l = hr_topology_layout(&t, *state);

    for (size_t i = 1; i < 4; i++)
        assert_true(fabs(l.nodes[i].y - l.nodes[0].y) < 1e-9);
    assert_true(fabs(l.height - 1.0) < 1e-9);
}

/* Two systems that have nothing to do with each other: as high as both, no gap between them. */
static void unlinked_groups_are_stacked_without_a_gap(void **state)
{
    static const struct hr_topology_edge edges[] = {
        {0, 1, 1, false}, {2, 3, 1, false}, {2, 4, 1, false}};
    const struct hr_topology t = system_of(*state, 5, edges, 3);
    const struct hr_topology_layout l = hr_topology_layout(&t, *state);

    assert_apart(&t, &l);
    assert_true(fabs(l.height - 3.0) < 1e-9);
    assert_true(l.nodes[0].y < l.nodes[2].y && l.nodes[1].y < l.nodes[3].y);
}

static void sixty_parts_that_all_call_each_other_are_laid_out(void **state)
{
    enum { N = HR_TOPOLOGY_NODES };
    struct hr_topology_edge *edges = hr_arena_alloc(*state, (size_t)N * N, sizeof *edges);
    struct hr_topology t;
    struct hr_topology_layout l;
    struct hr_html h;
    size_t n = 0;

    for (size_t i = 0; i < N; i++)
        for (size_t k = 0; k < N; k++)
            edges[n++] = (struct hr_topology_edge){i, k, 1.0, false};
    t = system_of(*state, N, edges, n);
    l = hr_topology_layout(&t, *state);
    assert_int_equal(l.n_layers, N);
    hr_html_init(&h, *state);
    hr_topology_svg(&t, &h);
    assert_true(h.length > 1000);
}

static void a_part_alone_and_no_part_at_all_are_drawn(void **state)
{
    struct hr_topology one = system_of(*state, 1, NULL, 0);
    struct hr_html h;

    hr_html_init(&h, *state);
    hr_topology_svg(&one, &h);
    one.n_nodes = 0;
    hr_topology_svg(&one, &h);
    assert_non_null(strstr(h.text, "part0"));
    assert_null(strstr(h.text, "nan"));
    assert_null(strstr(h.text, "inf"));
}

static void
a_picture_says_how_busy_what_is_asynchronous_and_where_the_bottleneck_is(void **state)
{
    static const struct hr_topology_edge edges[] = {{0, 1, 100, false}, {1, 2, 25, true}};
    struct hr_topology_node nodes[] = {{"shoppers", "clients", (double)NAN, false},
                                       {"app", "service", 0.613, true},
                                       {"mailer", "service", 0.2, false}};
    struct hr_topology t = system_of(*state, 3, edges, 2);
    struct hr_html h;

    t.nodes = nodes;
    hr_html_init(&h, *state);
    hr_topology_svg(&t, &h);
    assert_non_null(strstr(h.text, "61.3%</text>"));
    assert_non_null(strstr(h.text, "class=\"link async\""));
    assert_non_null(strstr(h.text, "class=\"ring\""));
    assert_null(strstr(strstr(h.text, "class=\"ring\"") + 1, "class=\"ring\""));
    assert_non_null(strstr(h.text, "stroke-width=\"5.00\"")); /* the busiest link */
    assert_non_null(
        strstr(h.text, "stroke-width=\"3.12\"")); /* a quarter: half the extra */
    assert_non_null(strstr(h.text, "fill-opacity=\"0.337\"")); /* 0.55 x 0.613 */
    assert_non_null(strstr(h.text, "100 /s"));
}

static void hostile_names_are_inert_in_the_picture(void **state)
{
    struct hr_topology_node node = {"<script>x</script>\x1b[1m", "\" onload=\"x", 0.1,
                                    false};
    struct hr_topology t = system_of(*state, 1, NULL, 0);
    struct hr_html h;

    t.nodes = &node;
    t.title = "</title><script>";
    hr_html_init(&h, *state);
    hr_topology_svg(&t, &h);
    assert_null(strstr(h.text, "<script"));
    assert_null(strstr(h.text, "\" onload"));
    assert_null(strchr(h.text, 0x1b));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(calls_go_from_left_to_right),
        TEST(a_cycle_is_laid_out_all_the_same),
        TEST(crossings_are_taken_out_where_they_can_be),
        TEST(a_chain_is_a_straight_line),
        TEST(unlinked_groups_are_stacked_without_a_gap),
        TEST(sixty_parts_that_all_call_each_other_are_laid_out),
        TEST(a_part_alone_and_no_part_at_all_are_drawn),
        TEST(a_picture_says_how_busy_what_is_asynchronous_and_where_the_bottleneck_is),
        TEST(hostile_names_are_inert_in_the_picture),
    };
    return cmocka_run_group_tests_name("topology", tests, NULL, NULL);
}

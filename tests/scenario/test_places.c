/* tests/scenario/test_places.c - places by name, and the latency between them. */
#include "tests/scenario/loaded.h"

#include <math.h>

#define AT(place)                                                                          \
    "components:\n  app: { kind: service, in: " place                                      \
    ", operations: { home: [ { work: 1ms } ] } }\n"
#define FROM(from) "traffic: { shoppers: { " from "to: app, rate: 1/s } }\n"

static uint32_t place(const struct hr_plan *p, const char *name)
{
    for (uint32_t i = 0; i < p->n_places; i++)
        if (strcmp(p->places[i].name, name) == 0)
            return i;
    fail_msg("no place %s", name);
    return 0;
}

static const struct hr_link *between(const struct hr_plan *p, const char *from,
                                     const char *to)
{
    return p->links[place(p, from) * p->n_places + place(p, to)];
}

static double latency(const struct hr_plan *p, const char *from, const char *to)
{
    return hr_law_mean(&between(p, from, to)->latency);
}

static void place_nought_is_nowhere_and_has_no_network(void **state)
{
    const struct hr_plan *p = load(*state, HEAD "places: { dc: {} }\n" FROM("") AT("dc"));

    assert_string_equal(p->places[0].name, "nowhere");
    assert_null(p->links[0]);
    assert_null(p->links[place(p, "dc")]);
    assert_null(p->links[place(p, "dc") * p->n_places]);
    assert_int_equal(p->components[component(p, "shoppers")].place, 0);
}

static void the_one_place_need_not_be_named(void **state)
{
    const struct hr_plan *p =
        load(*state, HEAD "places: { dc: { zones: [a, b] } }\n" TRAFFIC APP
                          "[ { work: 1ms } ] } }\n");
    const struct hr_component *c = &p->components[component(p, "app")];

    assert_int_equal(c->place, place(p, "dc"));
    assert_int_equal(c->zones.n, 2); /* all, where none is named */
    assert_int_equal(c->zones.at[0], place(p, "dc/a"));
}

static void zones_are_named_without_their_region(void **state)
{
    const struct hr_plan *p = load(
        *state, HEAD "places: { x: { zones: [a, b] }, z: { zones: [a, b] } }\n" TRAFFIC
                     "components:\n  app: { kind: service, in: z, zones: [b], operations: "
                     "{ home: [ { work: 1ms } ] } }\n");
    const struct hr_component *c = &p->components[component(p, "app")];

    assert_int_equal(c->place, place(p, "z"));
    assert_int_equal(c->zones.n, 1);
    assert_int_equal(c->zones.at[0], place(p, "z/b"));
}

static void a_component_may_be_in_one_zone(void **state)
{
    const struct hr_plan *p =
        load(*state, HEAD "places: { x: { zones: [a, b] }, z: {} }\n" TRAFFIC AT("x/b"));
    const struct hr_component *c = &p->components[component(p, "app")];

    assert_int_equal(c->place, place(p, "x"));
    assert_int_equal(c->zones.n, 1);
    assert_int_equal(c->zones.at[0], place(p, "x/b"));
}

static void a_zone_of_another_region_is_refused(void **state)
{
    refuse(
        *state,
        HEAD
        "places: { x: { zones: [a] }, z: { zones: [b] } }\n" TRAFFIC
        "components:\n  app: { kind: service, in: z, zones: [x/a], operations: { home: [ "
        "{ work: 1ms } ] } }\n",
        HR_E403);
}

static void round_trips_of_the_catalogue_are_halved(void **state)
{
    const struct hr_plan *p =
        load(*state, HEAD "places: { us-east-1: { provider: aws, zones: [a, b] }, "
                          "eu-west-1: { provider: aws } }\n" TRAFFIC AT("us-east-1"));

    assert_true(fabs(latency(p, "us-east-1", "eu-west-1") - 0.06967 / 2) < 1e-9);
    assert_true(fabs(latency(p, "us-east-1/a", "eu-west-1") - 0.06967 / 2) < 1e-9);
    assert_true(fabs(latency(p, "eu-west-1", "us-east-1") - 0.06977 / 2) < 1e-9);
    assert_true(fabs(latency(p, "us-east-1/a", "us-east-1/b") - 0.00035) < 1e-12);
    assert_true(fabs(latency(p, "us-east-1/a", "us-east-1/a") - 0.0001) < 1e-12);
    assert_true(fabs(latency(p, "us-east-1", "us-east-1") - 0.00035) < 1e-12);
}

static void a_geography_adds_its_last_mile(void **state)
{
    const struct hr_plan *p =
        load(*state, HEAD "places: { eu-west-1: { provider: aws } }\n" FROM(
                         "from: { europe: 60%, asia: 40% }, ") AT("eu-west-1"));

    assert_true(fabs(latency(p, "europe", "eu-west-1") - (0.010 + 0.0264 / 2)) < 1e-9);
    assert_true(fabs(latency(p, "eu-west-1", "europe") - (0.010 + 0.02774 / 2)) < 1e-9);
    assert_true(p->places[place(p, "europe")].is_client);
    assert_int_equal(p->places[place(p, "europe")].utc_offset, HR_HOUR);
    assert_int_equal(between(p, "europe", "eu-west-1")->distance, HR_DISTANCE_INTERNET);
}

static void distances_say_what_bytes_are_booked_as(void **state)
{
    const struct hr_plan *p =
        load(*state, HEAD "places: { us-east-1: { provider: aws, zones: [a, b] }, "
                          "eu-west-1: { provider: aws } }\n" TRAFFIC AT("us-east-1"));

    assert_int_equal(between(p, "us-east-1/a", "us-east-1/a")->distance, HR_DISTANCE_ZONE);
    assert_int_equal(between(p, "us-east-1/a", "us-east-1/b")->distance,
                     HR_DISTANCE_REGION);
    assert_int_equal(between(p, "us-east-1/a", "us-east-1")->distance, HR_DISTANCE_REGION);
    assert_int_equal(between(p, "us-east-1", "eu-west-1")->distance, HR_DISTANCE_WORLD);
}

#define EDGE(in)                                                                           \
    HEAD "places: { us-east-1: { provider: aws, zones: [a] } }\n" FROM(                    \
        "from: { europe: 60%, japan: 40% }, ") "components:\n  app: { kind: cdn, " in      \
                                               "origin: web }\n"                           \
                                               "  web: { kind: service, in: us-east-1, "   \
                                               "operations: { home: [ { work: 1ms } ] } "  \
                                               "}\n"

static void an_edge_is_a_last_mile_from_its_clients(void **state)
{
    const struct hr_plan *p = load(*state, EDGE(""));

    assert_int_equal(p->components[component(p, "app")].place, 0);
    assert_true(p->components[component(p, "app")].at_edge);
    assert_int_equal(p->places[place(p, "europe")].edge, place(p, "europe/edge"));
    assert_true(fabs(latency(p, "europe", "europe/edge") - 0.010) < 1e-12);
    assert_true(fabs(latency(p, "europe/edge", "us-east-1") - 0.09266 / 2) < 1e-9);
    assert_true(fabs(latency(p, "us-east-1", "japan/edge") - 0.16747 / 2) < 1e-9);
    assert_true(fabs(latency(p, "us-east-1/a", "japan/edge") - 0.16747 / 2) < 1e-9);
    assert_int_equal(between(p, "europe", "europe/edge")->distance, HR_DISTANCE_INTERNET);
    assert_int_equal(between(p, "europe/edge", "us-east-1")->distance, HR_DISTANCE_EDGE);
    assert_int_equal(between(p, "us-east-1", "europe/edge")->distance, HR_DISTANCE_EDGE);
}

static void nothing_at_the_edge_makes_no_edges(void **state)
{
    const struct hr_plan *p = load(*state, EDGE("in: us-east-1, "));

    for (uint32_t i = 0; i < p->n_places; i++)
        assert_true(!p->places[i].is_edge && p->places[i].edge == 0);
}

static void a_link_of_the_clients_holds_for_their_edge_without_the_last_mile(void **state)
{
    const struct hr_plan *p = load(
        *state, EDGE("") "links: { l: { from: japan, to: us-east-1, latency: 50ms } }\n");
    const struct hr_link *l = between(p, "japan/edge", "us-east-1");

    assert_true(fabs(hr_law_mean(&l->latency) - l->less - 0.040) < 1e-12);
    assert_int_equal(l->distance, HR_DISTANCE_EDGE);
}

static void a_link_may_name_an_edge(void **state)
{
    const struct hr_plan *p =
        load(*state,
             EDGE("") "links: { l: { from: japan/edge, to: us-east-1, latency: 50ms } }\n");

    assert_true(fabs(latency(p, "japan/edge", "us-east-1") - 0.050) < 1e-12);
    assert_true(between(p, "japan/edge", "us-east-1")->less == 0);
}

static void an_edge_of_an_unknown_place_is_warned_of(void **state)
{
    struct fixture *f = *state;

    load_with(f,
              HEAD "places: { dc: {}, office: {} }\n" FROM(
                  "from: office, ") "components:\n  app: { kind: cdn, origin: web }\n"
                                    "  web: { kind: service, in: dc, operations: { home: [ "
                                    "{ work: 1ms } ] } }\n",
              NULL);
    size_t warned = 0;
    for (size_t i = 0; i < f->ds.n; i++)
        warned += f->ds.items[i].code == HR_W110;
    assert_int_equal(warned, 2); /* to the edge, and from there to the origin */
}

static void a_firewall_is_where_its_target_is(void **state)
{
    const struct hr_plan *p =
        load(*state, HEAD
             "places: { x: { zones: [a, b] }, z: {} }\n"
             "traffic: { shoppers: { to: app, rate: 1/s } }\n"
             "components:\n  app: { kind: firewall, to: inner }\n"
             "  inner: { kind: firewall, to: web }\n"
             "  web: { kind: service, in: x/b, operations: { home: [ { work: 1ms } ] } "
             "}\n");

    for (const char *const *c = (const char *const[]){"app", "inner", NULL}; *c; c++) {
        assert_true(p->components[component(p, *c)].beside);
        assert_int_equal(p->components[component(p, *c)].place, place(p, "x"));
        assert_int_equal(p->components[component(p, *c)].zones.at[0], place(p, "x/b"));
    }
}

#define LINKED(links)                                                                      \
    HEAD "places: { phone: {}, dc: { zones: [a] } }\nlinks: " links                        \
         "\n" FROM("from: { phone: 100% }, ") AT("dc")

static void a_link_holds_both_ways(void **state)
{
    const struct hr_plan *p = load(
        *state, LINKED("{ up: { from: phone, to: dc, latency: exponential(3ms), loss: 1%, "
                       "bandwidth: 100Mbps } }"));

    assert_string_equal(between(p, "phone", "dc")->name, "up");
    assert_true(fabs(latency(p, "phone", "dc") - 0.003) < 1e-12);
    assert_true(fabs(latency(p, "dc", "phone") - 0.003) < 1e-12);
    assert_true(fabs(between(p, "dc", "phone")->loss - 0.01) < 1e-15);
    assert_true(fabs(between(p, "dc", "phone")->bandwidth - 12.5e6) < 1e-6);
}

static void the_way_back_may_differ(void **state)
{
    const struct hr_plan *p = load(
        *state, LINKED("{ up: { from: phone, to: dc, latency: 3ms, back: 9ms, loss: 1%, "
                       "back_loss: 0% } }"));

    assert_true(fabs(latency(p, "dc", "phone") - 0.009) < 1e-12);
    assert_true(between(p, "dc", "phone")->loss <= 0);
    assert_true(fabs(between(p, "phone", "dc")->loss - 0.01) < 1e-15);
}

static void a_link_of_a_region_holds_for_its_zones(void **state)
{
    const struct hr_plan *p =
        load(*state, LINKED("{ up: { from: phone, to: dc, latency: 3ms } }"));

    assert_true(fabs(latency(p, "phone", "dc/a") - 0.003) < 1e-12);
}

static void a_link_goes_before_the_catalogue(void **state)
{
    const struct hr_plan *p = load(
        *state, HEAD
        "places: { us-east-1: { provider: aws }, eu-west-1: { provider: aws } }\n"
        "links: { fibre: { from: us-east-1, to: eu-west-1, latency: 1ms } }\n" TRAFFIC AT(
            "us-east-1"));

    assert_true(fabs(latency(p, "us-east-1", "eu-west-1") - 0.001) < 1e-12);
}

static void two_links_between_the_same_places_are_refused(void **state)
{
    refuse(
        *state,
        LINKED("{ up: { from: phone, to: dc, latency: 3ms }, down: { from: dc, to: phone, "
               "latency: 3ms } }"),
        HR_E211);
}

static void an_unknown_latency_counts_as_nought_with_a_warning(void **state)
{
    struct fixture *f = *state;
    const struct hr_scenario *s = load_with(f, LINKED("{}"), NULL);

    assert_non_null(said(f, HR_W110));
    assert_int_equal(f->ds.errors, 0);
    assert_true(latency(s->designs[0].plan, "phone", "dc") <= 0);
    assert_int_equal(between(s->designs[0].plan, "phone", "dc")->distance,
                     HR_DISTANCE_INTERNET);
}

static void within_a_place_of_its_own_there_is_no_network(void **state)
{
    const struct hr_plan *p = load(*state, HEAD "places: { dc: {} }\n" TRAFFIC AT("dc"));

    assert_true(latency(p, "dc", "dc") <= 0);
}

static void local_time_may_be_behind_utc(void **state)
{
    const struct hr_plan *p =
        load(*state, HEAD "places: { dc: { utc_offset: -5h30m } }\n" TRAFFIC AT("dc"));

    assert_int_equal(p->places[place(p, "dc")].utc_offset, -(5 * HR_HOUR + 30 * HR_MINUTE));
}

static void too_many_places_are_refused(void **state)
{
    struct fixture *f = *state;
    char *text = hr_arena_alloc(f->a, 20000, 1), *at = text;

    at += sprintf(at, "%s", HEAD "places:\n");
    for (int i = 0; i < 300; i++)
        at += sprintf(at, "  p%d: {}\n", i);
    sprintf(at, "%s", TRAFFIC AT("p1"));
    refuse(f, text, HR_E418);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(place_nought_is_nowhere_and_has_no_network),
        TEST(the_one_place_need_not_be_named),
        TEST(zones_are_named_without_their_region),
        TEST(a_component_may_be_in_one_zone),
        TEST(a_zone_of_another_region_is_refused),
        TEST(round_trips_of_the_catalogue_are_halved),
        TEST(a_geography_adds_its_last_mile),
        TEST(distances_say_what_bytes_are_booked_as),
        TEST(a_link_holds_both_ways),
        TEST(the_way_back_may_differ),
        TEST(a_link_of_a_region_holds_for_its_zones),
        TEST(a_link_goes_before_the_catalogue),
        TEST(two_links_between_the_same_places_are_refused),
        TEST(an_unknown_latency_counts_as_nought_with_a_warning),
        TEST(within_a_place_of_its_own_there_is_no_network),
        TEST(local_time_may_be_behind_utc),
        TEST(too_many_places_are_refused),
        TEST(an_edge_is_a_last_mile_from_its_clients),
        TEST(nothing_at_the_edge_makes_no_edges),
        TEST(a_link_of_the_clients_holds_for_their_edge_without_the_last_mile),
        TEST(a_link_may_name_an_edge),
        TEST(an_edge_of_an_unknown_place_is_warned_of),
        TEST(a_firewall_is_where_its_target_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

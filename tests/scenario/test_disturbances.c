/* tests/scenario/test_disturbances.c - verbs, targets, times, and which are in force. */
#include "tests/scenario/loaded.h"

#include <math.h>

#define WITH(more, d)                                                                      \
    HEAD more "places: { dc: { zones: [a, b], utc_offset: 2h } }\n" TRAFFIC APP            \
              "[ { work: 1ms } ] } }\n"                                                    \
              "  bank: { kind: third_party, latency: exponential(9ms) }\n"                 \
              "disturbances:\n  fault: " d "\n"

static const struct hr_disturbance *only(struct fixture *f, const char *text)
{
    const struct hr_plan *p = load(f, text);

    assert_int_equal(p->n_disturbances, 1);
    return &p->disturbances[0];
}

static void a_whole_component_is_a_target(void **state)
{
    const struct hr_disturbance *d =
        only(*state, WITH("", "{ lose: app, at: 14m, for: 5m, when_lost: retry }"));

    assert_int_equal(d->verb, HR_VERB_LOSE);
    assert_int_equal(d->extent, HR_EXTENT_ALL);
    assert_int_not_equal(d->component, HR_NONE);
    assert_int_equal(d->op, HR_NONE);
    assert_true(d->placed);
    assert_false(d->random);
    assert_int_equal(d->at, 14 * HR_MINUTE);
    assert_int_equal(d->lasts, 5 * HR_MINUTE);
    assert_int_equal(d->fate, HR_FATE_RETRY);
    assert_true(d->enabled);
}

static void one_operation_is_a_target(void **state)
{
    struct fixture *f = *state;
    const struct hr_plan *p = load(f, WITH("", "{ slow: bank.charge, by: 6x, at: 1m }"));
    const struct hr_disturbance *d = &p->disturbances[0];

    assert_int_equal(d->component, component(p, "bank"));
    assert_string_equal(p->operations[d->op].name, "charge");
    assert_int_equal(p->operations[d->op].component, d->component);
    assert_true(fabs(d->by - 6) < 1e-15);
    assert_int_equal(d->lasts, HR_NEVER);
}

static void an_operation_that_is_numbered_anew_is_still_the_target(void **state)
{
    const struct hr_plan *p = load(*state, WITH("", "{ slow: app.home, by: 6x, at: 1m }"));
    const struct hr_disturbance *d = &p->disturbances[0];

    assert_int_equal(d->component, component(p, "app"));
    assert_ptr_equal(&p->operations[d->op], operation(p, "app", "home"));
}

static void a_number_of_instances_is_a_target(void **state)
{
    const struct hr_disturbance *d = only(*state, WITH("", "{ lose: 2 of app, at: 1m }"));

    assert_int_equal(d->extent, HR_EXTENT_COUNT);
    assert_int_equal(d->count, 2);
}

static void a_share_of_instances_is_a_target(void **state)
{
    const struct hr_disturbance *d =
        only(*state, WITH("", "{ fail: 30% of app, by: 20%, at: 1m }"));

    assert_int_equal(d->extent, HR_EXTENT_SHARE);
    assert_true(fabs(d->share - 0.3) < 1e-12);
    assert_true(fabs(d->by - 0.2) < 1e-12);
}

static void each_instance_for_itself_has_a_hazard(void **state)
{
    const struct hr_disturbance *d =
        only(*state, WITH("", "{ lose: each of app, rate: 0.2/h, for: exponential(3m) }"));

    assert_int_equal(d->extent, HR_EXTENT_EACH);
    assert_true(d->random);
    assert_false(d->placed);
    assert_true(fabs(hr_law_mean(&d->every) - 5 * 3600) < 1e-6);
    assert_int_equal(d->for_law.kind, HR_LAW_EXPONENTIAL);
    assert_int_equal(d->lasts, 3 * HR_MINUTE);
}

static void a_zone_is_a_target(void **state)
{
    struct fixture *f = *state;
    const struct hr_plan *p = load(f, WITH("", "{ lose: zone dc/b, at: 1m }"));

    assert_string_equal(p->places[p->disturbances[0].place].name, "dc/b");
    assert_int_equal(p->disturbances[0].component, HR_NONE);
}

static void a_region_is_not_a_zone(void **state)
{
    refuse(*state, WITH("", "{ lose: zone dc, at: 1m }"), HR_E703);
}

static void a_time_of_day_is_the_first_one_after_the_start_where_the_target_is(void **state)
{
    /* t = 0 is 12:00 UTC, which is 14:00 at the target; 13:30 there is tomorrow. */
    const struct hr_disturbance *d =
        only(*state, WITH("start: 2026-11-27T12:00\n", "{ lose: app, at: \"14:20\" }"));

    assert_int_equal(d->at, 20 * HR_MINUTE);
}

static void a_time_of_day_that_has_passed_is_tomorrow(void **state)
{
    struct fixture *f = *state;
    const struct hr_scenario *s = load_with(
        f, WITH("start: 2026-11-27T12:00\n", "{ lose: app, at: \"13:30\" }"), NULL);

    assert_int_equal(f->ds.errors, 0);
    assert_int_equal(s->designs[0].plan->disturbances[0].at, 23 * HR_HOUR + 30 * HR_MINUTE);
}

static void a_date_places_a_disturbance(void **state)
{
    const struct hr_disturbance *d = only(
        *state, WITH("start: 2026-11-27T12:00\n", "{ lose: app, at: 2026-11-27T14:45 }"));

    assert_int_equal(d->at, 45 * HR_MINUTE);
}

static void a_date_before_the_start_is_refused(void **state)
{
    refuse(*state, WITH("start: 2026-11-27T12:00\n", "{ lose: app, at: 2026-11-26T14:45 }"),
           HR_E207);
}

static void a_time_of_day_without_quotes_is_refused(void **state)
{
    refuse(*state, WITH("", "{ lose: app, at: 14:20 }"), HR_E212);
}

static void a_balancer_has_no_instances_to_lose(void **state)
{
    refuse(*state, WITH("", "{ lose: 1 of bank, at: 1m }"), HR_E703);
}

static void what_was_lost_may_come_back_staggered(void **state)
{
    const struct hr_plan *p =
        load(*state, WITH("", "{ lose: app, at: 1m, for: 5m, then: staggered 30m }"));

    assert_int_equal(p->disturbances[0].stagger, 30 * HR_MINUTE);
}

static void only_what_was_lost_comes_back_staggered(void **state)
{
    refuse(*state, WITH("", "{ fail: bank, at: 1m, then: staggered 30m }"), HR_E706);
}

static void then_is_staggered_or_refused(void **state)
{
    refuse(*state, WITH("", "{ lose: app, at: 1m, then: quickly }"), HR_E203);
}

static void a_crew_puts_right_what_is_lost_at_random(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(
        only(f, WITH("", "{ lose: 1 of app, every: 9d, for: 3h, crew: 2 }"))->crew, 2);
    assert_int_equal(
        only(f, WITH("", "{ lose: each of app, rate: 2/y, for: 3h, crew: 64 }"))->crew, 64);
    assert_int_equal(only(f, WITH("", "{ lose: 1 of app, every: 9d, for: 3h }"))->crew, 0);
}

static void a_crew_has_one_member_at_least_and_64_at_most(void **state)
{
    refuse(*state, WITH("", "{ lose: 1 of app, every: 9d, for: 3h, crew: 0 }"), HR_E207);
    refuse(*state, WITH("", "{ lose: 1 of app, every: 9d, for: 3h, crew: 65 }"), HR_E207);
    refuse(*state, WITH("", "{ lose: 1 of app, every: 9d, for: 3h, crew: -1 }"), HR_E221);
    refuse(*state, WITH("", "{ lose: 1 of app, every: 9d, for: 3h, crew: 1.5 }"), HR_E206);
}

/* Of the faults of a scenario, the one of its crew. */
static void no_crew(struct fixture *f, const char *text)
{
    refuse(f, text, HR_E706);
    assert_non_null(strstr(said(f, HR_E706)->what, "`crew`"));
}

static void other_disturbances_have_no_use_for_a_crew(void **state)
{
    static const char *const texts[] = {
        WITH("", "{ fail: app, every: 9d, for: 3h, crew: 2 }"),
        WITH("", "{ slow: 1 of app, by: 2x, every: 9d, for: 3h, crew: 2 }"),
        WITH("", "{ lose: app, every: 9d, for: 3h, crew: 2 }"),
        WITH("", "{ lose: zone dc/a, every: 9d, for: 3h, crew: 2 }"),
        WITH("", "{ lose: 50% of app, every: 9d, for: 3h, crew: 2 }"),
        WITH("", "{ lose: 1 of app, at: 9m, for: 3h, crew: 2 }"),
        WITH("", "{ lose: 1 of app, every: 9d, for: 3h, then: staggered 9m, crew: 2 }")};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        void *one;

        set_up(&one);
        no_crew(one, texts[i]);
        tear_down(&one);
    }
}

static void a_verb_that_a_kind_does_not_know_is_refused(void **state)
{
    refuse(*state, WITH("", "{ failover: bank, at: 1m }"), HR_E704);
    refuse(*state, WITH("", "{ misconfigure: bank, at: 1m }"), HR_E704);
}

static const struct hr_plan *chosen(struct fixture *f, const struct hr_overrides *ov)
{
    const struct hr_scenario *s = load_with(
        f, WITH("", "{ lose: app, at: 1m }\n  other: { lose: bank, at: 2m }"), ov);

    assert_int_equal(f->ds.errors, 0);
    return s->designs[0].plan;
}

static void only_leaves_the_others_out(void **state)
{
    const struct hr_plan *p = chosen(*state, &(struct hr_overrides){.only = "other"});

    assert_false(p->disturbances[0].enabled);
    assert_true(p->disturbances[1].enabled);
}

static void several_may_be_named(void **state)
{
    const struct hr_plan *p = chosen(*state, &(struct hr_overrides){.only = "other,fault"});

    assert_true(p->disturbances[0].enabled);
    assert_true(p->disturbances[1].enabled);
}

static void without_disturbances_there_is_none(void **state)
{
    const struct hr_plan *p =
        chosen(*state, &(struct hr_overrides){.without_disturbances = true});

    assert_false(p->disturbances[0].enabled);
    assert_false(p->disturbances[1].enabled);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_whole_component_is_a_target),
        TEST(one_operation_is_a_target),
        TEST(an_operation_that_is_numbered_anew_is_still_the_target),
        TEST(a_number_of_instances_is_a_target),
        TEST(a_share_of_instances_is_a_target),
        TEST(each_instance_for_itself_has_a_hazard),
        TEST(a_zone_is_a_target),
        TEST(a_region_is_not_a_zone),
        TEST(a_time_of_day_is_the_first_one_after_the_start_where_the_target_is),
        TEST(a_time_of_day_that_has_passed_is_tomorrow),
        TEST(a_date_places_a_disturbance),
        TEST(a_date_before_the_start_is_refused),
        TEST(a_time_of_day_without_quotes_is_refused),
        TEST(a_balancer_has_no_instances_to_lose),
        TEST(what_was_lost_may_come_back_staggered),
        TEST(only_what_was_lost_comes_back_staggered),
        TEST(then_is_staggered_or_refused),
        TEST(a_crew_puts_right_what_is_lost_at_random),
        TEST(a_crew_has_one_member_at_least_and_64_at_most),
        TEST(other_disturbances_have_no_use_for_a_crew),
        TEST(a_verb_that_a_kind_does_not_know_is_refused),
        TEST(only_leaves_the_others_out),
        TEST(several_may_be_named),
        TEST(without_disturbances_there_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

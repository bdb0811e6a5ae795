/* tests/scenario/test_recovered.c - when a system counts as well again. */
#include "tests/scenario/loaded.h"

#include <math.h>

#define SHOP                                                                               \
    HEAD "traffic: { shoppers: { to: app, rate: 1/s, mix: { home: 50%, buy: 50% } } }\n"   \
         "components:\n  app: { kind: service, operations: { home: [ { work: 1ms } ], "    \
         "buy: [ { work: 1ms } ] } }\n"

static const struct hr_recovered *recovered(struct fixture *f, const char *text)
{
    return &load(f, hr_arena_printf(f->a, "%s%s", SHOP, text))->recovered;
}

static void assert_share(double share, double expected)
{
    assert_true(fabs(share - expected) < 1e-12);
}

static void
without_a_word_it_is_99_percent_in_windows_of_ten_seconds_for_five_minutes(void **state)
{
    const struct hr_recovered *r = recovered(*state, "");

    assert_int_equal(r->over, 10 * HR_SECOND);
    assert_int_equal(r->held, 5 * HR_MINUTE);
    assert_int_equal(r->n, 1);
    assert_int_equal(r->n_all, 1);
    assert_int_equal(r->when[0].rows, 3);
    assert_true(r->when[0].limit == HR_NEVER);
    assert_share(r->when[0].share, 0.99);
    assert_string_equal(r->rule, "availability >= 99% in every 10s, for 5m");
}

static void of_many_years_the_windows_are_wider(void **state)
{
    struct fixture *f = *state;
    const char *rest = &SHOP[strlen(HEAD)];
    const struct hr_recovered *r =
        &load(f, hr_arena_printf(f->a, "headroom: 1\nhorizon: 10y\n%s", rest))->recovered;

    assert_int_equal(r->over, 32 * HR_SECOND); /* 315,360,000 s into 10^7 */
    r = &load(f, hr_arena_printf(f->a, "headroom: 1\nhorizon: 3y\n%s", rest))->recovered;
    assert_int_equal(r->over, 10 * HR_SECOND);
}

static void conditions_are_read_as_objectives_are(void **state)
{
    const struct hr_recovered *r =
        recovered(*state, "recovered: { when: [ error_rate <= 2%, \"p95(buy) < 800ms\" ], "
                          "over: 30s, held: 2m }\n");

    assert_int_equal(r->over, 30 * HR_SECOND);
    assert_int_equal(r->held, 2 * HR_MINUTE);
    assert_int_equal(r->n, 2);
    assert_share(r->when[0].share, 0.98);
    assert_true(r->when[0].limit == HR_NEVER);
    assert_int_equal(r->when[1].rows, 2);
    assert_share(r->when[1].share, 0.95);
    assert_int_equal(r->when[1].limit, 800 * HR_MILLISECOND - 1);
    assert_string_equal(r->rule,
                        "error_rate <= 2% and p95(buy) < 800ms in every 30s, for 2m");
}

static void what_a_window_cannot_be_judged_by_is_refused(void **state)
{
    static const char *const wrong[] = {"utilisation(app) < 80%", "p99 > 1s",
                                        "availability <= 99%", "queue(app) < 3",
                                        "\"availability >= 99% over every 5m\""};

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct fixture *f = *state;

        f->ds.n = f->ds.errors = 0;
        refuse(f, hr_arena_printf(f->a, "%srecovered: { when: [ %s ] }\n", SHOP, wrong[i]),
               HR_E801);
    }
}

static void its_keys_are_checked(void **state)
{
    refuse(*state, SHOP "recovered: { hold: 5m }\n", HR_E201);
}

static void a_list_in_place_of_the_map_is_refused(void **state)
{
    refuse(*state, SHOP "recovered: [ availability >= 99% ]\n", HR_E203);
}

static void
objectives_that_a_window_can_keep_are_watched_behind_the_conditions(void **state)
{
    const struct hr_recovered *r = recovered(
        *state, "objectives: [ availability >= 99.9%, \"p99(buy) <= 1s\", "
                "retry_amplification < 2, \"p99(buy) <= 1s\" ]\nexpect: [ p50 < 1s ]\n");

    assert_int_equal(r->n, 1);
    assert_int_equal(r->n_all, 3);
    assert_share(r->when[1].share, 0.999);
    assert_int_equal(r->when[2].rows, 2);
    assert_int_equal(r->when[2].limit, HR_SECOND);
}

static void resolve_shows_the_default_and_reads_it_back(void **state)
{
    struct fixture *f = *state;
    const struct hr_scenario *s = load_with(f, SHOP, NULL);
    const char *text = hr_scenario_resolve(s, 0, f->a);

    assert_non_null(strstr(text, "recovered:"));
    assert_non_null(strstr(text, "availability >= 99%"));
    assert_int_equal(load(f, text)->recovered.held, 5 * HR_MINUTE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(without_a_word_it_is_99_percent_in_windows_of_ten_seconds_for_five_minutes),
        TEST(of_many_years_the_windows_are_wider),
        TEST(conditions_are_read_as_objectives_are),
        TEST(what_a_window_cannot_be_judged_by_is_refused),
        TEST(its_keys_are_checked),
        TEST(a_list_in_place_of_the_map_is_refused),
        TEST(objectives_that_a_window_can_keep_are_watched_behind_the_conditions),
        TEST(resolve_shows_the_default_and_reads_it_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

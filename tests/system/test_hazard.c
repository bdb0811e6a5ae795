/* tests/system/test_hazard.c - episodes: what is sped up, when, and what corrects for it.
 *
 * `a` strikes first, at 10 s, and lasts for 20 s; `tail` is 5 s.  Statistical tests have fixed
 * seeds and a false-alarm rate of 1e-6. */
#include "tests/support/tiny.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define S(x) ((hr_time)(x)*HR_SECOND)

static const hr_time at_zero[] = {0};
static const double rare = 1e-7;                    /* 1/s: it does not strike by itself */
static const double deviations = 4.9;               /* two-sided 1e-6 of a normal */
static const double in_period = 1.5, in_tail = 0.2; /* strikes expected, as promised */

static void nearly(double x, double y)
{
    if (!(fabs(x - y) <= 1e-9 * fmax(1, fabs(y))))
        fail_msg("%.17g is not %.17g", x, y);
}

static void start(struct tiny *t, int instances)
{
    const struct hr_step work = tiny_work(1);

    tiny_init(t, S(1000));
    tiny_service(t, "app")->instances = instances;
    tiny_clients(t, tiny_op(t, "do", 1, &work), tiny_plain(), 1, at_zero);
}

/* Fails nothing: it only acts. */
static struct hr_disturbance *hazard(struct tiny *t, double rate, hr_time lasts)
{
    struct hr_disturbance *d = tiny_disturb(t, HR_VERB_FAIL, 0, 0, lasts);

    d->by = 0;
    d->placed = false;
    d->random = true;
    d->every = hr_law_exponential(1 / rate);
    return d;
}

static const struct hr_record *strike(struct tiny *t, uint64_t seed, struct hr_strike s)
{
    const struct hr_run_options o = {.seed = seed, .strike = s};

    hr_run_destroy(t->run);
    return tiny_run_with(t, &o);
}

static const struct hr_hazard_record *episode(struct tiny *t, uint64_t seed, bool natural)
{
    return strike(t, seed,
                  (struct hr_strike){
                      .disturbance = 1, .at = S(10), .natural = natural, .tail = S(5)})
        ->hazards;
}

/* --- the record, made by hand ---------------------------------------------------------------- */

static struct hr_hazard_step steps[] = {
    {.at = S(10), .acting = 1, .log_weight = 0, .slope = 0.25},
    {.at = S(30), .acting = 0, .quiet_from = S(33), .log_weight = 5, .slope = -0.5},
    {.at = S(50), .acting = 2, .quiet_from = S(33), .log_weight = -1, .slope = 0},
    {.at = S(60), .acting = 0, .quiet_from = S(60), .log_weight = -2, .slope = 0.125}};
static const struct hr_hazard_record made = {.steps = steps, .n_steps = 4};

static void the_weight_grows_by_the_slope_from_step_to_step(void **unused)
{
    (void)unused;
    nearly(hr_hazard_log_weight(&made, S(9)), 0);
    nearly(hr_hazard_log_weight(&made, S(14)), 1);
    nearly(hr_hazard_log_weight(&made, S(30) - 1), 5);
    nearly(hr_hazard_log_weight(&made, S(30)), 5);
    nearly(hr_hazard_log_weight(&made, S(34)), 3);
    nearly(hr_hazard_log_weight(&made, S(59)), -1);
    nearly(hr_hazard_log_weight(&made, S(68)), -1);
}

static void quiet_is_what_nothing_acts_in_and_nothing_is_yet_to_come_back(void **unused)
{
    (void)unused;
    assert_true(hr_hazard_quiet(&made, S(0), S(10)));
    assert_false(hr_hazard_quiet(&made, S(0), S(10) + 1));
    assert_false(hr_hazard_quiet(&made, S(15), S(20)));
    assert_false(hr_hazard_quiet(&made, S(33) - 1, S(40)));
    assert_true(hr_hazard_quiet(&made, S(33), S(50)));
    assert_false(hr_hazard_quiet(&made, S(33), S(50) + 1));
    assert_false(hr_hazard_quiet(&made, S(60) - 1, S(70)));
    assert_true(hr_hazard_quiet(&made, S(60), S(70)));
}

/* --- how fast -------------------------------------------------------------------------------- */

static void all_is_sped_up_until_it_is_over_and_less_in_the_tail(void **unused)
{
    struct tiny t;

    (void)unused;
    start(&t, 1);
    hazard(&t, rare, S(20));
    hazard(&t, 3 * rare, S(20));
    const struct hr_hazard_record *h = episode(&t, 1, true);
    const double period = in_period / 20 - 3 * rare, tail = in_tail / 5 - 4 * rare;

    assert_int_equal(h->n_strikes, 1);
    nearly(hr_hazard_log_weight(h, S(10)), 0);
    nearly(hr_hazard_log_weight(h, S(17)), 7 * period);
    nearly(hr_hazard_log_weight(h, S(32)), 20 * period + 2 * tail);
    nearly(hr_hazard_log_weight(h, S(35)), 20 * period + 5 * tail);
    nearly(hr_hazard_log_weight(h, S(900)), 20 * period + 5 * tail);
    assert_true(hr_hazard_quiet(h, S(30), S(1000)));
    assert_false(hr_hazard_quiet(h, S(30) - 1, S(1000)));
    tiny_free(&t);
}

static void what_comes_back_staggered_is_over_when_the_last_may_be_back(void **unused)
{
    struct tiny t;

    (void)unused;
    start(&t, 1);
    struct hr_disturbance *a = hazard(&t, rare, S(20));
    a->verb = HR_VERB_LOSE;
    a->stagger = S(40);
    hazard(&t, rare, S(20));
    const struct hr_hazard_record *h = episode(&t, 1, true);

    nearly(hr_hazard_log_weight(h, S(20)), 10 * (in_period / 60 - rare));
    /* At 30 s it ends, and its own hazard may strike again while the last come back. */
    nearly(hr_hazard_log_weight(h, S(70)), 60 * in_period / 60 - 20 * rare - 40 * 2 * rare);
    nearly(hr_hazard_log_weight(h, S(75)), in_period + in_tail - 20 * rare - 45 * 2 * rare);
    assert_false(hr_hazard_quiet(h, S(70) - 1, S(1000)));
    assert_true(hr_hazard_quiet(h, S(70), S(1000)));
    tiny_free(&t);
}

/* `a` ends at 30 s and is back by 70; what ends after it and before that is back at once. */
static void the_last_to_be_back_decides_whatever_ends_meanwhile(void **unused)
{
    struct tiny t;
    size_t ended = 0;

    (void)unused;
    start(&t, 1);
    struct hr_disturbance *a = hazard(&t, rare, S(20));
    a->verb = HR_VERB_LOSE;
    a->stagger = S(40);
    hazard(&t, 0.2, S(2));
    const struct hr_hazard_record *h = episode(&t, 1, true);

    for (uint32_t k = 0; k < h->n_steps; k++) {
        if (h->steps[k].acting > 0 || h->steps[k].at <= S(30) || h->steps[k].at >= S(70))
            continue;
        ended++;
        assert_int_equal(h->steps[k].quiet_from, S(70));
    }
    assert_true(ended > 0);
    tiny_free(&t);
}

static void what_is_fast_by_itself_is_not_slowed_down(void **unused)
{
    struct tiny t;

    (void)unused;
    start(&t, 1);
    hazard(&t, rare, S(20));
    hazard(&t, 10, S(20)); /* more than 1.5 in 20 s */
    nearly(hr_hazard_log_weight(episode(&t, 1, false), S(11)), 0);
    tiny_free(&t);
}

static void after_the_tenth_strike_nothing_is_sped_up(void **unused)
{
    struct tiny t;
    const struct hr_hazard_record *h = NULL;
    uint64_t seed = 0;

    (void)unused;
    start(&t, 1);
    for (int i = 0; i < 40; i++)
        hazard(&t, rare, S(100));
    do
        h = episode(&t, ++seed, false);
    while (h->n_strikes < 10 && seed < 100);
    assert_int_equal(h->n_strikes, 10);
    for (uint32_t k = 0; k < h->n_steps; k++)
        if (h->steps[k].at < h->strikes[9].at)
            assert_true(h->steps[k].slope > 0);
        else
            nearly(h->steps[k].slope, 0);
    tiny_free(&t);
}

/* --- the ratio ------------------------------------------------------------------------------- */

/* Rate that the others strike with while `a` acts, and what each strike was made likelier by. */
static void a_strike_weighs_what_it_was_made_likelier_by(void **unused)
{
    struct tiny t;
    uint32_t seen = 0;

    (void)unused;
    start(&t, 1);
    hazard(&t, rare, S(20));
    hazard(&t, 3e-3, S(20));
    hazard(&t, 1e-3, S(20));
    for (uint64_t seed = 1; seed <= 20; seed++) {
        const struct hr_hazard_record *h = episode(&t, seed, false);
        const double calm = 4e-3, fast = in_period / 20;
        const hr_time at = h->n_strikes > 1 ? h->strikes[1].at : HR_NEVER;
        const double after_s = hr_time_s(at - S(10));

        if (at >= S(30))
            continue;
        seen++;
        const double jump = after_s * (fast - calm) + log(calm / fast);
        const double left = calm - (h->strikes[1].disturbance == 1 ? 3e-3 : 1e-3);

        nearly(hr_hazard_log_weight(h, at), jump);
        /* Till 20 s after the strike 1.5 are expected anew, `a` and the one that struck rest. */
        nearly(h->steps[1].slope, fast - left);
    }
    assert_true(seen > 5);
    tiny_free(&t);
}

static uint32_t struck_within_the_period(struct tiny *t, bool natural, uint32_t n,
                                         uint32_t *of_second)
{
    uint32_t k = 0;

    *of_second = 0;
    for (uint64_t seed = 1; seed <= n; seed++) {
        const struct hr_hazard_record *h = episode(t, seed, natural);

        if (h->n_strikes < 2 || h->strikes[1].at >= S(30))
            continue;
        k++;
        *of_second += h->strikes[1].disturbance == 1;
    }
    return k;
}

static void within(uint32_t k, uint32_t n, double p)
{
    const double off = fabs((double)k - n * p);

    if (!(off < deviations * sqrt(n * p * (1 - p))))
        fail_msg("%u of %u, where %g of them were expected", k, n, p);
}

static void as_many_strike_as_the_ratio_says(void **unused)
{
    enum { MANY = 2000 };
    struct tiny t;
    uint32_t struck, second;

    (void)unused;
    start(&t, 1);
    hazard(&t, rare, S(20));
    hazard(&t, 9e-3, S(500));
    hazard(&t, 3e-3, S(500));
    struck = struck_within_the_period(&t, false, MANY, &second);
    within(struck, MANY, 1 - exp(-in_period));
    within(second, struck, 0.75); /* by their rates */
    struck = struck_within_the_period(&t, true, MANY, &second);
    within(struck, MANY, 1 - exp(-20 * 12e-3));
    within(second, struck, 0.75);
    tiny_free(&t);
}

/* --- which ----------------------------------------------------------------------------------- */

static void what_acts_does_not_strike_again(void **unused)
{
    struct tiny t;

    (void)unused;
    start(&t, 1);
    hazard(&t, 1, S(20));
    hazard(&t, rare, S(20));
    for (uint64_t seed = 1; seed <= 30; seed++) {
        const struct hr_hazard_record *h = episode(&t, seed, false);
        hr_time free = 0;

        for (uint32_t k = 0; k < h->n_strikes; k++)
            if (h->strikes[k].disturbance == 0) {
                assert_true(h->strikes[k].at >= free);
                free = h->strikes[k].at + S(20);
            }
        assert_true(h->n_strikes > 9); /* and it does, later */
    }
    tiny_free(&t);
}

static void with_a_crew_what_is_left_may_be_hit_meanwhile(void **unused)
{
    struct tiny t;

    (void)unused;
    start(&t, 3);
    struct hr_disturbance *d = hazard(&t, rare, S(20));
    d->verb = HR_VERB_LOSE;
    d->extent = HR_EXTENT_COUNT;
    d->count = 1;
    nearly(hr_hazard_log_weight(episode(&t, 1, true), S(30)), 0); /* it is the only one */
    d->crew = 1;
    nearly(hr_hazard_log_weight(episode(&t, 1, true), S(30)), 20 * (in_period / 20 - rare));
    d->extent = HR_EXTENT_EACH;
    nearly(hr_hazard_log_weight(episode(&t, 1, true), S(30)),
           20 * (in_period / 20 - 2 * rare));
    tiny_free(&t);
}

static void alone_nothing_else_strikes_and_it_once_only(void **unused)
{
    struct tiny t;

    (void)unused;
    start(&t, 1);
    hazard(&t, 1, S(20));
    hazard(&t, 1, S(20));
    const struct hr_record *r = strike(
        &t, 1,
        (struct hr_strike){.disturbance = 2, .at = S(10), .alone = true, .tail = S(5)});

    assert_int_equal(r->hazards->n_strikes, 1);
    assert_int_equal(r->hazards->strikes[0].disturbance, 1);
    assert_int_equal(r->hazards->strikes[0].at, S(10));
    nearly(hr_hazard_log_weight(r->hazards, S(1000)), 0);
    tiny_free(&t);
}

static void what_is_turned_off_does_not_strike(void **unused)
{
    struct tiny t;

    (void)unused;
    start(&t, 1);
    hazard(&t, rare, S(20));
    hazard(&t, 1, S(20))->enabled = false;
    assert_int_equal(episode(&t, 1, true)->n_strikes, 1);
    tiny_free(&t);
}

static void each_instance_is_a_source_and_any_may_be_first(void **unused)
{
    struct tiny t;
    bool hit[3] = {false, false, false};

    (void)unused;
    start(&t, 3);
    struct hr_disturbance *d = hazard(&t, rare, S(20));
    d->verb = HR_VERB_LOSE;
    d->extent = HR_EXTENT_EACH;
    nearly(episode(&t, 1, true)->rate / rare, 3);
    for (uint64_t seed = 1; seed <= 60; seed++) { /* one is missing: 3 (2 / 3)^60 = 8e-11 */
        const struct hr_run_options o = {
            .seed = seed,
            .strike = {.disturbance = 1, .at = S(10), .natural = true, .tail = S(5)}};

        hr_run_destroy(t.run);
        const struct hr_record *r = tiny_run_with(&t, &o);
        uint32_t down = 0;

        for (uint32_t k = 0; k < 3; k++)
            if (r->instances[k].up_ns < S(1000)) {
                hit[k] = true;
                down++;
                assert_int_equal(r->instances[k].up_ns, S(1000 - 20));
            }
        assert_int_equal(down, 1);
    }
    assert_true(hit[0] && hit[1] && hit[2]);
    tiny_free(&t);
}

/* In a run it is gone from `at` on; an episode is of one that starts anew. */
static void an_instance_without_for_comes_back_by_itself_in_an_episode(void **unused)
{
    struct tiny t;
    const struct hr_step work = tiny_work(1);

    (void)unused;
    tiny_init(&t, S(1000));
    tiny_service(&t, "app")->restart = hr_law_constant(7);
    tiny_clients(&t, tiny_op(&t, "do", 1, &work), tiny_plain(), 1, at_zero);
    struct hr_disturbance *d = tiny_disturb(&t, HR_VERB_LOSE, 0, S(10), HR_NEVER);
    d->extent = HR_EXTENT_COUNT;
    d->count = 1;
    const struct hr_strike s = {.disturbance = 1, .at = S(10), .alone = true, .tail = S(5)};

    assert_int_equal(strike(&t, 1, s)->instances[0].up_ns, S(1000 - 7));
    hr_run_destroy(t.run);
    assert_int_equal(tiny_run(&t)->instances[0].up_ns, S(10));
    tiny_free(&t);
}

/* The keys of draws count occurrences. */
static void a_second_strike_of_the_same_lasts_its_own_time(void **unused)
{
    struct tiny t;
    hr_time begin = 0, lasted[3] = {0, 0, 0};
    size_t n = 0;

    (void)unused;
    start(&t, 1);
    struct hr_disturbance *d = hazard(&t, 1, S(20));
    d->for_law = hr_law_exponential(20);
    const struct hr_record *r =
        strike(&t, 1, (struct hr_strike){.disturbance = 1, .at = S(10), .tail = S(5)});

    for (uint32_t i = 0; i < r->n_events && n < 3; i++)
        if (strcmp(r->events[i].what, "begins") == 0)
            begin = r->events[i].at;
        else if (strcmp(r->events[i].what, "ends") == 0)
            lasted[n++] = r->events[i].at - begin;
    assert_int_equal(n, 3);
    assert_int_not_equal(lasted[0], lasted[1]);
    assert_int_not_equal(lasted[0], lasted[2]);
    assert_int_not_equal(lasted[1], lasted[2]);
    tiny_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_weight_grows_by_the_slope_from_step_to_step),
        cmocka_unit_test(quiet_is_what_nothing_acts_in_and_nothing_is_yet_to_come_back),
        cmocka_unit_test(all_is_sped_up_until_it_is_over_and_less_in_the_tail),
        cmocka_unit_test(what_comes_back_staggered_is_over_when_the_last_may_be_back),
        cmocka_unit_test(the_last_to_be_back_decides_whatever_ends_meanwhile),
        cmocka_unit_test(what_is_fast_by_itself_is_not_slowed_down),
        cmocka_unit_test(after_the_tenth_strike_nothing_is_sped_up),
        cmocka_unit_test(a_strike_weighs_what_it_was_made_likelier_by),
        cmocka_unit_test(as_many_strike_as_the_ratio_says),
        cmocka_unit_test(what_acts_does_not_strike_again),
        cmocka_unit_test(with_a_crew_what_is_left_may_be_hit_meanwhile),
        cmocka_unit_test(alone_nothing_else_strikes_and_it_once_only),
        cmocka_unit_test(what_is_turned_off_does_not_strike),
        cmocka_unit_test(each_instance_is_a_source_and_any_may_be_first),
        cmocka_unit_test(an_instance_without_for_comes_back_by_itself_in_an_episode),
        cmocka_unit_test(a_second_strike_of_the_same_lasts_its_own_time),
    };
    return cmocka_run_group_tests_name("hazard", tests, NULL, NULL);
}

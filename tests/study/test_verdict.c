/* tests/study/test_verdict.c - objectives against records: value, interval, verdict. */
#include "sim/study/verdict.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { LT, LE, GT, GE }; /* hr_objective.op */

static const double NONE = (double)NAN;

static struct hr_objective objective(enum hr_measure_id measure, double quantile, int op,
                                     double limit)
{
    return (struct hr_objective){.text = "as written",
                                 .measure = measure,
                                 .quantile = quantile,
                                 .rows = 1,
                                 .component = HR_NONE,
                                 .disturbance = HR_NONE,
                                 .op = op,
                                 .limit = limit};
}

static struct hr_objective availability(int op, double limit)
{
    return objective(HR_MEASURE_AVAILABILITY, NONE, op, limit);
}

static enum hr_verdict decide(const struct hr_objective *o, double value, double lo,
                              double hi, size_t n, char *reason)
{
    struct hr_arena *a = hr_arena_create();
    const struct hr_estimate e = {.mean = value, .lo = lo, .hi = hi, .n = n};
    const char *why;
    const enum hr_verdict v = hr_verdict_decide(o, &e, a, &why);

    if (reason)
        strcpy(reason, why);
    hr_arena_destroy(a);
    return v;
}

/* --- verdicts ------------------------------------------------------------------------------ */

static void one_run_is_an_observation_and_says_so(void **state)
{
    const struct hr_objective o = availability(GE, 0.99);
    char why[200];

    (void)state;
    assert_int_equal(decide(&o, 0.995, NONE, NONE, 1, why), HR_KEPT);
    assert_string_equal(why, "an observation of one run");
    assert_int_equal(decide(&o, 0.985, NONE, NONE, 1, why), HR_BROKEN);
}

static void the_limit_itself_keeps_only_what_allows_equality(void **state)
{
    static const enum hr_verdict at_limit[] = {HR_BROKEN, HR_KEPT, HR_BROKEN, HR_KEPT};

    (void)state;
    for (int op = LT; op <= GE; op++) {
        const struct hr_objective o = availability(op, 0.5);
        assert_int_equal(decide(&o, 0.5, NONE, NONE, 1, NULL), at_limit[op]);
    }
}

static void the_interval_decides_when_there_is_one(void **state)
{
    const struct hr_objective o = objective(HR_MEASURE_QUANTILE, 0.99, LT, 0.8);
    char why[200];

    (void)state;
    assert_int_equal(decide(&o, 0.75, 0.72, 0.78, 5, NULL), HR_KEPT);
    assert_int_equal(decide(&o, 0.85, 0.82, 0.88, 5, NULL), HR_BROKEN);
    assert_int_equal(decide(&o, 0.79, 0.77, 0.81, 5, why), HR_UNDECIDED);
    assert_non_null(strstr(why, "5 replications"));
}

static void an_interval_that_reaches_to_infinity_is_undecided(void **state)
{
    const struct hr_objective o = objective(HR_MEASURE_QUANTILE, 0.99, LT, 0.8);

    (void)state;
    assert_int_equal(decide(&o, 0.5, 0.4, HUGE_VAL, 3, NULL), HR_UNDECIDED);
    assert_int_equal(decide(&o, HUGE_VAL, HUGE_VAL, HUGE_VAL, 3, NULL), HR_BROKEN);
    assert_int_equal(decide(&o, HUGE_VAL, NONE, NONE, 1, NULL), HR_BROKEN);
}

static void what_is_not_measured_yet_is_undecided_by_name(void **state)
{
    const struct hr_objective room = objective(HR_MEASURE_HEADROOM, NONE, GE, 2);
    char why[200];

    (void)state;
    assert_int_equal(decide(&room, 1, NONE, NONE, 1, why), HR_UNDECIDED);
    assert_string_equal(why, "not yet measured");
}

static void nothing_observed_is_undecided(void **state)
{
    const struct hr_objective o = availability(GE, 0.99);
    char why[200];

    (void)state;
    assert_int_equal(decide(&o, NONE, NONE, NONE, 1, why), HR_UNDECIDED);
    assert_string_equal(why, "not observed");
    assert_int_equal(decide(&o, NONE, NONE, NONE, 0, why), HR_UNDECIDED);
    assert_string_equal(why, "not simulated");
}

static void broken_beats_undecided_beats_kept(void **state)
{
    const enum hr_verdict all[] = {HR_KEPT, HR_UNDECIDED, HR_BROKEN};

    (void)state;
    assert_int_equal(hr_verdict_status(all, 0), 0);
    assert_int_equal(hr_verdict_status(all, 1), 0);
    assert_int_equal(hr_verdict_status(all, 2), 4);
    assert_int_equal(hr_verdict_status(all, 3), 1);
}

/* --- figures ------------------------------------------------------------------------------- */

enum { ROWS = 2 };
struct sample { /* a record with two rows and one component */
    struct hr_row_record rows[ROWS];
    struct hr_part_record part;
    struct hr_record r;
};

static void make(struct sample *s)
{
    *s = (struct sample){0};
    for (size_t i = 0; i < ROWS; i++) {
        hr_hist_init(&s->rows[i].latency, 7);
        hr_hist_init(&s->rows[i].answered_latency, 7);
    }
    s->r = (struct hr_record){
        .n_rows = ROWS, .rows = s->rows, .n_parts = 1, .parts = &s->part};
}

static void unmake(struct sample *s)
{
    for (size_t i = 0; i < ROWS; i++) {
        hr_hist_free(&s->rows[i].latency);
        hr_hist_free(&s->rows[i].answered_latency);
    }
}

static struct hr_estimate figure(const struct hr_objective *o, struct sample *s, size_t n)
{
    struct hr_arena *a = hr_arena_create();
    struct hr_figure f;
    struct hr_estimate e;

    hr_figure_init(&f, o, n, a);
    for (size_t i = 0; i < n; i++)
        hr_figure_add(&f, &s[i].r);
    e = hr_figure_estimate(&f, 0.95);
    hr_figure_free(&f);
    hr_arena_destroy(a);
    return e;
}

static void assert_near(double x, double y)
{
    assert_true(fabs(x - y) <= 1e-9 * fabs(y));
}

static void availability_is_a_ratio_of_sums_over_its_rows(void **state)
{
    struct hr_objective one = availability(GE, 0.99), both = one;
    struct sample s[2];

    (void)state;
    make(&s[0]);
    make(&s[1]);
    s[0].rows[0] = (struct hr_row_record){.valid = 100, .good = 90};
    s[1].rows[0] = (struct hr_row_record){.valid = 1000, .good = 1000};
    s[0].rows[1] = (struct hr_row_record){.valid = 400, .good = 100};
    both.rows = 3;
    assert_near(figure(&one, s, 2).mean, 1090.0 / 1100);
    assert_near(figure(&both, s, 2).mean, 1190.0 / 1500);
    assert_near(figure(&one, s, 1).mean, 0.9);
}

static void hit_rate_without_a_scope_is_of_all_caches(void **state)
{
    struct hr_objective all = objective(HR_MEASURE_HIT_RATE, NONE, GE, 0.9), one = all;
    struct hr_part_record parts[2] = {{.hits = 30, .misses = 10},
                                      {.hits = 5, .misses = 55}};
    struct sample s;

    (void)state;
    make(&s);
    s.r.n_parts = 2;
    s.r.parts = parts;
    all.component = HR_NONE;
    one.component = 0;
    assert_near(figure(&all, &s, 1).mean, 0.35);
    assert_near(figure(&one, &s, 1).mean, 0.75);
    one.component = 1;
    parts[1] = (struct hr_part_record){0}; /* nobody asked it */
    assert_true(isnan(figure(&one, &s, 1).mean));
    unmake(&s);
}

static void an_interval_stays_where_its_measure_can_be(void **state)
{
    const struct hr_objective share = availability(LE, 1);
    const struct hr_objective attempts =
        objective(HR_MEASURE_RETRY_AMPLIFICATION, NONE, GE, 0);
    struct sample s[2];
    struct hr_estimate e;

    (void)state;
    make(&s[0]);
    make(&s[1]);
    s[0].rows[0] = (struct hr_row_record){.valid = 100, .good = 100, .attempts = 100};
    s[1].rows[0] = (struct hr_row_record){.valid = 100, .good = 40, .attempts = 900};
    e = figure(&share, s, 2);
    assert_true(e.lo == 0 && e.hi == 1);
    assert_int_equal(decide(&share, e.mean, e.lo, e.hi, e.n, NULL), HR_KEPT);
    e = figure(&attempts, s, 2);
    assert_true(e.lo == 0 && e.hi > 9);
    assert_int_equal(decide(&attempts, e.mean, e.lo, e.hi, e.n, NULL), HR_KEPT);
}

static void a_bad_request_makes_the_quantile_infinite(void **state)
{
    const struct hr_objective p90 = objective(HR_MEASURE_QUANTILE, 0.9, LT, 1);
    const struct hr_objective p99 = objective(HR_MEASURE_QUANTILE, 0.99, LT, 1);
    struct sample s;

    (void)state;
    make(&s);
    for (int i = 0; i < 95; i++)
        hr_hist_record(&s.rows[0].latency, 20 * HR_MILLISECOND);
    for (int i = 0; i < 5; i++)
        hr_hist_record_infinite(&s.rows[0].latency);
    assert_near(figure(&p90, &s, 1).mean, 0.020);
    assert_true(figure(&p99, &s, 1).mean == HUGE_VAL);
    unmake(&s);
}

static void mean_latency_is_of_the_answered(void **state)
{
    const struct hr_objective o = objective(HR_MEASURE_MEAN_LATENCY, NONE, LT, 1);
    struct sample s;

    (void)state;
    make(&s);
    hr_hist_record(&s.rows[0].answered_latency, 10 * HR_MILLISECOND);
    hr_hist_record(&s.rows[0].answered_latency, 40 * HR_MILLISECOND);
    hr_hist_record_infinite(&s.rows[0].latency);
    assert_near(figure(&o, &s, 1).mean, 0.025);
    unmake(&s);
}

/* By hand: 10 of 10 ms and 30 of 40 ms are 1.3 s over 40, not the 25 ms between the runs; the
 * residuals of the sums, in ms, are -225 and 225, so that their standard deviation is
 * 225 sqrt(2) / 20. */
static void mean_latency_is_a_ratio_with_the_interval_of_one(void **state)
{
    const struct hr_objective o = objective(HR_MEASURE_MEAN_LATENCY, NONE, LT, 1);
    struct sample s[2];
    struct hr_estimate e;

    (void)state;
    make(&s[0]);
    make(&s[1]);
    for (int i = 0; i < 10; i++)
        hr_hist_record(&s[0].rows[0].answered_latency, 10 * HR_MILLISECOND);
    for (int i = 0; i < 30; i++)
        hr_hist_record(&s[1].rows[0].answered_latency, 40 * HR_MILLISECOND);
    e = figure(&o, s, 2);
    assert_near(e.mean, 0.0325);
    assert_near(e.sd, 0.225 * sqrt(2) / 20);
    unmake(&s[0]);
    unmake(&s[1]);
}

static void a_stricter_level_widens_every_interval(void **state)
{
    static const enum hr_measure_id ids[] = {HR_MEASURE_AVAILABILITY, HR_MEASURE_KILLS,
                                             HR_MEASURE_QUANTILE, HR_MEASURE_MEAN_LATENCY};
    struct hr_arena *a = hr_arena_create();

    (void)state;
    for (size_t k = 0; k < sizeof ids / sizeof *ids; k++) {
        const struct hr_objective o =
            objective(ids[k], ids[k] == HR_MEASURE_QUANTILE ? 0.5 : NONE, LT, 1);
        struct hr_figure f;
        struct sample s[3];

        hr_figure_init(&f, &o, 3, a);
        for (int i = 0; i < 3; i++) {
            make(&s[i]);
            s[i].rows[0].valid = 1000;
            s[i].rows[0].good = 500 + (uint64_t)i;
            s[i].part.killed = 2000 + (uint64_t)i;
            hr_hist_record(&s[i].rows[0].latency, HR_SECOND + i * HR_MILLISECOND);
            hr_hist_record(&s[i].rows[0].answered_latency, HR_SECOND + i * HR_MILLISECOND);
            hr_figure_add(&f, &s[i].r);
            unmake(&s[i]);
        }
        const struct hr_estimate usual = hr_figure_estimate(&f, 0.95);
        const struct hr_estimate strict = hr_figure_estimate(&f, 0.99);

        assert_true(strict.lo < usual.lo && usual.lo < usual.hi && usual.hi < strict.hi);
        assert_near(strict.mean, usual.mean);
        hr_figure_free(&f);
    }
    hr_arena_destroy(a);
}

static void utilisation_without_a_scope_is_of_the_busiest(void **state)
{
    const struct hr_objective any = objective(HR_MEASURE_UTILISATION, NONE, LT, 0.8);
    struct hr_part_record parts[3] = {{0}};
    struct sample s;
    struct hr_objective first = any;

    (void)state;
    make(&s);
    parts[0].busy.whole = 30;
    parts[0].capacity.whole = 100;
    parts[1].busy.whole = 90;
    parts[1].capacity.whole = 120; /* 75%; the third has no capacity */
    s.r.parts = parts;
    s.r.n_parts = 3;
    first.component = 0;
    assert_near(figure(&any, &s, 1).mean, 0.75);
    assert_near(figure(&first, &s, 1).mean, 0.30);
}

static void every_measure_that_is_said_to_be_measured_can_be_read(void **state)
{
    (void)state;
    for (int id = 0; id < HR_N_MEASURES; id++) {
        const bool quantile = id == HR_MEASURE_QUANTILE;
        const struct hr_objective o =
            objective((enum hr_measure_id)id, quantile ? 0.5 : NONE, LT, 1);

        assert_int_equal(hr_measure_readable(&o), hr_measures[id].measured);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_run_is_an_observation_and_says_so),
        cmocka_unit_test(the_limit_itself_keeps_only_what_allows_equality),
        cmocka_unit_test(the_interval_decides_when_there_is_one),
        cmocka_unit_test(an_interval_that_reaches_to_infinity_is_undecided),
        cmocka_unit_test(what_is_not_measured_yet_is_undecided_by_name),
        cmocka_unit_test(nothing_observed_is_undecided),
        cmocka_unit_test(broken_beats_undecided_beats_kept),
        cmocka_unit_test(availability_is_a_ratio_of_sums_over_its_rows),
        cmocka_unit_test(a_bad_request_makes_the_quantile_infinite),
        cmocka_unit_test(hit_rate_without_a_scope_is_of_all_caches),
        cmocka_unit_test(an_interval_stays_where_its_measure_can_be),
        cmocka_unit_test(mean_latency_is_of_the_answered),
        cmocka_unit_test(mean_latency_is_of_the_answered),
        cmocka_unit_test(mean_latency_is_a_ratio_with_the_interval_of_one),
        cmocka_unit_test(a_stricter_level_widens_every_interval),
        cmocka_unit_test(utilisation_without_a_scope_is_of_the_busiest),
        cmocka_unit_test(every_measure_that_is_said_to_be_measured_can_be_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* tests/study/test_outer.c - what uncertain inputs do to the answers, on a server whose answer
 * is known. */
#include "tests/scenario/loaded.h"

#include "sim/study/collect.h"
#include "sim/study/latin.h"
#include "sim/study/outer.h"

#include <math.h>

/* One core at 5/s.  The mean response is w + 5 w^2 / (2 (1 - 5 w)) (Pollaczek and Khinchine), and
 * the look-up adds its latency: 300 ms at w = 139.1 ms. */
#define SERVER                                                                             \
    "headroom: 1\nhorizon: 1h\nwarmup: 2m\n"                                               \
    "traffic: { users: { to: app, rate: 5/s, mix: { page: 100% } } }\n"                    \
    "components:\n"                                                                        \
    "  app:\n    kind: service\n    instances: 1\n    cores: 1\n    discipline: fifo\n"    \
    "    operations: { page: [ { work: 100ms..160ms }, { call: store.get } ] }\n"          \
    "  store: { kind: third_party, latency: 1ms..3ms }\n"                                  \
    "objectives: [ mean_latency < 300ms, mean_latency < 10s, mean_latency < 50ms ]\n"

enum { FLIPS, KEPT, BROKEN, POINTS = 16 };

static struct hr_outer_effort effort(uint32_t jobs)
{
    return (struct hr_outer_effort){
        .jobs = jobs, .replications = 5, .machine = &hr_study_simulator};
}

static struct hr_outer *sampled(struct fixture *f, uint32_t jobs)
{
    const struct hr_scenario *s = load_with(f, SERVER, NULL);
    const struct hr_outer_effort how = effort(jobs);
    struct hr_outer *o;

    assert_int_equal(f->ds.errors, 0);
    o = hr_outer_create(s, 1, POINTS, &f->ds);
    assert_int_equal(f->ds.errors, 0);
    assert_false(hr_outer_run(o, &how));
    assert_int_equal(o->done, POINTS);
    assert_int_equal(o->violations, 0);
    return o;
}

/* --- the positions ------------------------------------------------------------------------------- */

static void every_part_of_a_range_has_one_point(void **state)
{
    double at[POINTS];
    bool seen[POINTS] = {false};

    (void)state;
    hr_latin(7, "app work", POINTS, at);
    for (int i = 0; i < POINTS; i++) {
        assert_true(at[i] > 0 && at[i] < 1);
        assert_false(seen[(int)(at[i] * POINTS)]);
        seen[(int)(at[i] * POINTS)] = true;
    }
}

/* 200 points of two inputs are uncorrelated within 4.9 / sqrt(199): 1e-6. */
static void two_inputs_and_two_seeds_are_independent(void **state)
{
    enum { MANY = 200 };
    double x[3][MANY];

    (void)state;
    hr_latin(7, "a", MANY, x[0]);
    hr_latin(7, "b", MANY, x[1]);
    hr_latin(8, "a", MANY, x[2]);
    for (int k = 1; k < 3; k++) {
        double sum = 0;

        for (int i = 0; i < MANY; i++)
            sum += (x[0][i] - 0.5) * (x[k][i] - 0.5);
        assert_true(fabs(12 * sum / MANY) < 4.9 / sqrt(MANY - 1));
    }
}

/* --- the sample ------------------------------------------------------------------------------------ */

static void the_input_that_matters_explains_value_and_verdict(void **state)
{
    const struct hr_outer *o = sampled(*state, 1);
    const struct hr_outer_cell *c = &o->cells[0][FLIPS];
    const size_t work = strcmp(o->scenario->inputs[0].label, "app.page work") != 0;

    assert_string_equal(o->scenario->inputs[work].label, "app.page work");
    assert_int_equal(c->top, work);
    assert_true(c->share[work] > 0.7 && c->share[!work] < 0.05);
    assert_true(c->verdict_share[work] > 0.4);
    assert_true(c->ignorance > 5 * c->luck && c->luck > 0);
    assert_true(c->kept > 0 && c->broken > 0);
}

static void the_number_of_threads_changes_nothing(void **state)
{
    const struct hr_outer *one = sampled(*state, 1), *four = sampled(*state, 4);

    assert_memory_equal(one->cells[0][FLIPS].value, four->cells[0][FLIPS].value,
                        POINTS * HR_OUTER_EACH * sizeof(double));
}

static void points_have_replications_of_their_own(void **state)
{
    const struct hr_outer *o = sampled(*state, 1);
    const double *value = o->cells[0][FLIPS].value;

    for (int i = 0; i < POINTS * HR_OUTER_EACH; i++)
        for (int k = 0; k < i; k++)
            assert_true(value[i] != value[k]);
}

/* --- conclusions ----------------------------------------------------------------------------------- */

static enum hr_verdict verdict(const struct hr_outer *o, size_t k, enum hr_verdict base,
                               struct hr_arena *a, const char **reason)
{
    *reason = "";
    return hr_outer_verdict(o, 0, k, base, a, reason);
}

static void a_verdict_needs_all_of_the_ranges(void **state)
{
    struct fixture *f = *state;
    const struct hr_outer *o = sampled(f, 1);
    const char *why;

    assert_int_equal(verdict(o, KEPT, HR_KEPT, f->a, &why), HR_KEPT);
    /* 1 - 0.05^(1/16) = 0.171 */
    assert_non_null(
        strstr(why, "kept at all 16 points of the ranges: less than 18% of them"));
    assert_int_equal(verdict(o, BROKEN, HR_BROKEN, f->a, &why), HR_BROKEN);
    assert_int_equal(verdict(o, KEPT, HR_UNDECIDED, f->a, &why), HR_UNDECIDED);
    assert_string_equal(why, "");
    assert_int_equal(verdict(o, FLIPS, HR_KEPT, f->a, &why), HR_UNDECIDED);
    assert_int_equal(verdict(o, FLIPS, HR_BROKEN, f->a, &why), HR_UNDECIDED);
    assert_non_null(strstr(why, "depends on app.page work: mostly breaks above about 1"));
}

/* Luck alone puts some runs on the other side of a limit that is the mean.  (Of the seeds 1 to
 * 30 the first is the one of a hundred that is taken for more.) */
static void what_the_ranges_do_not_change_is_as_it_is_half_way(void **state)
{
    struct fixture *f = *state;
    const struct hr_outer_effort how = effort(1);
    const struct hr_scenario *s =
        load_with(f,
                  "headroom: 1\nhorizon: 20m\nwarmup: 1m\n"
                  "traffic: { users: { to: app, rate: 5/s, mix: { page: 100% } } }\n"
                  "components:\n  app: { kind: service, cores: 1, discipline: fifo, "
                  "operations: { page: [ "
                  "{ work: exponential(140ms) }, { call: store.get } ] } }\n"
                  "  store: { kind: third_party, latency: 1ms..2ms }\n"
                  "objectives: [ mean_latency < 460ms ]\n",
                  NULL);
    struct hr_outer *o = hr_outer_create(s, 2, POINTS, &f->ds);
    const char *why;

    hr_outer_run(o, &how);
    assert_true(o->cells[0][0].kept < POINTS && o->cells[0][0].broken < POINTS);
    assert_int_equal(verdict(o, 0, HR_KEPT, f->a, &why), HR_KEPT);
    assert_non_null(strstr(why, "no more than luck"));
    assert_int_equal(o->cells[0][0].top, s->n_inputs);
}

static void what_was_not_sampled_is_not_kept(void **state)
{
    struct fixture *f = *state;
    const struct hr_scenario *s = load_with(f, SERVER, NULL);
    const struct hr_outer *o = hr_outer_create(s, 1, POINTS, &f->ds);
    const char *why;

    assert_int_equal(verdict(o, KEPT, HR_KEPT, f->a, &why), HR_UNDECIDED);
    assert_non_null(strstr(why, "no time"));
}

/* The slope there is 5.9 and five hours of runs know the mean to 4 ms or so: within 3 ms of the
 * truth but once in millions. */
static void the_flip_is_where_the_formula_has_it(void **state)
{
    struct hr_outer *o = sampled(*state, 2);
    const struct hr_outer_effort how = effort(2);
    const struct hr_outer_cell *c = &o->cells[0][FLIPS];

    assert_false(hr_outer_search(o, &how));
    const struct hr_input *i = hr_outer_input(o, 0, c->top);
    assert_true(c->flip.above);
    assert_float_equal(hr_input_value(i, c->flip.at), 0.1391, 0.003);
    assert_true(c->flip.lo <= c->flip.at && c->flip.at <= c->flip.hi);
    assert_true(hr_input_value(i, c->flip.hi) - hr_input_value(i, c->flip.lo) < 0.008);
    assert_true(isnan(o->cells[0][KEPT].flip.at));
}

static void faults_somewhere_in_the_ranges_are_found_before_anything_runs(void **state)
{
    struct fixture *f = *state;
    const struct hr_scenario *s =
        load_with(f,
                  HEAD TRAFFIC
                  "components:\n  app: { kind: autoscaling_group, instances: { min: 2..9, "
                  "max: 6 }, operations: { home: [ { work: 6ms } ] } }\n",
                  NULL);

    assert_int_equal(f->ds.errors, 0);
    hr_outer_create(s, 1, POINTS, &f->ds);
    assert_true(f->ds.errors > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_part_of_a_range_has_one_point),
        TEST(two_inputs_and_two_seeds_are_independent),
        TEST(the_input_that_matters_explains_value_and_verdict),
        TEST(the_number_of_threads_changes_nothing),
        TEST(points_have_replications_of_their_own),
        TEST(a_verdict_needs_all_of_the_ranges),
        TEST(what_the_ranges_do_not_change_is_as_it_is_half_way),
        TEST(what_was_not_sampled_is_not_kept),
        TEST(the_flip_is_where_the_formula_has_it),
        TEST(faults_somewhere_in_the_ranges_are_found_before_anything_runs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* tests/study/test_year_results.c - the year in the results: the lines of the table, the figures
 * by design, and what is said of an objective. */
#include "sim/results/results.h"
#include "sim/study/collect.h"
#include "sim/study/year.h"
#include "tests/scenario/loaded.h"

#include <math.h>

#define SYSTEM(traffic, more)                                                              \
    "headroom: 1\nhorizon: 1h\nwarmup: 0s\ntraffic: { users: { to: app, " traffic          \
    ", mix: { buy: 50%, look: 50% } } }\n"                                                 \
    "components:\n"                                                                        \
    "  app: { kind: service, instances: 2, operations: { buy: [ { work: exponential(1ms) " \
    "} ], look: [ { work: exponential(1ms) } ] } }\n" more
#define WELL "recovered: { when: [ availability >= 20% ], over: 1m, held: 2m }\n"
#define ASKED                                                                              \
    "objectives: [ yearly_availability(buy) >= 99%, yearly_availability(look) >= 99.9% "   \
    "]\n"
#define TWO                                                                                \
    "disturbances:\n"                                                                      \
    "  shop: { fail: app.buy, by: 60%, every: exponential(2h), for: 9m }\n"                \
    "  all: { fail: app, by: 30%, every: exponential(5h), for: 7m }\n"

struct kept {
    const struct hr_plan *plan;
    struct hr_collector *c;
    struct hr_year *year; /* the same */
};

static void merge(void *ctx, uint32_t design, const struct hr_record *r)
{
    static const struct hr_twin ordinary = {0};
    struct kept *k = ctx;
    const struct hr_run_options o = {
        .seed = r->seed, .replication = r->replication, .ordinary = true};
    struct hr_run *twin = hr_run_create(k->plan, &o);

    (void)design;
    hr_collector_add(k->c, 0, r);
    while (hr_run_advance(twin, 1000))
        ;
    const struct hr_record *calm = hr_run_finish(twin);

    hr_collector_twin(k->c, &ordinary, calm);
    hr_year_ordinary(k->year, calm);
    hr_run_destroy(twin);
}

static void merge_episode(void *ctx, uint32_t design, const struct hr_record *r)
{
    struct kept *k = ctx;

    (void)design;
    hr_collector_episode(k->c, 0, r);
    hr_year_add(k->year, hr_episode_of(r));
}

/* Two runs with their ordinary twins, and the episodes. */
static void simulate(struct fixture *f, struct kept *k, const char *text, uint32_t episodes)
{
    const struct hr_scenario *s = load_with(f, text, NULL);

    assert_true(s && f->ds.errors == 0);
    *k = (struct kept){.plan = s->designs[0].plan,
                       .c = hr_collector_create(s, 2, 1),
                       .year = hr_year_create(s->designs[0].plan, f->a)};
    struct hr_study_options o = {.plans = &k->plan,
                                 .n_designs = 1,
                                 .replications = 2,
                                 .seed = 1,
                                 .jobs = 1,
                                 .machine = &hr_study_simulator,
                                 .ctx = k,
                                 .merge = merge};

    hr_study_run(&o);
    o.replications = episodes;
    o.machine = &hr_episode_hazards;
    o.merge = merge_episode;
    if (episodes > 0)
        hr_study_run(&o);
}

static void forget(struct kept *k)
{
    hr_collector_destroy(k->c);
    hr_year_free(k->year);
}

static const void *data(const struct hr_results *r, const char *name)
{
    char path[64];

    snprintf(path, sizeof path, "year/%s", name);
    const struct hr_var *v = hr_results_find(r, path);

    assert_non_null(v);
    return v->data;
}

static double number(const struct hr_results *r, const char *name, size_t k)
{
    return ((const double *)data(r, name))[k];
}

static int64_t count(const struct hr_results *r, const char *name, size_t k)
{
    return ((const int64_t *)data(r, name))[k];
}

static const char *words(const struct hr_results *r, const char *name, size_t k)
{
    return ((const char *const *)data(r, name))[k];
}

static void nearly(double x, double y)
{
    if (!(fabs(x - y) <= 1e-12 * fabs(y)))
        fail_msg("%.17g is not %.17g", x, y);
}

static void lines_are_the_classes_of_the_strictest_objective_and_the_rest(void **state)
{
    struct fixture *f = *state;
    struct kept k;

    simulate(f, &k, SYSTEM("rate: 6/m, deadline: 1s", WELL ASKED TWO), 60);
    const struct hr_results *r = hr_collector_results(k.c, f->a, "", 0);
    const struct hr_year_figures y = hr_year_estimate(k.year, 2, 0.95, f->a); /* look */

    assert_int_equal(y.n_classes, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct hr_year_class *c = &y.classes[i];

        assert_int_equal(count(r, "of_design", i), 0);
        assert_string_equal(words(r, "cause", i), i ? "all" : "shop");
        nearly(number(r, "minutes", i), c->minutes);
        nearly(number(r, "minutes_lo", i), c->lo);
        nearly(number(r, "minutes_hi", i), c->hi);
        nearly(number(r, "per_year", i), c->per_year);
        nearly(number(r, "period", i), c->period_s);
        assert_int_equal(count(r, "episodes", i), 30);
        assert_int_equal(count(r, "overlapped", i), c->overlapped);
        assert_int_equal(count(r, "given_up", i), 0);
        nearly(number(r, "overlap_minutes", i), c->overlap);
        assert_true(c->other != HR_NONE);
        assert_string_equal(words(r, "overlap_with", i),
                            k.plan->disturbances[c->other].name);
    }
    assert_string_equal(words(r, "cause", 2), "undisturbed");
    nearly(number(r, "minutes", 2), y.undisturbed);
    assert_true(isnan(number(r, "minutes_lo", 2)) && isnan(number(r, "period", 2)));
    nearly(number(r, "availability", 0), y.availability.mean);
    nearly(number(r, "availability_lo", 0), y.availability.lo);
    nearly(number(r, "availability_hi", 0), y.availability.hi);
    nearly(number(r, "total", 0), y.total);
    nearly(number(r, "target", 0), 0.999);
    forget(&k);
}

static void minutes_of_the_lines_add_up(void **state)
{
    struct fixture *f = *state;
    struct kept k;
    double sum = 0;

    simulate(f, &k, SYSTEM("rate: 6/m, deadline: 1s, good: 5ms", WELL ASKED TWO), 20);
    const struct hr_results *r = hr_collector_results(k.c, f->a, "", 0);

    for (size_t i = 0; i < 3; i++)
        sum += number(r, "minutes", i);
    assert_true(number(r, "minutes", 2) > 0);
    assert_true(fabs(sum / number(r, "total", 0) - 1) < 1e-12);
    assert_true(fabs(sum / HR_YEAR_MINUTES / (1 - number(r, "availability", 0)) - 1) <
                1e-9);
    forget(&k);
}

static struct hr_estimate verdict(struct kept *k, size_t objective, struct hr_arena *a,
                                  const char **reason)
{
    struct hr_estimate e;

    *reason = "";
    hr_collector_verdict(k->c, 0, objective, a, &e, reason);
    return e;
}

static void an_objective_is_about_its_own_requests(void **state)
{
    struct fixture *f = *state;
    struct kept k;
    const char *reason;

    simulate(f, &k, SYSTEM("rate: 6/m, deadline: 1s", WELL ASKED TWO), 60);
    const double level = hr_collector_level(k.c, 0);

    for (size_t i = 0; i < 2; i++) {
        const struct hr_estimate e = verdict(&k, i, f->a, &reason);
        const struct hr_estimate own =
            hr_year_estimate(k.year, (uint64_t)1 << i, level, f->a).availability;

        nearly(e.mean, own.mean);
        nearly(e.lo, own.lo);
        nearly(e.hi, own.hi);
        assert_string_equal(reason, "from 60 episodes");
    }
    forget(&k);
}

static void laws_that_count_by_their_mean_are_told(void **state)
{
    struct fixture *f = *state;
    struct kept k;
    const char *reason;

    simulate(
        f, &k,
        SYSTEM("rate: 6/m, deadline: 1s", WELL ASKED
               "disturbances: { shop: { fail: app.buy, by: 60%, every: 9d, for: 9m } }\n"),
        2);
    verdict(&k, 0, f->a, &reason);
    assert_string_equal(reason, "from 2 episodes; hazards count by the mean of `every`");
    forget(&k);
}

static void how_many_were_not_restored_is_told(void **state)
{
    struct fixture *f = *state;
    struct kept k;
    const char *reason;

    simulate(f, &k, SYSTEM("rate: 1/s, deadline: 1us", WELL ASKED TWO), 4);
    verdict(&k, 0, f->a, &reason);
    assert_string_equal(reason, "from 4 episodes; in 4 the system was not restored, which "
                                "counts for two hours only");
    assert_int_equal(count(hr_collector_results(k.c, f->a, "", 0), "given_up", 1), 2);
    forget(&k);
}

static void episodes_without_requests_are_not_said_to_be_missing(void **state)
{
    struct fixture *f = *state;
    struct kept k;
    const char *reason;

    simulate(f, &k, SYSTEM("rate: 1/y, deadline: 1s", WELL ASKED TWO), 4);
    assert_int_equal(verdict(&k, 0, f->a, &reason).n, 0);
    assert_string_equal(reason, "not simulated: it is about requests that nobody made");
    forget(&k);
}

static void why_nothing_is_known_is_told(void **state)
{
    static const struct {
        const char *text, *why;
    } cases[] = {{SYSTEM("rate: 6/m, deadline: 1s", WELL ASKED TWO),
                  "not simulated: no episodes (see --episodes)"},
                 {SYSTEM("rate: 6/m, deadline: 1s", WELL ASKED),
                  "not modelled: no disturbance has a hazard (`every` or `rate`; `use: "
                  "faults/typical` gives some)"},
                 {SYSTEM("rate: 6/m, deadline: 1s",
                         WELL ASKED TWO "  worn: { lose: app, every: exponential(9y) }\n"),
                  "not modelled: `worn` never ends; give it `for`"}};
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct kept k;
        const char *reason;

        simulate(f, &k, cases[i].text, 0);
        const struct hr_estimate e = verdict(&k, 0, f->a, &reason);

        assert_string_equal(reason, cases[i].why);
        assert_true(isnan(e.mean) && isnan(e.lo) && isnan(e.hi));
        assert_int_equal(e.n, 0);
        forget(&k);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(lines_are_the_classes_of_the_strictest_objective_and_the_rest),
        TEST(minutes_of_the_lines_add_up),
        TEST(an_objective_is_about_its_own_requests),
        TEST(laws_that_count_by_their_mean_are_told),
        TEST(how_many_were_not_restored_is_told),
        TEST(episodes_without_requests_are_not_said_to_be_missing),
        TEST(why_nothing_is_known_is_told),
    };
    return cmocka_run_group_tests_name("year_results", tests, NULL, NULL);
}

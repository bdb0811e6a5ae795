/* tests/study/test_twins.c - a disturbance alone, beside the design's own run.
 * ctest-labels: threads
 * ctest-timeout: 300 */
#include "sim/results/results.h"
#include "sim/study/collect.h"
#include "sim/study/study.h"
#include "tests/scenario/loaded.h"

#include <math.h>
#include <unistd.h>

/* A shop behind one database, which is lost for two minutes; then it is slow for long. */
#define SHOP                                                                               \
    "headroom: 1\nhorizon: 40m\nwarmup: 10s\n"                                             \
    "traffic: { shoppers: { to: app, rate: 40/s, deadline: 4s, mix: { buy: 100% } } }\n"   \
    "components:\n"                                                                        \
    "  app: { kind: service, instances: 2, workers: 64, operations: { buy: [ { work: "     \
    "exponential(4ms) }, { call: store.read, timeout: 1s } ] } }\n"                        \
    "  store: { kind: service, instances: 1, operations: { read: [ { work: "               \
    "exponential(6ms) } ] } }\n"
#define OUTAGE "  outage: { lose: store, at: 10m, for: 2m }\n"
#define SLOW   "  slow: { slow: store, by: 8x, at: 13m, for: 15m }\n"
#define ASKED  "objectives: [ availability >= 99%, rto(outage) <= 5m ]\n"

struct kept {
    struct hr_collector *c;
    uint32_t mains, twins, spared;
    hr_time twin_ended;
    uint64_t twin_valid;
};

static void merge(void *ctx, uint32_t design, const struct hr_record *r)
{
    struct kept *k = ctx;

    assert_int_equal(r->n_violations, 0);
    hr_collector_add(k->c, design, r);
    k->mains++;
}

static void merge_twin(void *ctx, const struct hr_twin *t, const struct hr_record *r)
{
    struct kept *k = ctx;

    if (r) {
        if (r->n_violations)
            print_message("%s\n", r->violations[0].identity);
        assert_int_equal(r->n_violations, 0);
        k->twins++;
        k->twin_ended = r->ended_at;
        k->twin_valid = r->rows[0].valid;
    } else {
        k->spared++;
    }
    hr_collector_twin(k->c, t, r);
}

static struct hr_study_end simulate(struct fixture *f, const struct hr_scenario *s,
                                    uint32_t replications, uint32_t jobs, struct kept *k)
{
    const struct hr_plan *plans[4];
    struct hr_study_options o = {.plans = plans,
                                 .n_designs = (uint32_t)s->n_designs,
                                 .replications = replications,
                                 .twins = hr_twins_of(s, f->a),
                                 .seed = 5,
                                 .jobs = jobs,
                                 .machine = &hr_study_simulator,
                                 .ctx = k,
                                 .merge = merge,
                                 .merge_twin = merge_twin};

    for (size_t i = 0; i < s->n_designs; i++)
        plans[i] = s->designs[i].plan;
    *k = (struct kept){.c = hr_collector_create(s, replications, 5)};
    return hr_study_run(&o);
}

static const struct hr_scenario *scenario(struct fixture *f, const char *disturbances,
                                          const char *objectives)
{
    const struct hr_scenario *s = load_with(
        f, hr_arena_printf(f->a, "%sdisturbances:\n%s%s", SHOP, disturbances, objectives),
        NULL);

    assert_quiet(f);
    return s;
}

static double row(const struct hr_results *r, const char *name, size_t at)
{
    const struct hr_var *v =
        hr_results_find(r, hr_arena_printf(r->arena, "recovery/%s", name));

    assert_non_null(v);
    return hr_var_at(r, v, &at);
}

static struct hr_estimate verdict(struct fixture *f, struct kept *k, size_t objective,
                                  enum hr_verdict *v, const char **reason)
{
    struct hr_estimate e;

    *v = hr_collector_verdict(k->c, 0, objective, f->a, &e, reason);
    return e;
}

/* --- which twins there are ------------------------------------------------------------------ */

static void the_only_disturbance_needs_no_twin(void **state)
{
    assert_int_equal(
        hr_twins_of(scenario(*state, OUTAGE, ASKED), ((struct fixture *)*state)->a).n, 0);
}

static void a_later_one_needs_a_twin_and_the_first_perhaps(void **state)
{
    struct fixture *f = *state;
    const struct hr_twins t = hr_twins_of(
        scenario(f, OUTAGE SLOW, "objectives: [ rto(outage) <= 5m, rpo(slow) < 1m ]\n"),
        f->a);

    assert_int_equal(t.n, 2);
    assert_int_equal(t.at[0].alone, 2);
    assert_false(t.at[0].perhaps);
    assert_int_equal(t.at[1].alone, 1);
    assert_true(t.at[1].perhaps);
}

static void what_no_objective_speaks_of_has_no_twin(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(hr_twins_of(scenario(f, OUTAGE SLOW, ASKED), f->a).n, 1);
    assert_int_equal(hr_twins_of(scenario(f, OUTAGE SLOW, ""), f->a).n, 0);
    assert_int_equal(
        hr_twins_of(scenario(f, OUTAGE SLOW, "objectives: [ rto < 5m ]\n"), f->a).n, 2);
}

static void one_that_is_turned_off_is_no_company(void **state)
{
    struct fixture *f = *state;
    const struct hr_overrides only = {.only = "outage"};
    const struct hr_scenario *s =
        load_with(f, SHOP "disturbances:\n" OUTAGE SLOW ASKED, &only);

    assert_quiet(f);
    assert_int_equal(hr_twins_of(s, f->a).n, 0);
}

#define PRICED(more)                                                                       \
    "headroom: 1\nhorizon: 1h\nwarmup: 0s\n"                                               \
    "traffic: { shoppers: { to: app, rate: 5/s, mix: { buy: 100% }" more " } }\n"          \
    "components: { app: { kind: service, operations: { buy: [ { work: 1ms } ] }, prices: " \
    "{ instance: $0.10/h } } }\n"
#define SALE ", shape: [ spike: { at: 10m, to: 5x, hold: 10m } ]"

static void what_has_a_price_has_an_ordinary_twin_where_something_happens_once(void **state)
{
    struct fixture *f = *state;
    const struct hr_twins t = hr_twins_of(load_with(f, PRICED(SALE), NULL), f->a);

    assert_quiet(f);
    assert_int_equal(t.n, 1);
    assert_int_equal(t.at[0].alone, 0);
    assert_false(t.at[0].perhaps);
    assert_int_equal(hr_twins_of(load_with(f, PRICED(""), NULL), f->a).n, 0);
}

static void the_ordinary_twin_has_the_requests_of_an_ordinary_day(void **state)
{
    struct fixture *f = *state;
    struct kept k;

    simulate(f, load_with(f, PRICED(SALE), NULL), 2, 2, &k);
    assert_int_equal(k.mains, 2);
    assert_int_equal(k.twins, 2);
    /* 5/s for an hour, within seven standard deviations. */
    assert_true(fabs((double)k.twin_valid - 18000) < 7 * sqrt(18000));
    hr_collector_destroy(k.c);
}

/* --- what they say -------------------------------------------------------------------------- */

static void a_later_disturbance_does_not_lengthen_a_recovery(void **state)
{
    struct fixture *f = *state;
    struct kept both, alone;
    enum hr_verdict v;
    const char *reason;

    simulate(f, scenario(f, OUTAGE, ASKED), 1, 2, &alone);
    const struct hr_estimate expected = verdict(f, &alone, 1, &v, &reason);

    assert_int_equal(v, HR_KEPT);
    assert_true(expected.mean >= 120 &&
                expected.mean <= 140); /* the outage, then a drain */
    const struct hr_study_end end =
        simulate(f, scenario(f, OUTAGE SLOW, ASKED), 1, 2, &both);

    assert_int_equal(both.twins, 1);
    assert_int_equal(end.asked, 2);
    assert_int_equal(end.finished, 2);
    assert_true(verdict(f, &both, 1, &v, &reason).mean == expected.mean);
    assert_int_equal(v, HR_KEPT);
    /* The design's own run never gets well in between: without the twin it is 18 minutes. */
    const struct hr_results *r = hr_collector_results(both.c, f->a, "", 0);

    assert_true(row(r, "alone", 0) == 1);
    assert_true(row(r, "alone", 1) == 0);
    assert_true(row(r, "rto", 0) == expected.mean);
    hr_collector_destroy(alone.c);
    hr_collector_destroy(both.c);
}

static void a_twin_ends_when_its_recovery_is_settled(void **state)
{
    struct fixture *f = *state;
    struct kept k;

    simulate(f, scenario(f, OUTAGE SLOW, ASKED), 1, 1, &k);
    assert_int_equal(k.twins, 1);
    /* 10 m + 2 m + 5 m held, and what is simulated between two looks. */
    assert_true(k.twin_ended >= 17 * HR_MINUTE && k.twin_ended < 30 * HR_MINUTE);
    hr_collector_destroy(k.c);
}

static void no_twin_is_simulated_where_the_run_shows_the_same(void **state)
{
    struct fixture *f = *state;
    struct kept k;
    const struct hr_scenario *s =
        scenario(f, OUTAGE "  slow: { slow: store, by: 8x, at: 18m, for: 5m }\n", ASKED);
    const struct hr_study_end end = simulate(f, s, 1, 1, &k);
    const struct hr_results *r = hr_collector_results(k.c, f->a, "", 0);

    assert_int_equal(k.twins, 0);
    assert_int_equal(k.spared, 1);
    assert_int_equal(end.finished, end.asked);
    assert_true(row(r, "alone", 0) == 1);
    hr_collector_destroy(k.c);
}

static void the_phases_of_every_row_add_up(void **state)
{
    static const char *const phases[] = {"detect", "decide", "act", "restore", "warm_up"};
    struct fixture *f = *state;
    struct kept k;

    simulate(f, scenario(f, OUTAGE SLOW, ASKED), 3, 2, &k);
    const struct hr_results *r = hr_collector_results(k.c, f->a, "", 0);
    const size_t n = hr_results_dim(r, "recovery_row")->n;

    assert_int_equal(n, 6);
    for (size_t i = 0; i < n; i++) {
        double sum = 0;

        for (size_t p = 0; p < 5; p++)
            sum += row(r, phases[p], i);
        if (isfinite(row(r, "rto", i)))
            assert_true(fabs(sum - row(r, "rto", i)) < 1e-9);
        else
            assert_true(isinf(sum));
    }
    hr_collector_destroy(k.c);
}

static void shares_of_the_error_budget_add_up_to_what_was_spent(void **state)
{
    struct fixture *f = *state;
    struct kept k;
    enum hr_verdict v;
    const char *reason;

    simulate(f,
             scenario(f, OUTAGE SLOW,
                      "objectives: [ availability >= 99%, error_budget_spent <= 50% ]\n"),
             2, 2, &k);
    const double spent = verdict(f, &k, 1, &v, &reason).mean;
    const struct hr_results *r = hr_collector_results(k.c, f->a, "", 0);
    const struct hr_var *share = hr_results_find(r, "budget/share");
    double sum = 0;

    assert_int_equal(hr_results_dim(r, "budget_line")->n, 3);
    for (size_t i = 0; i < 3; i++)
        sum += hr_var_at(r, share, &i);
    assert_true(spent > 0);
    assert_true(fabs(sum / spent - 1) < 1e-9);
    hr_collector_destroy(k.c);
}

static void what_cannot_lose_data_is_not_tested(void **state)
{
    struct fixture *f = *state;
    struct kept k;
    enum hr_verdict v;
    const char *reason;

    simulate(f, scenario(f, OUTAGE, "objectives: [ rpo <= 1m, rpo(outage) <= 1m ]\n"), 1, 1,
             &k);
    for (size_t i = 0; i < 2; i++) {
        verdict(f, &k, i, &v, &reason);
        assert_int_equal(v, HR_UNDECIDED);
        assert_non_null(strstr(reason, "not tested"));
    }
    hr_collector_destroy(k.c);
}

static void what_does_not_come_back_is_broken_and_infinite(void **state)
{
    struct fixture *f = *state;
    struct kept k;
    enum hr_verdict v;
    const char *reason;

    simulate(f, scenario(f, "  outage: { lose: store, at: 10m }\n", ASKED), 1, 1, &k);
    assert_true(isinf(verdict(f, &k, 1, &v, &reason).mean));
    assert_int_equal(v, HR_BROKEN);
    assert_non_null(strstr(reason, "not recovered"));
    hr_collector_destroy(k.c);
}

static void one_that_changes_nothing_has_an_rto_of_zero(void **state)
{
    struct fixture *f = *state;
    struct kept k;
    enum hr_verdict v;
    const char *reason;

    simulate(f,
             scenario(f, "  outage: { slow: store, by: 1.01x, at: 10m, for: 5m }\n", ASKED),
             1, 1, &k);
    assert_true(verdict(f, &k, 1, &v, &reason).mean == 0);
    assert_int_equal(v, HR_KEPT);
    hr_collector_destroy(k.c);
}

/* --- threads -------------------------------------------------------------------------------- */

static size_t bytes_of(struct fixture *f, uint32_t jobs, char *to, size_t room)
{
    char path[] = "/tmp/headroom-twins-XXXXXX", why[256];
    struct kept k;
    const struct hr_scenario *s = scenario(
        f, OUTAGE SLOW "  late: { slow: store, by: 9x, at: 35m, for: 1m }\n",
        "objectives: [ rto < 5m ]\ndesigns: { one: {}, two: { store.instances: 2 } }\n");
    size_t n;
    FILE *in;

    simulate(f, s, 2, jobs, &k);
    assert_int_equal(k.mains, 4);
    assert_int_equal(k.twins + k.spared, 12);
    assert_true(close(mkstemp(path)) == 0);
    assert_int_equal(
        hr_results_write(hr_collector_results(k.c, f->a, "", 0), path, why, sizeof why),
        HR_IO_OK);
    in = fopen(path, "rb");
    assert_non_null(in);
    n = fread(to, 1, room, in);
    assert_true(n > 0 && n < room);
    fclose(in);
    remove(path);
    hr_collector_destroy(k.c);
    return n;
}

static void the_number_of_threads_changes_no_byte(void **state)
{
    enum { ROOM = 16 << 20 };
    char *one = hr_heap_resize(NULL, ROOM, 1), *many = hr_heap_resize(NULL, ROOM, 1);
    const size_t n = bytes_of(*state, 1, one, ROOM);

    for (uint32_t jobs = 2; jobs <= 5; jobs += 3) {
        assert_int_equal(bytes_of(*state, jobs, many, ROOM), n);
        assert_memory_equal(one, many, n);
    }
    hr_heap_resize(one, 0, 0);
    hr_heap_resize(many, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_only_disturbance_needs_no_twin),
        TEST(a_later_one_needs_a_twin_and_the_first_perhaps),
        TEST(what_no_objective_speaks_of_has_no_twin),
        TEST(one_that_is_turned_off_is_no_company),
        TEST(what_has_a_price_has_an_ordinary_twin_where_something_happens_once),
        TEST(the_ordinary_twin_has_the_requests_of_an_ordinary_day),
        TEST(a_later_disturbance_does_not_lengthen_a_recovery),
        TEST(a_twin_ends_when_its_recovery_is_settled),
        TEST(no_twin_is_simulated_where_the_run_shows_the_same),
        TEST(the_phases_of_every_row_add_up),
        TEST(shares_of_the_error_budget_add_up_to_what_was_spent),
        TEST(what_cannot_lose_data_is_not_tested),
        TEST(what_does_not_come_back_is_broken_and_infinite),
        TEST(one_that_changes_nothing_has_an_rto_of_zero),
        TEST(the_number_of_threads_changes_no_byte),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

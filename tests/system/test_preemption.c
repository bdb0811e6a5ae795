/* tests/system/test_preemption.c - disciplines that take the core from what runs, and patience.
 *
 * Schedules are computed by hand; the means of random ones are those of queueing theory, judged
 * as validate.h says. */
#include "tests/support/modelled.h"
#include "tests/support/validate.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* Answers of jobs of `ms` that come at `at`, each of a class of its own with a rank. */
enum { JOBS = 4 };
static void answers(enum hr_discipline how, double cores, const double ms[JOBS],
                    const double at[JOBS], const double rank[JOBS], double response[JOBS])
{
    static struct hr_op_conf op[JOBS];
    uint32_t row[JOBS], ops[JOBS];
    hr_time when[JOBS];
    struct tiny t;

    tiny_init(&t, HR_SECOND);
    struct hr_fleet_conf *f = tiny_service(&t, "server");
    f->discipline = (int)how;
    f->cores = cores;
    for (uint32_t i = 0; i < JOBS; i++) {
        static const char *const name[JOBS] = {"a", "b", "c", "d"};
        const struct hr_step work = tiny_work(ms[i]);
        ops[i] = tiny_op(&t, name[i], 1, &work);
        op[i] = *t.operations[ops[i]].conf;
        op[i].rank = rank[i];
        t.operations[ops[i]].conf = &op[i];
    }
    for (uint32_t i = 0; i < JOBS; i++) {
        when[i] = MS(at[i]);
        row[i] = tiny_clients(&t, ops[i], tiny_plain(), 1, &when[i]);
    }
    const struct hr_record *r = tiny_run(&t);
    for (uint32_t i = 0; i < JOBS; i++)
        response[i] = hr_hist_mean(&r->rows[row[i]].latency) * 1e-6;
    tiny_free(&t);
}

static void assert_answers(enum hr_discipline how, double cores, const double ms[JOBS],
                           const double at[JOBS], const double rank[JOBS],
                           const double want[JOBS])
{
    double got[JOBS];

    answers(how, cores, ms, at, rank, got);
    for (int i = 0; i < JOBS; i++)
        if (!(fabs(got[i] - want[i]) < 1e-4))
            fail_msg("job %d: %g ms, not %g", i, got[i], want[i]);
}

static const double no_rank[JOBS] = {0};

static void the_last_to_come_takes_the_core_and_gives_it_back(void **unused)
{
    const double ms[] = {10, 5, 3, 1}, at[] = {0, 2, 3, 15};

    (void)unused;
    /* a 0-2, b 2-3, c 3-6, b 6-10, a 10-15, d 15-16 before the last 3 of a */
    assert_answers(HR_LIFO_PREEMPTIVE, 1, ms, at, no_rank, (double[]){19, 8, 3, 1});
}

static void with_two_cores_the_oldest_gives_way_first(void **unused)
{
    const double ms[] = {10, 5, 3, 1}, at[] = {0, 2, 3, 30};

    (void)unused;
    /* c takes the core of a at 3, which goes on at 6 with the 7 that are left */
    assert_answers(HR_LIFO_PREEMPTIVE, 2, ms, at, no_rank, (double[]){13, 5, 3, 1});
}

static void a_lower_rank_takes_the_core_and_its_own_rank_waits(void **unused)
{
    const double ms[] = {10, 5, 3, 1}, at[] = {0, 2, 3, 4}, rank[] = {2, 1, 1, 2};

    (void)unused;
    /* a 0-2, b 2-7, c 7-10, a 10-18 before d, who has its rank and came later */
    assert_answers(HR_PRIORITY_PREEMPTIVE, 1, ms, at, rank, (double[]){18, 5, 7, 15});
}

static void of_two_cores_the_worst_rank_is_taken(void **unused)
{
    const double ms[] = {10, 10, 3, 1}, at[] = {0, 1, 2, 30}, rank[] = {2, 3, 1, 1};

    (void)unused;
    /* c takes the core of b at 2, which had 1 of its 10 */
    assert_answers(HR_PRIORITY_PREEMPTIVE, 2, ms, at, rank, (double[]){10, 13, 3, 1});
}

static void the_least_that_is_left_goes_first(void **unused)
{
    const double ms[] = {10, 7, 3, 6}, at[] = {0, 2, 3, 4};

    (void)unused;
    /* at 2 a has 8 left and gives way to b of 7; c 3-6; b has 6 left, as d does: b, then d */
    assert_answers(HR_SHORTEST_REMAINING, 1, ms, at, no_rank, (double[]){26, 10, 3, 14});
}

static void who_has_less_left_than_the_newcomer_stays(void **unused)
{
    const double ms[] = {10, 7, 1, 1}, at[] = {0, 5, 30, 40};

    (void)unused;
    assert_answers(HR_SHORTEST_REMAINING, 1, ms, at, no_rank, (double[]){10, 12, 1, 1});
}

/* What is given up while it waits for the core has done the part that it had. */
static void work_before_a_preemption_counts(void **unused)
{
    const struct hr_step slow = tiny_work(10), fast = tiny_work(20);
    const hr_time zero = 0, later = MS(4);
    struct hr_call_options o = tiny_plain();
    struct tiny t;

    (void)unused;
    tiny_init(&t, HR_SECOND);
    struct hr_fleet_conf *f = tiny_service(&t, "server");
    f->discipline = HR_LIFO_PREEMPTIVE;
    const uint32_t first = tiny_op(&t, "first", 1, &slow);
    const uint32_t second = tiny_op(&t, "second", 1, &fast);
    o.timeout = MS(8);
    o.cancel = HR_CANCEL_PROPAGATE;
    tiny_clients(&t, first, o, 1, &zero);
    tiny_clients(&t, second, tiny_plain(), 1, &later);
    const struct hr_record *r = tiny_run(&t);
    assert_int_equal(r->parts[0].work_ns, MS(24));
    tiny_free(&t);
}

/* --- means of theory --------------------------------------------------------------------- */

enum { RUNS = 32 };

static double of_second(const struct hr_plan *plan, const struct hr_record *r)
{
    (void)plan;
    return hr_hist_mean(&r->rows[1].latency) * 1e-9;
}

static double of_all(const struct hr_plan *plan, const struct hr_record *r)
{
    const double n = (double)r->rows[0].valid, m = (double)r->rows[1].valid;

    return (n * validate_mean_latency(plan, r) + m * of_second(plan, r)) / (n + m);
}

/* Mean responses of two classes at `rate` each, in seconds: of the first, whose work has a law,
 * of the second, with exponential work of mean 1 s, and of all. */
static void two_classes(enum hr_discipline how, const double rate[2], struct hr_law law,
                        double x[3 * VALIDATE_MOST])
{
    static validate_figure *const figures[] = {validate_mean_latency, of_second, of_all};
    static struct hr_op_conf op[2];
    const struct hr_step work[] = {modelled_work(law),
                                   modelled_work(hr_law_exponential(1))};
    uint32_t ops[2];
    struct tiny t;

    tiny_init(&t, 50000 * HR_SECOND);
    t.plan.warmup = 1000 * HR_SECOND;
    struct hr_service_conf *conf = modelled_service(&t, "server", 1);
    conf->fleet.discipline = (int)how;
    for (uint32_t i = 0; i < 2; i++) {
        ops[i] = tiny_op(&t, i ? "second" : "first", 1, &work[i]);
        op[i] = *t.operations[ops[i]].conf;
        op[i].rank = i;
        t.operations[ops[i]].conf = &op[i];
    }
    for (uint32_t i = 0; i < 2; i++) {
        modelled_clients(&t, ops[i], tiny_plain(), rate[i]);
        t.components[t.plan.n_components - 1].name_key = hr_name_key(i ? "late" : "early");
    }
    validate_plan(&t.plan, RUNS, 3, figures, x);
    tiny_free(&t);
}

/* 1 / (1 - 0.3) and 1 / ((1 - 0.3) (1 - 0.8)): L. Kleinrock, vol. 2, 1976. */
static void preemptive_priorities_have_the_means_of_theory(void **unused)
{
    const double rate[] = {0.3, 0.5};
    double x[3 * VALIDATE_MOST];

    (void)unused;
    two_classes(HR_PRIORITY_PREEMPTIVE, rate, hr_law_exponential(1), x);
    validate_mean("PRI-PR-2c-exp-T1", x, RUNS, 1.42857143, 0.05);
    validate_mean("PRI-PR-2c-exp-T2", x + VALIDATE_MOST, RUNS, 7.14285714, 0.7);
}

/* The mean is that of M/M/1 whatever the law of the work: 1 / (1 - 0.5). */
static void last_come_first_served_with_preemption_is_insensitive(void **unused)
{
    const double rate[] = {0.25, 0.25};
    double x[3 * VALIDATE_MOST];

    (void)unused;
    two_classes(HR_LIFO_PREEMPTIVE, rate, hr_law_constant(1), x);
    validate_mean("LCFSPR-50 constant", x, RUNS, 2, 0.06);
    validate_mean("LCFSPR-50 exponential", x + VALIDATE_MOST, RUNS, 2, 0.06);
}

/* L. Schrage, L. Miller, 1966: SRPT-90 of the validation table. */
static void shortest_remaining_time_has_the_mean_of_schrage_and_miller(void **unused)
{
    const double rate[] = {0.45, 0.45};
    double x[3 * VALIDATE_MOST];

    (void)unused;
    two_classes(HR_SHORTEST_REMAINING, rate, hr_law_exponential(1), x);
    validate_mean("SRPT-90", x + 2 * VALIDATE_MOST, RUNS, 3.5521251, 0.3);
}

static double refused(const struct hr_plan *plan, const struct hr_record *r)
{
    (void)plan;
    return (double)r->rows[0].refused / (double)r->rows[0].valid;
}

/* One server: Erlang A, and constant patience of Barrer's queue. */
static void who_waits_too_long_for_a_worker_leaves(void **unused)
{
    static validate_figure *const figures[] = {refused};
    const struct {
        const char *id;
        double rate;
        struct hr_law patience;
        double leave;
    } cases[] = {{"ERLA-1-1.5-pab", 1.5, hr_law_exponential(2), 0.438124726},
                 {"MMcD-1-0.9-1", 0.9, hr_law_constant(1), 0.304908087}};
    const struct hr_step work = modelled_work(hr_law_exponential(1));

    (void)unused;
    for (int k = 0; k < 2; k++) {
        double x[VALIDATE_MOST];
        struct tiny t;
        tiny_init(&t, 20000 * HR_SECOND);
        struct hr_service_conf *conf = modelled_service(&t, "server", 1);
        conf->fleet.workers = 1;
        conf->fleet.patience = cases[k].patience;
        modelled_clients(&t, tiny_op(&t, "job", 1, &work), tiny_plain(), cases[k].rate);
        validate_plan(&t.plan, RUNS, 1, figures, x);
        validate_mean(cases[k].id, x, RUNS, cases[k].leave, 0.01);
        tiny_free(&t);
    }
}

/* Ten times as many come as can be served; who has been patient for 100 ms is gone when the
 * warm-up ends, so nobody who is measured waits longer than that, nor behind older ones. */
static void patience_ends_in_the_warmup_too(void **unused)
{
    const struct hr_step work = tiny_work(10);
    struct tiny t;

    (void)unused;
    tiny_init(&t, 10 * HR_SECOND);
    t.plan.warmup = 100 * HR_SECOND;
    struct hr_service_conf *conf = modelled_service(&t, "server", 1);
    conf->fleet.workers = 1;
    conf->fleet.patience = hr_law_constant(0.1);
    modelled_clients(&t, tiny_op(&t, "job", 1, &work), tiny_plain(), 1000);
    const int64_t longest = modelled_run(&t, 0)->parts[0].queued.max;
    tiny_free(&t);
    assert_true(longest > 80 && longest < 160); /* 90 of 100 in 100 ms, and 7 deviations */
}

/* The run ends while one waits that another took the core from: the 400 ms that it has had are
 * in the books. */
static void what_gave_way_is_in_the_ledger_when_the_run_ends(void **unused)
{
    const struct hr_step work = tiny_work(2000);
    const hr_time when[] = {MS(100), MS(500)};
    struct tiny t;

    (void)unused;
    tiny_init(&t, HR_SECOND);
    t.plan.drain = 0;
    tiny_service(&t, "server")->discipline = HR_LIFO_PREEMPTIVE;
    tiny_clients(&t, tiny_op(&t, "job", 1, &work), tiny_plain(), 2, when);
    const struct hr_record *r = tiny_run(&t);
    assert_int_equal(r->rows[0].unfinished, 2);
    assert_int_equal(r->n_violations, 0);
    tiny_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_to_come_takes_the_core_and_gives_it_back),
        cmocka_unit_test(with_two_cores_the_oldest_gives_way_first),
        cmocka_unit_test(a_lower_rank_takes_the_core_and_its_own_rank_waits),
        cmocka_unit_test(of_two_cores_the_worst_rank_is_taken),
        cmocka_unit_test(the_least_that_is_left_goes_first),
        cmocka_unit_test(who_has_less_left_than_the_newcomer_stays),
        cmocka_unit_test(work_before_a_preemption_counts),
        cmocka_unit_test(preemptive_priorities_have_the_means_of_theory),
        cmocka_unit_test(last_come_first_served_with_preemption_is_insensitive),
        cmocka_unit_test(shortest_remaining_time_has_the_mean_of_schrage_and_miller),
        cmocka_unit_test(who_waits_too_long_for_a_worker_leaves),
        cmocka_unit_test(patience_ends_in_the_warmup_too),
        cmocka_unit_test(what_gave_way_is_in_the_ledger_when_the_run_ends),
    };
    return cmocka_run_group_tests_name("preemption", tests, NULL, NULL);
}

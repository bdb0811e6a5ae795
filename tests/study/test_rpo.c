/* tests/study/test_rpo.c - data lost, by disturbance and by store. */
#include "sim/engine/arena.h"
#include "sim/study/collect.h"
#include "tests/support/tiny.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define S(x) ((hr_time)(x)*HR_SECOND)

/* A store that says what it lost, ten seconds after it was hit. */
struct loss {
    hr_time recovery_point, last_lost;
    uint64_t writes;
    bool durable, silent;
    bool cached; /* a cache of it is lost, too */
};
static struct loss losses[2]; /* by component */

static void hit(struct hr_run *run, hr_part p, const struct hr_change *ch, bool begins)
{
    (void)ch;
    if (begins)
        hr_control_set(run, p, hr_now(run) + S(10), 0, 0);
}

static void seen(struct hr_run *run, hr_part p, uint32_t tag, uint64_t data)
{
    const struct loss *l = &losses[p];

    (void)tag;
    (void)data;
    if (l->cached)
        hr_data_lost(run, p, 0, hr_now(run), 999, false);
    if (!l->silent)
        hr_data_lost(run, p, l->recovery_point, l->last_lost, l->writes, l->durable);
}

static const hr_time at[] = {S(1)};

struct world {
    struct tiny t;
    struct hr_model model;
    struct hr_objective objectives[3];
    struct hr_design design;
    struct hr_scenario scenario;
    struct hr_collector *c;
    struct hr_watch watch;
};

/* Components 0 and 1 are stores; disturbances 0 and 1 hit them at 30 s and 60 s. */
static void run(struct world *w)
{
    struct hr_step work = tiny_work(1);
    uint32_t op = 0;

    memset(w, 0, sizeof *w);
    tiny_init(&w->t, S(600));
    for (int i = 0; i < 2; i++) {
        tiny_service(&w->t, i ? "orders" : "users");
        w->model = *w->t.components[i].model;
        op = tiny_op(&w->t, i ? "write" : "read", 1, &work);
    }
    w->model.room = "data";
    w->model.disturb = hit;
    w->model.timer = seen;
    for (int i = 0; i < 2; i++)
        w->t.components[i].model = &w->model;
    tiny_clients(&w->t, op, tiny_plain(), 1, at);
    tiny_disturb(&w->t, HR_VERB_LOSE, 0, S(30), S(5));
    tiny_disturb(&w->t, HR_VERB_LOSE, 1, S(60), S(5))->name = "second";
    w->watch = (struct hr_watch){1, HR_NEVER, 0.99};
    w->t.plan.recovered = (struct hr_recovered){
        .over = S(1), .held = S(5), .n = 1, .n_all = 1, .when = &w->watch};
    for (uint32_t i = 0; i < 3; i++)
        w->objectives[i] = (struct hr_objective){.text = "rpo <= 1m",
                                                 .measure = HR_MEASURE_RPO,
                                                 .quantile = (double)NAN,
                                                 .component = HR_NONE,
                                                 .disturbance = i < 2 ? i : HR_NONE,
                                                 .op = 1,
                                                 .limit = 60};
    w->design = (struct hr_design){
        .name = "base", .plan = &w->t.plan, .objectives = w->objectives, .n_objectives = 3};
    w->scenario = (struct hr_scenario){.name = "t", .designs = &w->design, .n_designs = 1};
    w->c = hr_collector_create(&w->scenario, 1, 1);
    const struct hr_record *main = tiny_run(&w->t);
    hr_collector_add(w->c, 0, main);
    /* The twins, each with one of them alone. */
    for (uint32_t k = 1; k <= 2; k++) {
        const struct hr_twin twin = {0, k, false};
        const struct hr_run_options o = {.seed = 1, .alone = k};
        struct hr_run *r = hr_run_create(&w->t.plan, &o);

        while (hr_run_advance(r, 1000))
            ;
        hr_collector_twin(w->c, &twin, hr_run_finish(r));
        hr_run_destroy(r);
    }
}

static double rpo(struct world *w, size_t objective, enum hr_verdict *v, const char **why)
{
    struct hr_estimate e;

    *v = hr_collector_verdict(w->c, 0, objective, w->t.arena, &e, why);
    return e.mean;
}

static void end(struct world *w)
{
    hr_collector_destroy(w->c);
    tiny_free(&w->t);
}

static void it_runs_from_the_recovery_point_to_the_last_write_lost(void **state)
{
    struct world w;
    enum hr_verdict v;
    const char *why;

    (void)state;
    losses[0] = (struct loss){S(20), S(37), 12, true, false, false};
    losses[1] = (struct loss){S(25), S(59), 3, true, false, true};
    run(&w);
    assert_true(rpo(&w, 0, &v, &why) == 17); /* writes went on after 30 s */
    assert_int_equal(v, HR_KEPT);
    assert_true(rpo(&w, 1, &v, &why) ==
                35); /* to the loss at 60 s, not to when it was seen */
    assert_true(rpo(&w, 2, &v, &why) == 35); /* the worst */
    end(&w);
}

static void no_write_lost_is_zero(void **state)
{
    struct world w;
    enum hr_verdict v;
    const char *why;

    (void)state;
    losses[0] = (struct loss){S(20), S(29), 0, true, false, false};
    losses[1] = (struct loss){.silent = true}; /* lost none and says nothing: a standby */
    run(&w);
    assert_true(rpo(&w, 0, &v, &why) == 0);
    assert_true(rpo(&w, 1, &v, &why) == 0);
    assert_int_equal(v, HR_KEPT);
    end(&w);
}

static void what_a_cache_loses_is_no_data(void **state)
{
    struct world w;
    enum hr_verdict v;
    const char *why;

    (void)state;
    losses[0] = losses[1] = (struct loss){S(0), S(29), 500, false, false, false};
    run(&w);
    assert_true(isnan(rpo(&w, 2, &v, &why)));
    assert_int_equal(v, HR_UNDECIDED);
    assert_non_null(strstr(why, "not tested"));
    end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_runs_from_the_recovery_point_to_the_last_write_lost),
        cmocka_unit_test(no_write_lost_is_zero),
        cmocka_unit_test(what_a_cache_loses_is_no_data),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

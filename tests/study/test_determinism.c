/* tests/study/test_determinism.c - the same study gives the same bytes, whatever the number of
 * threads.  ctest-labels: threads */
#include "sim/results/results.h"
#include "sim/study/collect.h"
#include "sim/study/study.h"
#include "tests/support/tiny.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { ARRIVALS = 400, DESIGNS = 3, REPLICATIONS = 5 };

struct study {
    struct tiny tiny[DESIGNS];
    struct hr_design designs[DESIGNS];
    struct hr_objective objective;
    struct hr_scenario scenario;
    hr_time at[ARRIVALS];
};

/* A fleet with random work and a slow spell; each design has one instance more. */
static void make_design(struct study *s, uint32_t i)
{
    static const char *const names[DESIGNS] = {"one", "two", "three"};
    struct tiny *t = &s->tiny[i];
    struct hr_step work = tiny_work(1);
    uint32_t op;

    tiny_init(t, 10 * HR_SECOND);
    tiny_service(t, "app")->instances = 1 + i;
    work.law = hr_law_exponential(0.02);
    op = tiny_op(t, "do", 1, &work);
    tiny_clients(t, op, tiny_plain(), ARRIVALS, s->at);
    tiny_disturb(t, HR_VERB_SLOW, tiny_component(t, "app"), 4 * HR_SECOND, 2 * HR_SECOND)
        ->by = 3;
    s->designs[i] = (struct hr_design){
        .name = names[i], .plan = &t->plan, .objectives = &s->objective, .n_objectives = 1};
}

static void make_study(struct study *s)
{
    for (size_t i = 0; i < ARRIVALS; i++)
        s->at[i] = (hr_time)i * 25 * HR_MILLISECOND;
    s->objective = (struct hr_objective){.text = "p99 < 200ms",
                                         .measure = HR_MEASURE_QUANTILE,
                                         .quantile = 0.99,
                                         .rows = 1,
                                         .component = HR_NONE,
                                         .disturbance = HR_NONE,
                                         .limit = 0.2};
    for (uint32_t i = 0; i < DESIGNS; i++)
        make_design(s, i);
    s->scenario =
        (struct hr_scenario){.name = "tiny", .designs = s->designs, .n_designs = DESIGNS};
}

static void merge(void *ctx, uint32_t design, const struct hr_record *r)
{
    assert_int_equal(r->n_violations, 0);
    hr_collector_add(ctx, design, r);
}

/* The bytes of the results file of a study on `jobs` threads. */
static size_t bytes_of(struct study *s, uint32_t jobs, char *to, size_t room)
{
    const struct hr_plan *plans[DESIGNS];
    struct hr_collector *c = hr_collector_create(&s->scenario, REPLICATIONS, 7);
    const struct hr_study_options o = {.plans = plans,
                                       .n_designs = DESIGNS,
                                       .replications = REPLICATIONS,
                                       .seed = 7,
                                       .jobs = jobs,
                                       .machine = &hr_study_simulator,
                                       .ctx = c,
                                       .merge = merge};
    struct hr_arena *a = hr_arena_create();
    char path[] = "/tmp/headroom-determinism-XXXXXX", why[256];
    size_t n;
    FILE *in;

    for (uint32_t i = 0; i < DESIGNS; i++)
        plans[i] = s->designs[i].plan;
    assert_int_equal(hr_study_run(&o).finished, DESIGNS * REPLICATIONS);
    assert_true(close(mkstemp(path)) == 0);
    assert_int_equal(
        hr_results_write(hr_collector_results(c, a, "tiny", 0), path, why, sizeof why),
        HR_IO_OK);
    in = fopen(path, "rb");
    assert_non_null(in);
    n = fread(to, 1, room, in);
    assert_true(n > 0 && n < room);
    fclose(in);
    remove(path);
    hr_arena_destroy(a);
    hr_collector_destroy(c);
    return n;
}

static void the_number_of_threads_changes_no_byte(void **state)
{
    enum { ROOM = 8 << 20 };
    struct study *s = hr_heap_resize(NULL, 1, sizeof *s);
    char *one = hr_heap_resize(NULL, ROOM, 1), *many = hr_heap_resize(NULL, ROOM, 1);
    size_t n;

    (void)state;
    memset(s, 0, sizeof *s);
    make_study(s);
    n = bytes_of(s, 1, one, ROOM);
    for (uint32_t jobs = 2; jobs <= 8; jobs += 3) {
        assert_int_equal(bytes_of(s, jobs, many, ROOM), n);
        assert_memory_equal(one, many, n);
    }
    for (uint32_t i = 0; i < DESIGNS; i++)
        tiny_free(&s->tiny[i]);
    hr_heap_resize(one, 0, 0);
    hr_heap_resize(many, 0, 0);
    hr_heap_resize(s, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_number_of_threads_changes_no_byte),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

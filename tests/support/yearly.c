/* tests/support/yearly.c - see yearly.h. */
#include "tests/support/yearly.h"

#include "models/registry.h"
#include "tests/support/validate.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void merge_ordinary(void *ctx, uint32_t design, const struct hr_record *r)
{
    struct yearly *y = ctx;

    (void)design;
    assert_int_equal(r->n_violations, 0);
    hr_year_ordinary(y->year, r);
}

static void merge_episode(void *ctx, uint32_t design, const struct hr_record *r)
{
    struct yearly *y = ctx;
    const double w = hr_episode_of(r)->weight;

    (void)design;
    assert_int_equal(r->n_violations, 0);
    y->weights += w;
    y->squares += w * w;
    y->n++;
    hr_year_add(y->year, hr_episode_of(r));
}

static void load(struct yearly *y, const char *text, bool calm, const struct hr_plan **plan)
{
    static const struct hr_library library = {hr_models, NULL};
    const struct hr_overrides ov = {.without_disturbances = calm};
    struct hr_diags ds;

    hr_diags_init(&ds, y->arena);
    y->scenario =
        hr_scenario_load_text("test.yaml", text, strlen(text), &library, &ov, &ds);
    for (size_t i = 0; i < ds.n && ds.errors > 0; i++)
        print_message("%s\n", ds.items[i].what);
    assert_non_null(y->scenario);
    assert_int_equal(ds.errors, 0);
    *plan = y->scenario->designs[0].plan;
}

void yearly_run(struct yearly *y, const char *text, uint32_t episodes, uint32_t jobs)
{
    const struct hr_plan *plan;
    struct hr_study_options o = {.plans = &plan,
                                 .n_designs = 1,
                                 .replications = 1,
                                 .seed = 1,
                                 .jobs = jobs,
                                 .machine = &hr_study_simulator,
                                 .ctx = y,
                                 .merge = merge_ordinary};

    *y = (struct yearly){.arena = hr_arena_create()};
    load(y, text, true, &plan);
    y->year = hr_year_create(plan, y->arena);
    assert_int_equal(hr_study_run(&o).finished, 1);
    load(y, text, false, &plan);
    o.replications = episodes;
    o.machine = &hr_episode_hazards;
    o.merge = merge_episode;
    assert_int_equal(hr_study_run(&o).finished, episodes);
}

void yearly_end(struct yearly *y)
{
    hr_year_free(y->year);
    hr_arena_destroy(y->arena);
}

void yearly_agrees(const char *id, const char *text, uint32_t episodes, double expected,
                   double share)
{
    struct yearly y;
    struct hr_estimate e;
    double half;

    yearly_run(&y, text, VALIDATE_SLOW ? 400 : episodes, 1);
    e = hr_year_estimate(y.year, UINT64_MAX, 1 - 1e-6, y.arena).availability;
    half = fmax(e.mean - e.lo, e.hi - e.mean);
    print_message("%-16s 1 - %.6g beside 1 - %.6g ± %.2g (%.1f%%)\n", id, 1 - expected,
                  1 - e.mean, half, 100 * half / (1 - expected));
    if (!(fabs(e.mean - expected) <= half))
        fail_msg("%s: %.9g is not in %.9g .. %.9g", id, expected, e.lo, e.hi);
    if (!VALIDATE_SLOW)
        assert_true(half <= share * (1 - expected));
    yearly_end(&y);
}

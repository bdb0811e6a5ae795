/* tests/support/validate.c - see validate.h. */
#include "tests/support/validate.h"

#include "models/registry.h"
#include "sim/measure/estimate.h"
#include "sim/scenario/scenario.h"
#include "sim/system/run.h"

#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

enum { SETS = 16 };

/* --- figures ------------------------------------------------------------------------------- */

double validate_mean_latency(const struct hr_plan *plan, const struct hr_record *r)
{
    (void)plan;
    return hr_hist_mean(&r->rows[0].answered_latency) / 1e9;
}

double validate_p95(const struct hr_plan *plan, const struct hr_record *r)
{
    (void)plan;
    return hr_hist_quantile(&r->rows[0].answered_latency, 0.95, 0) / 1e9;
}

double validate_p99(const struct hr_plan *plan, const struct hr_record *r)
{
    (void)plan;
    return hr_hist_quantile(&r->rows[0].answered_latency, 0.99, 0) / 1e9;
}

/* --- runs ---------------------------------------------------------------------------------- */

struct half { /* the replications of one thread */
    const struct hr_plan *plan;
    uint32_t first, step, n, n_figures;
    validate_figure *const *figures;
    double *x;
    unsigned violations;
};

static void *run_half(void *arg)
{
    struct half *h = arg;

    for (uint32_t i = h->first; i < h->n; i += h->step) {
        const struct hr_run_options o = {.seed = 1, .replication = i};
        struct hr_run *run = hr_run_create(h->plan, &o);

        while (hr_run_advance(run, 1 << 20))
            ;
        const struct hr_record *r = hr_run_finish(run);
        h->violations += r->n_violations;
        for (uint32_t k = 0; k < h->n_figures; k++)
            h->x[k * VALIDATE_MOST + i] = h->figures[k](h->plan, r);
        hr_run_destroy(run);
    }
    return NULL;
}

void validate_plan(const struct hr_plan *plan, uint32_t n, uint32_t n_figures,
                   validate_figure *const *figures, double *x)
{
    struct half halves[2];
    pthread_t other;

    assert_true(n <= VALIDATE_MOST);
    for (uint32_t i = 0; i < 2; i++)
        halves[i] = (struct half){plan, i, 2, n, n_figures, figures, x, 0};
    assert_int_equal(pthread_create(&other, NULL, run_half, &halves[1]), 0);
    run_half(&halves[0]);
    pthread_join(other, NULL);
    assert_int_equal(halves[0].violations + halves[1].violations, 0);
}

static const struct hr_plan *load(const struct validate_runs *v, struct hr_diags *ds)
{
    static const struct hr_catalog_file no_products[] = {{NULL, NULL, 0}};
    const struct hr_library library = {hr_models, no_products};
    const char *horizon = VALIDATE_SLOW ? v->slow_horizon : v->horizon;
    const char *sets[SETS];
    char path[512], text[64];
    struct hr_overrides ov = {.set = sets};

    for (size_t i = 0; v->set && v->set[i]; i++)
        sets[ov.n_set++] = v->set[i];
    if (horizon) {
        snprintf(text, sizeof text, "horizon=%s", horizon);
        sets[ov.n_set++] = text;
    }
    if (v->design) {
        ov.design = &v->design;
        ov.n_design = 1;
    }
    snprintf(path, sizeof path, "%s/scenarios/examples/%s.yaml", HR_SOURCE_DIR,
             v->scenario);
    const struct hr_scenario *s = hr_scenario_load(path, &library, &ov, ds);
    for (size_t i = 0; i < ds->n; i++)
        if (hr_code_is_error(ds->items[i].code))
            fail_msg("%s:%u: %s", path, (unsigned)ds->items[i].at.line, ds->items[i].what);
    assert_non_null(s);
    assert_non_null(s->designs[0].plan);
    return s->designs[0].plan;
}

uint32_t validate_run(const struct validate_runs *v, uint32_t n_figures,
                      validate_figure *const *figures, double *x)
{
    struct hr_arena *arena = hr_arena_create();
    struct hr_diags ds;
    const uint32_t n = VALIDATE_SLOW && v->replications > 8 ? 8 : v->replications;

    hr_diags_init(&ds, arena);
    validate_plan(load(v, &ds), n, n_figures, figures, x);
    hr_arena_destroy(arena);
    return n;
}

void validate_mean(const char *id, const double *x, uint32_t n, double expected,
                   double tolerance)
{
    const struct hr_estimate e = hr_estimate_mean(x, n, 1 - 1e-6);
    const double half = 0.5 * (e.hi - e.lo);

    print_message("%-16s %.6g in %.6g .. %.6g (+- %.2g%%)\n", id, expected, e.lo, e.hi,
                  100 * half / expected);
    if (!(e.lo <= expected && expected <= e.hi))
        fail_msg("%s: %.9g is not in %.9g .. %.9g", id, expected, e.lo, e.hi);
    if (!VALIDATE_SLOW && !(half < tolerance))
        fail_msg("%s: the interval is +- %.3g, the tolerance %.3g", id, half, tolerance);
}

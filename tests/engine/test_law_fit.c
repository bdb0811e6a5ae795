/* tests/engine/test_law_fit.c - a law that is written by its figures has those figures. */
#include "sim/engine/law.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NONE ((double)NAN)

static struct hr_law_figures none(void)
{
    return (struct hr_law_figures){NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE,
                                   NONE, NONE, NONE, NONE, NONE, NONE, NONE};
}

/* The figure of that name. */
static double *figure(struct hr_law_figures *f, const char *name)
{
    const struct {
        const char *name;
        double *at;
    } all[] = {{"mean", &f->mean},     {"cv", &f->cv},       {"sd", &f->sd},
               {"p50", &f->p50},       {"p90", &f->p90},     {"p95", &f->p95},
               {"p99", &f->p99},       {"p999", &f->p999},   {"min", &f->min},
               {"max", &f->max},       {"shape", &f->shape}, {"scale", &f->scale},
               {"stages", &f->stages}, {"share", &f->share}, {"mode", &f->mode}};

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!strcmp(all[i].name, name))
            return all[i].at;
    fail_msg("no figure %s", name);
    return NULL;
}

/* Whether `name` of the law has the value that was asked for. */
static int has(const struct hr_law *law, const char *name, double value)
{
    const double mean = hr_law_mean(law), cv = sqrt(hr_law_scv(law));
    double got = value;

    if (!strcmp(name, "mean"))
        got = mean;
    else if (!strcmp(name, "cv"))
        got = cv;
    else if (!strcmp(name, "sd"))
        got = cv * mean;
    else if (name[0] == 'p')
        got = hr_law_quantile(law, atof(name + 1) / (strlen(name) == 4 ? 1000.0 : 100.0));
    else if (!strcmp(name, "min"))
        got = law->kind == HR_LAW_PARETO ? law->b : law->a;
    else if (!strcmp(name, "max") || !strcmp(name, "scale"))
        got = law->b;
    else if (!strcmp(name, "shape") || !strcmp(name, "stages"))
        got = law->a;
    return fabs(got - value) <= 1e-9 * fabs(value);
}

struct want {
    enum hr_law_kind kind;
    const char *x, *y;
    double vx, vy;
};

static bool fit(const struct want *w, struct hr_law *law)
{
    struct hr_law_figures f = none();

    *figure(&f, w->x) = w->vx;
    if (w->y)
        *figure(&f, w->y) = w->vy;
    return hr_law_fit(w->kind, &f, law);
}

static void every_fit_reproduces_its_figures(void **unused)
{
    static const struct want wants[] = {
        {HR_LAW_CONSTANT, "mean", NULL, 0.0, 0},
        {HR_LAW_UNIFORM, "min", "max", 0.25, 3.5},
        {HR_LAW_UNIFORM, "min", "max", 2.0, 2.0},
        {HR_LAW_EXPONENTIAL, "mean", NULL, 2.385, 0},
        {HR_LAW_NORMAL, "mean", "sd", 8.0, 0.01},
        {HR_LAW_NORMAL, "mean", "sd", 8.0, 2.0},
        {HR_LAW_NORMAL, "mean", "cv", 8.0, 0.5},
        {HR_LAW_NORMAL, "mean", "cv", 8.0, 0.75},
        {HR_LAW_NORMAL, "mean", "cv", 8.0, 0.97},
        {HR_LAW_LOGNORMAL, "p50", "p99", 0.008, 0.06},
        {HR_LAW_LOGNORMAL, "p50", "p99", 180.0, 1200.0},
        {HR_LAW_LOGNORMAL, "p50", "p95", 8.0, 60.0},
        {HR_LAW_LOGNORMAL, "p50", "p90", 8.0, 8.001},
        {HR_LAW_LOGNORMAL, "p50", "p999", 1.7, 41.0},
        {HR_LAW_LOGNORMAL, "mean", "p99", 8.0, 60.0},
        {HR_LAW_LOGNORMAL, "mean", "p99", 8.0, 8.0 * 14.9},
        {HR_LAW_LOGNORMAL, "mean", "p95", 8.0, 9.0},
        {HR_LAW_LOGNORMAL, "mean", "cv", 8.0, 1.5},
        {HR_LAW_LOGNORMAL, "mean", "cv", 8.0, 1e-4},
        {HR_LAW_LOGNORMAL, "mean", "sd", 8.0, 80.0},
        {HR_LAW_LOGNORMAL, "p50", "mean", 8.0, 13.0},
        {HR_LAW_GAMMA, "mean", "cv", 3.1, 0.4},
        {HR_LAW_GAMMA, "mean", "sd", 3.1, 6.2},
        {HR_LAW_GAMMA, "shape", "scale", 3.1, 0.4},
        {HR_LAW_ERLANG, "stages", "mean", 3.0, 0.4},
        {HR_LAW_WEIBULL, "mean", "cv", 1.0, 2.23606797749979},
        {HR_LAW_WEIBULL, "mean", "cv", 1.0, 0.02},
        {HR_LAW_WEIBULL, "mean", "sd", 7.0, 70.0},
        {HR_LAW_WEIBULL, "p50", "p99", 1.3, 40.0},
        {HR_LAW_WEIBULL, "shape", "scale", 0.7, 40.0},
        {HR_LAW_PARETO, "shape", "min", 1.5, 5.0},
        {HR_LAW_PARETO, "mean", "shape", 1.0, 2.5},
        {HR_LAW_PARETO, "min", "mean", 1.0, 2.5},
        {HR_LAW_PARETO, "p50", "p99", 1.0, 25.0},
        {HR_LAW_HYPEREXPONENTIAL, "mean", "cv", 1.9, 2.0},
        {HR_LAW_HYPEREXPONENTIAL, "mean", "cv", 1.9, 1.0},
        {HR_LAW_HYPEREXPONENTIAL, "mean", "cv", 1.9, 1000.0},
        {HR_LAW_HYPEREXPONENTIAL, "mean", "sd", 1.9, 5.0},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof wants / sizeof *wants; i++) {
        struct hr_law law;
        assert_true(fit(&wants[i], &law));
        assert_int_equal(law.kind, wants[i].kind);
        assert_true(has(&law, wants[i].x, wants[i].vx));
        assert_true(!wants[i].y || has(&law, wants[i].y, wants[i].vy));
    }
}

static void balanced_means_are_balanced(void **unused)
{
    const struct want w = {HR_LAW_HYPEREXPONENTIAL, "mean", "cv", 1.9, 2.0};
    struct hr_law law;

    (void)unused;
    assert_true(fit(&w, &law));
    assert_true(fabs(law.a * law.b - (1.0 - law.a) * law.c) < 1e-14);
}

/* Mean 8 and p99 60 are also the figures of sigma = 3.7: a p50 of 0.008 that nobody meant. */
static void of_two_lognormals_the_one_with_the_lighter_tail_is_taken(void **unused)
{
    const struct want w = {HR_LAW_LOGNORMAL, "mean", "p99", 8.0, 60.0};
    struct hr_law law;

    (void)unused;
    assert_true(fit(&w, &law));
    assert_true(law.b > 0.5 && law.b < 2.0);
}

static void impossible_figures_are_refused_and_leave_the_law_alone(void **unused)
{
    static const struct want wants[] = {
        {HR_LAW_CONSTANT, "mean", NULL, -1.0, 0},
        {HR_LAW_UNIFORM, "min", "max", 3.0, 2.0},
        {HR_LAW_EXPONENTIAL, "mean", NULL, 0.0, 0},
        {HR_LAW_EXPONENTIAL, "mean", NULL, HUGE_VAL, 0},
        {HR_LAW_NORMAL, "mean", "cv", 1.0, 1.0},
        {HR_LAW_NORMAL, "mean", "sd", 1.0, 0.0},
        {HR_LAW_NORMAL, "mean", "sd", 0.0, 1.0},
        {HR_LAW_LOGNORMAL, "p50", "p99", 60.0, 60.0},
        {HR_LAW_LOGNORMAL, "p50", "p99", 60.0, 8.0},
        {HR_LAW_LOGNORMAL, "p50", "p99", 0.0, 8.0},
        {HR_LAW_LOGNORMAL, "p50", "p99", -8.0, 60.0},
        {HR_LAW_LOGNORMAL, "p50", "p95", 8.0, HUGE_VAL},
        {HR_LAW_LOGNORMAL, "p50", "mean", 8.0, 8.0},
        {HR_LAW_LOGNORMAL, "mean", "p99", 8.0, 8.0},
        {HR_LAW_LOGNORMAL, "mean", "p99", 8.0, 8.0 * 15.1}, /* at most exp(z^2/2) = 14.97 */
        {HR_LAW_LOGNORMAL, "mean", "cv", 8.0, 0.0},
        {HR_LAW_LOGNORMAL, "mean", "sd", 0.0, 1.0},
        {HR_LAW_GAMMA, "mean", "cv", 1.0, 0.0},
        {HR_LAW_GAMMA, "mean", "cv", 0.0, 1.0},
        {HR_LAW_GAMMA, "shape", "scale", 0.0, 1.0},
        {HR_LAW_ERLANG, "stages", "mean", 0.0, 1.0},
        {HR_LAW_ERLANG, "stages", "mean", 2.5, 1.0},
        {HR_LAW_ERLANG, "stages", "mean", 2.0, 0.0},
        {HR_LAW_WEIBULL, "mean", "cv", 1.0, 0.0},
        {HR_LAW_WEIBULL, "mean", "cv", 1.0, 1e9},
        {HR_LAW_WEIBULL, "p50", "p99", 2.0, 2.0},
        {HR_LAW_PARETO, "shape", "min", 1.5, 0.0},
        {HR_LAW_PARETO, "mean", "shape", 1.0, 1.0},
        {HR_LAW_PARETO, "min", "mean", 2.0, 2.0},
        {HR_LAW_PARETO, "p50", "p99", 3.0, 2.0},
        {HR_LAW_HYPEREXPONENTIAL, "mean", "cv", 1.0, 0.99},
        {HR_LAW_HYPEREXPONENTIAL, "mean", "cv", 0.0, 2.0},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof wants / sizeof *wants; i++) {
        struct hr_law law = {.a = 77.0};
        assert_false(fit(&wants[i], &law));
        assert_true(law.a == 77.0);
    }
}

static void the_most_likely_value_lies_between_the_others(void **unused)
{
    struct hr_law_figures f = none();
    struct hr_law law = {0};

    (void)unused;
    f.min = 1.0;
    f.max = 3.0;
    f.mode = 0.5;
    assert_false(hr_law_fit(HR_LAW_TRIANGULAR, &f, &law));
    f.mode = 3.5;
    assert_false(hr_law_fit(HR_LAW_TRIANGULAR, &f, &law));
    f.mode = 3.0;
    assert_true(hr_law_fit(HR_LAW_TRIANGULAR, &f, &law));
    assert_true(fabs(hr_law_mean(&law) - 7.0 / 3.0) < 1e-15);
    assert_true(fabs(hr_law_quantile(&law, 0.25) - 2.0) < 1e-15);
    f.min = f.max = 3.0; /* nothing but one value */
    assert_true(hr_law_fit(HR_LAW_TRIANGULAR, &f, &law));
    assert_true(hr_law_quantile(&law, 0.5) == 3.0 && hr_law_scv(&law) == 0.0);
    law = hr_law_scale((struct hr_law){HR_LAW_TRIANGULAR, 1.0, 4.0, 2.0, NULL, 0}, 3.0);
    assert_true(law.a == 3.0 && law.b == 12.0 && law.c == 6.0);
}

static void sets_of_figures_that_are_not_listed_are_refused(void **unused)
{
    static const struct want wants[] = {
        {HR_LAW_LOGNORMAL, "p50", NULL, 8.0, 0}, /* too few */
        {HR_LAW_LOGNORMAL, "p90", "p99", 8.0, 9.0},
        {HR_LAW_EXPONENTIAL, "mean", "cv", 8.0, 1.0}, /* too many */
        {HR_LAW_EXPONENTIAL, "p50", NULL, 8.0, 0},
        {HR_LAW_DISCRETE, "mean", NULL, 8.0, 0},
        {HR_LAW_EMPIRICAL, "mean", NULL, 8.0, 0},
    };
    struct hr_law_figures f = none();
    struct hr_law law;

    (void)unused;
    for (size_t i = 0; i < sizeof wants / sizeof *wants; i++)
        assert_false(fit(&wants[i], &law));
    assert_false(hr_law_fit(HR_LAW_LOGNORMAL, &f, &law));
    f.p50 = 8.0;
    f.p99 = 60.0;
    assert_true(hr_law_fit(HR_LAW_LOGNORMAL, &f, &law));
    f.mean = 10.0;
    assert_false(hr_law_fit(HR_LAW_LOGNORMAL, &f, &law));
    f.mean = -1.0; /* a figure that cannot be is not the same as one that was not given */
    assert_false(hr_law_fit(HR_LAW_LOGNORMAL, &f, &law));
}

/* Every set that `accepts` names is made of known words and can be fitted. */
static void every_set_in_the_table_can_be_fitted(void **unused)
{
    (void)unused;
    for (const struct hr_law_family *r = hr_law_families; r->name; r++) {
        char text[200], *rest = text;
        assert_true(strlen(r->accepts) < sizeof text && strlen(r->help) > 10);
        strcpy(text, r->accepts);
        for (char *set; *text && (set = strtok_r(rest, "|", &rest));) {
            struct hr_law_figures f = none();
            struct hr_law law;
            double value = 2.0;
            for (char *word; (word = strtok_r(set, " ", &set)); value += 1.0)
                *figure(&f, word) =
                    !strcmp(word, "cv") || !strcmp(word, "sd") ? 0.5 : value;
            if (r->kind == HR_LAW_HYPEREXPONENTIAL)
                f.cv = f.cv > 0.0 ? 2.0 : NONE, f.sd = f.sd > 0.0 ? 5.0 : NONE;
            assert_true(hr_law_fit(r->kind, &f, &law));
        }
    }
}

static void scaling_by_zero_gives_the_constant_zero(void **unused)
{
    const struct hr_law law = hr_law_scale(hr_law_exponential(3.0), 0.0);

    (void)unused;
    assert_int_equal(law.kind, HR_LAW_CONSTANT);
    assert_true(law.a == 0.0 && hr_law_mean(&law) == 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fit_reproduces_its_figures),
        cmocka_unit_test(balanced_means_are_balanced),
        cmocka_unit_test(of_two_lognormals_the_one_with_the_lighter_tail_is_taken),
        cmocka_unit_test(impossible_figures_are_refused_and_leave_the_law_alone),
        cmocka_unit_test(the_most_likely_value_lies_between_the_others),
        cmocka_unit_test(sets_of_figures_that_are_not_listed_are_refused),
        cmocka_unit_test(every_set_in_the_table_can_be_fitted),
        cmocka_unit_test(scaling_by_zero_gives_the_constant_zero),
    };
    return cmocka_run_group_tests_name("law_fit", tests, NULL, NULL);
}

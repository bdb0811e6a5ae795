/* sim/report/recovery.c - see recovery.h. */
#include "sim/report/recovery.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/report/pick.h"

const char *const hr_phase_words[HR_N_PHASES] = {"detect", "decide", "act", "restore",
                                                 "warm up"};

/* ---- recoveries ------------------------------------------------------------------------- */

struct run {              /* one row of the results */
    size_t design, order; /* order: of its disturbance */
    size_t at;            /* row */
    double rto;
    bool affected, sampled;
};

static double rank(const struct run *x)
{
    return isnan(x->rto) ? HUGE_VAL : x->affected ? x->rto : -1;
}

static int compare_runs(const void *a, const void *b)
{
    const struct run *x = a, *y = b;

    if (x->design != y->design)
        return x->design < y->design ? -1 : 1;
    if (x->order != y->order)
        return x->order < y->order ? -1 : 1;
    if (rank(x) != rank(y))
        return rank(x) < rank(y) ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

static const char *disturbance(const struct hr_results *r, size_t i)
{
    return HR_WORD(r, "recovery/disturbance", i);
}

/* Rows of one disturbance stand together or not: its order is that of its first row. */
static size_t order_of(const struct hr_results *r, const size_t *firsts, size_t *n,
                       size_t i, size_t *made)
{
    for (size_t k = 0; k < *n; k++)
        if (strcmp(disturbance(r, firsts[k]), disturbance(r, i)) == 0)
            return k;
    *made = i;
    return (*n)++;
}

static struct run *gather(const struct hr_results *r, struct hr_arena *a, size_t *n)
{
    enum { MOST_NAMES = 1000 }; /* of disturbances; beyond, they are one */
    const size_t rows = hr_pick_length(r, "recovery_row"),
                 designs = hr_pick_length(r, "design");
    struct run *runs = hr_arena_alloc(a, rows, sizeof *runs);
    size_t *firsts = hr_arena_alloc(a, MOST_NAMES, sizeof *firsts), names = 0;

    *n = 0;
    for (size_t i = 0; i < rows; i++) {
        const double design = HR_FIGURE(r, "recovery/design", i);

        if (!(design >= 0 && design < (double)designs) || names + 1 == MOST_NAMES)
            continue;
        runs[*n] = (struct run){.design = (size_t)design,
                                .at = i,
                                .rto = HR_FIGURE(r, "recovery/rto", i),
                                .affected = HR_FIGURE(r, "recovery/affected", i) != 0,
                                .sampled = HR_FIGURE(r, "recovery/occurrence", i) > 0};
        runs[*n].order = order_of(r, firsts, &names, i, &firsts[names]);
        (*n)++;
    }
    qsort(runs, *n, sizeof *runs, compare_runs);
    return runs;
}

static double larger(double x, double y)
{
    return isnan(x) || y > x ? y : x;
}

/* The least value that a share of n does not exceed, from 0. */
static size_t rank_of(double share, size_t n)
{
    const size_t rank = (size_t)ceil(share * (double)n);

    return rank > 0 ? rank - 1 : 0;
}

/* Runs [0, n) of one design and disturbance, by time to recovery; the one at the quantile. */
static struct hr_recovery sum_up(const struct hr_results *r, const struct run *runs,
                                 size_t n, double q)
{
    static const char *const paths[HR_N_PHASES] = {"recovery/detect", "recovery/decide",
                                                   "recovery/act", "recovery/restore",
                                                   "recovery/warm_up"};
    const size_t p95 = rank_of(q, n), at = runs[p95].at;
    struct hr_recovery x = {.design = runs[0].design,
                            .disturbance = disturbance(r, at),
                            .which = "",
                            .runs = n,
                            .begin = HR_FIGURE(r, "recovery/begin", at),
                            .rto = runs[p95].rto,
                            .rpo = (double)NAN,
                            .writes_lost = (double)NAN,
                            .affected = runs[p95].affected,
                            .alone = true};

    for (size_t k = 0; k < HR_N_PHASES; k++)
        x.phase[k] = HR_FIGURE(r, paths[k], at);
    for (size_t k = 0; k < n; k++) {
        x.not_recovered += isinf(runs[k].rto) != 0;
        x.unaffected += !runs[k].affected;
        x.alone = x.alone && HR_FIGURE(r, "recovery/alone", runs[k].at) != 0;
        x.rpo = larger(x.rpo, HR_FIGURE(r, "recovery/rpo", runs[k].at));
        x.writes_lost =
            larger(x.writes_lost, HR_FIGURE(r, "recovery/writes_lost", runs[k].at));
    }
    return x;
}

static int compare_numbers(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* A quantile of a variable over runs; NaN where it is not known of any. */
static double quantile(const struct hr_results *r, const char *path, const struct run *runs,
                       size_t n, double q)
{
    double *x = hr_heap_resize(NULL, n, sizeof *x), at = (double)NAN;
    size_t known = 0;

    for (size_t k = 0; k < n; k++) {
        x[known] = HR_FIGURE(r, path, runs[k].at);
        known += isnan(x[known]) ? 0 : 1;
    }
    qsort(x, known, sizeof *x, compare_numbers);
    if (known > 0)
        at = x[rank_of(q, known)];
    hr_heap_resize(x, 0, 0);
    return at;
}

/* Three rows: the occurrences at p50, p95 and the worst.  Data lost have an order of their own. */
static size_t sum_up_sampled(const struct hr_results *r, const struct run *runs, size_t n,
                             struct hr_recovery *rows)
{
    static const double at[] = {0.5, 0.95, 1};
    static const char *const names[] = {"p50", "p95", "max"};

    for (size_t i = 0; i < 3; i++) {
        rows[i] = sum_up(r, runs, n, at[i]);
        rows[i].which = names[i];
        rows[i].rpo = quantile(r, "recovery/rpo", runs, n, at[i]);
        rows[i].writes_lost = quantile(r, "recovery/writes_lost", runs, n, at[i]);
    }
    return 3;
}

/* Where occurrences were sampled, those alone are shown. */
static size_t leave_sampled(struct run *runs, size_t n)
{
    size_t sampled = 0, made = 0;

    for (size_t i = 0; i < n; i++)
        sampled += runs[i].sampled;
    for (size_t i = 0; i < n; i++)
        if (sampled == 0 || runs[i].sampled)
            runs[made++] = runs[i];
    return made;
}

size_t hr_recoveries(const struct hr_results *r, struct hr_arena *a,
                     struct hr_recovery **rows)
{
    size_t n, made = 0;
    struct run *runs;

    *rows = NULL;
    if (hr_results_find(r, "recovery/rto") == NULL)
        return 0;
    runs = gather(r, a, &n);
    n = leave_sampled(runs, n);
    *rows = hr_arena_alloc(a, 3 * n, sizeof **rows);
    for (size_t i = 0, k; i < n; i = k) {
        for (k = i + 1;
             k < n && runs[k].design == runs[i].design && runs[k].order == runs[i].order;)
            k++;
        if (runs[i].sampled)
            made += sum_up_sampled(r, &runs[i], k - i, &(*rows)[made]);
        else
            (*rows)[made++] = sum_up(r, &runs[i], k - i, 0.95);
    }
    return made;
}

const char *hr_recovery_rule(const struct hr_results *r, const struct hr_recovery *rows,
                             size_t n)
{
    const char *rule = n > 0 ? HR_WORD(r, "recovered", rows[0].design) : "";

    for (size_t i = 1; i < n; i++)
        if (strcmp(HR_WORD(r, "recovered", rows[i].design), rule) != 0)
            return "";
    return rule;
}

/* ---- error budgets ---------------------------------------------------------------------- */

static bool is_rest(const struct hr_budget *x)
{
    return strcmp(x->cause, "undisturbed") == 0;
}

static int compare_budgets(const void *a, const void *b)
{
    const struct hr_budget *x = a, *y = b;

    if (is_rest(x) != is_rest(y))
        return is_rest(x) ? 1 : -1;
    if (x->most != y->most)
        return x->most > y->most ? -1 : 1;
    return strcmp(x->cause, y->cause);
}

static struct hr_budget *budget_of(struct hr_budget *rows, size_t *n, const char *cause,
                                   size_t designs, struct hr_arena *a)
{
    struct hr_budget *x;

    for (size_t i = 0; i < *n; i++)
        if (strcmp(rows[i].cause, cause) == 0)
            return &rows[i];
    x = &rows[(*n)++];
    *x = (struct hr_budget){.cause = cause,
                            .bad = hr_arena_alloc(a, designs, sizeof(double)),
                            .share = hr_arena_alloc(a, designs, sizeof(double))};
    for (size_t d = 0; d < designs; d++)
        x->bad[d] = x->share[d] = (double)NAN;
    return x;
}

size_t hr_budgets(const struct hr_results *r, struct hr_arena *a, struct hr_budget **rows)
{
    enum { MOST_CAUSES = 1000 };
    const size_t lines = hr_pick_length(r, "budget_line"),
                 designs = hr_pick_length(r, "design");
    size_t n = 0;

    *rows = NULL;
    if (hr_results_find(r, "budget/share") == NULL)
        return 0;
    *rows = hr_arena_alloc(a, lines < MOST_CAUSES ? lines : MOST_CAUSES, sizeof **rows);
    for (size_t i = 0; i < lines && n < MOST_CAUSES; i++) {
        const double design = HR_FIGURE(r, "budget/of_design", i);
        struct hr_budget *x;

        if (!(design >= 0 && design < (double)designs))
            continue;
        x = budget_of(*rows, &n, HR_WORD(r, "budget/cause", i), designs, a);
        x->bad[(size_t)design] = HR_FIGURE(r, "budget/bad", i);
        x->share[(size_t)design] = HR_FIGURE(r, "budget/share", i);
        x->most = larger(x->most, x->share[(size_t)design]);
    }
    qsort(*rows, n, sizeof **rows, compare_budgets);
    return n;
}

double hr_budget_spent(const struct hr_budget *rows, size_t n, size_t design)
{
    double sum = (double)NAN;

    for (size_t i = 0; i < n; i++)
        if (isfinite(rows[i].share[design]))
            sum = (isnan(sum) ? 0 : sum) + rows[i].share[design];
    return sum;
}

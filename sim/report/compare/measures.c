/* sim/report/compare/measures.c - what is compared, and its figures of each replication. */
#include "sim/report/compare/inner.h"

#include "sim/report/pick.h"
#include "sim/report/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NOTHING ((double)NAN)

/* Kinds of component whose bill is that of compute. */
static const char *const compute_kinds[] = {"autoscaling_group", "service", "function"};

void hr_contender_count(struct hr_contender *c, struct hr_arena *a)
{
    const struct hr_dim *dim = hr_results_dim(c->r, "replication");
    int64_t *numbers = hr_arena_alloc(a, dim ? dim->n : 0, sizeof *numbers);

    c->n = 0;
    /* Known of every run that was finished, whatever it costs. */
    for (size_t i = 0; dim && dim->integers && i < dim->n; i++)
        if (!isnan(HR_FIGURE(c->r, "cost/revenue_lost_by_replication", c->design, i)))
            numbers[c->n++] = dim->integers[i];
    c->replications = numbers;
}

/* --- labels ------------------------------------------------------------------------------------ */

struct name { /* a label taken apart */
    const char *measure, *scope;
};

/* "p99(checkout)" -> p99, checkout; "p99" and "p99(all)" -> p99, all. */
static struct name take_apart(const char *label, struct hr_arena *a)
{
    const char *open = strchr(label, '(');
    const size_t n = strlen(label);

    if (!open || label[n - 1] != ')')
        return (struct name){label, "all"};
    return (struct name){hr_arena_text(a, label, (size_t)(open - label)),
                         hr_arena_text(a, open + 1, n - (size_t)(open - label) - 2)};
}

/* What an objective is about: "p99( checkout ) < 2s" -> "p99(checkout)".  What follows the limit
 * ("during slow_payments") belongs to it. */
static const char *label_of(const char *objective, int *wanted, struct hr_arena *a)
{
    const char *op = strpbrk(objective, "<>");
    char *label = hr_arena_alloc(a, strlen(objective) + 2, 1);
    size_t n = 0;

    if (!op)
        return NULL;
    *wanted = *op == '<' ? -1 : 1;
    for (const char *c = objective; c < op; c++)
        if (*c != ' ' && *c != '\t')
            label[n++] = *c;
    op = hr_text_after_limit(objective);
    if (*op)
        label[n++] = ' ';
    while (*op)
        label[n++] = *op++;
    return label;
}

static bool is_objective_of(const struct hr_contender *c, size_t o)
{
    return HR_WORD(c->r, "objectives/verdict", c->design, o)[0] != '\0';
}

/* The objective of this label among the contender's; -1: none. */
static int64_t objective_called(const struct hr_contender *c, const char *label,
                                struct hr_arena *a)
{
    const struct hr_dim *dim = hr_results_dim(c->r, "objective");
    int wanted;

    for (size_t o = 0; dim && dim->texts && o < dim->n; o++) {
        const char *its =
            is_objective_of(c, o) ? label_of(dim->texts[o], &wanted, a) : NULL;

        if (its && strcmp(its, label) == 0)
            return (int64_t)o;
    }
    return -1;
}

/* --- figures ----------------------------------------------------------------------------------- */

struct reader {
    const struct hr_contender *c;
    struct hr_compare_runs runs;
    struct hr_arena *a;
};

static size_t position(const struct reader *r, size_t i)
{
    const struct hr_dim *dim = hr_results_dim(r->c->r, "replication");

    for (size_t k = 0; dim && dim->integers && k < dim->n; k++)
        if (dim->integers[k] == r->runs.numbers[i])
            return k;
    return SIZE_MAX;
}

/* A variable over (design, replication, x[, y]) of each replication. */
static double *column(const struct reader *r, const char *path, size_t n, size_t x,
                      size_t y)
{
    double *to = hr_arena_alloc(r->a, r->runs.n, sizeof *to);

    for (size_t i = 0; i < r->runs.n; i++) {
        const size_t index[] = {r->c->design, position(r, i), x, y};

        to[i] = hr_pick(r->c->r, path, n, index);
    }
    return to;
}

static struct hr_influence nothing(void)
{
    return (struct hr_influence){NOTHING, 0, NULL, NULL};
}

static struct hr_influence ratio(const struct reader *r, double *num, double *den)
{
    return hr_influence_ratio(num, den, r->runs.n, r->a);
}

/* Pooled over the very replications that are read, where the results say it; else their mean. */
static struct hr_influence pooled(const struct reader *r, double value, double *x)
{
    return r->runs.all ? hr_influence_pooled(value, x, r->runs.n, r->a)
                       : hr_influence_mean(x, r->runs.n, r->a);
}

static struct hr_influence objective(const struct reader *r, size_t o)
{
    const char *how = HR_WORD(r->c->r, "objectives/estimator", o);
    double *num = column(r, "objectives/num_by_replication", 3, o, 0);

    if (strcmp(how, "ratio") == 0)
        return ratio(r, num, column(r, "objectives/den_by_replication", 3, o, 0));
    if (strcmp(how, "pooled") == 0)
        return pooled(r, HR_FIGURE(r->c->r, "objectives/value", r->c->design, o), num);
    if (isnan(HR_FIGURE(r->c->r, "objectives/value", r->c->design, o)))
        return (struct hr_influence){NOTHING, r->runs.n, num, num}; /* a price is missing */
    return hr_influence_mean(num, r->runs.n, r->a);
}

/* Which of the stored quantiles "p99.9" is; -1: none. */
static int64_t quantile_called(const struct hr_contender *c, const char *word)
{
    const struct hr_dim *dim = hr_results_dim(c->r, "quantile");
    char *end;
    const double q = word[0] == 'p' ? strtod(word + 1, &end) / 100 : 0;

    if (word[0] != 'p' || end == word + 1 || *end != '\0')
        return -1;
    for (size_t i = 0; dim && dim->numbers && i < dim->n; i++)
        if (fabs(dim->numbers[i] - q) < 1e-9)
            return (int64_t)i;
    return -1;
}

static struct hr_influence of_class(const struct reader *r, const struct name *name,
                                    size_t row)
{
    const int64_t q = quantile_called(r->c, name->measure);
    double *num, *den;

    if (q >= 0)
        return pooled(r,
                      HR_FIGURE(r->c->r, "latency/latency", r->c->design, row, (size_t)q),
                      column(r, "latency/by_replication", 4, row, (size_t)q));
    if (strcmp(name->measure, "availability") == 0)
        return ratio(r, column(r, "summary/good", 3, row, 0),
                     column(r, "summary/valid", 3, row, 0));
    if (strcmp(name->measure, "retry_amplification") == 0)
        return ratio(r, column(r, "summary/attempts", 3, row, 0),
                     column(r, "summary/valid", 3, row, 0));
    if (strcmp(name->measure, "mean_latency") != 0)
        return nothing();
    num = column(r, "latency/mean_by_replication", 3, row, 0);
    den = column(r, "summary/answered", 3, row, 0);
    for (size_t i = 0; i < r->runs.n; i++)
        num[i] = den[i] > 0 ? num[i] * den[i] : 0;
    return ratio(r, num, den);
}

static bool is_compute(const struct hr_contender *c, size_t part)
{
    const char *kind = HR_WORD(c->r, "kind", part);

    for (size_t i = 0; i < sizeof compute_kinds / sizeof *compute_kinds; i++)
        if (strcmp(kind, compute_kinds[i]) == 0)
            return true;
    return false;
}

/* The bill of compute, or of one component; NaN where it has none or a price is missing. */
static struct hr_influence cost_of(const struct reader *r, const char *scope)
{
    double *sum = hr_arena_alloc(r->a, r->runs.n, sizeof *sum);
    const struct hr_dim *dim = hr_results_dim(r->c->r, "component");
    bool any = false;

    for (size_t p = 0; dim && dim->texts && p < dim->n; p++) {
        const double *x;

        if (scope ? strcmp(dim->texts[p], scope) != 0 : !is_compute(r->c, p))
            continue;
        x = column(r, "components/cost_by_replication", 3, p, 0);
        if (isnan(HR_FIGURE(r->c->r, "components/instances_mean", r->c->design, p)) &&
            r->runs.n > 0 && isnan(x[0]))
            continue; /* not a part of this design */
        for (size_t i = 0; i < r->runs.n; i++)
            sum[i] += x[i];
        any = true;
    }
    return any ? hr_influence_mean(sum, r->runs.n, r->a) : nothing();
}

static struct hr_influence of_money(const struct reader *r, const struct name *name)
{
    if (strcmp(name->measure, "compute_cost") == 0)
        return cost_of(r, NULL);
    if (strcmp(name->measure, "revenue_lost") == 0)
        return hr_influence_mean(column(r, "cost/revenue_lost_by_replication", 2, 0, 0),
                                 r->runs.n, r->a);
    if (strcmp(name->measure, "cost") != 0)
        return nothing();
    if (strcmp(name->scope, "all") != 0)
        return cost_of(r, name->scope);
    return hr_influence_mean(column(r, "cost/total_by_replication", 2, 0, 0), r->runs.n,
                             r->a);
}

/* The row of the results that a scope means: its name, or the end of it after a dot. */
static int64_t row_called(const struct hr_contender *c, const char *scope)
{
    const struct hr_dim *dim = hr_results_dim(c->r, "request_class");
    const int64_t exact = hr_dim_index(dim, scope);
    const size_t n = strlen(scope);
    int64_t found = -1;

    if (exact >= 0)
        return exact;
    for (size_t i = 0; dim && dim->texts && i < dim->n; i++) {
        const size_t length = strlen(dim->texts[i]);

        if (length > n && dim->texts[i][length - n - 1] == '.' &&
            strcmp(dim->texts[i] + length - n, scope) == 0) {
            if (found >= 0)
                return -1; /* several: no one row */
            found = (int64_t)i;
        }
    }
    return found;
}

struct hr_influence hr_compare_figure(const struct hr_contender *c, const char *label,
                                      struct hr_compare_runs runs, struct hr_arena *a)
{
    const struct reader r = {c, runs, a};
    const struct name name = take_apart(label, a);
    const int64_t o = objective_called(c, label, a), row = row_called(c, name.scope);
    struct hr_influence x = nothing();

    if (o >= 0)
        return objective(&r, (size_t)o);
    if (row >= 0)
        x = of_class(&r, &name, (size_t)row);
    return x.figure ? x : of_money(&r, &name);
}

struct hr_influence hr_compare_own(const struct hr_contender *c, const char *label,
                                   struct hr_arena *a)
{
    return hr_compare_figure(c, label,
                             (struct hr_compare_runs){c->replications, c->n, true}, a);
}

const char *hr_compare_missing(const struct hr_contender *c, const char *label)
{
    const char *missing = HR_WORD(c->r, "cost/missing", c->design);

    if (c->n < 2)
        return c->n ? "one replication has no interval" : "not simulated";
    if (strstr(label, "cost") && *missing)
        return "a price is missing";
    return "not observed";
}

/* --- the list ---------------------------------------------------------------------------------- */

size_t hr_compare_find(const struct hr_compare_list *l, const char *label)
{
    size_t i = 0;

    while (i < l->n && strcmp(l->at[i].label, label) != 0)
        i++;
    return i;
}

static void add(struct hr_compare_list *l, struct hr_compare_measure m, struct hr_arena *a)
{
    if (hr_compare_find(l, m.label) < l->n)
        return;
    if (l->n == l->room) {
        struct hr_compare_measure *more = hr_arena_alloc(a, 2 * l->room + 32, sizeof *more);

        if (l->n)
            memcpy(more, l->at, l->n * sizeof *more);
        l->at = more;
        l->room = 2 * l->room + 32;
    }
    l->at[l->n++] = m;
}

static enum hr_quantity quantity_of(const char *measure)
{
    if (measure[0] == 'p' || strcmp(measure, "mean_latency") == 0)
        return HR_NUMBER_TIME;
    if (strcmp(measure, "availability") == 0)
        return HR_NUMBER_SHARE;
    return strcmp(measure, "retry_amplification") == 0 ? HR_NUMBER_PLAIN : HR_NUMBER_MONEY;
}

static bool anybody_knows(const struct hr_contender *c, size_t n, const char *label,
                          struct hr_arena *a)
{
    for (size_t i = 0; i < n; i++)
        if (hr_compare_knows(&c[i], label, a))
            return true;
    return false;
}

static void add_usual(struct hr_compare_list *l, const struct hr_contender *c, size_t n,
                      const char *measure, const char *scope, struct hr_arena *a)
{
    const char *label =
        strcmp(scope, "all") == 0 ? measure : hr_arena_printf(a, "%s(%s)", measure, scope);

    if (anybody_knows(c, n, label, a))
        add(l,
            (struct hr_compare_measure){.label = label,
                                        .quantity = quantity_of(measure),
                                        .wanted =
                                            strcmp(measure, "availability") == 0 ? 1 : -1},
            a);
}

static void add_objectives(struct hr_compare_list *l, const struct hr_contender *c,
                           struct hr_arena *a)
{
    const struct hr_dim *dim = hr_results_dim(c->r, "objective");

    for (size_t o = 0; dim && dim->texts && o < dim->n; o++) {
        struct hr_compare_measure m = {.objective = true};

        if (!is_objective_of(c, o) || !*HR_WORD(c->r, "objectives/estimator", o))
            continue;
        m.label = label_of(dim->texts[o], &m.wanted, a);
        m.quantity = hr_quantity_of(HR_WORD(c->r, "objectives/measure", o),
                                    HR_WORD(c->r, "objectives/unit", o));
        if (m.label)
            add(l, m, a);
    }
}

/* Latency and availability of a class of requests. */
static void add_class(struct hr_compare_list *l, const struct hr_contender *c, size_t n,
                      const char *scope, struct hr_arena *a)
{
    add_usual(l, c, n, "availability", scope, a);
    add_usual(l, c, n, "mean_latency", scope, a);
    add_usual(l, c, n, "p50", scope, a);
    add_usual(l, c, n, "p99", scope, a);
}

/* A bill or a loss that no design has, or knows, is nothing to compare. */
static bool any_money(const struct hr_contender *c, size_t n, const char *label,
                      struct hr_arena *a)
{
    for (size_t i = 0; i < n; i++) {
        const double x = hr_compare_own(&c[i], label, a).value;

        if (!isnan(x) && x != 0)
            return true;
    }
    return false;
}

struct hr_compare_list hr_compare_measures(const struct hr_contender *contenders, size_t n,
                                           const struct hr_gate *gates, size_t n_gates,
                                           struct hr_arena *a)
{
    static const char *const money[] = {"cost", "compute_cost", "revenue_lost"};
    struct hr_compare_list l = {0};
    size_t scoped;

    for (size_t i = 0; i < n; i++)
        add_objectives(&l, &contenders[i], a);
    scoped = l.n;
    add_class(&l, contenders, n, "all", a);
    for (size_t i = 0; i < scoped; i++) {
        const struct name name = take_apart(l.at[i].label, a);

        if (strcmp(name.scope, "all") != 0 && row_called(contenders, name.scope) >= 0)
            add_class(&l, contenders, n, name.scope, a);
    }
    add_usual(&l, contenders, n, "retry_amplification", "all", a);
    for (size_t i = 0; i < sizeof money / sizeof *money; i++)
        if (any_money(contenders, n, money[i], a))
            add_usual(&l, contenders, n, money[i], "all", a);
    for (size_t i = 0; i < n_gates; i++) {
        const struct name name = take_apart(gates[i].label, a);

        add_usual(&l, contenders, n, name.measure, name.scope, a);
    }
    return l;
}

bool hr_compare_knows(const struct hr_contender *c, const char *label, struct hr_arena *a)
{
    return hr_compare_own(c, label, a).figure != NULL;
}

size_t hr_compare_labels(const struct hr_contender *contenders, size_t n,
                         struct hr_arena *a, const char ***labels)
{
    const struct hr_compare_list l = hr_compare_measures(contenders, n, NULL, 0, a);

    *labels = hr_arena_alloc(a, l.n + 1, sizeof **labels);
    for (size_t i = 0; i < l.n; i++)
        (*labels)[i] = l.at[i].label;
    return l.n;
}

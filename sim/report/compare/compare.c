/* sim/report/compare/compare.c - see compare.h. */
#include "sim/report/compare/inner.h"

#include <math.h>
#include <string.h>

const char *const hr_finding_names[] = {"better", "worse", "no difference seen", "same",
                                        "undecided"};

/* --- which replications meet ------------------------------------------------------------------- */

static bool same_seed(const struct hr_contender *x, const struct hr_contender *y)
{
    const char *a = hr_results_attr_text(x->r, "seed");
    const char *b = hr_results_attr_text(y->r, "seed");

    return a && b && strcmp(a, b) == 0;
}

/* Numbers that both have, ascending as they are in each. */
static size_t common(const struct hr_contender *x, const struct hr_contender *y,
                     int64_t *numbers)
{
    size_t n = 0, k = 0;

    for (size_t i = 0; i < x->n; i++) {
        while (k < y->n && y->replications[k] < x->replications[i])
            k++;
        if (k < y->n && y->replications[k] == x->replications[i])
            numbers[n++] = x->replications[i];
    }
    return n;
}

struct hr_difference hr_comparison_difference(const struct hr_comparison *c, size_t x,
                                              size_t y, size_t measure, double times,
                                              double level)
{
    const struct hr_contender *a = &c->contenders[x], *b = &c->contenders[y];
    const char *label = c->measures[measure].label;
    const bool paired = same_seed(a, b);
    int64_t *both = hr_arena_alloc(c->arena, a->n, sizeof *both);
    const size_t n = paired ? common(a, b, both) : 0;
    const bool all = !paired || (n == a->n && n == b->n);
    const struct hr_compare_runs of_a = {paired ? both : a->replications, paired ? n : a->n,
                                         all};
    const struct hr_compare_runs of_b = {paired ? both : b->replications, paired ? n : b->n,
                                         all};
    const struct hr_influence u = hr_compare_figure(a, label, of_a, c->arena);
    const struct hr_influence v = hr_compare_figure(b, label, of_b, c->arena);

    return hr_difference_of(&u, &v, times, paired, level);
}

static const char *pairing_words(const struct hr_comparison *c)
{
    const struct hr_contender *ref = &c->contenders[c->reference];
    const char *text = hr_results_attr_text(ref->r, "seed");
    const char *seed = text && text[strspn(text, "0123456789")] == '\0' ? text : NULL;
    int64_t *both = hr_arena_alloc(c->arena, ref->n, sizeof *both);
    size_t least = ref->n, most = ref->n;

    for (size_t i = 0; i < c->n; i++) {
        size_t n;

        if (!same_seed(&c->contenders[i], ref))
            return "not all paired: replications have other seeds, so the intervals are "
                   "those of independent runs (Welch) and wider than they could be";
        n = common(ref, &c->contenders[i], both);
        least = n < least ? n : least;
        most = c->contenders[i].n > most ? c->contenders[i].n : most;
    }
    return hr_arena_printf(c->arena, "paired by %zu replication%s%s, seed %s", least,
                           least == 1 ? "" : "s", least < most ? " that all have" : "",
                           seed ? seed : "unknown");
}

/* --- what a difference means ------------------------------------------------------------------- */

static enum hr_finding finding_of(const struct hr_difference *d, int wanted)
{
    if (d->kind == HR_DIFFERENCE_UNKNOWN)
        return HR_FOUND_UNDECIDED;
    if (d->kind == HR_DIFFERENCE_SAME)
        return HR_FOUND_SAME;
    if (d->way == 0) /* signs do not say what would have been seen */
        return d->kind == HR_DIFFERENCE_SIGN ? HR_FOUND_UNDECIDED : HR_FOUND_NONE;
    return d->way == wanted ? HR_FOUND_BETTER : HR_FOUND_WORSE;
}

static double value_of(const struct hr_comparison *c, size_t i, size_t m)
{
    return hr_compare_own(&c->contenders[i], c->measures[m].label, c->arena).value;
}

/* A split of signs is told at best by all on one side: 2 x 2^-n. */
static const char *more_runs(const struct hr_comparison *c, const struct hr_difference *d,
                             double level)
{
    const size_t least = (size_t)ceil(1 - log2(1 - level));

    if (d->n < least)
        return hr_arena_printf(
            c->arena, "infinite in some runs; it takes %zu replications at least", least);
    return "infinite in some runs, and not always on the same side";
}

static const char *why_not(const struct hr_comparison *c, size_t i, size_t m, double level)
{
    const char *label = c->measures[m].label;
    const struct hr_difference *d = &hr_comparison_cell(c, i, m)->d;

    if (d->kind == HR_DIFFERENCE_SIGN)
        return more_runs(c, d, level);
    if (isnan(value_of(c, c->reference, m)))
        return hr_compare_missing(&c->contenders[c->reference], label);
    if (isnan(value_of(c, i, m)) || c->contenders[i].n < 2)
        return hr_compare_missing(&c->contenders[i], label);
    return "no interval: a figure is infinite, or known of one replication only";
}

static void fill_cell(struct hr_comparison *c, size_t i, size_t m, double level)
{
    struct hr_compare_cell *cell = &c->cells[i * c->n_measures + m];

    cell->d = hr_comparison_difference(c, i, c->reference, m, 1, level);
    cell->finding = finding_of(&cell->d, c->measures[m].wanted);
    cell->value = value_of(c, i, m);
    cell->reference = value_of(c, c->reference, m);
    cell->why = cell->finding == HR_FOUND_UNDECIDED ? why_not(c, i, m, level) : "";
}

/* Does it take a share of the family's confidence? */
static bool takes_share(const struct hr_difference *d)
{
    return d->kind == HR_DIFFERENCE_T || d->kind == HR_DIFFERENCE_SIGN;
}

static void fill_cells(struct hr_comparison *c, double level)
{
    c->paired = true;
    for (size_t i = 0; i < c->n; i++)
        for (size_t m = 0; i != c->reference && m < c->n_measures; m++) {
            fill_cell(c, i, m, level);
            c->paired = c->paired && hr_comparison_cell(c, i, m)->d.paired;
        }
}

static size_t count_family(const struct hr_comparison *c)
{
    size_t n = 0;

    for (size_t i = 0; i < c->n * c->n_measures; i++)
        n += takes_share(&c->cells[i].d);
    for (size_t i = 0; i < c->n; i++)
        for (size_t g = 0; i != c->reference && g < c->n_gates; g++)
            n += takes_share(&hr_comparison_cell(c, i, c->gates[g].measure)->d);
    return n + hr_comparison_front_tests(c);
}

/* --- gates ------------------------------------------------------------------------------------- */

/* Against what was allowed: x - (1 + share) y, or x - y - amount. */
static enum hr_gate_verdict judge(const struct hr_comparison *c, size_t i,
                                  const struct hr_gate *g)
{
    struct hr_difference d = hr_comparison_difference(
        c, i, c->reference, g->measure, g->relative ? 1 + g->change : 1, c->level);

    if (!g->relative && g->change != 0)
        d = hr_difference_beyond(d, g->change);
    if (d.kind == HR_DIFFERENCE_UNKNOWN)
        return HR_GATE_UNDECIDED;
    if (d.kind == HR_DIFFERENCE_SAME)
        return HR_GATE_HOLDS;
    if (d.way == 0)
        return HR_GATE_UNDECIDED;
    return (d.way > 0) == g->more ? HR_GATE_BROKEN : HR_GATE_HOLDS;
}

static void judge_gates(struct hr_comparison *c)
{
    for (size_t i = 0; i < c->n; i++)
        for (size_t g = 0; i != c->reference && g < c->n_gates; g++)
            c->held[i * c->n_gates + g] = judge(c, i, &c->gates[g]);
}

int hr_comparison_status(const struct hr_comparison *c)
{
    int status = 0;

    for (size_t i = 0; i < c->n; i++)
        for (size_t g = 0; i != c->reference && g < c->n_gates; g++) {
            if (c->held[i * c->n_gates + g] == HR_GATE_BROKEN)
                return 1;
            if (c->held[i * c->n_gates + g] == HR_GATE_UNDECIDED)
                status = 4;
        }
    return status;
}

/* --- all of it --------------------------------------------------------------------------------- */

const struct hr_compare_cell *hr_comparison_cell(const struct hr_comparison *c,
                                                 size_t contender, size_t measure)
{
    return &c->cells[contender * c->n_measures + measure];
}

static const char *resolved(const struct hr_contender *c)
{
    const size_t index[] = {c->design};

    return hr_var_text(c->r, hr_results_find(c->r, "resolved"), index);
}

static void find_settings(struct hr_comparison *c)
{
    c->settings = hr_arena_alloc(c->arena, c->n, sizeof *c->settings);
    c->n_settings = hr_arena_alloc(c->arena, c->n, sizeof *c->n_settings);
    for (size_t i = 0; i < c->n; i++)
        if (i != c->reference)
            c->n_settings[i] = hr_compare_settings(resolved(&c->contenders[i]),
                                                   resolved(&c->contenders[c->reference]),
                                                   c->arena, &c->settings[i]);
}

/* Gates with their measures found. */
static void take_gates(struct hr_comparison *c, const struct hr_gate *gates, size_t n,
                       const struct hr_compare_list *list)
{
    struct hr_gate *own = hr_arena_alloc(c->arena, n, sizeof *own);

    for (size_t i = 0; i < n; i++) {
        const size_t m = hr_compare_find(list, gates[i].label);

        if (m == list->n)
            continue; /* nobody has it: the caller was to ask hr_compare_knows */
        own[c->n_gates] = gates[i];
        own[c->n_gates++].measure = m;
    }
    c->gates = own;
    c->held = hr_arena_alloc(c->arena, c->n * c->n_gates, sizeof *c->held);
}

struct hr_comparison *hr_comparison_make(const struct hr_contender *contenders, size_t n,
                                         size_t reference, const struct hr_gate *gates,
                                         size_t n_gates, struct hr_arena *a)
{
    struct hr_comparison *c = hr_arena_alloc(a, 1, sizeof *c);
    const struct hr_compare_list list =
        hr_compare_measures(contenders, n, gates, n_gates, a);

    c->arena = a;
    c->contenders = contenders;
    c->n = n;
    c->reference = reference;
    c->measures = list.at;
    c->n_measures = list.n;
    c->cells = hr_arena_alloc(a, n * list.n, sizeof *c->cells);
    take_gates(c, gates, n_gates, &list);
    find_settings(c);
    c->pairing = pairing_words(c);
    /* First what there is to conclude from, then with the share that this leaves to each. */
    fill_cells(c, HR_COMPARE_CONFIDENCE);
    c->level = HR_COMPARE_CONFIDENCE;
    c->family = count_family(c);
    if (c->family > 1)
        c->level = 1 - (1 - HR_COMPARE_CONFIDENCE) / (double)c->family;
    fill_cells(c, c->level);
    judge_gates(c);
    hr_comparison_front(c);
    return c;
}

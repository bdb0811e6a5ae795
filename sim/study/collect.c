/* sim/study/collect.c - see collect.h: names, the order of work, and what is of the whole
 * study. */
#include "sim/study/collected.h"

#include "sim/engine/check.h"
#include "sim/results/names.h"
#include "sim/study/interval.h"

#include "headroom_version.h"

#include <string.h>

const double hr_quantiles[HR_N_QUANTILES] = {0.5, 0.9, 0.95, 0.99, 0.999};

size_t hr_union_add(struct hr_union *u, struct hr_arena *a, const char *name)
{
    for (size_t i = 0; i < u->n; i++)
        if (strcmp(u->name[i], name) == 0)
            return i;
    if (u->n == u->room) {
        const char **more = hr_arena_alloc(a, 2 * u->room + 16, sizeof *more);
        if (u->n)
            memcpy(more, u->name, u->n * sizeof *more);
        u->name = more;
        u->room = 2 * u->room + 16;
    }
    u->name[u->n] = hr_arena_text(a, name, strlen(name));
    return u->n++;
}

/* --- making room ------------------------------------------------------------------------ */

static void unite_names(struct hr_collector *c, struct hr_design_sum *d)
{
    const struct hr_plan *p = d->plan;

    d->class_at = hr_arena_alloc(c->arena, p->n_rows + 1, sizeof *d->class_at);
    d->component_at = hr_arena_alloc(c->arena, p->n_components, sizeof *d->component_at);
    hr_collect_edges_list(c, d);
    d->edge_at = hr_arena_alloc(c->arena, d->n_edges, sizeof *d->edge_at);
    d->class_at[0] = hr_union_add(&c->classes, c->arena, "all");
    for (uint32_t i = 0; i < p->n_rows; i++)
        d->class_at[i + 1] = hr_union_add(&c->classes, c->arena, p->rows[i].name);
    for (uint32_t i = 0; i < p->n_components; i++)
        d->component_at[i] = hr_union_add(&c->components, c->arena, p->components[i].name);
    for (size_t i = 0; i < d->n_edges; i++)
        d->edge_at[i] = hr_union_add(&c->edges, c->arena, d->edges[i].label);
}

static void init_design(struct hr_collector *c, struct hr_design_sum *d,
                        const struct hr_design *of)
{
    d->plan = of->plan;
    d->replication = hr_arena_alloc(c->arena, c->replications, sizeof *d->replication);
    d->n_figures = of->n_objectives;
    d->figures = hr_arena_alloc(c->arena, d->n_figures, sizeof *d->figures);
    for (size_t i = 0; i < d->n_figures; i++)
        hr_figure_init(&d->figures[i], &of->objectives[i], c->replications, c->arena);
    hr_collect_budget_init(c, d, of);
    unite_names(c, d);
    hr_collect_rows_init(c, d);
    hr_collect_parts_init(c, d);
    hr_collect_async_init(c, d);
    hr_collect_gauges_init(c, d);
    hr_collect_cost_init(c, d);
    hr_collect_year_init(c, d, of);
}

struct hr_collector *hr_collector_create(const struct hr_scenario *s, uint32_t replications,
                                         uint64_t seed)
{
    struct hr_arena *a = hr_arena_create();
    struct hr_collector *c = hr_arena_alloc(a, 1, sizeof *c);

    c->arena = a;
    c->scenario = s;
    c->replications = replications;
    c->seed = seed;
    c->n_designs = s->n_designs;
    c->designs = hr_arena_alloc(a, c->n_designs, sizeof *c->designs);
    for (size_t i = 0; i < c->n_designs; i++)
        init_design(c, &c->designs[i], &s->designs[i]);
    return c;
}

void hr_collector_destroy(struct hr_collector *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->n_designs; i++) {
        struct hr_design_sum *d = &c->designs[i];

        hr_collect_rows_free(d);
        hr_collect_series_free(d);
        hr_collect_parts_free(d);
        hr_collect_async_free(d);
        hr_year_free(d->year);
        for (size_t k = 0; k < d->n_figures; k++)
            hr_figure_free(&d->figures[k]);
    }
    hr_arena_destroy(c->arena);
}

/* --- adding a record ---------------------------------------------------------------------- */

static void add_violations(struct hr_collector *c, struct hr_design_sum *d,
                           const struct hr_record *r)
{
    d->violations += r->n_violations;
    if (d->first_violation || r->n_violations == 0)
        return;
    const struct hr_violation *v = &r->violations[0];
    d->first_violation = hr_arena_printf(
        c->arena, "%s: %s: %.17g is not %.17g (seed %llu, replication %llu)",
        d->plan->design, v->identity, v->left, v->right, (unsigned long long)r->seed,
        (unsigned long long)r->replication);
}

void hr_collector_add(struct hr_collector *c, uint32_t design, const struct hr_record *r)
{
    struct hr_design_sum *d = &c->designs[design];

    HR_REQUIRE(design < c->n_designs && d->n < c->replications);
    HR_REQUIRE(r->n_rows == d->plan->n_rows && r->n_parts == d->plan->n_components &&
               r->n_sites == d->plan->n_sites);
    if (d->n == 0) {
        d->bucket = r->bucket;
        d->n_buckets = r->n_buckets;
    }
    HR_REQUIRE(r->bucket == d->bucket && r->n_buckets == d->n_buckets);
    d->replication[d->n] = r->replication;
    hr_collect_rows_add(c, d, r);
    hr_collect_series_add(c, d, r);
    hr_collect_parts_add(c, d, r);
    hr_collect_async_add(c, d, r);
    hr_collect_gauges_add(c, d, r);
    hr_collect_edges_add(d, r);
    hr_collect_spent_add(c, d, r);
    hr_collect_events_add(c, d, r);
    hr_collect_recovery_add(c, d, r);
    hr_collect_budget_add(d, r);
    hr_collect_cost_add(c, d, r);
    if (!hr_plan_has_extras(d->plan))
        hr_collect_year_ordinary(d, r);
    for (size_t i = 0; i < d->n_figures; i++)
        hr_figure_add(&d->figures[i], r);
    add_violations(c, d, r);
    d->n++;
    d->before = 0;
}

static void add_ordinary(struct hr_collector *c, struct hr_design_sum *d,
                         const struct hr_record *r)
{
    hr_collect_cost_ordinary(c, d, r);
    hr_collect_year_ordinary(d, r);
}

void hr_collector_twin(struct hr_collector *c, const struct hr_twin *t,
                       const struct hr_record *r)
{
    struct hr_design_sum *d = &c->designs[t->design];

    HR_REQUIRE(t->design < c->n_designs);
    if (!r)
        return; /* the design's own run has told it */
    if (t->alone)
        hr_collect_recovery_twin(d, t, r);
    else
        add_ordinary(c, d, r);
    add_violations(c, d, r);
}

void hr_collector_occurrence(struct hr_collector *c, uint32_t design,
                             const struct hr_record *r)
{
    struct hr_design_sum *d = &c->designs[design];

    HR_REQUIRE(design < c->n_designs);
    hr_collect_recovery_occurrence(c, d, r);
    add_violations(c, d, r);
}

void hr_collector_episode(struct hr_collector *c, uint32_t design,
                          const struct hr_record *r)
{
    struct hr_design_sum *d = &c->designs[design];

    HR_REQUIRE(design < c->n_designs && d->year);
    hr_year_add(d->year, hr_episode_of(r));
    add_violations(c, d, r);
}

/* --- conclusions ------------------------------------------------------------------------- */

size_t hr_collector_violations(const struct hr_collector *c, const char **first)
{
    size_t n = 0;

    for (size_t i = c->n_designs; i-- > 0;) {
        n += c->designs[i].violations;
        if (first && c->designs[i].first_violation)
            *first = c->designs[i].first_violation;
    }
    return n;
}

/* --- storing ------------------------------------------------------------------------------ */

double hr_bucket_s(const struct hr_design_sum *d, size_t t)
{
    const hr_time from = (hr_time)t * d->bucket;
    const hr_time left = d->plan->horizon - from;

    return hr_time_s(left < d->bucket ? left : d->bucket);
}

struct hr_basis hr_shown_basis(const struct hr_design_sum *d)
{
    return (struct hr_basis){.level = HR_CONFIDENCE, .before = d->before};
}

bool hr_series_fit(const struct hr_store *st, const struct hr_design_sum *d)
{
    return d->n > 0 && d->bucket == st->bucket && d->n_buckets <= st->n_times;
}

static void choose_axes(struct hr_store *st)
{
    const struct hr_collector *c = st->c;
    hr_time longest = -1;

    for (size_t i = 0; i < c->n_designs; i++) {
        const struct hr_design_sum *d = &c->designs[i];

        for (uint32_t k = 0; k < d->n; k++)
            if (d->replication[k] > st->n_replications)
                st->n_replications = d->replication[k];
        if (d->n > 0 && d->plan->horizon > longest) {
            longest = d->plan->horizon;
            st->bucket = d->bucket;
            st->n_times = d->n_buckets;
        }
    }
}

static void store_axes(struct hr_store *st)
{
    const struct hr_collector *c = st->c;
    const char **designs = hr_arena_alloc(st->a, c->n_designs, sizeof *designs);
    int64_t *replications = hr_arena_alloc(st->a, st->n_replications, sizeof *replications);
    double *times = hr_arena_alloc(st->a, st->n_times, sizeof *times);

    for (size_t i = 0; i < c->n_designs; i++)
        designs[i] = c->scenario->designs[i].name;
    for (size_t i = 0; i < st->n_replications; i++)
        replications[i] = (int64_t)i + 1;
    for (size_t i = 0; i < st->n_times; i++)
        times[i] = hr_time_s((hr_time)i * st->bucket);
    hr_results_dim_texts(st->r, "design", "design", c->n_designs, designs);
    hr_results_dim_integers(st->r, "replication", "replication", st->n_replications,
                            replications);
    hr_results_dim_numbers(st->r, "time", "s", "simulated time at which the bucket begins",
                           st->n_times, times);
    hr_results_dim_texts(st->r, "component", "component, traffic classes included",
                         c->components.n, c->components.name);
    hr_results_dim_texts(st->r, "request_class", "traffic class and operation",
                         c->classes.n, c->classes.name);
    hr_results_dim_numbers(st->r, "quantile", "1", "quantile", HR_N_QUANTILES,
                           hr_quantiles);
    hr_results_dim_texts(st->r, "edge", "call site", c->edges.n, c->edges.name);
}

static const char *text_or_empty(const char *text)
{
    return text ? text : "";
}

static void store_designs(struct hr_store *st)
{
    const struct hr_scenario *s = st->c->scenario;
    const char **resolved = hr_results_var(st->r, "", "resolved", HR_TEXT, "design", "",
                                           "the scenario with every default")
                                ->data;
    const char **changes = hr_results_var(st->r, "", "changes", HR_TEXT, "design", "",
                                          "what differs from the base")
                               ->data;
    static const char *const names[] = {"trust_measured", "trust_catalog", "trust_guessed",
                                        "trust_defaults"};
    static const char *const help[] = {"inputs with a source", "inputs from the catalogue",
                                       "inputs without a source, or assumed",
                                       "defaults of models in force"};
    int64_t *trust[4];

    for (size_t k = 0; k < 4; k++)
        trust[k] =
            hr_results_var(st->r, "", names[k], HR_I64, "design", "1", help[k])->data;
    for (size_t i = 0; i < s->n_designs; i++) {
        const struct hr_trust *t = &s->designs[i].trust;

        resolved[i] = s->designs[i].tree ? hr_scenario_resolve(s, i, st->a) : "";
        changes[i] = text_or_empty(s->designs[i].changes);
        trust[0][i] = t->measured;
        trust[1][i] = t->catalog;
        trust[2][i] = t->guessed;
        trust[3][i] = t->defaults;
    }
}

/* How many inputs are ranges; nothing where none is. */
static void store_ranges(struct hr_store *st)
{
    const struct hr_scenario *s = st->c->scenario;
    int64_t *n;

    if (s->n_inputs == 0)
        return;
    n = hr_results_var(st->r, "", "trust_ranges", HR_I64, "design", "1",
                       "of the guessed: those written as a range")
            ->data;
    for (size_t i = 0; i < s->n_designs; i++)
        n[i] = s->designs[i].trust.ranges;
}

static void store_components(struct hr_store *st)
{
    const char **kind =
        hr_results_var(st->r, "", "kind", HR_TEXT, "component", "", "kind of component")
            ->data;
    const char **product = hr_results_var(st->r, "", "product", HR_TEXT, "component", "",
                                          "product of the catalogue")
                               ->data;

    for (size_t i = 0; i < st->n_designs; i++) {
        const struct hr_design_sum *d = &st->c->designs[i];

        for (uint32_t k = 0; k < d->plan->n_components; k++) {
            const struct hr_component *p = &d->plan->components[k];
            const size_t at = d->component_at[k];

            if (kind[at][0] == '\0')
                kind[at] = p->model ? p->model->kind : "";
            if (product[at][0] == '\0')
                product[at] = text_or_empty(p->product);
        }
    }
}

/* Civil date of `s` seconds since 1970-01-01, as ISO 8601.
 * SOURCE  E. Richards' Gregorian algorithm, in the Explanatory Supplement to the Astronomical
 *         Almanac, 3rd ed., 2013, section 15.11. */
static const char *iso_date(struct hr_arena *a, int64_t s)
{
    const int64_t day = (s >= 0 ? s : s - 86399) / 86400, second = s - day * 86400;
    const int64_t f =
        day + 2440588 + 1401 + (((4 * (day + 2440588) + 274277) / 146097) * 3) / 4 - 38;
    const int64_t e = 4 * f + 3, g = e % 1461 / 4, h = 5 * g + 2;
    const int64_t month = (h / 153 + 2) % 12 + 1;
    const int64_t date = h % 153 / 5 + 1;
    const int64_t year = e / 1461 - 4716 + (14 - month) / 12;

    return hr_arena_printf(a, "%04lld-%02lld-%02lldT%02lld:%02lld:%02lld", (long long)year,
                           (long long)month, (long long)date, (long long)(second / 3600),
                           (long long)(second / 60 % 60), (long long)(second % 60));
}

static bool complete(const struct hr_collector *c)
{
    for (size_t i = 0; i < c->n_designs; i++)
        if (c->designs[i].n < c->replications)
            return false;
    return true;
}

static void store_attributes(struct hr_store *st, const char *history, int status)
{
    const struct hr_scenario *s = st->c->scenario;
    struct hr_results *r = st->r;

    hr_results_attr(r, "Conventions", "CF-1.11");
    hr_results_attr(r, "title", text_or_empty(s->name));
    hr_results_attr(r, "question", text_or_empty(s->question));
    hr_results_attr(r, "source", "headroom " HR_VERSION);
    hr_results_attr(r, "history", history);
    hr_results_attr(r, "schema_version", HR_RESULTS_SCHEMA);
    hr_results_attr(r, "seed",
                    hr_arena_printf(st->a, "%llu", (unsigned long long)st->c->seed));
    hr_results_attr(r, "complete", complete(st->c) ? "1" : "0");
    hr_results_attr(r, "ended", text_or_empty(st->c->ended));
    hr_results_attr(r, "chosen", s->designs[s->chosen].name);
    hr_results_attr(r, "status", hr_arena_printf(st->a, "%d", status));
    hr_results_attr(r, "start", iso_date(st->a, s->designs[s->chosen].plan->start));
}

struct hr_results *hr_collector_results(const struct hr_collector *c, struct hr_arena *a,
                                        const char *history, int status)
{
    struct hr_store st = {.c = c,
                          .a = a,
                          .r = hr_results_create(a),
                          .n_designs = c->n_designs,
                          .n_classes = c->classes.n,
                          .n_components = c->components.n,
                          .n_edges = c->edges.n};

    choose_axes(&st);
    store_attributes(&st, history, status);
    store_axes(&st);
    store_designs(&st);
    store_ranges(&st);
    store_components(&st);
    hr_collect_objectives_store(&st);
    hr_collect_outer_store(&st);
    hr_collect_rows_store(&st);
    hr_collect_series_store(&st);
    hr_collect_parts_store(&st);
    hr_collect_theory_store(&st);
    hr_collect_async_store(&st);
    hr_collect_gauges_store(&st);
    hr_collect_edges_store(&st);
    hr_collect_spent_store(&st);
    hr_collect_events_store(&st);
    hr_collect_recovery_store(&st);
    hr_collect_budget_store(&st);
    hr_collect_year_store(&st);
    hr_collect_cost_store(&st);
    hr_collect_chain_store(&st);
    return st.r;
}

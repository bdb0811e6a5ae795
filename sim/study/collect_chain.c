/* sim/study/collect_chain.c - the first break of each design: the group `first_break` of
 * results/names.h.  What chain.h needs, from the sums of a design. */
#include "sim/report/number.h"
#include "sim/study/chain.h"
#include "sim/study/collected.h"
#include "sim/study/interval.h"

#include <string.h>

enum {
    SETTLED = 5,    /* buckets in a row to the end that make a recovery of a pause */
    LOOK_AHEAD = 20 /* buckets at most from a request's arrival to what broke it */
};

/* --- objectives that broke ------------------------------------------------------------ */

/* "availability", "p99(checkout)": what stands before the comparison. */
static const char *subject(const struct hr_objective *o, struct hr_arena *a)
{
    size_t n = strcspn(o->text, "<>");

    while (n > 0 && o->text[n - 1] == ' ')
        n--;
    return hr_arena_text(a, o->text, n);
}

static const char *break_text(const struct hr_objective *o, struct hr_arena *a)
{
    const struct hr_measure_info *m = &hr_measures[o->measure];

    return hr_arena_printf(
        a, "%s %s %s", subject(o, a), o->op >= 2 ? "below" : "above",
        hr_number_limit(hr_quantity_of(m->name, m->unit), o->limit).text);
}

/* Requests of the objective's rows by bucket: all, and those that count against it.  Returns
 * the share of them that the objective allows; NaN if it cannot be read off the series. */
static double against(const struct hr_design_sum *d, const struct hr_objective *o,
                      double *bad, double *all)
{
    const bool quantile = !isnan(o->quantile);
    const bool completed = o->measure == HR_MEASURE_COMPLETED;
    const char *name = hr_measures[o->measure].name;

    for (size_t row = 0; row < d->plan->n_rows && row < 64; row++) {
        const struct hr_row_sum *sum = &d->rows[row + 1];

        for (size_t t = 0; (o->rows >> row & 1) && t < d->n_buckets; t++) {
            double worse = completed ? sum->undone[t] : sum->bads[t];

            if (quantile) { /* too slow, or no good answer at all */
                const double slow =
                    sum->arrivals[t] -
                    hr_hist_count_le(&sum->over_time[t], hr_time_from_s(o->limit));
                worse = slow > worse ? slow : worse;
            }
            bad[t] += worse;
            all[t] += sum->arrivals[t];
        }
    }
    if (quantile)
        return o->op <= 1 ? 1 - o->quantile : HR_NAN;
    if ((completed || strcmp(name, "availability") == 0) && o->op >= 2)
        return 1 - o->limit;
    return strcmp(name, "error_rate") == 0 && o->op <= 1 ? o->limit : HR_NAN;
}

/* An objective's break by bucket. */
struct spell {
    size_t from,
        to; /* the first bucket that broke it; the first that kept it again, 0: unknown */
    size_t again; /* the first that broke it after that; n_buckets: none */
};

/* First bucket in which a component is used more than the objective allows. */
static size_t overused(const struct hr_design_sum *d, const struct hr_objective *o)
{
    const struct hr_part_sum *p = &d->parts[o->component];

    for (size_t t = 0; t < d->n_buckets; t++)
        if (p->busy_series[t] > o->limit * p->capacity_series[t])
            return t;
    return d->n_buckets;
}

/* Ages of the oldest message are no counts: each bucket in which one passed the limit is out of
 * it. */
static void overaged(const struct hr_design_sum *d, const struct hr_objective *o,
                     struct spell *s)
{
    const int64_t *oldest = d->async.queues[o->component].oldest_series;

    for (size_t t = 0; oldest && o->op <= 1 && t < d->n_buckets; t++) {
        if (oldest[t] <= hr_time_from_s(o->limit))
            continue;
        s->from = s->from < t ? s->from : t;
        s->to = t + 1;
    }
}

/* Is there one of the objective's requests in it, and mean time to completion beyond the limit?
 * That of the answer is known to a sixteenth of an octave, which dates it well enough. */
static bool is_overlong(const struct hr_design_sum *d, const struct hr_objective *o,
                        size_t t)
{
    double ns = 0, n = 0;

    for (size_t row = 0; row < d->plan->n_rows && row < 64; row++) {
        const struct hr_row_sum *sum = &d->rows[row + 1];
        const double answered = hr_hist_count_le(&sum->over_time[t], INT64_MAX);

        if ((o->rows >> row & 1) == 0 || answered == 0)
            continue;
        ns += answered * hr_hist_mean(&sum->over_time[t]) + sum->lag_ns[t];
        n += answered;
    }
    return n > 0 && ns / n > 1e9 * o->limit;
}

static void overlong(const struct hr_design_sum *d, const struct hr_objective *o,
                     struct spell *s)
{
    for (size_t t = 0; o->op <= 1 && t < d->n_buckets; t++)
        if (is_overlong(d, o, t)) {
            s->from = s->from < t ? s->from : t;
            s->to = t + 1;
        }
}

/* Is it about what requests sent, which may go on long after their answers? */
static bool is_of_completion(const struct hr_objective *o)
{
    return o->measure == HR_MEASURE_COMPLETED || o->measure == HR_MEASURE_COMPLETION;
}

/* The longest that one of the objective's requests may take; a bucket if there is no limit. */
static hr_time patience(const struct hr_design_sum *d, const struct hr_objective *o)
{
    const hr_time most = LOOK_AHEAD * d->bucket;
    hr_time longest = d->bucket;

    if (o->measure == HR_MEASURE_QUEUE_AGE) /* seen when it is so, not dated back */
        return 0;
    if (is_of_completion(o))
        return most;
    for (size_t row = 0; row < d->plan->n_rows && row < 64; row++) {
        const hr_time x = d->plan->rows[row].deadline;

        if ((o->rows >> row & 1) && x != HR_NEVER && x > longest)
            longest = x;
    }
    return longest < most ? longest : most;
}

/* Where the limit was kept for a while before the bucket in which something began: its end; 0:
 * it was not.  Requests are counted where they arrive, so the last few buckets before may
 * already hold those that were lost. */
static size_t kept_before(const double *bad, const double *all, double allowed,
                          size_t begins)
{
    for (size_t k = begins; k > 0 && k + SETTLED >= begins; k--)
        if (hr_chain_recovery(bad, all, k, allowed) + SETTLED <= k)
            return k;
    return 0;
}

/* From which bucket on the limit was kept again: to the end, or for a while before a later
 * disturbance began, whatever that one did. */
static void find_recovery(const struct hr_chain_case *c, const double *bad,
                          const double *all, double allowed, struct spell *s)
{
    size_t end = c->n_buckets;

    for (size_t i = 0; i < c->n_disturbances; i++) {
        const size_t begins = (size_t)(c->disturbances[i].at / c->bucket);
        size_t kept;

        if (c->disturbances[i].at <= 0 || begins <= s->from || begins >= c->n_buckets)
            continue;
        kept = kept_before(bad, all, allowed, begins);
        end = kept > s->from && kept < end ? kept : end;
    }
    s->to = hr_chain_recovery(bad, all, end, allowed);
    s->again =
        end == c->n_buckets ? end : hr_chain_next_bad(bad, all, end, c->n_buckets, allowed);
}

/* When an objective broke first, and from which bucket on it was kept again. */
static struct spell break_buckets(struct hr_store *st, const struct hr_design_sum *d,
                                  const struct hr_objective *o,
                                  const struct hr_chain_case *c)
{
    double *bad = hr_arena_alloc(st->a, d->n_buckets, sizeof *bad);
    double *all = hr_arena_alloc(st->a, d->n_buckets, sizeof *all);
    struct spell s = {.from = d->n_buckets, .to = 0, .again = d->n_buckets};
    double allowed;

    if (!hr_objective_is_plain(o))
        return s; /* the series know nothing of parts of a run */
    if (o->measure == HR_MEASURE_QUEUE_AGE) {
        overaged(d, o, &s);
        return s;
    }
    if (o->measure == HR_MEASURE_COMPLETION) {
        overlong(d, o, &s);
        return s;
    }
    if (hr_measures[o->measure].scope == HR_SCOPE_COMPONENT) {
        const bool known = strcmp(hr_measures[o->measure].name, "utilisation") == 0 &&
                           o->op <= 1 && o->component < d->plan->n_components;
        s.from = known ? overused(d, o) : d->n_buckets;
        return s;
    }
    allowed = against(d, o, bad, all);
    if (isnan(allowed))
        return s;
    s.from = hr_chain_first_break(bad, all, d->n_buckets, allowed);
    find_recovery(c, bad, all, allowed, &s);
    return s;
}

static void find_breaks(struct hr_store *st, size_t design, struct hr_chain_case *c)
{
    const struct hr_design_sum *d = &st->c->designs[design];
    struct hr_chain_moment *m = hr_arena_alloc(st->a, d->n_figures, sizeof *m);

    c->breaks = m;
    for (size_t k = 0; k < d->n_figures; k++) {
        const struct hr_objective *o = d->figures[k].objective;
        struct hr_estimate e;
        const char *reason;
        struct spell s;

        if (hr_collector_verdict(st->c, design, k, st->a, &e, &reason) != HR_BROKEN)
            continue;
        s = break_buckets(st, d, o, c);
        if (s.from == d->n_buckets)
            continue;
        const hr_time at = hr_chain_break_date(c, s.from, patience(d, o));
        const hr_time kept = (hr_time)s.to * d->bucket;
        m[c->n_breaks++] = (struct hr_chain_moment){
            .at = at,
            .until = s.to + SETTLED > d->n_buckets ? HR_NEVER
                     : kept > at                   ? kept
                                                   : at,
            .again = s.again < d->n_buckets ? hr_chain_bucket_end(c, s.again) : 0,
            .text = break_text(o, st->a),
            .name = s.to > 0 ? subject(o, st->a) : NULL};
    }
}

/* --- disturbances and events ---------------------------------------------------------- */

static const char *begin_text(const struct hr_plan *plan, const struct hr_disturbance *x,
                              struct hr_arena *a)
{
    const char *target = hr_disturbance_target(plan, x, a);

    switch (x->verb) {
    case HR_VERB_SLOW:
        return hr_arena_printf(a, "%s begins: %s %sx slower", x->name, target,
                               hr_number_limit(HR_NUMBER_PLAIN, x->by).text);
    case HR_VERB_FAIL:
        return hr_arena_printf(a, "%s begins: %s fails %s of calls", x->name, target,
                               hr_number_limit(HR_NUMBER_SHARE, x->by).text);
    case HR_VERB_FLOOD:
        return hr_arena_printf(a, "%s begins: %s/s that look like %s", x->name,
                               hr_number_limit(HR_NUMBER_PLAIN, x->rate).text, target);
    case HR_VERB_MISCONFIGURE:
        return hr_arena_printf(a, "%s begins: %s wrong for %s of calls", x->name, target,
                               hr_number_limit(HR_NUMBER_SHARE, x->by).text);
    case HR_VERB_FAILOVER:
        return hr_arena_printf(a, "%s begins: %s fails over", x->name, target);
    case HR_VERB_FREEZE:
        return hr_arena_printf(a, "%s begins: %s frozen", x->name, target);
    case HR_VERB_LOSE:
    case HR_N_VERBS:
        break;
    }
    return hr_arena_printf(a, "%s begins: %s lost", x->name, target);
}

/* The chain is told of one run, the first that was merged. */
static void find_disturbances(struct hr_store *st, const struct hr_design_sum *d,
                              struct hr_chain_case *c)
{
    struct hr_one_off o;
    uint32_t part;
    size_t n = d->n_occurrences;

    while (hr_plan_one_off(d->plan, n - d->n_occurrences, &o, &part))
        n++;
    struct hr_chain_moment *m = hr_arena_alloc(st->a, n, sizeof *m);

    c->disturbances = m;
    for (size_t k = 0; k < d->n_occurrences; k++) {
        const struct hr_occurrence *x = &d->occurrences[k];

        if (x->replication == d->replication[0])
            m[c->n_disturbances++] = (struct hr_chain_moment){
                .at = x->begin,
                .until = x->end,
                .text = begin_text(d->plan, &d->plan->disturbances[x->disturbance], st->a),
                .name = d->plan->disturbances[x->disturbance].name};
    }
    for (size_t k = 0; hr_plan_one_off(d->plan, k, &o, &part); k++) {
        const char *name =
            hr_budget_cause(d->plan, (size_t)d->plan->n_disturbances + k, st->a);

        m[c->n_disturbances++] = (struct hr_chain_moment){
            .at = o.begin,
            .until = o.end,
            .text = hr_arena_printf(st->a, "%s begins: %s up to %sx", name,
                                    d->plan->components[part].name,
                                    hr_number_limit(HR_NUMBER_PLAIN, o.factor).text),
            .name = name};
    }
}

/* --- events ------------------------------------------------------------------------------ */

/* Steps of a recovery (hr_mark) are events, too: what they are told as. */
static const struct {
    const char *what, *told;
} marks[] = {{"detected", "failure detected"},
             {"decided", "recovery decided"},
             {"acted", "recovery begun"},
             {"restored", "serves again"}};

static const char *mark_text(const struct hr_event_record *e)
{
    if (!e->what)
        return NULL;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (strcmp(e->what, marks[i].what) == 0)
            return marks[i].told;
    return NULL;
}

/* What models say of their own steps at the instant of a mark is told in place of it. */
enum { STEPS = 64 };
struct steps {
    struct step {
        uint32_t component;
        const char *what;
    } at[STEPS];
    size_t n;
};

static bool is_step(const struct steps *s, uint32_t component, const char *what)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->at[i].component == component && (!what || strcmp(s->at[i].what, what) == 0))
            return true;
    return false;
}

static void find_steps(const struct hr_design_sum *d, struct steps *s)
{
    enum { NEAR = 8 }; /* events are in order of time */

    for (size_t k = 0; k < d->n_events; k++) {
        const struct hr_event_record *mark = &d->events[k].e;

        for (size_t i = k < NEAR ? 0 : k - NEAR; i < d->n_events && i <= k + NEAR; i++) {
            const struct hr_event_record *e = &d->events[i].e;

            if (mark_text(mark) && e->what && !mark_text(e) &&
                e->component == mark->component && e->at == mark->at &&
                e->disturbance == 0 && s->n < STEPS && !is_step(s, e->component, e->what))
                s->at[s->n++] = (struct step){e->component, e->what};
        }
    }
}

static bool is_disturbance(const struct hr_event_record *e)
{
    return strcmp(e->what, "begins") == 0 || strcmp(e->what, "ends") == 0;
}

static const char *event_text(const struct hr_design_sum *d,
                              const struct hr_event_record *e, struct hr_arena *a)
{
    const char *what = mark_text(e) ? mark_text(e) : e->what;

    if (e->component >= d->plan->n_components)
        return what;
    return hr_arena_printf(a, "%s %s", d->plan->components[e->component].name, what);
}

static void find_events(struct hr_store *st, const struct hr_design_sum *d,
                        struct hr_chain_case *c)
{
    struct hr_chain_moment *m = hr_arena_alloc(st->a, d->n_events, sizeof *m);
    struct hr_chain_step *s = hr_arena_alloc(st->a, d->n_events, sizeof *s);
    struct steps steps = {.n = 0};

    find_steps(d, &steps);
    c->events = m;
    c->steps = s;
    for (size_t k = 0; k < d->n_events; k++) {
        const struct hr_event_record *e = &d->events[k].e;
        const char *cause = e->cause && e->cause[0] ? e->cause : NULL, *text;

        if (d->events[k].replication != d->replication[0] || !e->what ||
            is_disturbance(e) || (mark_text(e) && is_step(&steps, e->component, NULL)))
            continue;
        text = event_text(d, e, st->a);
        if (mark_text(e) || e->change || is_step(&steps, e->component, e->what))
            s[c->n_steps++] = (struct hr_chain_step){e->at, e->last,   e->count, text,
                                                     cause, e->change, e->from,  e->to};
        else
            m[c->n_events++] = (struct hr_chain_moment){
                .at = e->at,
                .text = cause ? hr_arena_printf(st->a, "%s (%s)", text, cause) : text};
    }
}

/* --- stations ----------------------------------------------------------------------------- */

/* A whole number among a component's settings, found by its name; 0 if it has none. */
static int64_t setting(const struct hr_component *p, const char *name)
{
    if (!p->model || !p->model->table || !p->conf)
        return 0;
    for (const struct hr_field *f = p->model->table->fields; f->name; f++) {
        int64_t x;

        if (f->type != HR_FIELD_COUNT || strcmp(f->name, name) != 0)
            continue;
        memcpy(&x, (const char *)p->conf + f->offset, sizeof x);
        return x;
    }
    return 0;
}

static void fill_station(struct hr_store *st, const struct hr_design_sum *d, size_t k,
                         struct hr_chain_station *s)
{
    const struct hr_part_sum *p = &d->parts[k];
    double *utilisation = hr_arena_alloc(st->a, d->n_buckets, sizeof *utilisation);
    double *workers = hr_arena_alloc(st->a, d->n_buckets, sizeof *workers);

    for (size_t t = 0; t < d->n_buckets; t++) {
        utilisation[t] =
            p->capacity_series[t] > 0 ? p->busy_series[t] / p->capacity_series[t] : HR_NAN;
        workers[t] = p->workers_series[t] / (d->n * hr_bucket_s(d, t) * 1e9);
    }
    *s = (struct hr_chain_station){
        .name = d->plan->components[k].name,
        .utilisation = utilisation,
        .workers = workers,
        .worker_limit = (double)setting(&d->plan->components[k], "workers") *
                        (double)setting(&d->plan->components[k], "instances")};
}

static const char *chain_of(struct hr_store *st, size_t design, int64_t *outlasted)
{
    const struct hr_design_sum *d = &st->c->designs[design];
    struct hr_chain_case c = {
        .bucket = d->bucket, .n_buckets = d->n_buckets, .horizon = d->plan->horizon};
    struct hr_chain_station *stations;

    find_disturbances(st, d, &c);
    find_breaks(st, design, &c);
    if (c.n_breaks == 0)
        return "";
    find_events(st, d, &c);
    stations = hr_arena_alloc(st->a, d->plan->n_components, sizeof *stations);
    for (size_t k = 0; k < d->plan->n_components; k++)
        fill_station(st, d, k, &stations[k]);
    c.stations = stations;
    c.n_stations = d->plan->n_components;
    *outlasted = hr_chain_outlasts(&c);
    return hr_chain_tell(&c, st->a);
}

void hr_collect_chain_store(struct hr_store *st)
{
    const char **chain = hr_results_var(st->r, "first_break", "chain", HR_TEXT, "design",
                                        "", "how the first objective broke, oldest first")
                             ->data;

    int64_t *outlasted = hr_results_var(st->r, "first_break", "outlasted", HR_I64, "design",
                                        "1", "1: it goes on although its cause has ended")
                             ->data;

    for (size_t i = 0; i < st->n_designs; i++)
        if (st->c->designs[i].n > 0)
            chain[i] = chain_of(st, i, &outlasted[i]);
}

/* sim/study/collect_events.c - what happened: the groups `events` and `disturbances` of
 * results/names.h. */
#include "sim/report/number.h"
#include "sim/study/collected.h"
#include "sim/study/interval.h"

#include <string.h>

/* Events of the first replication are all kept; of the others as many as fit. */
enum { EVENTS_A_DESIGN = 2 * HR_EVENTS_KEPT };

/* --- keeping ------------------------------------------------------------------------------ */

static void keep_event(struct hr_collector *c, struct hr_design_sum *d,
                       uint64_t replication, const struct hr_event_record *e)
{
    if (d->n > 0 && d->n_events >= EVENTS_A_DESIGN)
        return;
    d->events =
        hr_arena_room(c->arena, d->events, d->n_events, &d->events_room, sizeof *d->events);
    d->events[d->n_events++] = (struct hr_kept_event){replication, *e};
}

/* A disturbance begins: a new occurrence, open until it ends. */
static void begin(struct hr_collector *c, struct hr_design_sum *d, uint64_t replication,
                  const struct hr_event_record *e)
{
    d->occurrences = hr_arena_room(c->arena, d->occurrences, d->n_occurrences,
                                   &d->occurrences_room, sizeof *d->occurrences);
    d->occurrences[d->n_occurrences++] =
        (struct hr_occurrence){replication, e->disturbance - 1, e->at, HR_NEVER};
}

/* It ends: the oldest open occurrence of this run does. */
static void end(struct hr_design_sum *d, size_t first, const struct hr_event_record *e)
{
    for (size_t k = first; k < d->n_occurrences; k++) {
        struct hr_occurrence *o = &d->occurrences[k];

        if (o->disturbance != e->disturbance - 1 || o->end != HR_NEVER)
            continue;
        o->end = e->at;
        return;
    }
}

void hr_collect_events_add(struct hr_collector *c, struct hr_design_sum *d,
                           const struct hr_record *r)
{
    const size_t first = d->n_occurrences;

    for (uint32_t i = 0; i < r->n_events; i++) {
        const struct hr_event_record *e = &r->events[i];

        keep_event(c, d, r->replication, e);
        if (e->disturbance == 0 || e->disturbance > d->plan->n_disturbances)
            continue;
        if (strcmp(e->what, "begins") == 0)
            begin(c, d, r->replication, e);
        else if (strcmp(e->what, "ends") == 0)
            end(d, first, e);
    }
}

/* --- storing ------------------------------------------------------------------------------ */

static const char *subject(struct hr_store *st, const struct hr_design_sum *d,
                           const struct hr_event_record *e)
{
    if (e->component == HR_NONE || e->component >= d->plan->n_components)
        return "";
    return st->c->components.name[d->component_at[e->component]];
}

struct event_vars {
    const char **component, **what, **cause, **disturbance;
    int64_t *design, *replication, *count;
    double *time, *last;
};

static void store_event(struct hr_store *st, const struct hr_design_sum *d, size_t design,
                        const struct hr_kept_event *kept, size_t at, struct event_vars *v)
{
    const struct hr_event_record *e = &kept->e;

    v->design[at] = (int64_t)design;
    v->replication[at] = (int64_t)kept->replication;
    v->component[at] = subject(st, d, e);
    v->what[at] = e->what ? e->what : "";
    if (e->change)
        v->what[at] = hr_arena_printf(st->a, "%s %lld -> %lld", v->what[at],
                                      (long long)e->from, (long long)e->to);
    v->cause[at] = e->cause ? e->cause : "";
    if (e->disturbance > 0 && e->disturbance <= d->plan->n_disturbances)
        v->disturbance[at] = d->plan->disturbances[e->disturbance - 1].name;
    v->time[at] = hr_time_s(e->at);
    v->last[at] = hr_time_s(e->last > e->at ? e->last : e->at);
    v->count[at] = (int64_t)e->count;
}

static int64_t *number_dim(struct hr_store *st, const char *name, const char *help,
                           size_t n)
{
    int64_t *x = hr_arena_alloc(st->a, n, sizeof *x);

    for (size_t i = 0; i < n; i++)
        x[i] = (int64_t)i;
    hr_results_dim_integers(st->r, name, help, n, x);
    return x;
}

static void *var(struct hr_store *st, const char *group, const char *name,
                 enum hr_value_type type, const char *dim, const char *unit,
                 const char *help)
{
    return hr_results_var(st->r, group, name, type, dim, unit, help)->data;
}

static void store_events(struct hr_store *st)
{
    const char *const g = "events", *const dim = "event";
    size_t n = 0, at = 0;

    for (size_t i = 0; i < st->n_designs; i++)
        n += st->c->designs[i].n_events;
    number_dim(st, dim, "event", n);
    struct event_vars v = {
        .design = var(st, g, "design", HR_I64, dim, "1", "position of the design"),
        .component = var(st, g, "component", HR_TEXT, dim, "", "what it is about"),
        .what = var(st, g, "what", HR_TEXT, dim, "", "what happened"),
        .cause = var(st, g, "cause", HR_TEXT, dim, "", "why"),
        .disturbance = var(st, g, "disturbance", HR_TEXT, dim, "", "what began it"),
        .replication = var(st, g, "replication", HR_I64, dim, "1", "replication"),
        .count = var(st, g, "count", HR_I64, dim, "1", "times, from `time` to `last`"),
        .time = var(st, g, "time", HR_F64, dim, "s", "simulated time of the first"),
        .last = var(st, g, "last", HR_F64, dim, "s", "simulated time of the last"),
    };
    for (size_t i = 0; i < st->n_designs; i++)
        for (size_t k = 0; k < st->c->designs[i].n_events; k++)
            store_event(st, &st->c->designs[i], i, &st->c->designs[i].events[k], at++, &v);
}

/* "2 of ": how much of a component. */
static const char *extent_text(const struct hr_disturbance *x, struct hr_arena *a)
{
    if (x->extent == HR_EXTENT_EACH)
        return "one of ";
    if (x->extent == HR_EXTENT_COUNT)
        return hr_arena_printf(a, "%lld of ", (long long)x->count);
    if (x->extent == HR_EXTENT_SHARE)
        return hr_arena_printf(a, "%s of ",
                               hr_number_limit(HR_NUMBER_SHARE, x->share).text);
    return "";
}

const char *hr_disturbance_target(const struct hr_plan *plan,
                                  const struct hr_disturbance *x, struct hr_arena *a)
{
    if (x->component < plan->n_components) {
        const char *name = plan->components[x->component].name;

        if (x->op < plan->n_operations)
            return hr_arena_printf(a, "%s.%s", name, plan->operations[x->op].name);
        return hr_arena_printf(a, "%s%s", extent_text(x, a), name);
    }
    return x->place < plan->n_places && x->place > 0 ? plan->places[x->place].name : "";
}

static void store_disturbances(struct hr_store *st)
{
    const char *const g = "disturbances", *const dim = "occurrence";
    size_t n = 0, at = 0;

    for (size_t i = 0; i < st->n_designs; i++)
        n += st->c->designs[i].n_occurrences;
    number_dim(st, dim, "occurrence of a disturbance", n);
    const char **name = var(st, g, "name", HR_TEXT, dim, "", "disturbance");
    const char **verb = var(st, g, "verb", HR_TEXT, dim, "", "what it does");
    const char **target = var(st, g, "target", HR_TEXT, dim, "", "to what");
    int64_t *design = var(st, g, "design", HR_I64, dim, "1", "position of the design");
    int64_t *replication = var(st, g, "replication", HR_I64, dim, "1", "replication");
    double *from = var(st, g, "begin", HR_F64, dim, "s", "simulated time it begins");
    double *to = var(st, g, "end", HR_F64, dim, "s",
                     "simulated time it ends; infinite: it outlasted the run");

    for (size_t i = 0; i < st->n_designs; i++) {
        const struct hr_design_sum *d = &st->c->designs[i];

        for (size_t k = 0; k < d->n_occurrences; k++, at++) {
            const struct hr_occurrence *o = &d->occurrences[k];
            const struct hr_disturbance *x = &d->plan->disturbances[o->disturbance];

            name[at] = x->name;
            verb[at] = hr_verb_names[x->verb];
            target[at] = hr_disturbance_target(d->plan, x, st->a);
            design[at] = (int64_t)i;
            replication[at] = (int64_t)o->replication;
            from[at] = hr_time_s(o->begin);
            to[at] = o->end == HR_NEVER ? HUGE_VAL : hr_time_s(o->end);
        }
    }
}

void hr_collect_events_store(struct hr_store *st)
{
    store_events(st);
    store_disturbances(st);
}

/* sim/scenario/bind/recovered.c - see recovered.h. */
#include "sim/scenario/bind/recovered.h"

#include "sim/scenario/bind/objective.h"

#include <stddef.h>
#include <string.h>

enum {
    CONDITIONS = 64,
    MOST_WINDOWS = 100000000,
    ENOUGH_WINDOWS = MOST_WINDOWS / 10, /* of the default: three years of 10 s */
};

struct conf {
    hr_time over, held;
};
#define AT(m) offsetof(struct conf, m)
static const struct hr_field fields[] = {
    {.name = "over",
     .type = HR_FIELD_DURATION,
     .offset = AT(over),
     .dflt = "10s",
     .min = 1e-3,
     .max = 1e9,
     .help = "Width of the windows that are judged; a ten-millionth of the horizon by "
             "default, where that is more."},
    {.name = "held",
     .type = HR_FIELD_DURATION,
     .offset = AT(held),
     .dflt = "5m",
     .max = 1e9,
     .help = "For so long every window must be good again."},
    {0},
};
#undef AT
static const struct hr_table table = {"recovered", fields, sizeof(struct conf), NULL,
                                      "When the system is well again."};
static const char *const also[] = {"when", NULL};

/* A share of requests that is more than a given one is so by a request at least: of a window
 * of 10^7 requests, that is this much. */
static const double more = 1e-7;

bool hr_objective_watch(const struct hr_objective *o, struct hr_watch *w)
{
    const bool upper = o->op <= 1, strict = o->op == 0 || o->op == 2;

    *w = (struct hr_watch){.rows = o->rows, .limit = HR_NEVER};
    if (!hr_objective_is_plain(o) || o->rows == 0)
        return false;
    if (o->measure == HR_MEASURE_QUANTILE && upper) {
        w->share = o->quantile;
        w->limit = hr_time_from_s(o->limit) - strict;
        return true;
    }
    if (o->measure == HR_MEASURE_AVAILABILITY && !upper)
        w->share = o->limit;
    else if (o->measure == HR_MEASURE_ERROR_RATE && upper)
        w->share = 1 - o->limit;
    else
        return false;
    if (strict)
        w->share += more;
    return true;
}

/* What is written, or the default, put into the tree. */
static struct hr_node *conditions(struct hr_bind *b, struct hr_node *map)
{
    struct hr_node *n = hr_tree_find(map, "when");

    if (n)
        return n;
    n = hr_node_create(b->arena, HR_NODE_LIST, map->at, HR_ORIGIN_MODEL, NULL);
    hr_node_add(
        b->arena, n, NULL,
        hr_node_scalar(b->arena, "availability >= 99%", map->at, HR_ORIGIN_MODEL, NULL));
    hr_node_add(b->arena, map, "when", n);
    return n;
}

static void read_condition(struct hr_bind *b, const struct hr_node *n, struct hr_watch *at)
{
    struct hr_objective o = {0};
    struct hr_watch w;

    if (!hr_objective_read(b, n, false, &o))
        return;
    if (hr_objective_watch(&o, &w)) {
        at[b->plan->recovered.n++] = w;
        return;
    }
    if (o.rows == 0 && hr_objective_is_plain(&o) &&
        hr_measures[o.measure].scope == HR_SCOPE_ROW)
        return; /* there is no traffic: that has been said */
    hr_diag_hint(b->ds,
                 hr_diag_add(b->ds, HR_E801, hr_bind_at(n),
                             "`%s`: a window of `recovered` cannot be judged by this",
                             hr_bind_shown(b, n)),
                 "write a least availability, a largest error_rate, or a largest quantile "
                 "of latency: availability >= 99%%, p99(checkout) < 800ms");
}

static void read_conditions(struct hr_bind *b, struct hr_node *map, struct hr_watch *at)
{
    struct hr_node *n = conditions(b, map);

    if (n->type == HR_NODE_SCALAR && !n->null)
        read_condition(b, n, at);
    else if (n->type != HR_NODE_LIST || n->n == 0)
        hr_diag_hint(b->ds,
                     hr_diag_add(b->ds, HR_E203, hr_bind_at(n),
                                 "`when` is a list, one condition a line"),
                     "write it like `when: [ availability >= 99%% ]`");
    else if (n->n > CONDITIONS)
        hr_diag_add(b->ds, HR_E418, hr_bind_at(n), "`when` has more than %d entries",
                    CONDITIONS);
    else
        for (size_t i = 0; i < n->n; i++)
            read_condition(b, n->child[i], at);
}

/* "availability >= 99% in every 10s, for 5m" */
static const char *rule(struct hr_bind *b, const struct hr_node *when,
                        const struct conf *conf)
{
    const bool list = when->type == HR_NODE_LIST;
    const char *text = list ? "" : hr_bind_shown(b, when);

    for (size_t i = 0; list && i < when->n && i < CONDITIONS; i++)
        text = hr_arena_printf(b->arena, "%s%s%s", text, i > 0 ? " and " : "",
                               hr_bind_shown(b, when->child[i]));
    return hr_arena_printf(b->arena, "%s in every %s, for %s", text,
                           hr_show_duration(b->arena, conf->over),
                           hr_show_duration(b->arena, conf->held));
}

static bool is_there(const struct hr_watch *at, uint32_t from, uint32_t n,
                     const struct hr_watch *w)
{
    for (uint32_t i = from; i < n; i++)
        if (at[i].rows == w->rows && at[i].limit == w->limit &&
            !(at[i].share < w->share || at[i].share > w->share))
            return true;
    return false;
}

/* Each window is counted by itself. */
static void check_windows(struct hr_bind *b, const struct hr_node *map, hr_time over)
{
    const struct hr_node *n = hr_tree_find(map, "over");
    struct hr_diag *d;

    if ((b->plan->horizon - 1) / over < MOST_WINDOWS)
        return;
    d = hr_diag_add(b->ds, HR_E207, n ? n->at : map->at,
                    "the run has more than %d windows of `recovered`", MOST_WINDOWS);
    hr_diag_hint(b->ds, d, "an `over` of %s or more would do",
                 hr_show_duration(b->arena, b->plan->horizon / MOST_WINDOWS + 1));
}

/* Of years, the default would make more windows than anybody has use for. */
static void set_width(struct hr_bind *b, struct hr_node *map)
{
    const hr_time least = 10 * HR_SECOND, wide = b->plan->horizon / ENOUGH_WINDOWS;
    const hr_time width = (wide / HR_SECOND + 1) * HR_SECOND;

    if (!hr_tree_find(map, "over") && wide > least)
        hr_node_add(b->arena, map, "over",
                    hr_node_scalar(b->arena, hr_show_duration(b->arena, width), map->at,
                                   HR_ORIGIN_MODEL, NULL));
}

void hr_recovered_bind(struct hr_bind *b, const struct hr_design *d)
{
    struct hr_recovered *r = &b->plan->recovered;
    struct hr_node *map = hr_bind_section(b, "recovered");
    struct hr_watch *at =
        hr_arena_alloc(b->arena, CONDITIONS + d->n_objectives, sizeof *at);
    struct conf conf = {0};
    const struct hr_layer layer = {&table, &conf};
    const struct hr_about about = {"`recovered`", NULL, HR_WHERE_TABLE, also};

    if (!map && hr_tree_find(b->root, "recovered"))
        return; /* not a map: that has been said */
    if (!map) {
        map = hr_node_create(b->arena, HR_NODE_MAP, b->root->at, HR_ORIGIN_MODEL, NULL);
        hr_node_add(b->arena, b->root, "recovered", map);
    }
    set_width(b, map);
    if (!hr_bind_map(b, map, &layer, 1, &about))
        return;
    check_windows(b, map, conf.over);
    *r = (struct hr_recovered){.over = conf.over, .held = conf.held, .when = at};
    read_conditions(b, map, at);
    r->rule = rule(b, conditions(b, map), &conf);
    r->n_all = r->n;
    for (size_t i = 0; i < d->n_objectives; i++)
        if (!d->objectives[i].expectation &&
            hr_objective_watch(&d->objectives[i], &at[r->n_all]) &&
            !is_there(at, r->n, r->n_all, &at[r->n_all]))
            r->n_all++;
}

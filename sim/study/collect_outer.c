/* sim/study/collect_outer.c - the group `ranges` of results/names.h: what uncertain inputs do. */
#include "sim/study/collected.h"

#include "sim/study/interval.h"
#include "sim/study/outer.h"

#include <math.h>
#include <string.h>

void hr_collector_outer(struct hr_collector *c, const struct hr_outer *o)
{
    c->outer = o;
}

static const char *unit_of(enum hr_field_type type)
{
    switch (type) {
    case HR_FIELD_DURATION:
    case HR_FIELD_LAW_TIME:
        return "s";
    case HR_FIELD_RATE:
        return "1/s";
    case HR_FIELD_BYTES:
    case HR_FIELD_LAW_BYTES:
        return "bytes";
    case HR_FIELD_BANDWIDTH:
        return "bytes/s";
    case HR_FIELD_MONEY:
        return "$";
    default:
        return "1";
    }
}

#define RANGES(name, type, dims, unit, help)                                               \
    hr_results_var(st->r, "ranges", name, type, dims, unit, help)->data

static void store_inputs(struct hr_store *st, const struct hr_outer *o)
{
    const struct hr_scenario *s = o->scenario;
    const char **path = RANGES("path", HR_TEXT, "input", "", "as --set takes it");
    const char **written = RANGES("written", HR_TEXT, "input", "", "the range");
    const char **unit = RANGES("unit", HR_TEXT, "input", "", "unit of from, to and flips");
    double *from = RANGES("from", HR_F64, "input", "as in ranges/unit", "lower end");
    double *to = RANGES("to", HR_F64, "input", "as in ranges/unit", "upper end");
    int64_t *log =
        RANGES("logarithmic", HR_I64, "input", "1", "1: its logarithm is uniform");
    double *position =
        RANGES("position", HR_F64, "input point", "1", "of the sample, from 0 to 1");

    for (size_t i = 0; i < s->n_inputs; i++) {
        path[i] = s->inputs[i].path;
        written[i] = s->inputs[i].written;
        unit[i] = unit_of(s->inputs[i].type);
        from[i] = s->inputs[i].from;
        to[i] = s->inputs[i].to;
        log[i] = s->inputs[i].log;
        for (uint32_t p = 0; p < o->done; p++)
            position[i * o->done + p] = o->at[i][p];
    }
}

/* A position along the input that explains most, in its unit. */
static double value_at(const struct hr_outer *o, size_t d, const struct hr_outer_cell *c,
                       double position)
{
    const struct hr_input *i =
        c->top < o->scenario->n_inputs ? hr_outer_input(o, d, c->top) : NULL;

    return i && !isnan(position) ? hr_input_value(i, position) : HR_NAN;
}

/* Calls `put` for every objective of every design with its place in the united ones. */
static void each_cell(struct hr_store *st, const struct hr_outer *o,
                      void (*put)(const struct hr_outer *o, size_t d, size_t k, size_t at,
                                  void *to),
                      void *to)
{
    const struct hr_dim *all = hr_results_dim(st->r, "objective");

    for (size_t d = 0; d < st->n_designs; d++)
        for (size_t k = 0; k < o->scenario->designs[d].n_objectives; k++)
            put(o, d, k,
                d * all->n + (size_t)hr_dim_index(all, o->cells[d][k].objective->text), to);
}

struct spreads {
    double *luck, *ignorance, *lowest, *highest;
    int64_t *kept, *broken;
};

static void put_spread(const struct hr_outer *o, size_t d, size_t k, size_t at, void *to)
{
    const struct spreads *s = to;
    const struct hr_outer_cell *c = &o->cells[d][k];

    s->luck[at] = c->luck;
    s->ignorance[at] = c->ignorance;
    s->lowest[at] = c->lowest;
    s->highest[at] = c->highest;
    s->kept[at] = (int64_t)c->kept;
    s->broken[at] = (int64_t)c->broken;
}

static void store_spreads(struct hr_store *st, const struct hr_outer *o)
{
    static const char *const dims = "design objective", *const mixed =
                                                            "as in objectives/unit";
    struct spreads s = {
        RANGES("luck", HR_F64, dims, mixed, "standard deviation from run to run"),
        RANGES("ignorance", HR_F64, dims, mixed, "standard deviation over the ranges"),
        RANGES("lowest", HR_F64, dims, mixed, "least mean of a point"),
        RANGES("highest", HR_F64, dims, mixed, "largest mean of a point"),
        RANGES("kept", HR_I64, dims, "1", "points at which all runs keep it"),
        RANGES("broken", HR_I64, dims, "1", "points at which all runs break it")};

    each_cell(st, o, put_spread, &s);
}

struct flips {
    struct hr_arena *a;
    const char **top, **text;
    double *at, *lo, *hi;
};

static void put_flip(const struct hr_outer *o, size_t d, size_t k, size_t at, void *to)
{
    const struct flips *f = to;
    const struct hr_outer_cell *c = &o->cells[d][k];

    f->top[at] = c->top < o->scenario->n_inputs ? o->scenario->inputs[c->top].label : "";
    f->text[at] = hr_outer_flip_text(o, d, k, f->a);
    f->at[at] = value_at(o, d, c, c->flip.at);
    f->lo[at] = value_at(o, d, c, c->flip.lo);
    f->hi[at] = value_at(o, d, c, c->flip.hi);
}

static void store_flips(struct hr_store *st, const struct hr_outer *o)
{
    static const char *const dims = "design objective", *const mixed = "as in ranges/unit";
    struct flips f = {
        st->a,
        RANGES("top", HR_TEXT, dims, "", "input that explains most of the verdict"),
        RANGES("flip_text", HR_TEXT, dims, "", "where the verdict flips, in words"),
        RANGES("flip", HR_F64, dims, mixed, "value of `top` at which it flips"),
        RANGES("flip_lo", HR_F64, dims, mixed, "lower end of its interval"),
        RANGES("flip_hi", HR_F64, dims, mixed, "upper end of its interval")};

    each_cell(st, o, put_flip, &f);
}

struct shares {
    double *of_value, *of_verdict, *value;
};

static void put_shares(const struct hr_outer *o, size_t d, size_t k, size_t at, void *to)
{
    const struct shares *s = to;
    const struct hr_outer_cell *c = &o->cells[d][k];
    const size_t n = o->scenario->n_inputs;

    for (size_t i = 0; i < n; i++) {
        s->of_value[at * n + i] = c->share[i];
        s->of_verdict[at * n + i] = c->verdict_share[i];
    }
    for (size_t p = 0; p < o->done; p++) {
        double mean = 0;

        for (size_t i = 0; i < HR_OUTER_EACH; i++)
            mean += c->value[p * HR_OUTER_EACH + i] / HR_OUTER_EACH;
        s->value[at * o->done + p] = mean;
    }
}

static void store_shares(struct hr_store *st, const struct hr_outer *o)
{
    static const char *const dims = "design objective input";
    struct shares s = {
        RANGES("share", HR_F64, dims, "1", "of the variance over the ranges, explained"),
        RANGES("verdict_share", HR_F64, dims, "1", "of the verdict's, explained"),
        RANGES("value", HR_F64, "design objective point", "as in objectives/unit",
               "mean of the runs at a point")};

    each_cell(st, o, put_shares, &s);
}

void hr_collect_outer_store(struct hr_store *st)
{
    const struct hr_outer *o = st->c->outer;
    const char **labels;
    int64_t *points;

    if (!o || o->done == 0)
        return;
    labels = hr_arena_alloc(st->a, o->scenario->n_inputs, sizeof *labels);
    points = hr_arena_alloc(st->a, o->done, sizeof *points);
    for (size_t i = 0; i < o->scenario->n_inputs; i++)
        labels[i] = o->scenario->inputs[i].label;
    for (uint32_t p = 0; p < o->done; p++)
        points[p] = p + 1;
    hr_results_dim_texts(st->r, "input", "uncertain input", o->scenario->n_inputs, labels);
    hr_results_dim_integers(st->r, "point", "point of the sample", o->done, points);
    store_inputs(st, o);
    store_spreads(st, o);
    store_flips(st, o);
    store_shares(st, o);
}

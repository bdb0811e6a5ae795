/* sim/study/pilot.c - see pilot.h. */
#include "sim/study/pilot.h"

#include "sim/measure/mser.h"
#include "sim/study/stopwatch.h"
#include "sim/system/run.h"

enum {
    BUCKETS = 2000,  /* four hundred batches, of which half are searched */
    EVENTS = 1 << 18 /* between looks at the clock */
};

/* --- is there a steady state? ------------------------------------------------------------- */

/* The name of what has such a key with something in it, among the children of a section. */
static const char *holder(const struct hr_node *tree, const char *section, const char *key)
{
    const struct hr_node *all = hr_tree_find(tree, section);

    for (size_t i = 0; all && i < all->n; i++) {
        const struct hr_node *x =
            all->child[i]->type == HR_NODE_MAP ? hr_tree_find(all->child[i], key) : NULL;

        if (x && x->n > 0)
            return all->child[i]->key;
    }
    return NULL;
}

static const char *disturbance(const struct hr_plan *plan)
{
    for (uint32_t i = 0; i < plan->n_disturbances; i++)
        if (plan->disturbances[i].enabled && hr_disturbance_in_runs(&plan->disturbances[i]))
            return plan->disturbances[i].name;
    return NULL;
}

const char *hr_pilot_refusal(const struct hr_scenario *s, struct hr_arena *a)
{
    for (size_t i = 0; i < s->n_designs; i++) {
        const struct hr_design *d = &s->designs[i];
        const char *shaped = holder(d->tree, "traffic", "shape");
        const char *scheduled = holder(d->tree, "components", "schedule");
        const char *struck = disturbance(d->plan);

        if (shaped)
            return hr_arena_printf(a, "the load of `%s` has a shape", shaped);
        if (scheduled)
            return hr_arena_printf(a, "`%s` has a schedule", scheduled);
        if (struck)
            return hr_arena_printf(a, "it has the disturbance `%s`", struck);
    }
    return NULL;
}

/* --- the series ------------------------------------------------------------------------------- */

struct series {
    double sum[BUCKETS], n[BUCKETS]; /* ns and answers, by bucket */
    double present[BUCKETS];         /* calls at components, mean over the bucket */
    hr_time width;
    size_t buckets;
};

static void add_record(struct series *s, const struct hr_record *r)
{
    s->width = r->bucket;
    s->buckets = r->n_buckets < BUCKETS ? r->n_buckets : BUCKETS;
    for (uint32_t i = 0; i < r->n_rows; i++)
        for (size_t b = 0; b < s->buckets; b++) {
            s->sum[b] += r->rows[i].over_time[b].sum;
            s->n[b] += (double)r->rows[i].over_time[b].total;
        }
    for (uint32_t p = 0; p < r->n_parts; p++)
        for (size_t b = 0; b < s->buckets; b++)
            s->present[b] += hr_integral_bucket_mean(&r->parts[p].present, b);
}

static bool is_late(const struct hr_pilot *p, const struct timespec *began)
{
    return p->limit_s > 0 && hr_elapsed_s(began) > p->limit_s;
}

/* False: there is no time for it. */
static bool simulate(struct series *s, const struct hr_plan *plan, const struct hr_pilot *p,
                     const struct timespec *began)
{
    bool late = false;

    for (uint32_t i = 1; !late && i <= HR_PILOT_RUNS; i++) {
        const struct hr_run_options o = {
            .seed = p->seed, .replication = i, .buckets = BUCKETS};
        struct hr_run *run = hr_run_create(plan, &o);

        while (!late && hr_run_advance(run, EVENTS))
            late = is_late(p, began);
        if (!late)
            add_record(s, hr_run_finish(run));
        hr_run_destroy(run);
    }
    return !late;
}

/* Buckets to leave out; all of them: it has not settled.  An interval in which nothing arrived
 * repeats the one before. */
static size_t truncation(struct series *s)
{
    double last = 0;

    for (size_t b = 0; b < s->buckets; b++) {
        last = s->n[b] > 0 ? s->sum[b] / s->n[b] : last;
        s->sum[b] = last;
    }
    return hr_mser(s->sum, s->buckets);
}

/* Does the number of calls grow for ever?  Latencies do not tell: under processor sharing what an
 * overloaded server answers is what happens to be short.  Grown in step with time, the last
 * quarter would have 7/3 of what the second has; ten a run may be chance. */
static bool grows(const struct series *s)
{
    const size_t quarter = s->buckets / 4;
    double early = 0, late = 0;

    for (size_t b = 0; b < quarter; b++) {
        early += s->present[quarter + b];
        late += s->present[s->buckets - quarter + b];
    }
    return late > 2 * early + 10.0 * HR_PILOT_RUNS * (double)quarter;
}

static enum hr_pilot_end find(const struct hr_scenario *s, struct hr_pilot *p,
                              const struct timespec *began, struct hr_arena *a)
{
    for (size_t i = 0; i < s->n_designs; i++) {
        struct series *of = hr_arena_alloc(a, 1, sizeof *of);

        if (!simulate(of, s->designs[i].plan, p, began))
            return HR_PILOT_OUT_OF_TIME;
        const size_t cut = truncation(of);
        if (cut >= of->buckets || grows(of)) {
            p->unsettled = s->designs[i].name;
            return HR_PILOT_UNSETTLED;
        }
        if ((hr_time)cut * of->width > p->warmup)
            p->warmup = (hr_time)cut * of->width;
    }
    return HR_PILOT_SETTLED;
}

enum hr_pilot_end hr_pilot_warmup(const struct hr_scenario *s, struct hr_pilot *p)
{
    struct hr_arena *a = hr_arena_create();
    const struct timespec began = hr_stopwatch();

    p->warmup = 0;
    const enum hr_pilot_end end = find(s, p, &began, a);

    p->taken_s = hr_elapsed_s(&began);
    hr_arena_destroy(a);
    return end;
}

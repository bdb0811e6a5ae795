/* tests/support/run_text.h - run a scenario from a text and look at what was measured. */
#ifndef RUN_TEXT_H
#define RUN_TEXT_H

#include "tests/scenario/loaded.h"

#include "sim/system/run.h"

struct ran {
    const struct hr_plan *plan;
    struct hr_run *run;
    const struct hr_record *record;
};

/* The ledger holds.  End with ran_free. */
static inline struct ran run_plan(const struct hr_plan *plan,
                                  const struct hr_run_options *options)
{
    struct ran r = {.plan = plan, .run = hr_run_create(plan, options)};

    while (hr_run_advance(r.run, 100000))
        ;
    r.record = hr_run_finish(r.run);
    for (uint32_t i = 0; i < r.record->n_violations; i++)
        fail_msg("%s: %.17g and %.17g", r.record->violations[i].identity,
                 r.record->violations[i].left, r.record->violations[i].right);
    return r;
}

static inline struct ran run_text(struct fixture *f, const char *text)
{
    const struct hr_run_options o = {.seed = 1};

    return run_plan(load(f, text), &o);
}

static inline void ran_free(struct ran *r)
{
    hr_run_destroy(r->run);
    r->run = NULL;
}

static inline const struct hr_part_record *ran_part(const struct ran *r, const char *name)
{
    return &r->record->parts[component(r->plan, name)];
}

static inline const struct hr_row_record *ran_row(const struct ran *r, const char *name)
{
    for (uint32_t i = 0; i < r->plan->n_rows; i++)
        if (strcmp(r->plan->rows[i].name, name) == 0)
            return &r->record->rows[i];
    fail_msg("no row %s", name);
    return NULL;
}

/* What a cumulative gauge, or a usage dimension, came to. */
static inline int64_t ran_gauge(const struct ran *r, const char *part, const char *name)
{
    const struct hr_gauge *g = r->plan->components[component(r->plan, part)].model->gauges;

    for (uint32_t i = 0; g[i].name; i++)
        if (strcmp(g[i].name, name) == 0)
            return ran_part(r, part)->gauges[i].level;
    fail_msg("no gauge %s", name);
    return 0;
}

static inline int64_t ran_usage(const struct ran *r, const char *part, const char *name)
{
    const struct hr_dimension *d =
        r->plan->components[component(r->plan, part)].model->usage;

    for (uint32_t i = 0; d[i].name; i++)
        if (strcmp(d[i].name, name) == 0)
            return ran_part(r, part)->usage[i];
    fail_msg("no dimension %s", name);
    return 0;
}

#endif /* RUN_TEXT_H */

/* tests/support/sample_maker.h - what the files of the sample study share. */
#ifndef HR_SAMPLE_MAKER_H
#define HR_SAMPLE_MAKER_H

#include <math.h>

#include "tests/support/sample_results.h"

enum {
    N_DESIGNS = 3,
    N_ROWS = 4,
    N_PARTS = 5,
    N_TIMES = 120,
    N_QUANTILES = 5,
    N_BINS = 60,
    N_ACTIVITIES = 5,
    N_SLICES = 2,
    N_EDGES = 4,
    N_INSTANCES = 5,
    N_OBJECTIVES = 3
};
#define UNKNOWN ((double)NAN)

enum { BUCKET_S = 30, SLOW_FROM_S = 1200, SLOW_TO_S = 1800 };

/* What differs between the designs; everything else follows from it. */
struct hr_sample_design {
    const char *name, *changes, *chain;
    double storm_to_s;           /* overload ends */
    double availability[N_ROWS]; /* all, home, product, checkout */
    double answered_p50_s, tail; /* p50 of all; how heavy */
    double amplification;
    double checkout_p99_s; /* bad ones infinite */
    const char *verdict[N_OBJECTIVES], *reason[N_OBJECTIVES];
};
extern const struct hr_sample_design hr_sample_designs[N_DESIGNS];

/* The three sizes that everything depends on, and short-cuts to make variables. */
struct hr_sample_maker {
    struct hr_results *r;
    size_t designs, replications;
    const char *const *rows, *const *parts;
};

static inline double *f64(struct hr_sample_maker *m, const char *group, const char *name,
                          const char *dims, const char *unit, const char *long_name)
{
    return hr_results_var(m->r, group, name, HR_F64, dims, unit, long_name)->data;
}

static inline float *f32(struct hr_sample_maker *m, const char *group, const char *name,
                         const char *dims, const char *unit, const char *long_name)
{
    return hr_results_var(m->r, group, name, HR_F32, dims, unit, long_name)->data;
}

static inline int64_t *i64(struct hr_sample_maker *m, const char *group, const char *name,
                           const char *dims, const char *long_name)
{
    return hr_results_var(m->r, group, name, HR_I64, dims, "1", long_name)->data;
}

static inline const char **text(struct hr_sample_maker *m, const char *group,
                                const char *name, const char *dims, const char *long_name)
{
    return hr_results_var(m->r, group, name, HR_TEXT, dims, NULL, long_name)->data;
}

/* sample_verdict.c: the groups objectives, events, disturbances and first_break. */
void hr_sample_objectives(struct hr_sample_maker *m);
void hr_sample_events(struct hr_sample_maker *m);
void hr_sample_disturbances(struct hr_sample_maker *m);
/* sample_cost.c: the groups cost, recovery and budget. */
void hr_sample_costs(struct hr_sample_maker *m, bool unpriced, bool hostile);

#endif /* HR_SAMPLE_MAKER_H */

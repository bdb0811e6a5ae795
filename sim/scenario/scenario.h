/* sim/scenario/scenario.h - from one YAML file to checked plans, one a design.
 *
 * Loading never stops at the first fault: everything wrong is in the diagnostics, and then
 * there are no plans. */
#ifndef HR_SCENARIO_H
#define HR_SCENARIO_H

#include "sim/scenario/catalog.h"
#include "sim/scenario/input.h"
#include "sim/scenario/measures.h"
#include "sim/scenario/tree/tree.h"

struct hr_overrides {
    const char *const *set; /* "PATH=VALUE", applied last, to every design */
    size_t n_set;
    bool quick;       /* apply the scenario's `quick:` overlay */
    const char *only; /* --only NAME[,NAME]: these disturbances; NULL: all */
    bool without_disturbances;
    const char *const *design; /* only these designs; NULL: all */
    size_t n_design;
    const struct hr_position *positions; /* of uncertain inputs; the others: half-way */
    size_t n_positions;
};

/* Where the inputs come from: leaf values that shape the result, over the fields that are
 * claims about the world (demands, latencies, failure rates, ...). */
struct hr_trust {
    unsigned
        measured; /* carry a `source:` of the scenario that is not "assumed" or "guess" */
    unsigned catalog;  /* from the catalogue with a source */
    unsigned guessed;  /* everything else: no source, "assumed", constant laws, secondary */
    unsigned defaults; /* model defaults in force */
    unsigned ranges;   /* of the guessed: those written as a range */
};

/* Demands and latencies of one component that are guesses: for "measure this". */
struct hr_claims {
    unsigned guessed;  /* without a source that can be relied on, or constant */
    unsigned constant; /* of these, the constants */
    struct hr_loc at;  /* of the first */
};

struct hr_design {
    const char *name;
    const char *changes;  /* one line: what differs from the base, for the report */
    struct hr_node *tree; /* everything merged, defaults filled in */
    struct hr_plan *plan; /* NULL after errors */
    struct hr_objective *objectives;
    size_t n_objectives; /* objectives, then expectations */
    struct hr_trust trust;
    const struct hr_claims *claims; /* by component of the plan */
    const struct hr_input *inputs;  /* uncertain ones */
    size_t n_inputs;
};

struct hr_scenario {
    const char *path, *name, *question;
    struct hr_design *designs; /* at least one: "base" where none is declared */
    size_t n_designs, chosen;
    const struct hr_input *inputs; /* uncertain ones of all designs, in order of writing */
    size_t n_inputs;
    struct hr_arena *arena;
    /* What it was made of, for hr_scenario_vary; borrowed. */
    const struct hr_node *root;
    const struct hr_library *library;
    const struct hr_overrides *overrides;
};

/* Load from a file ("-": standard input).  NULL if it could not be read or parsed at all; else
 * look at ds->errors. */
struct hr_scenario *hr_scenario_load(const char *path, const struct hr_library *lib,
                                     const struct hr_overrides *ov, struct hr_diags *ds);
/* The same from a text in memory; `path` names it and locates `use`. */
struct hr_scenario *hr_scenario_load_text(const char *path, const char *text, size_t length,
                                          const struct hr_library *lib,
                                          const struct hr_overrides *ov,
                                          struct hr_diags *ds);

/* The same scenario with its uncertain inputs elsewhere; those that `at` does not name lie
 * half-way.  `s` is borrowed: it must outlive what is made.  Look at ds->errors. */
struct hr_scenario *hr_scenario_vary(const struct hr_scenario *s,
                                     const struct hr_position *at, size_t n,
                                     struct hr_diags *ds);

/* The whole scenario of one design as YAML, every default filled in, each value with its
 * origin as a comment.  Reads back to the same plan. */
const char *hr_scenario_resolve(const struct hr_scenario *s, size_t design,
                                struct hr_arena *a);

/* Quick analysis without simulating: adds warnings (overloaded stations, timeouts shorter
 * than the callee's, retry amplification, unreached parts, demands not measured). */
void hr_scenario_analyse(const struct hr_scenario *s, struct hr_diags *ds);

/* What a run of a design will take, roughly: tasks and calls over warm-up + horizon. */
struct hr_forecast {
    double tasks, calls;
};
struct hr_forecast hr_scenario_forecast(const struct hr_plan *plan);

#endif /* HR_SCENARIO_H */

/* sim/report/compare/compare.h - designs against one of them, from stored results.
 *
 * A contender is a design of a result set; several sets may be compared.  Every measure of every
 * other contender is set against the reference's: the difference, paired by replication where both
 * have the same seed and the same replication numbers (sim/measure/paired.h), and what it means.
 * A comparison is a function of result sets alone: that of stored files is that of the live run.
 *
 * FAMILY  all conclusions of a comparison hold together with HR_COMPARE_CONFIDENCE: Bonferroni
 *         over the intervals and tests that are concluded from (exact differences need no share).
 * SOURCE  Bonferroni: A. Law, "Simulation Modeling and Analysis", 5th ed., 10.3.1. */
#ifndef HR_COMPARE_H
#define HR_COMPARE_H

#include "sim/measure/paired.h"
#include "sim/report/number.h"
#include "sim/results/results.h"

#define HR_COMPARE_CONFIDENCE 0.95

struct hr_contender {
    const struct hr_results *r;
    size_t design;    /* position in it */
    const char *name; /* as it is shown; from a file, so not yet harmless */
    size_t n;         /* replications that it has, and their numbers: hr_contender_count */
    const int64_t *replications;
};
/* Count the replications that were finished. */
void hr_contender_count(struct hr_contender *c, struct hr_arena *a);

enum hr_finding {
    HR_FOUND_BETTER,
    HR_FOUND_WORSE,
    HR_FOUND_NONE, /* no difference seen */
    HR_FOUND_SAME, /* exactly none */
    HR_FOUND_UNDECIDED
};
extern const char *const hr_finding_names[];

struct hr_compare_measure {
    const char *label; /* "p99(checkout)": as objectives and --fail-on write it */
    enum hr_quantity quantity;
    int wanted; /* -1: less is better, 1: more */
    bool objective;
};

struct hr_compare_cell { /* a measure of a contender against the reference */
    struct hr_difference d;
    enum hr_finding finding;
    const char *why; /* undecided: why; else "" */
    double value, reference;
};

/* What somebody does not want to happen: "p99(checkout) > +5%". */
struct hr_gate {
    const char *text; /* as written */
    const char *label;
    size_t measure;   /* among the comparison's */
    bool more;        /* > or >=; else < or <= */
    bool relative;    /* to the reference's value */
    double change;    /* share, or in SI */
    const char *unit; /* as written after an amount; "" */
    size_t at;        /* of the measure in the text, for messages */
};
enum hr_gate_verdict { HR_GATE_HOLDS, HR_GATE_BROKEN, HR_GATE_UNDECIDED };

enum { HR_FRONT_COST, HR_FRONT_LATENCY, HR_FRONT_AVAILABILITY, HR_FRONT_AXES };
enum hr_front_place { HR_FRONT_ON, HR_FRONT_PERHAPS, HR_FRONT_BEHIND, HR_FRONT_UNKNOWN };
struct hr_front_point {
    double value[HR_FRONT_AXES],
        half[HR_FRONT_AXES]; /* half of its own 95% interval; NaN */
    /* Cost against latency, against availability; and by whom it is beaten. */
    enum hr_front_place place[2];
    size_t by[2];
};

struct hr_setting { /* what differs between two resolved scenarios; NULL: not there */
    const char *path, *here, *reference;
};

struct hr_comparison {
    struct hr_arena *arena;
    const struct hr_contender *contenders;
    size_t n, reference;
    struct hr_compare_measure *measures;
    size_t n_measures;
    struct hr_compare_cell *cells; /* [contender * n_measures + measure] */
    size_t family;                 /* conclusions from intervals and tests */
    double level;                  /* confidence of each */
    bool paired;                   /* all of it */
    const char *pairing;           /* in words: "paired by 10 replications, seed 1" */
    struct hr_setting **settings;  /* by contender */
    size_t *n_settings;
    const struct hr_gate *gates;
    size_t n_gates;
    enum hr_gate_verdict *held; /* [contender * n_gates + gate] */
    bool has_front;
    size_t axes[HR_FRONT_AXES]; /* measures */
    struct hr_front_point *front;
    bool code; /* names are written as Markdown's code spans */
};

/* `contenders` (counted, two or more) and `gates` are borrowed. */
struct hr_comparison *hr_comparison_make(const struct hr_contender *contenders, size_t n,
                                         size_t reference, const struct hr_gate *gates,
                                         size_t n_gates, struct hr_arena *a);
const struct hr_compare_cell *hr_comparison_cell(const struct hr_comparison *c,
                                                 size_t contender, size_t measure);

/* Read a gate; false: `why` says what is wrong with the text at `at` (length `length`). */
bool hr_gate_read(const char *text, struct hr_gate *gate, struct hr_arena *a, size_t *at,
                  size_t *length, const char **why);
/* Do these results have a measure that is called so? */
bool hr_compare_knows(const struct hr_contender *c, const char *label, struct hr_arena *a);
/* The labels that gates may speak of without more ado. */
size_t hr_compare_labels(const struct hr_contender *contenders, size_t n,
                         struct hr_arena *a, const char ***labels);
/* 1: a gate is broken, 4: one is undecided, else 0. */
int hr_comparison_status(const struct hr_comparison *c);

#endif /* HR_COMPARE_H */

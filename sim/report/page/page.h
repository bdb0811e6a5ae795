/* sim/report/page/page.h - what the sections of the HTML page share; private to the page.
 *
 * A view is the result set seen as the page needs it: dimensions by name, the request class and
 * objective that the headlines speak of, the design that decides.  A result set may come from
 * a stranger's file: variables are used only with the dimensions and type that they should have,
 * and whatever is missing is NaN, "" or not shown. */
#ifndef HR_PAGE_H
#define HR_PAGE_H

#include "sim/report/figure/figure.h"
#include "sim/report/figure/plot.h"
#include "sim/report/number.h"
#include "sim/report/page/html.h"

enum {
    HR_PAGE_FIGURED = 6,     /* designs that charts show; tables show all */
    HR_PAGE_CLASSES = 4,     /* request classes that charts show */
    HR_PAGE_ROWS = 48,       /* rows of a data table under a chart */
    HR_PAGE_DOWNLOAD = 1800, /* rows of its CSV */
    HR_PAGE_CELLS = 300,  /* rows of a long table of all designs; beyond, the chosen only */
    HR_PAGE_WIDTH = 1040, /* px of a chart */
};

struct hr_page_disturbance {
    const char *name, *verb, *target;
    double begin, end; /* s; end may be infinite */
};

struct hr_page_view {
    const struct hr_results *r;
    const struct hr_page *how;
    struct hr_arena *a;
    struct hr_html h;
    struct hr_figures figures;
    size_t note_at; /* where a note about missing figures belongs */

    /* NULL: absent */
    const struct hr_dim *design, *replication, *time, *component, *row, *quantile,
        *objective, *edge, *activity, *slice, *bin, *event, *occurrence;
    size_t n_designs, n_replications, n_times, n_components, n_rows;
    size_t
        n_listed;  /* rows in tables: all, or "all" alone where it is the only one's sum */
    size_t chosen; /* design */
    size_t shown[HR_PAGE_FIGURED]; /* designs in charts, in order; the chosen among them */
    size_t n_shown;
    size_t
        classes[HR_PAGE_CLASSES]; /* rows in charts: all, those with objectives, others */
    size_t n_classes;
    size_t headline;   /* row of the first objective on latency, else all */
    size_t headline_q; /* its quantile */
    double limit_s;    /* its limit; NaN: none */
    double bucket_s;   /* width of the series' buckets */
    double end_s;      /* of the run */
};

void hr_page_view_init(struct hr_page_view *v, const struct hr_results *r,
                       const struct hr_page *how, struct hr_arena *a);

/* The variable if it has these dimensions and holds numbers (texts); else NULL. */
const struct hr_var *hr_page_numbers(const struct hr_page_view *v, const char *path,
                                     const char *dims);
const struct hr_var *hr_page_texts(const struct hr_page_view *v, const char *path,
                                   const char *dims);
double hr_page_at(const struct hr_page_view *v, const struct hr_var *var,
                  const size_t *index);
const char *hr_page_text_at(const struct hr_page_view *v, const struct hr_var *var,
                            const size_t *index); /* "" if absent */
#define HR_AT(v, var, ...)      hr_page_at((v), (var), (const size_t[]){__VA_ARGS__})
#define HR_TEXT_AT(v, var, ...) hr_page_text_at((v), (var), (const size_t[]){__VA_ARGS__})

const char *hr_page_attr(const struct hr_page_view *v, const char *name); /* "" if absent */
const char *hr_page_coordinate(const struct hr_dim *d, size_t i);         /* "" if absent */
const char *hr_page_design(const struct hr_page_view *v, size_t d);
const char *hr_page_row_words(const struct hr_page_view *v,
                              size_t row); /* "all requests" */
const char *hr_page_quantile_words(const struct hr_page_view *v, size_t q); /* "p99.9" */
/* Sum over replications of a variable (design, replication, request_class). */
double hr_page_sum(const struct hr_page_view *v, const char *path, size_t d, size_t row);
/* Disturbances of a design's first replication, by beginning. */
size_t hr_page_disturbances(const struct hr_page_view *v, size_t d,
                            const struct hr_page_disturbance **list);
/* Pixels that the names of a design's disturbances need at the top of a chart. */
double hr_page_mark_room(const struct hr_page_view *v, size_t d);
/* ", while slow_payments lasts" or ", 12 min after slow_payments ended"; "" with neither. */
const char *hr_page_meanwhile(const struct hr_page_view *v, size_t d, double t);
/* "a, b and c" of designs, with `last` between the last two. */
const char *hr_page_designs(const struct hr_page_view *v, const size_t *designs, size_t n,
                            const char *last);
const char *hr_page_span(struct hr_arena *a, double s); /* "14 min", "45 s" */
bool hr_page_is_traffic(const struct hr_page_view *v, size_t component);

/* ---- pieces of HTML ---- */
void hr_page_section(struct hr_page_view *v, const char *id, const char *kind,
                     const char *finding); /* opens; ends with </section> */
void hr_page_designation(struct hr_page_view *v, size_t d); /* name, and "chosen" */
void hr_page_elsewhere(struct hr_page_view *v); /* "the other designs are in the results" */
void hr_page_row_head(struct hr_page_view *v, size_t d); /* <th>, the chosen one bold */
void hr_page_number(struct hr_page_view *v, enum hr_quantity q, double x); /* <td> */
void hr_page_estimate(struct hr_page_view *v, enum hr_quantity q, double x, double lo,
                      double hi); /* <td> */

/* A chart's numbers: <details> with a table for each design and one CSV of all. */
struct hr_page_data {
    const char *id;
    const char *x;             /* heading of the first column: "time" */
    bool x_is_time;            /* moments of the run; else plain numbers in SI */
    const char *const *series; /* headings */
    const char *const *csv;    /* headings of the CSV: "p99_s" */
    const enum hr_quantity *quantities;
    size_t n_series;
    const size_t *keys; /* what the tables are for: designs or request classes */
    size_t n_keys;
    const char *key; /* heading of the CSV's column: "design" */
    const char *(*key_text)(const struct hr_page_view *v, size_t key);
    const double *const *xs;     /* [key]: n[key] values */
    const double *const *values; /* [key * n_series + series]: n[key] values; NaN: none */
    const size_t *n;
    bool means; /* rows are thinned to means; else to the largest of each column */
};
void hr_page_data(struct hr_page_view *v, const struct hr_page_data *data);
/* The same over time, for the designs shown: values[design shown * n + series]; means as there. */
void hr_page_data_over_time(struct hr_page_view *v, const char *id,
                            const char *const *series, const char *const *csv,
                            const enum hr_quantity *quantities, size_t n,
                            const double *const *values, bool means);

/* A key of tables by request class and design: class * designs shown + design. */
const char *hr_page_class_and_design(const struct hr_page_view *v, size_t key);
/* Ends the paragraph of a figcaption and lists the line styles of the designs shown. */
void hr_page_legend(struct hr_page_view *v);

/* Lines where a design decided to scale or failed over, in a chart over time. */
void hr_page_moments(struct hr_page_view *v, struct hr_plot *p, size_t d, bool named);
/* Inside the section about load: a figure of instances, where their number changes. */
void hr_page_instances(struct hr_page_view *v);

/* ---- sections, in the order of the page ---- */
void hr_page_verdict(struct hr_page_view *v);
void hr_page_trust(struct hr_page_view *v);
void hr_page_ranges(struct hr_page_view *v); /* only where inputs are uncertain */
void hr_page_system(struct hr_page_view *v);
void hr_page_latency(struct hr_page_view *v);
void hr_page_distribution(struct hr_page_view *v);
void hr_page_load(struct hr_page_view *v);
void hr_page_spent(struct hr_page_view *v);
void hr_page_calls(struct hr_page_view *v);
void hr_page_components(struct hr_page_view *v);
void hr_page_gauges(struct hr_page_view *v); /* only where one is not zero */
void hr_page_theory(struct hr_page_view *v);
void hr_page_events(struct hr_page_view *v);
void hr_page_cost(struct hr_page_view *v);
void hr_page_recovery(struct hr_page_view *v);
void hr_page_budget(struct hr_page_view *v);
void hr_page_year(struct hr_page_view *v);
void hr_page_reproduction(struct hr_page_view *v);

#endif /* HR_PAGE_H */

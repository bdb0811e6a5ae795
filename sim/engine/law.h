/* sim/engine/law.h - probability laws of non-negative quantities (durations, bytes, counts).
 *
 * A law is a small value: copy it freely.  Parameters are in the law's own unit (seconds for
 * durations, bytes for sizes); the field that holds it says which.  Laws written by
 * quantiles or by mean and cv are fitted once, here, by the hr_law_* constructors, which
 * return false (and leave *law alone) if no member of the family has those figures.
 *
 * Sampling is by inversion of one uniform where there is a closed form, so that a law with
 * other parameters maps the same draw monotonically (common random numbers stay common).  Of
 * the exponential law, the commonest, it is by the ziggurat, a third of the time: another mean
 * scales the same draw, which is all that its parameter can do.
 *
 * The table of families (name, parameters, help) is what the scenario language, `explain` and
 * the JSON Schema are made from. */
#ifndef HR_LAW_H
#define HR_LAW_H

#include "sim/engine/numeric.h"
#include "sim/engine/random.h"

#include <float.h>
#include <stdbool.h>
#include <stddef.h>

enum hr_law_kind {
    HR_LAW_CONSTANT,         /* a                                                     */
    HR_LAW_UNIFORM,          /* a .. b                                                */
    HR_LAW_EXPONENTIAL,      /* mean a                                                */
    HR_LAW_NORMAL,           /* N(a, b^2) given that it is >= 0; c = P(N >= 0) or 0   */
    HR_LAW_LOGNORMAL,        /* mu a, sigma b (of the logarithm)                      */
    HR_LAW_GAMMA,            /* shape a, scale b                                      */
    HR_LAW_ERLANG,           /* a stages (integer), mean b                            */
    HR_LAW_WEIBULL,          /* shape a, scale b                                      */
    HR_LAW_PARETO,           /* shape a, minimum b                                    */
    HR_LAW_HYPEREXPONENTIAL, /* with probability a mean b, else mean c                */
    HR_LAW_TRIANGULAR,       /* a .. b, most likely c                                 */
    HR_LAW_DISCRETE,         /* n values with cumulative shares: table = v0 F0 v1 F1  */
    HR_LAW_EMPIRICAL,        /* n sorted values, linear between order statistics;     */
                             /* both times a (0 stands for 1), for a table is borrowed */
};

struct hr_law {
    enum hr_law_kind kind;
    double a, b, c;
    const double *table; /* borrowed; DISCRETE and EMPIRICAL only */
    size_t n;
};

static inline struct hr_law hr_law_constant(double x)
{
    return (struct hr_law){HR_LAW_CONSTANT, x, 0, 0, 0, 0};
}
static inline struct hr_law hr_law_exponential(double mean)
{
    return (struct hr_law){HR_LAW_EXPONENTIAL, mean, 0, 0, 0, 0};
}

/* Fit: what is known of the law, each NaN when it was not given.  Which subsets determine a
 * family is in hr_law_families[].accepts; exactly one of them must be given, no more.  The
 * figures are those of what is drawn: a normal law is fitted so that its mean and sd are as
 * said once it is truncated.  Where two members of a family have the figures (lognormal by
 * mean and a quantile) the one with the lighter tail is taken. */
struct hr_law_figures {
    double mean, cv, sd, p50, p90, p95, p99, p999, min, max, shape, scale, stages, share,
        mode;
};
bool hr_law_fit(enum hr_law_kind kind, const struct hr_law_figures *f, struct hr_law *law);
/* Laws by table (borrowed, must outlive the law).  False unless the values are finite, >= 0
 * and in ascending order, and the cumulative shares ascend to exactly 1. */
bool hr_law_discrete(const double *values_and_shares, size_t n, struct hr_law *law);
bool hr_law_empirical(const double *sorted, size_t n, struct hr_law *law);

/* One row a family; ends with name NULL.  `accepts` lists the figure sets it can be written
 * with, as text ("p50 p99|mean p99|mean cv|..."); the parser matches against it. */
struct hr_law_family {
    const char *name;
    enum hr_law_kind kind;
    const char *accepts;
    const char *help;
};
extern const struct hr_law_family hr_law_families[];

/* What hr_law_draw has no short way for. */
double hr_law_draw_any(const struct hr_law *law, struct hr_draws d);
/* The exponential law of mean 1.
 * G. Marsaglia, W. Tsang, "The ziggurat method for generating random variables", Journal of
 * Statistical Software 5(8), 2000; layer and place by bits of their own: J. Doornik, "An
 * improved ziggurat method to generate normal random samples", University of Oxford, 2005. */
struct hr_ziggurat_layer { /* see ziggurat_table.inc */
    uint64_t inside;
    double width;
};
extern const struct hr_ziggurat_layer hr_exponential_layer[256];
#define HR_EXPONENTIAL_TAIL 7.6971174701310497140 /* where the last layer ends */
double hr_exponential_edge(struct hr_draws d, uint64_t word); /* one in 90 */
static inline double hr_draw_exponential(struct hr_draws d)
{
    struct hr_draws next = d;
    const uint64_t word = hr_draw_bits(&next), place = word >> 11;
    const struct hr_ziggurat_layer *layer = &hr_exponential_layer[word & 255];

    return place < layer->inside ? (double)(int64_t)place * layer->width
                                 : hr_exponential_edge(d, word);
}
static inline double hr_law_finite(double x)
{
    return x < DBL_MAX ? x : DBL_MAX;
}
/* >= 0, finite.  Takes one word of `d` (none for a constant); what needs more draws has them
 * from a stream keyed by that word, so what is drawn next never depends on the law. */
static inline double hr_law_draw(const struct hr_law *law, struct hr_draws *d)
{
    const struct hr_draws at = *d;

    if (law->kind == HR_LAW_CONSTANT)
        return law->a;
    d->state += HR_GOLDEN;
    if (law->kind == HR_LAW_EXPONENTIAL)
        return hr_law_finite(law->a * hr_draw_exponential(at));
    return hr_law_draw_any(law, at);
}
double hr_law_mean(const struct hr_law *law); /* HUGE_VAL if infinite */
double hr_law_scv(const struct hr_law *law);  /* squared coefficient of variation */
double hr_law_quantile(const struct hr_law *law, double p); /* 0 < p < 1 */
/* The law of k X. */
struct hr_law hr_law_scale(struct hr_law law, double k);

/* Zipf popularity over ranks 1..n: P(k) proportional to k^-s, 0 <= s < 10.  Ranks are drawn in
 * O(1) whatever n.  SOURCE  W. Hormann, G. Derflinger, "Rejection-inversion to generate
 * variates from monotone discrete distributions", ACM TOMACS 6(3), 1996. */
struct hr_zipf {
    double s, n;
    double h_x1, h_n, cut; /* derived by hr_zipf_init */
};
void hr_zipf_init(struct hr_zipf *z, uint64_t n, double s);
uint64_t hr_zipf_draw(const struct hr_zipf *z, struct hr_draws *d); /* 1..n */

#endif /* HR_LAW_H */

/* sim/engine/law_fit.c - the families and their fits; see law.h. */
#include "sim/engine/check.h"
#include "sim/engine/law.h"
#include "sim/engine/numeric.h"

#include <float.h>
#include <math.h>
#include <string.h>

const struct hr_law_family hr_law_families[] = {
    {"constant", HR_LAW_CONSTANT, "mean", "Always the same value."},
    {"uniform", HR_LAW_UNIFORM, "min max", "Equally likely anywhere between two values."},
    {"exponential", HR_LAW_EXPONENTIAL, "mean",
     "Memoryless: what is left does not depend on how long it has lasted."},
    {"normal", HR_LAW_NORMAL, "mean sd|mean cv",
     "Bell curve, truncated at zero; mean and sd are those after truncation, so cv < 1."},
    {"lognormal", HR_LAW_LOGNORMAL,
     "p50 p99|p50 p95|p50 p90|p50 p999|mean p99|mean p95|mean cv|mean sd|p50 mean",
     "The usual shape of service times: a product of many small factors."},
    {"gamma", HR_LAW_GAMMA, "mean cv|mean sd|shape scale",
     "Between exponential (cv = 1) and nearly constant, or heavier (cv > 1)."},
    {"erlang", HR_LAW_ERLANG, "stages mean", "A sum of equal exponential stages; cv < 1."},
    {"weibull", HR_LAW_WEIBULL, "mean cv|mean sd|p50 p99|shape scale",
     "Times to failure; a heavy tail for shape < 1."},
    {"pareto", HR_LAW_PARETO, "shape min|mean shape|min mean|p50 p99",
     "A power tail: P(X > x) = (min/x)^shape; infinite variance for shape <= 2."},
    {"hyperexponential", HR_LAW_HYPEREXPONENTIAL, "mean cv|mean sd",
     "A mixture of two exponentials with balanced means; cv >= 1."},
    {"triangular", HR_LAW_TRIANGULAR, "min mode max",
     "What is guessed by three points: the least, the most likely and the most."},
    {"discrete", HR_LAW_DISCRETE, "", "Listed values with their shares."},
    {"empirical", HR_LAW_EMPIRICAL, "", "Measured values from a file."},
    {NULL, HR_LAW_CONSTANT, NULL, NULL},
};

/* ---- which figures were given ------------------------------------------------------- */

/* One bit a figure, in the order of `words`. */
enum {
    MEAN = 1 << 0,
    CV = 1 << 1,
    SD = 1 << 2,
    P50 = 1 << 3,
    P90 = 1 << 4,
    P95 = 1 << 5,
    P99 = 1 << 6,
    P999 = 1 << 7,
    MIN = 1 << 8,
    MAX = 1 << 9,
    SHAPE = 1 << 10,
    SCALE = 1 << 11,
    STAGES = 1 << 12,
    SHARE = 1 << 13,
    MODE = 1 << 14,
};

#define AT(f) offsetof(struct hr_law_figures, f)
static const struct {
    char word[8];
    size_t offset;
} words[] = {
    {"mean", AT(mean)},     {"cv", AT(cv)},       {"sd", AT(sd)},
    {"p50", AT(p50)},       {"p90", AT(p90)},     {"p95", AT(p95)},
    {"p99", AT(p99)},       {"p999", AT(p999)},   {"min", AT(min)},
    {"max", AT(max)},       {"shape", AT(shape)}, {"scale", AT(scale)},
    {"stages", AT(stages)}, {"share", AT(share)}, {"mode", AT(mode)},
};
#undef AT
enum { N_WORDS = sizeof words / sizeof *words };

static double figure(const struct hr_law_figures *f, size_t i)
{
    double x;

    memcpy(&x, (const char *)f + words[i].offset, sizeof x);
    return x;
}

/* The figures given; 0 if one of them is negative or infinite. */
static unsigned given(const struct hr_law_figures *f)
{
    unsigned set = 0;

    for (size_t i = 0; i < N_WORDS; i++) {
        const double x = figure(f, i);
        if (x != x)
            continue;
        if (!(x >= 0.0 && x <= DBL_MAX))
            return 0;
        set |= 1u << i;
    }
    return set;
}

/* The set that one alternative of `accepts` names; *end is set to what follows it. */
static unsigned named(const char *text, const char **end)
{
    unsigned set = 0;

    while (*text && *text != '|') {
        const size_t length = strcspn(text, " |");
        for (size_t i = 0; i < N_WORDS; i++)
            if (strlen(words[i].word) == length && !memcmp(words[i].word, text, length))
                set |= 1u << i;
        text += length;
        text += *text == ' ';
    }
    *end = text + (*text == '|');
    return set;
}

static bool accepted(enum hr_law_kind kind, unsigned set)
{
    for (const struct hr_law_family *family = hr_law_families; family->name; family++) {
        if (family->kind != kind)
            continue;
        for (const char *text = family->accepts; *text;)
            if (named(text, &text) == set)
                return true;
    }
    return false;
}

/* ---- one function a family; true and *law filled if the figures are possible ---------- */

/* The quantile figure among those given that is not the median, and its probability. */
static double upper_quantile(unsigned set, const struct hr_law_figures *f, double *p)
{
    *p = set & P90 ? 0.9 : set & P95 ? 0.95 : set & P99 ? 0.99 : 0.999;
    return set & P90 ? f->p90 : set & P95 ? f->p95 : set & P99 ? f->p99 : f->p999;
}

static double cv_of(unsigned set, const struct hr_law_figures *f)
{
    return set & CV ? f->cv : f->sd / f->mean;
}

static bool fit_lognormal(unsigned set, const struct hr_law_figures *f, struct hr_law *law)
{
    double mu, sigma, p;

    if (set == (P50 | MEAN)) {
        sigma = sqrt(2.0 * hr_log(f->mean / f->p50));
        mu = hr_log(f->p50);
    } else if (set & P50) {
        const double high = upper_quantile(set, f, &p);
        sigma = hr_log(high / f->p50) / hr_normal_quantile(p);
        mu = hr_log(f->p50);
    } else if (set & (CV | SD)) {
        const double cv = cv_of(set, f);
        sigma = sqrt(hr_log1p(cv * cv));
        mu = hr_log(f->mean) - 0.5 * sigma * sigma;
    } else { /* log(quantile / mean) = z sigma - sigma^2 / 2: the smaller root */
        const double l = hr_log(upper_quantile(set, f, &p) / f->mean);
        const double z = hr_normal_quantile(p);
        sigma = 2.0 * l / (z + sqrt(z * z - 2.0 * l));
        mu = hr_log(f->mean) - 0.5 * sigma * sigma;
    }
    *law = (struct hr_law){HR_LAW_LOGNORMAL, mu, sigma, 0.0, NULL, 0};
    return sigma > 0.0 && sigma < 40.0;
}

/* cv of a normal law of unit variance and mean t, once truncated: falls from 1 to 0. */
static double truncated_cv(double t, double *mean)
{
    const struct hr_law law = {HR_LAW_NORMAL, t, 1.0, 0.0, NULL, 0};

    *mean = hr_law_mean(&law);
    return sqrt(hr_law_scv(&law));
}

static bool fit_normal(unsigned set, const struct hr_law_figures *f, struct hr_law *law)
{
    const double cv = cv_of(set, f);
    double low = -12.0, high = 40.0, mean = 0.0, b;

    if (!(cv > 0.0 && f->mean > 0.0) || cv > truncated_cv(low, &mean))
        return false;
    if (cv < 1.0 / high) { /* the truncation is beyond the last bit */
        *law = (struct hr_law){HR_LAW_NORMAL, f->mean, f->mean * cv, 1.0, NULL, 0};
        return true;
    }
    for (int i = 0; i < 100; i++) {
        const double middle = 0.5 * (low + high);
        if (truncated_cv(middle, &mean) > cv)
            low = middle;
        else
            high = middle;
    }
    truncated_cv(high, &mean);
    b = f->mean / mean;
    *law = (struct hr_law){HR_LAW_NORMAL, high * b, b, hr_normal_cdf(high), NULL, 0};
    return true;
}

static bool fit_gamma(unsigned set, const struct hr_law_figures *f, struct hr_law *law)
{
    const double cv = set & SHAPE ? 0.0 : cv_of(set, f);
    const double shape = set & SHAPE ? f->shape : 1.0 / (cv * cv);
    const double scale = set & SHAPE ? f->scale : f->mean * cv * cv;

    *law = (struct hr_law){HR_LAW_GAMMA, shape, scale, 0.0, NULL, 0};
    return shape >= 1e-3 && shape <= 1e9 && scale > 0.0;
}

static bool fit_weibull(unsigned set, const struct hr_law_figures *f, struct hr_law *law)
{
    double low = 0.05, high = 1000.0, cv;

    *law = (struct hr_law){HR_LAW_WEIBULL, f->shape, f->scale, 0.0, NULL, 0};
    if (set == (P50 | P99)) { /* quantile(p) = scale (-log(1-p))^(1/shape) */
        law->a = hr_log(hr_log(100.0) / hr_log(2.0)) / hr_log(f->p99 / f->p50);
        law->b = f->p50 / hr_pow(hr_log(2.0), 1.0 / law->a);
    } else if (set & MEAN) { /* the cv falls as the shape grows */
        cv = cv_of(set, f);
        for (int i = 0; i < 100; i++) {
            law->a = 0.5 * (low + high);
            if (hr_law_scv(law) > cv * cv)
                low = law->a;
            else
                high = law->a;
        }
        if (low == 0.05 || high == 1000.0)
            return false;
        law->b = f->mean / hr_exp(hr_lgamma(1.0 + 1.0 / law->a));
    }
    return law->a >= 0.05 && law->a <= 1000.0 && law->b > 0.0;
}

static bool fit_pareto(unsigned set, const struct hr_law_figures *f, struct hr_law *law)
{
    double shape = f->shape, least = f->min;

    if (set == (P50 | P99)) { /* quantile(p) = min (1-p)^(-1/shape) */
        shape = hr_log(50.0) / hr_log(f->p99 / f->p50);
        least = f->p50 * hr_exp(-hr_log(2.0) / shape);
    } else if (set == (MIN | MEAN)) {
        shape = f->mean / (f->mean - f->min);
    } else if (set == (MEAN | SHAPE)) {
        least = f->mean * (shape - 1.0) / shape; /* > 0 only if the mean is finite */
    }
    *law = (struct hr_law){HR_LAW_PARETO, shape, least, 0.0, NULL, 0};
    return shape > 0.05 && shape < 1e9 && least > 0.0;
}

/* Balanced means: both branches carry half of the mean.  The small probability goes with the
 * long branch and is found without cancellation. */
static bool fit_hyperexponential(unsigned set, const struct hr_law_figures *f,
                                 struct hr_law *law)
{
    const double cv = cv_of(set, f), square = cv * cv;
    const double root = sqrt((square - 1.0) / (square + 1.0));
    const double few = 1.0 / ((square + 1.0) * (1.0 + root)), many = 0.5 * (1.0 + root);

    *law = (struct hr_law){HR_LAW_HYPEREXPONENTIAL, few,  f->mean / (2.0 * few),
                           f->mean / (2.0 * many),  NULL, 0};
    return cv >= 1.0 && cv < 1e6 && f->mean > 0.0;
}

static bool fit_erlang(const struct hr_law_figures *f, struct hr_law *law)
{
    *law = (struct hr_law){HR_LAW_ERLANG, f->stages, f->mean, 0.0, NULL, 0};
    return f->stages >= 1.0 && f->stages <= 1e9 && hr_floor(f->stages) == f->stages &&
           f->mean > 0.0;
}

static bool fit_simple(enum hr_law_kind kind, const struct hr_law_figures *f,
                       struct hr_law *law)
{
    if (kind == HR_LAW_UNIFORM) {
        *law = (struct hr_law){HR_LAW_UNIFORM, f->min, f->max, 0.0, NULL, 0};
        return f->min <= f->max;
    }
    if (kind == HR_LAW_TRIANGULAR) {
        *law = (struct hr_law){HR_LAW_TRIANGULAR, f->min, f->max, f->mode, NULL, 0};
        return f->min <= f->mode && f->mode <= f->max;
    }
    *law = (struct hr_law){kind, f->mean, 0.0, 0.0, NULL, 0};
    return kind == HR_LAW_CONSTANT || f->mean > 0.0;
}

static bool fit(enum hr_law_kind kind, unsigned set, const struct hr_law_figures *f,
                struct hr_law *law)
{
    switch (kind) {
    case HR_LAW_CONSTANT:
    case HR_LAW_UNIFORM:
    case HR_LAW_EXPONENTIAL:
    case HR_LAW_TRIANGULAR:
        return fit_simple(kind, f, law);
    case HR_LAW_NORMAL:
        return fit_normal(set, f, law);
    case HR_LAW_LOGNORMAL:
        return fit_lognormal(set, f, law);
    case HR_LAW_GAMMA:
        return fit_gamma(set, f, law);
    case HR_LAW_ERLANG:
        return fit_erlang(f, law);
    case HR_LAW_WEIBULL:
        return fit_weibull(set, f, law);
    case HR_LAW_PARETO:
        return fit_pareto(set, f, law);
    case HR_LAW_HYPEREXPONENTIAL:
        return fit_hyperexponential(set, f, law);
    case HR_LAW_DISCRETE:
    case HR_LAW_EMPIRICAL:
    default:
        return false;
    }
}

static bool is_finite(double x)
{
    return x >= -DBL_MAX && x <= DBL_MAX;
}

bool hr_law_fit(enum hr_law_kind kind, const struct hr_law_figures *f, struct hr_law *law)
{
    const unsigned set = given(f);
    struct hr_law found;

    if (set == 0 || !accepted(kind, set) || !fit(kind, set, f, &found))
        return false;
    if (!is_finite(found.a) || !is_finite(found.b) || !is_finite(found.c))
        return false;
    *law = found;
    return true;
}

/* ---- laws by table --------------------------------------------------------------------- */

bool hr_law_discrete(const double *values_and_shares, size_t n, struct hr_law *law)
{
    double value = 0.0, share = 0.0;

    for (size_t i = 0; i < n; i++) {
        const double v = values_and_shares[2 * i], f = values_and_shares[2 * i + 1];
        if (!(v >= value && v <= DBL_MAX && f >= share && f <= 1.0))
            return false;
        value = v;
        share = f;
    }
    if (share != 1.0)
        return false;
    *law = (struct hr_law){HR_LAW_DISCRETE, 1.0, 0.0, 0.0, values_and_shares, n};
    return true;
}

bool hr_law_empirical(const double *sorted, size_t n, struct hr_law *law)
{
    double value = 0.0;

    for (size_t i = 0; i < n; i++) {
        if (!(sorted[i] >= value && sorted[i] <= DBL_MAX))
            return false;
        value = sorted[i];
    }
    if (n == 0)
        return false;
    *law = (struct hr_law){HR_LAW_EMPIRICAL, 1.0, 0.0, 0.0, sorted, n};
    return true;
}

/* sim/engine/law_zipf.c - Zipf popularity by rejection-inversion; see law.h.
 *
 * The hat is h(x) = x^-s with the integral H(x) = (x^(1-s) - 1) / (1 - s), which is log x at
 * s = 1; written by exp(x) - 1 and log(1 + x) it is smooth through s = 1. */
#include "sim/engine/check.h"
#include "sim/engine/law.h"
#include "sim/engine/numeric.h"

static double hat(const struct hr_zipf *z, double x)
{
    return hr_exp(-z->s * hr_log(x));
}

static double hat_integral(const struct hr_zipf *z, double x)
{
    const double l = hr_log(x), t = (1.0 - z->s) * l;

    if (t > -1e-8 && t < 1e-8)
        return l * (1.0 + 0.5 * t);
    return l * (hr_expm1(t) / t);
}

static double hat_inverse(const struct hr_zipf *z, double y)
{
    double t = (1.0 - z->s) * y;

    if (t > -1e-8 && t < 1e-8)
        return hr_exp(y * (1.0 - 0.5 * t));
    if (t < -1.0 + 0x1p-53) /* rounding may take it past the pole at s > 1 */
        t = -1.0 + 0x1p-53;
    return hr_exp(y * (hr_log1p(t) / t));
}

void hr_zipf_init(struct hr_zipf *z, uint64_t n, double s)
{
    HR_REQUIRE(n >= 1 && s >= 0.0 && s < 10.0);
    *z = (struct hr_zipf){.s = s, .n = (double)n};
    z->h_x1 = hat_integral(z, 1.5) - 1.0;
    z->h_n = hat_integral(z, z->n + 0.5);
    z->cut = 2.0 - hat_inverse(z, hat_integral(z, 2.5) - hat(z, 2.0));
}

/* The rank under u of the hat; whether it is to be kept in *kept. */
static inline double propose(const struct hr_zipf *z, double u, bool *kept)
{
    const double y = z->h_n + u * (z->h_x1 - z->h_n);
    const double x = hat_inverse(z, y);
    double k = hr_floor(x + 0.5);

    k = k < 1.0 ? 1.0 : k > z->n ? z->n : k;
    *kept = k - x <= z->cut || y >= hat_integral(z, k + 0.5) - hat(z, k);
    return k;
}

/* Rare: the first rank was not kept.  Draws of their own, so that the caller's move by one. */
static HR_APART double propose_again(const struct hr_zipf *z, struct hr_draws d)
{
    struct hr_draws more = hr_draws_within(&d);
    bool kept;
    double k;

    do
        k = propose(z, hr_draw_uniform(&more), &kept);
    while (!kept);
    return k;
}

uint64_t hr_zipf_draw(const struct hr_zipf *z, struct hr_draws *d)
{
    const struct hr_draws first = *d;
    bool kept;
    const double k = propose(z, hr_draw_uniform(d), &kept);

    return (uint64_t)(kept ? k : propose_again(z, first));
}

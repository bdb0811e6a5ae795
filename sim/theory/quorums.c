/* sim/theory/quorums.c - see quorums.h. */
#include "sim/theory/quorums.h"

#include "sim/engine/check.h"

static double leg(const struct hr_leg *l, struct hr_draws *d)
{
    return hr_law_draw(hr_draw_uniform(d) < l->share ? &l->first : &l->second, d);
}

/* The k-th smallest, k from 1; sorts x, and with it `along`. */
static double smallest(double *x, double *along, unsigned n, unsigned k)
{
    for (unsigned i = 1; i < n; i++)
        for (unsigned j = i; j > 0 && x[j] < x[j - 1]; j--) {
            const double a = x[j], b = along[j];

            x[j] = x[j - 1];
            along[j] = along[j - 1];
            x[j - 1] = a;
            along[j - 1] = b;
        }
    return x[k - 1];
}

double hr_quorum_visible_after(const struct hr_quorum *q, uint64_t stream, uint64_t pair)
{
    double has[HR_MOST_REPLICAS] = {0}, acknowledged[HR_MOST_REPLICAS] = {0};
    double missing[HR_MOST_REPLICAS] = {0}, answered[HR_MOST_REPLICAS] = {0};
    double unused[HR_MOST_REPLICAS] = {0};
    struct hr_draws d = hr_draws(stream, pair, 1);

    HR_REQUIRE(q->n <= HR_MOST_REPLICAS && q->r <= q->n && q->w <= q->n && q->r && q->w);
    for (unsigned i = 0; i < q->n; i++) {
        has[i] = leg(&q->write, &d);
        acknowledged[i] = has[i] + leg(&q->other, &d);
    }
    const double committed = smallest(acknowledged, unused, q->n, q->w);
    for (unsigned i = 0; i < q->n; i++) {
        const double asked = leg(&q->other, &d);

        missing[i] =
            has[i] - committed - asked; /* until a read that begins so late sees it here */
        answered[i] = asked + leg(&q->other, &d);
    }
    smallest(answered, missing, q->n, q->r);
    double after = missing[0];
    for (unsigned i = 1; i < q->r; i++)
        after = missing[i] < after ? missing[i] : after;
    return after > 0.0 ? after : 0.0;
}

/* sim/report/pick.c - see pick.h. */
#include "sim/report/pick.h"

#include <math.h>

#include "sim/report/text.h"

double hr_pick(const struct hr_results *r, const char *path, size_t n, const size_t *index)
{
    const struct hr_var *v = hr_results_find(r, path);

    return v != NULL && v->n_dims == n ? hr_var_at(r, v, index) : (double)NAN;
}

const char *hr_pick_text(const struct hr_results *r, const char *path, size_t n,
                         const size_t *index)
{
    const struct hr_var *v = hr_results_find(r, path);

    return v != NULL && v->n_dims == n ? hr_var_text(r, v, index) : "";
}

size_t hr_pick_length(const struct hr_results *r, const char *dim)
{
    const struct hr_dim *d = hr_results_dim(r, dim);

    return d != NULL ? d->n : 0;
}

const char *hr_pick_name(const struct hr_results *r, const char *dim, size_t i,
                         struct hr_arena *a, size_t most)
{
    const struct hr_dim *d = hr_results_dim(r, dim);

    return d != NULL && d->texts != NULL && i < d->n ? hr_text_plain(a, d->texts[i], most)
                                                     : "";
}

/* sim/results/results.c - labelled arrays in memory; see results.h. */
#include "sim/results/results.h"

#include <math.h>
#include <string.h>

#include "sim/engine/check.h"

/* Room for `n + 1` items: a full array (its size is a power of two, `first` at least) moves to
 * one of twice the size.  The old one stays in the arena, so what it points to stays valid. */
static void *grown(struct hr_arena *a, void *items, size_t n, size_t first, size_t size)
{
    void *larger;

    if (n == 0)
        return hr_arena_alloc(a, first, size);
    if (n < first || (n & (n - 1)) != 0)
        return items;
    larger = hr_arena_alloc(a, 2 * n, size);
    memcpy(larger, items, n * size);
    return larger;
}

static const char *copy(struct hr_arena *a, const char *s)
{
    return s == NULL ? NULL : hr_arena_text(a, s, strlen(s));
}

struct hr_results *hr_results_create(struct hr_arena *a)
{
    struct hr_results *r = hr_arena_alloc(a, 1, sizeof *r);

    r->arena = a;
    return r;
}

void hr_results_attr(struct hr_results *r, const char *name, const char *text)
{
    for (size_t i = 0; i < r->n_attrs; i++)
        if (strcmp(r->attrs[i].name, name) == 0) {
            r->attrs[i].text = copy(r->arena, text);
            return;
        }
    r->attrs = grown(r->arena, r->attrs, r->n_attrs, 32, sizeof *r->attrs);
    r->attrs[r->n_attrs++] =
        (struct hr_attr){copy(r->arena, name), copy(r->arena, text != NULL ? text : "")};
}

const char *hr_results_attr_text(const struct hr_results *r, const char *name)
{
    for (size_t i = 0; i < r->n_attrs; i++)
        if (strcmp(r->attrs[i].name, name) == 0)
            return r->attrs[i].text;
    return NULL;
}

/* ---- dimensions --------------------------------------------------------------------------- */

static struct hr_dim *add_dim(struct hr_results *r, const char *name, const char *unit,
                              const char *long_name, size_t n)
{
    struct hr_dim *d;

    HR_REQUIRE(hr_results_dim(r, name) == NULL);
    r->dims = grown(r->arena, r->dims, r->n_dims, 32, sizeof *r->dims);
    d = &r->dims[r->n_dims++];
    *d = (struct hr_dim){.name = copy(r->arena, name),
                         .n = n,
                         .unit = copy(r->arena, unit),
                         .long_name = copy(r->arena, long_name)};
    return d;
}

uint32_t hr_results_dim_texts(struct hr_results *r, const char *name, const char *long_name,
                              size_t n, const char *const *texts)
{
    struct hr_dim *d = add_dim(r, name, NULL, long_name, n);

    d->texts = hr_arena_alloc(r->arena, n, sizeof *d->texts);
    for (size_t i = 0; i < n; i++)
        d->texts[i] = copy(r->arena, texts[i]);
    return (uint32_t)(r->n_dims - 1);
}

uint32_t hr_results_dim_numbers(struct hr_results *r, const char *name, const char *unit,
                                const char *long_name, size_t n, const double *x)
{
    struct hr_dim *d = add_dim(r, name, unit, long_name, n);
    double *own = hr_arena_alloc(r->arena, n, sizeof *own);

    if (n > 0)
        memcpy(own, x, n * sizeof *own);
    d->numbers = own;
    return (uint32_t)(r->n_dims - 1);
}

uint32_t hr_results_dim_integers(struct hr_results *r, const char *name,
                                 const char *long_name, size_t n, const int64_t *x)
{
    struct hr_dim *d = add_dim(r, name, "1", long_name, n);
    int64_t *own = hr_arena_alloc(r->arena, n, sizeof *own);

    if (n > 0)
        memcpy(own, x, n * sizeof *own);
    d->integers = own;
    return (uint32_t)(r->n_dims - 1);
}

static int64_t dim_position(const struct hr_results *r, const char *name, size_t length)
{
    for (size_t i = 0; i < r->n_dims; i++)
        if (strncmp(r->dims[i].name, name, length) == 0 && r->dims[i].name[length] == '\0')
            return (int64_t)i;
    return -1;
}

const struct hr_dim *hr_results_dim(const struct hr_results *r, const char *name)
{
    const int64_t i = dim_position(r, name, strlen(name));

    return i < 0 ? NULL : &r->dims[i];
}

int64_t hr_dim_index(const struct hr_dim *d, const char *text)
{
    for (size_t i = 0; d != NULL && d->texts != NULL && i < d->n; i++)
        if (strcmp(d->texts[i], text) == 0)
            return (int64_t)i;
    return -1;
}

/* ---- variables ---------------------------------------------------------------------------- */

static void parse_dims(const struct hr_results *r, struct hr_var *v, const char *dims)
{
    while (*(dims += strspn(dims, " ")) != '\0') {
        const size_t length = strcspn(dims, " ");
        const int64_t i = dim_position(r, dims, length);
        HR_REQUIRE(i >= 0 && v->n_dims < HR_VAR_DIMS);
        v->dims[v->n_dims++] = (uint32_t)i;
        dims += length;
    }
}

size_t hr_var_size(const struct hr_results *r, const struct hr_var *v)
{
    size_t n = 1;

    for (uint32_t i = 0; i < v->n_dims; i++) {
        const size_t length = r->dims[v->dims[i]].n;
        HR_REQUIRE(length == 0 || n <= SIZE_MAX / 16 / length);
        n *= length;
    }
    return n;
}

/* Data of its type with nothing known yet: NaN, 0, "". */
static void *blank(struct hr_arena *a, enum hr_value_type type, size_t n)
{
    if (type == HR_F64) {
        double *x = hr_arena_alloc(a, n, sizeof *x);
        for (size_t i = 0; i < n; i++)
            x[i] = (double)NAN;
        return x;
    }
    if (type == HR_F32) {
        float *x = hr_arena_alloc(a, n, sizeof *x);
        for (size_t i = 0; i < n; i++)
            x[i] = NAN;
        return x;
    }
    if (type == HR_TEXT) {
        const char **x = hr_arena_alloc(a, n, sizeof *x);
        for (size_t i = 0; i < n; i++)
            x[i] = "";
        return x;
    }
    return hr_arena_alloc(a, n, sizeof(int64_t));
}

struct hr_var *hr_results_var(struct hr_results *r, const char *group, const char *name,
                              enum hr_value_type type, const char *dims, const char *unit,
                              const char *long_name)
{
    struct hr_var *v;

    r->vars = grown(r->arena, r->vars, r->n_vars, 512, sizeof *r->vars);
    v = &r->vars[r->n_vars++];
    *v = (struct hr_var){.group = copy(r->arena, group),
                         .name = copy(r->arena, name),
                         .unit = copy(r->arena, unit),
                         .long_name = copy(r->arena, long_name),
                         .type = type};
    parse_dims(r, v, dims);
    v->data = blank(r->arena, type, hr_var_size(r, v));
    return v;
}

const struct hr_var *hr_results_find(const struct hr_results *r, const char *path)
{
    const char *slash = strchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    const size_t group = slash != NULL ? (size_t)(slash - path) : 0;

    for (size_t i = 0; i < r->n_vars; i++) {
        const struct hr_var *v = &r->vars[i];
        if (strcmp(v->name, name) == 0 && strncmp(v->group, path, group) == 0 &&
            v->group[group] == '\0')
            return v;
    }
    return NULL;
}

/* Row-major position of an index tuple; false outside. */
static bool position(const struct hr_results *r, const struct hr_var *v,
                     const size_t *index, size_t *at)
{
    *at = 0;
    for (uint32_t i = 0; i < v->n_dims; i++) {
        const size_t n = r->dims[v->dims[i]].n;
        if (index[i] >= n)
            return false;
        *at = *at * n + index[i];
    }
    return true;
}

double hr_var_at(const struct hr_results *r, const struct hr_var *v, const size_t *index)
{
    size_t at;

    if (v == NULL || !position(r, v, index, &at))
        return (double)NAN;
    switch (v->type) {
    case HR_F64:
        return ((const double *)v->data)[at];
    case HR_F32:
        return (double)((const float *)v->data)[at];
    case HR_I64:
        return (double)((const int64_t *)v->data)[at];
    case HR_TEXT:
        break;
    }
    return (double)NAN;
}

const char *hr_var_text(const struct hr_results *r, const struct hr_var *v,
                        const size_t *index)
{
    size_t at;

    if (v == NULL || v->type != HR_TEXT || !position(r, v, index, &at))
        return "";
    return ((const char *const *)v->data)[at];
}

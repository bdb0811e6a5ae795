/* sim/results/wire.c - see wire.h. */
#include "sim/results/wire.h"

#include <string.h>

#include "sim/results/utf8.h"

enum { MOST_THINGS = 100000 }; /* attributes, dimensions, variables: of each */

/* ---- encoding ----------------------------------------------------------------------------- */

struct sink {
    unsigned char *bytes;
    size_t used, room;
};

static void put(struct sink *s, const void *p, size_t n)
{
    if (s->room - s->used < n) {
        s->room = 2 * s->room + n + 4096;
        s->bytes = hr_heap_resize(s->bytes, s->room, 1);
    }
    if (n > 0)
        memcpy(s->bytes + s->used, p, n);
    s->used += n;
}

static void put_number(struct sink *s, uint64_t x)
{
    put(s, &x, sizeof x);
}

/* Length + 1, then the text; 0: NULL. */
static void put_text(struct sink *s, const char *text)
{
    const size_t n = text != NULL ? strlen(text) : 0;

    put_number(s, text != NULL ? n + 1 : 0);
    put(s, text, n);
}

static size_t item_size(enum hr_value_type t)
{
    return t == HR_F32 ? 4 : 8;
}

static void put_data(struct sink *s, enum hr_value_type type, const void *data, size_t n)
{
    if (type != HR_TEXT) {
        put(s, data, n * item_size(type));
        return;
    }
    for (size_t i = 0; i < n; i++)
        put_text(s, ((const char *const *)data)[i]);
}

static void put_dim(struct sink *s, const struct hr_dim *d)
{
    put_text(s, d->name);
    put_text(s, d->unit);
    put_text(s, d->long_name);
    put_number(s, d->n);
    put_number(s, d->texts != NULL ? HR_TEXT : d->integers != NULL ? HR_I64 : HR_F64);
    if (d->texts != NULL)
        put_data(s, HR_TEXT, d->texts, d->n);
    else if (d->integers != NULL)
        put_data(s, HR_I64, d->integers, d->n);
    else
        put_data(s, HR_F64, d->numbers, d->n);
}

static void put_var(struct sink *s, const struct hr_results *r, const struct hr_var *v)
{
    put_text(s, v->group);
    put_text(s, v->name);
    put_text(s, v->unit);
    put_text(s, v->long_name);
    put_text(s, v->cell_methods);
    put_number(s, v->type);
    put_number(s, v->n_dims);
    for (uint32_t i = 0; i < v->n_dims; i++)
        put_number(s, v->dims[i]);
    put_data(s, v->type, v->data, hr_var_size(r, v));
}

unsigned char *hr_wire_encode(const struct hr_results *r, size_t *length)
{
    struct sink s = {0};

    put_number(&s, r->n_attrs);
    for (size_t i = 0; i < r->n_attrs; i++) {
        put_text(&s, r->attrs[i].name);
        put_text(&s, r->attrs[i].text);
    }
    put_number(&s, r->n_dims);
    for (size_t i = 0; i < r->n_dims; i++)
        put_dim(&s, &r->dims[i]);
    put_number(&s, r->n_vars);
    for (size_t i = 0; i < r->n_vars; i++)
        put_var(&s, r, &r->vars[i]);
    *length = s.used;
    return s.bytes;
}

/* ---- decoding ----------------------------------------------------------------------------- */

struct source {
    const unsigned char *p;
    size_t left;
    struct hr_arena *arena;
    bool ok;
};

static const unsigned char *take(struct source *s, size_t n)
{
    const unsigned char *p = s->p;

    if (!s->ok || n > s->left) {
        s->ok = false;
        return NULL;
    }
    s->p += n;
    s->left -= n;
    return p;
}

/* A number of at most `most`; 0 after a fault. */
static uint64_t take_number(struct source *s, uint64_t most)
{
    const unsigned char *p = take(s, sizeof(uint64_t));
    uint64_t x = 0;

    if (p != NULL)
        memcpy(&x, p, sizeof x);
    if (x > most) {
        s->ok = false;
        return 0;
    }
    return x;
}

static const char *take_text(struct source *s)
{
    const uint64_t length = take_number(s, s->left);
    const char *text;

    if (length == 0)
        return NULL;
    const unsigned char *p = take(s, (size_t)length - 1);
    if (p == NULL)
        return NULL;
    text = hr_arena_text(s->arena, (const char *)p, (size_t)length - 1);
    s->ok = s->ok && hr_utf8_valid(text);
    return text;
}

static const char *take_name(struct source *s)
{
    const char *text = take_text(s);

    s->ok = s->ok && text != NULL;
    return s->ok ? text : "";
}

/* Every item takes at least four bytes of what is left, which bounds the allocation. */
static void *take_data(struct source *s, enum hr_value_type type, size_t n)
{
    const size_t item = item_size(type);
    const unsigned char *p;
    void *data;

    if (!s->ok || n > s->left / item) {
        s->ok = false;
        return NULL;
    }
    data = hr_arena_alloc(s->arena, n, item);
    if (type == HR_TEXT) {
        const char **texts = data;
        for (size_t i = 0; i < n && s->ok; i++)
            texts[i] = take_name(s);
        return data;
    }
    p = take(s, n * item);
    if (p != NULL && n > 0)
        memcpy(data, p, n * item);
    return data;
}

static void take_dim(struct source *s, struct hr_results *r)
{
    const char *name = take_name(s), *unit = take_text(s), *long_name = take_text(s);
    const size_t n = (size_t)take_number(s, s->left);
    const enum hr_value_type type = (enum hr_value_type)take_number(s, HR_TEXT);
    void *data = take_data(s, type, n);
    uint32_t i;

    if (type == HR_F32 || hr_results_dim(r, name) != NULL) /* coordinates have 64 bits */
        s->ok = false;
    if (!s->ok)
        return;
    if (type == HR_TEXT)
        i = hr_results_dim_texts(r, name, long_name, n, data);
    else if (type == HR_I64)
        i = hr_results_dim_integers(r, name, long_name, n, data);
    else
        i = hr_results_dim_numbers(r, name, unit, long_name, n, data);
    r->dims[i].unit = unit;
}

static void take_var(struct source *s, struct hr_results *r)
{
    const char *group = take_name(s), *name = take_name(s), *unit = take_text(s);
    const char *long_name = take_text(s), *cell_methods = take_text(s);
    const enum hr_value_type type = (enum hr_value_type)take_number(s, HR_TEXT);
    const uint32_t n_dims = (uint32_t)take_number(s, HR_VAR_DIMS);
    uint32_t dims[HR_VAR_DIMS] = {0};
    struct hr_var *v;
    size_t n = 1;
    void *data;

    for (uint32_t i = 0; i < n_dims && s->ok; i++) {
        dims[i] = (uint32_t)take_number(s, r->n_dims > 0 ? r->n_dims - 1 : 0);
        if (dims[i] >= r->n_dims || (n > 0 && r->dims[dims[i]].n > s->left / n))
            s->ok = false;
        else
            n *= r->dims[dims[i]].n;
    }
    data = take_data(s, type, n);
    if (!s->ok)
        return;
    v = hr_results_var(r, group, name, type, "", unit, long_name);
    v->cell_methods = cell_methods;
    v->n_dims = n_dims;
    memcpy(v->dims, dims, sizeof dims);
    v->data = data;
}

struct hr_results *hr_wire_decode(const unsigned char *bytes, size_t length,
                                  struct hr_arena *a)
{
    struct source s = {bytes, length, a, true};
    struct hr_results *r = hr_results_create(a);
    uint64_t n = take_number(&s, MOST_THINGS);

    for (uint64_t i = 0; i < n && s.ok; i++) {
        const char *name = take_name(&s);
        hr_results_attr(r, name, take_name(&s));
    }
    n = take_number(&s, MOST_THINGS);
    for (uint64_t i = 0; i < n && s.ok; i++)
        take_dim(&s, r);
    n = take_number(&s, MOST_THINGS);
    for (uint64_t i = 0; i < n && s.ok; i++)
        take_var(&s, r);
    return s.ok && s.left == 0 ? r : NULL;
}

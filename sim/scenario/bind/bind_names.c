/* sim/scenario/bind/bind_names.c - see bind_names.h. */
#include "sim/scenario/bind/bind_names.h"

#include "sim/engine/random.h"
#include "sim/system/field.h"

#include <string.h>

static struct hr_name_slot *slot_of(const struct hr_names *t, const char *name)
{
    uint32_t i = (uint32_t)hr_name_key(name) & (t->room - 1);

    while (t->slots[i].name && strcmp(t->slots[i].name, name) != 0)
        i = (i + 1) & (t->room - 1);
    return &t->slots[i];
}

static void resize(struct hr_names *t, struct hr_arena *a)
{
    const struct hr_names old = *t;

    t->room = old.room ? old.room * 2 : 16;
    t->slots = hr_arena_alloc(a, t->room, sizeof *t->slots);
    t->list = hr_arena_alloc(a, (size_t)t->room / 2 + 1, sizeof *t->list);
    if (old.n)
        memcpy(t->list, old.list, old.n * sizeof *t->list);
    for (uint32_t i = 0; i < old.room; i++)
        if (old.slots[i].name)
            *slot_of(t, old.slots[i].name) = old.slots[i];
}

void hr_names_add(struct hr_names *t, struct hr_arena *a, const char *name, uint32_t value)
{
    if (2 * t->n >= t->room) /* at most half full: short probes */
        resize(t, a);
    *slot_of(t, name) = (struct hr_name_slot){name, value};
    t->list[t->n++] = name;
    t->list[t->n] = NULL;
}

uint32_t hr_names_find(const struct hr_names *t, const char *name)
{
    const struct hr_name_slot *s = t->room ? slot_of(t, name) : NULL;

    return s && s->name ? s->value : HR_NONE;
}

const char *const *hr_names_list(const struct hr_names *t)
{
    static const char *const none[] = {NULL};

    return t->list ? t->list : none;
}

void *hr_bind_grow(struct hr_arena *a, void *items, uint32_t n, uint32_t *room, size_t size)
{
    void *more;

    if (n < *room)
        return items;
    *room = *room ? *room * 2 : 8;
    more = hr_arena_alloc(a, *room, size);
    if (n)
        memcpy(more, items, n * size);
    return more;
}

const char *hr_text_joined(struct hr_arena *a, const char *const *texts)
{
    size_t length = 0;
    char *text, *end;

    for (size_t i = 0; texts[i]; i++)
        length += strlen(texts[i]);
    text = end = hr_arena_alloc(a, length + 1, 1);
    for (size_t i = 0; texts[i]; i++)
        end = stpcpy(end, texts[i]);
    return text;
}

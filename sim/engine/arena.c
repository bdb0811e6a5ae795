/* sim/engine/arena.c - see arena.h. */
#include "sim/engine/arena.h"

#include "sim/engine/check.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { GRAIN = 16, FIRST_BLOCK = 4096, LARGEST_BLOCK = 1 << 20, LARGE_ARRAY = 1 << 23 };

struct block {
    struct block *next;
    size_t size, used; /* bytes behind the header */
};
_Static_assert(sizeof(struct block) <= 32, "the header takes 32 bytes");
enum { HEADER = 32 }; /* a multiple of GRAIN, so that what follows is aligned */

/* `current` takes requests; the blocks after it in the list are empty ones kept by a reset. */
struct hr_arena {
    struct block *first, *current;
    size_t next_size;
    size_t bytes;
};

static void *must_have(void *p, size_t bytes)
{
    if (!p)
        hr_panic_memory(bytes);
    return p;
}

static size_t product(size_t n, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(n, size, &bytes) || bytes > SIZE_MAX / 2)
        hr_panic_memory(SIZE_MAX);
    return bytes;
}

struct hr_arena *hr_arena_create(void)
{
    struct hr_arena *a = must_have(malloc(sizeof *a), sizeof *a);

    *a = (struct hr_arena){.next_size = FIRST_BLOCK, .bytes = sizeof *a};
    return a;
}

void hr_arena_destroy(struct hr_arena *a)
{
    if (!a)
        return;
    for (struct block *b = a->first; b;) {
        struct block *next = b->next;
        free(b);
        b = next;
    }
    free(a);
}

void hr_arena_reset(struct hr_arena *a)
{
    for (struct block *b = a->first; b; b = b->next)
        b->used = 0;
    a->current = a->first;
}

/* Makes a block with room for `bytes` the current one: an empty one that was kept, or new. */
static void advance(struct hr_arena *a, size_t bytes)
{
    struct block *b;
    size_t size = a->next_size;

    while (a->current && a->current->next) {
        a->current = a->current->next;
        if (a->current->size - a->current->used >= bytes)
            return;
    }
    if (size < bytes)
        size = bytes;
    b = must_have(malloc(HEADER + size), HEADER + size);
    *b = (struct block){.size = size};
    if (a->current)
        a->current->next = b;
    else
        a->first = b;
    a->current = b;
    a->bytes += HEADER + size;
    if (a->next_size < LARGEST_BLOCK)
        a->next_size *= 2;
}

void *hr_arena_alloc(struct hr_arena *a, size_t n, size_t size)
{
    const size_t bytes = (product(n, size) + GRAIN - 1) / GRAIN * GRAIN;
    unsigned char *p;

    if (!a->current || a->current->size - a->current->used < bytes)
        advance(a, bytes);
    p = (unsigned char *)a->current + HEADER + a->current->used;
    a->current->used += bytes;
    return memset(p, 0, bytes);
}

void *hr_arena_room(struct hr_arena *a, void *items, size_t n, size_t *room, size_t size)
{
    void *more;

    if (n < *room)
        return items;
    *room = 2 * *room + 8;
    more = hr_arena_alloc(a, *room, size);
    if (n > 0)
        memcpy(more, items, n * size);
    return more;
}

char *hr_arena_text(struct hr_arena *a, const char *s, size_t len)
{
    char *copy = hr_arena_alloc(a, len + 1, 1);

    return len ? memcpy(copy, s, len) : copy;
}

char *hr_arena_printf(struct hr_arena *a, const char *fmt, ...)
{
    va_list args, again;
    int len;
    char *text;

    va_start(args, fmt);
    va_copy(again, args);
    len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    HR_REQUIRE(len >= 0);
    text = hr_arena_alloc(a, (size_t)len + 1, 1);
    vsnprintf(text, (size_t)len + 1, fmt, again);
    va_end(again);
    return text;
}

size_t hr_arena_bytes(const struct hr_arena *a)
{
    return a->bytes;
}

/* Of an array of many megabytes that is used here and there, nearly every use would look up the
 * page anew.  All pages that it touches: else its mapping would fall into parts, and be copied
 * instead of moved when it grows.  A system that has no larger pages leaves it at that. */
static void ask_for_large_pages(void *p, size_t bytes)
{
#ifdef MADV_HUGEPAGE
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    const uintptr_t first = (uintptr_t)p / page * page;
    const uintptr_t end = ((uintptr_t)p + bytes + page - 1) / page * page;

    madvise((void *)first, end - first, MADV_HUGEPAGE);
#else
    (void)p, (void)bytes;
#endif
}

void *hr_heap_resize(void *p, size_t n, size_t size)
{
    const size_t bytes = product(n, size);

    if (bytes == 0) {
        free(p);
        return NULL;
    }
    p = must_have(realloc(p, bytes), bytes);
    if (bytes >= LARGE_ARRAY)
        ask_for_large_pages(p, bytes);
    return p;
}

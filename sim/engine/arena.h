/* sim/engine/arena.h - memory by lifetime.
 *
 * An arena hands out zeroed memory that lives until the arena is reset or destroyed;
 * nothing is freed one by one.  Scenario arena: parse to exit.  Replication arena: one run.
 * arena.c is the only place in the library (output writers apart) that calls malloc: out of
 * memory has one path, hr_panic_memory, which prints and exits 70.
 *
 * COST  O(1); blocks grow by doubling up to 1 MiB; requests are rounded up to 16 bytes. */
#ifndef HR_ARENA_H
#define HR_ARENA_H

#include <stddef.h>

struct hr_arena;

struct hr_arena *hr_arena_create(void);
void hr_arena_destroy(struct hr_arena *a); /* NULL is allowed */
void hr_arena_reset(struct hr_arena *a);   /* forgets everything, keeps the memory */

/* Zeroed memory for `n` items of `size` bytes, aligned to 16.  Never NULL; n = 0 is fine. */
void *hr_arena_alloc(struct hr_arena *a, size_t n, size_t size);
/* Room for one item more in an array of `n` items that grows inside the arena: `items` itself, or
 * a copy with twice the room (*room, 0 at first; `items` may then be NULL). */
void *hr_arena_room(struct hr_arena *a, void *items, size_t n, size_t *room, size_t size);
/* A copy of the first `len` bytes of `s`, ended by NUL. */
char *hr_arena_text(struct hr_arena *a, const char *s, size_t len);
char *hr_arena_printf(struct hr_arena *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
size_t hr_arena_bytes(const struct hr_arena *a); /* taken from the system so far */

/* A growing array outside arenas: realloc with the same out-of-memory path.  `n` items of
 * `size`; n = 0 frees and returns NULL.  For what must shrink or be returned to the system. */
void *hr_heap_resize(void *p, size_t n, size_t size);

#endif /* HR_ARENA_H */

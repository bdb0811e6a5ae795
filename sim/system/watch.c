/* sim/system/watch.c - fine windows: what became of requests by the window of their arrival.
 *
 * What recovery, error budget and the worst minutes are read from; plan->recovered says how
 * wide a window is and what is counted in it.  A request counts in `total` when it arrives and
 * in `ok` when it has ended well, so that a window whose requests are all known (`open` is 0)
 * is final.  Windows come into being with the first arrival in them: a horizon of a year costs
 * what has been simulated of it. */
#include "sim/engine/arena.h"
#include "sim/system/run_inner.h"

#include <string.h>

enum { ROOM_AT_FIRST = 256 };

static bool is_of(const struct hr_watch *w, uint32_t row)
{
    return row < 64 && (w->rows >> row & 1) != 0;
}

static void init_row(struct hr_run *run, uint32_t row)
{
    const struct hr_recovered *w = &run->plan->recovered;
    struct hr_watch_record *r = &run->record.windows[row];

    r->watches = hr_arena_alloc(run->arena, w->n_all, sizeof *r->watches);
    for (uint32_t i = 0; i < w->n_all; i++)
        if (is_of(&w->when[i], row))
            r->watches[r->n_watches++] = &run->record.watches[i];
}

void hr_watch_init(struct hr_run *run)
{
    const struct hr_recovered *w = &run->plan->recovered;
    struct hr_record *r = &run->record;

    if (w->over <= 0)
        return;
    r->window = w->over;
    r->n_watches = w->n_all;
    r->watches = hr_arena_alloc(run->arena, r->n_watches, sizeof *r->watches);
    r->windows = hr_arena_alloc(run->arena, r->n_rows, sizeof *r->windows);
    for (uint32_t i = 0; i < r->n_watches; i++)
        r->watches[i].limit = w->when[i].limit;
    for (uint32_t row = 0; row < r->n_rows; row++)
        init_row(run, row);
}

static void grow(uint32_t **counts, uint32_t had, uint32_t room)
{
    *counts = hr_heap_resize(*counts, room, sizeof **counts);
    memset(*counts + had, 0, (size_t)(room - had) * sizeof **counts);
}

static void make_room(struct hr_run *run, uint32_t window)
{
    struct hr_record *r = &run->record;
    const uint32_t had = run->room_windows;
    uint32_t room = had ? had : ROOM_AT_FIRST;

    while (room <= window)
        room = room > UINT32_MAX / 2 ? UINT32_MAX : 2 * room;
    for (uint32_t i = 0; i < r->n_watches; i++) {
        grow(&r->watches[i].total, had, room);
        grow(&r->watches[i].ok, had, room);
    }
    for (uint32_t i = 0; i < r->n_rows; i++) {
        grow(&r->windows[i].total, had, room);
        grow(&r->windows[i].ok, had, room);
    }
    grow(&r->open, had, room);
    run->room_windows = room;
}

/* The first arrival in a window. */
static HR_APART void begin_window(struct hr_run *run, uint32_t window)
{
    if (window >= run->room_windows)
        make_room(run, window);
    run->record.n_windows = window + 1;
}

void hr_watch_arrival(struct hr_run *run, const struct task *t)
{
    struct hr_record *r = &run->record;
    const uint32_t window = t->window;

    if (r->window == 0)
        return;
    if (window >= r->n_windows)
        begin_window(run, window);
    const struct hr_watch_record *row = &r->windows[t->row];

    r->open[window]++;
    row->total[window]++;
    for (uint32_t i = 0; i < row->n_watches; i++)
        row->watches[i]->total[window]++;
}

void hr_watch_end(struct hr_run *run, const struct task *t, bool good, hr_time latency)
{
    struct hr_record *r = &run->record;
    const uint32_t window = t->window;

    if (r->window == 0)
        return;
    r->open[window]--;
    if (!good)
        return;
    const struct hr_watch_record *row = &r->windows[t->row];

    row->ok[window]++;
    for (uint32_t i = 0; i < row->n_watches; i++)
        if (latency <= row->watches[i]->limit)
            row->watches[i]->ok[window]++;
}

void hr_watch_free(struct hr_run *run)
{
    struct hr_record *r = &run->record;

    for (uint32_t i = 0; i < r->n_watches; i++) {
        hr_heap_resize(r->watches[i].total, 0, 0);
        hr_heap_resize(r->watches[i].ok, 0, 0);
    }
    for (uint32_t i = 0; r->window > 0 && i < r->n_rows; i++) {
        hr_heap_resize(r->windows[i].total, 0, 0);
        hr_heap_resize(r->windows[i].ok, 0, 0);
    }
    hr_heap_resize(r->open, 0, 0);
}

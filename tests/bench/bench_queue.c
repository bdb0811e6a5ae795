/* tests/bench/bench_queue.c - nanoseconds an event of the pending-event set, by how many are
 * pending and how their delays are distributed.
 *
 * The hold model: pop the first event, schedule another.  A delay is an entry of a table drawn
 * beforehand plus a random part of a millisecond, so that what is measured is the queue.  Each
 * figure is the best of several short passes: what disturbs a measurement only ever adds.
 *
 *   bench_queue [PENDING...]    100, 10,000 and 1,000,000 if none is given */
#include "sim/engine/numeric.h"
#include "sim/engine/queue.h"
#include "sim/engine/random.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { PASSES = 5, DELAYS = 4096 };

struct delays {
    const char *what;
    hr_time (*draw)(struct hr_draws *d);
    bool exact; /* nothing is added */
};

static hr_time exponential(struct hr_draws *d)
{
    return (hr_time)(-1e9 * hr_log(hr_draw_uniform(d)));
}

static hr_time constant(struct hr_draws *d)
{
    (void)d;
    return HR_SECOND;
}

/* One in ten is far away. */
static hr_time bimodal(struct hr_draws *d)
{
    return hr_draw_uniform(d) < 0.1 ? 300 * HR_SECOND : exponential(d) / 100;
}

/* Pareto of shape 1.1: most within a second, some after hours. */
static hr_time heavy(struct hr_draws *d)
{
    return (hr_time)(1e8 * hr_pow(hr_draw_uniform(d), -1.0 / 1.1));
}

/* A clock of 50 ms. */
static hr_time ticks(struct hr_draws *d)
{
    return (exponential(d) / (50 * HR_MILLISECOND) + 1) * 50 * HR_MILLISECOND;
}

static const struct delays kinds[] = {
    {"exponential", exponential, false},
    {"constant", constant, true},
    {"bimodal", bimodal, false},
    {"heavy tail", heavy, false},
    {"ties", ticks, true},
};

static double now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

struct source { /* of delays */
    hr_time table[DELAYS];
    uint64_t state, mask;
};

static inline hr_time next_delay(struct source *s)
{
    s->state = s->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    const uint64_t r = s->state >> 32;
    return s->table[r >> 20] + (hr_time)(r & s->mask);
}

static void init_source(struct source *s, const struct delays *k)
{
    struct hr_draws d = hr_draws(1, 2, 3);

    for (int i = 0; i < DELAYS; i++)
        s->table[i] = k->draw(&d);
    s->state = 1;
    s->mask = k->exact ? 0 : (1 << 20) - 1;
}

static struct hr_queue *filled(uint32_t pending, struct source *s)
{
    struct hr_queue *q = hr_queue_create();
    const struct hr_event e = {0};

    for (uint32_t i = 0; i < pending; i++)
        hr_queue_add(q, next_delay(s), HR_CLASS_TASK, e);
    return q;
}

static void hold(struct hr_queue *q, struct source *s, uint32_t events)
{
    struct hr_event e;
    hr_time at;

    while (events-- > 0) {
        hr_queue_pop(q, &at, &e);
        hr_queue_add(q, at + next_delay(s), HR_CLASS_TASK, e);
    }
}

/* As hold, but each event also goes through a task at once, as calls without network do. */
static void hold_at_once(struct hr_queue *q, struct source *s, uint32_t events)
{
    struct hr_event e;
    hr_time at;

    while (events-- > 0) {
        hr_queue_pop(q, &at, &e);
        hr_queue_add(q, at, HR_CLASS_TASK, e);
        hr_queue_pop(q, &at, &e);
        hr_queue_add(q, at + next_delay(s), HR_CLASS_TASK, e);
    }
}

/* As hold, but each event cancels its time-out of 30 s and sets another: in a line, or among the
 * others. */
static inline void hold_and_cancel(struct hr_queue *q, struct source *s, uint32_t events,
                                   bool in_line)
{
    const uint32_t line = in_line ? hr_queue_line(q, 30 * HR_SECOND) : 0;
    struct hr_event e;
    hr_time at;

    while (events-- > 0) {
        hr_queue_pop(q, &at, &e);
        const hr_time late = at + 30 * HR_SECOND;
        if (e.data)
            hr_queue_cancel(q, e.data);
        e.data = in_line ? hr_queue_add_timeout(q, line, late, e)
                         : hr_queue_add(q, late, HR_CLASS_TIMEOUT, e);
        hr_queue_add(q, at + next_delay(s), HR_CLASS_TASK, e);
    }
}

static void hold_timeouts(struct hr_queue *q, struct source *s, uint32_t events)
{
    hold_and_cancel(q, s, events, false);
}

static void hold_in_line(struct hr_queue *q, struct source *s, uint32_t events)
{
    hold_and_cancel(q, s, events, true);
}

static void measure(const char *what, const struct delays *k, uint32_t pending,
                    void (*work)(struct hr_queue *q, struct source *s, uint32_t events))
{
    const uint32_t events = 500000 + pending / 2;
    struct source s;
    double best = HUGE_VAL;

    init_source(&s, k);
    struct hr_queue *q = filled(pending, &s);
    work(q, &s, 2 * pending); /* until the delays are the stationary ones */
    for (int pass = 0; pass < PASSES; pass++) {
        const double start = now_ns();
        work(q, &s, events);
        best = fmin(best, (now_ns() - start) / events);
    }
    printf("%-28s %10.1f ns\n", what, best);
    hr_queue_destroy(q);
}

int main(int argc, char **argv)
{
    static const uint32_t usual[] = {100, 10000, 1000000};
    const int n = argc > 1 ? argc - 1 : 3;

    for (int i = 0; i < n; i++) {
        const uint32_t pending =
            argc > 1 ? (uint32_t)strtoul(argv[i + 1], NULL, 10) : usual[i];
        printf("%u pending\n", pending);
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
            measure(kinds[k].what, &kinds[k], pending, hold);
        measure("exponential + at once", &kinds[0], pending, hold_at_once);
        measure("exponential + time-out", &kinds[0], pending, hold_timeouts);
        measure("exponential + in line", &kinds[0], pending, hold_in_line);
    }
    return 0;
}

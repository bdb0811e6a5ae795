/* tests/bench/bench_hold.c - the hold model of bench_floors.c through the engine's own queue.
 *
 *   bench_hold PENDING EVENTS
 *
 * Pop the first event, schedule another an exponential time later; the same generator and the
 * same check as the floors have.  Prints `key value` lines. */
#define _POSIX_C_SOURCE 200809L

#include "sim/engine/queue.h"
#include "tests/bench/draws.h"

#include <stdlib.h>

static struct ziggurat zig;
static struct rng rng = {{0x9e3779b97f4a7c15, 0xbf58476d1ce4e5b9, 0x94d049bb133111eb, 1}};

static hr_time gap(void)
{
    return (hr_time)(1e9 * rng_exponential(&rng, &zig));
}

static hr_time hold(struct hr_queue *q, uint32_t events)
{
    struct hr_event e;
    hr_time at = 0;

    for (uint32_t i = 0; i < events; i++) {
        hr_queue_pop(q, &at, &e);
        hr_queue_add(q, at + gap(), HR_CLASS_TASK, e);
    }
    return at;
}

int main(int argc, char **argv)
{
    const uint32_t pending = argc == 3 ? (uint32_t)atof(argv[1]) : 0;
    const uint32_t events = argc == 3 ? (uint32_t)atof(argv[2]) : 0;
    struct hr_queue *q = hr_queue_create();
    const struct hr_event e = {0};

    if (pending == 0 || events == 0)
        return 2;
    ziggurat_init(&zig);
    for (uint32_t i = 0; i < pending; i++)
        hr_queue_add(q, gap(), HR_CLASS_TASK, e);
    const hr_time before = hold(q, 2 * pending);
    const double ns = cpu_ns();
    const hr_time took = hold(q, events) - before;
    printf("engine_ns %.2f\n", (cpu_ns() - ns) / events);
    hr_queue_destroy(q);
    return check_hold((double)took * 1e-9, pending, events);
}

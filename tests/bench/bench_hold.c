/* tests/bench/bench_hold.c - the hold model of bench_floors.c through the engine's own queue.
 *
 *   bench_hold PENDING EVENTS
 *
 * The same draws, measurement and check as the floors have.  Prints `key value` lines. */
#include "sim/engine/queue.h"
#include "tests/bench/draws.h"

#include <stdlib.h>

static hr_time gap(void)
{
    return (hr_time)(1e9 * draw());
}

static double hold(void *queue)
{
    struct hr_event e;
    hr_time at = 0;

    hr_queue_pop(queue, &at, &e);
    hr_queue_add(queue, at + gap(), HR_CLASS_TASK, e);
    return (double)at;
}

int main(int argc, char **argv)
{
    const uint32_t pending = argc == 3 ? (uint32_t)strtod(argv[1], NULL) : 0;
    const uint32_t events = argc == 3 ? (uint32_t)strtod(argv[2], NULL) : 0;
    struct hr_queue *q = hr_queue_create();
    const struct hr_event e = {0};

    if (pending == 0 || events == 0)
        return 2;
    draw_init();
    for (uint32_t i = 0; i < pending; i++)
        hr_queue_add(q, gap(), HR_CLASS_TASK, e);
    const double took = measure_hold("engine", hold, q, pending, events);
    hr_queue_destroy(q);
    return check_hold(took * 1e-9, pending, events);
}

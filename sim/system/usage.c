/* sim/system/usage.c - what is billed, by hour, and what is told of recoveries; see record.h. */
#include "sim/engine/arena.h"
#include "sim/system/run_inner.h"

/* --- usage --------------------------------------------------------------------------------- */

static uint32_t count_dimensions(const struct hr_model *m)
{
    uint32_t n = 0;

    while (m->usage && m->usage[n].name)
        n++;
    return n;
}

void hr_usage_init(struct hr_run *run, struct hr_part_record *r, const struct hr_model *m)
{
    const uint32_t n = count_dimensions(m), hours = run->record.n_hours;

    r->usage = hr_arena_alloc(run->arena, n, sizeof *r->usage);
    r->usage_hours = hr_arena_alloc(run->arena, (size_t)n * hours, sizeof *r->usage_hours);
    r->usage_levels = hr_arena_alloc(run->arena, n, sizeof *r->usage_levels);
    r->transfer =
        hr_arena_alloc(run->arena, (size_t)HR_N_TRANSFERS * hours, sizeof *r->transfer);
    for (uint32_t d = 0; d < n; d++) {
        int64_t *areas = NULL;

        if (m->usage[d].level)
            areas = hr_arena_alloc(run->arena, hours, sizeof *areas);
        hr_integral_init(&r->usage_levels[d], 0, run->plan->horizon, areas ? HR_HOUR : 0,
                         areas, areas ? hours : 0);
    }
}

void hr_usage_add(struct hr_run *run, hr_part p, uint32_t dimension, int64_t amount)
{
    struct hr_part_record *r = &run->record.parts[p];

    if (!hr_recorder_open(run))
        return;
    r->usage[dimension] += amount;
    r->usage_hours[(size_t)dimension * run->record.n_hours + run->clock.hour] += amount;
}

void hr_usage_level(struct hr_run *run, hr_part p, uint32_t dimension, int64_t change)
{
    hr_integral_add(&run->record.parts[p].usage_levels[dimension], run->now, change);
}

void hr_cache_count(struct hr_run *run, hr_part p, bool hit)
{
    struct hr_part_record *r = &run->record.parts[p];

    if (hr_recorder_open(run))
        *(hit ? &r->hits : &r->misses) += 1;
}

void hr_usage_transfer(struct hr_run *run, uint32_t part, enum hr_transfer kind,
                       int64_t bytes)
{
    if (hr_recorder_open(run))
        run->record.parts[part]
            .transfer[(size_t)kind * run->record.n_hours + run->clock.hour] += bytes;
}

/* Level dimensions: what the level was over each hour, times its seconds. */
void hr_usage_close(struct hr_run *run, uint32_t part)
{
    struct hr_part_record *r = &run->record.parts[part];
    const struct hr_model *m = run->plan->components[part].model;
    const uint32_t hours = run->record.n_hours;

    for (uint32_t d = 0; d < count_dimensions(m); d++) {
        if (!m->usage[d].level)
            continue;
        hr_integral_close(&r->usage_levels[d], run->now);
        for (uint32_t h = 0; h < hours; h++) {
            const hr_time from = (hr_time)h * HR_HOUR;
            const hr_time rest = run->plan->horizon - from;
            const double s = hr_time_s(rest < HR_HOUR ? rest : HR_HOUR);
            const int64_t used =
                (int64_t)(hr_integral_bucket_mean(&r->usage_levels[d], h) * s + 0.5);

            r->usage_hours[(size_t)d * hours + h] = used;
            r->usage[d] += used;
        }
    }
}

/* --- recoveries ---------------------------------------------------------------------------- */

void hr_mark(struct hr_run *run, hr_part p, uint32_t instance, enum hr_mark m)
{
    static const char *const words[] = {"detected", "decided", "acted", "restored"};
    struct hr_record *r = &run->record;

    hr_recorder_event(run, p, instance, words[m], NULL, 0);
    if (!hr_recorder_open(run) || r->n_marks == HR_MARKS_KEPT)
        return;
    if (r->n_marks == run->room_marks) {
        run->room_marks = run->room_marks ? 2 * run->room_marks : 64;
        r->marks = hr_heap_resize(r->marks, run->room_marks, sizeof *r->marks);
    }
    r->marks[r->n_marks++] = (struct hr_mark_record){run->now, p, instance, m};
}

void hr_data_lost(struct hr_run *run, hr_part p, hr_time recovery_point, hr_time last_lost,
                  uint64_t writes, bool durable)
{
    struct hr_record *r = &run->record;

    if (!hr_recorder_open(run) || r->n_losses == HR_LOSSES_KEPT)
        return;
    if (r->n_losses == run->room_losses) {
        run->room_losses = run->room_losses ? 2 * run->room_losses : 16;
        r->losses = hr_heap_resize(r->losses, run->room_losses, sizeof *r->losses);
    }
    r->losses[r->n_losses++] =
        (struct hr_loss_record){run->now, recovery_point, last_lost, writes, p, durable};
}

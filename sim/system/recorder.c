/* sim/system/recorder.c - writing down what happens, into the run's record; see record.h.
 *
 * Counters and integrals cover [0, horizon); tasks that arrived there are followed to their
 * end. */
#include "sim/engine/arena.h"
#include "sim/system/fingerprint.h"
#include "sim/system/run_inner.h"

hr_time hr_bucket_width(hr_time horizon, uint32_t most)
{
    static const int64_t steps_s[] = {1, 2, 5, 10, 15, 30};
    hr_time best = HR_MILLISECOND;

    while (best < 1000 * HR_MILLISECOND && horizon / best >= (hr_time)most)
        best *= 10;
    for (hr_time unit = HR_SECOND; horizon / best >= (hr_time)most; unit *= 60)
        for (size_t i = 0; i < 6 && horizon / best >= (hr_time)most; i++)
            best = steps_s[i] * unit;
    return best;
}

static void nearer(hr_time *edge, hr_time at)
{
    if (at < *edge)
        *edge = at;
}

/* The bucket is over.  What it adds to a series of calls is known from their number, so that a
 * call need not fetch a line of the series. */
static void write_calls(struct hr_run *run)
{
    for (uint32_t i = 0; run->clock.open && i < run->record.n_parts; i++) {
        struct hr_part_record *p = &run->record.parts[i];

        p->calls_series[run->clock.bucket] += p->measured_in - p->in_series;
        p->in_series = p->measured_in;
    }
}

void hr_clock_edge(struct hr_run *run)
{
    const struct hr_record *r = &run->record;
    struct run_clock *c = &run->clock;

    if (run->now >= (c->bucket + 1) * r->bucket || run->now >= run->plan->horizon)
        write_calls(run);
    if (run->tallies)
        hr_tallies_edge(run);
    *c = (struct run_clock){.edge = run->now < 0 ? 0 : HR_NEVER};
    if (run->now < 0 || run->now >= run->plan->horizon)
        return;
    c->open = true;
    c->bucket = (uint32_t)(run->now / r->bucket);
    c->hour = (uint32_t)(run->now / HR_HOUR);
    c->edge = run->plan->horizon;
    nearer(&c->edge, (c->bucket + 1) * r->bucket);
    nearer(&c->edge, (c->hour + 1) * HR_HOUR);
    if (r->window > 0) {
        c->window = (uint32_t)(run->now / r->window);
        nearer(&c->edge, (c->window + 1) * r->window);
    }
    if (run->tallies)
        hr_tallies_edge(run);
}

static void init_row(struct hr_run *run, struct hr_row_record *r)
{
    const struct hr_record *rec = &run->record;

    hr_hist_init(&r->latency, 7);
    hr_hist_init(&r->answered_latency, 7);
    hr_hist_init(&r->completion, 7);
    r->arrivals = hr_arena_alloc(run->arena, rec->n_buckets, sizeof *r->arrivals);
    r->goods = hr_arena_alloc(run->arena, rec->n_buckets, sizeof *r->goods);
    r->bads = hr_arena_alloc(run->arena, rec->n_buckets, sizeof *r->bads);
    r->over_time = hr_arena_alloc(run->arena, rec->n_buckets, sizeof *r->over_time);
    for (uint32_t i = 0; i < rec->n_buckets; i++)
        hr_hist_init(&r->over_time[i], 4);
    r->spent = hr_arena_alloc(run->arena, HR_SPENT_BINS, sizeof *r->spent);
    r->spent_tasks = hr_arena_alloc(run->arena, HR_SPENT_BINS, sizeof *r->spent_tasks);
}

static void init_integral(struct hr_run *run, struct hr_integral *g, bool series)
{
    const uint32_t n = series ? run->record.n_buckets : 0;
    int64_t *areas = series ? hr_arena_alloc(run->arena, n, sizeof *areas) : NULL;

    hr_integral_init(g, 0, run->plan->horizon, series ? run->record.bucket : 0, areas, n);
}

static void init_part(struct hr_run *run, struct hr_part_record *r,
                      const struct hr_component *c)
{
    const struct hr_model *m = c->model;
    size_t gauges = 0;

    init_integral(run, &r->present, true);
    init_integral(run, &r->busy, true);
    init_integral(run, &r->capacity, true);
    init_integral(run, &r->queued, true);
    init_integral(run, &r->workers, true);
    init_integral(run, &r->up, true);
    hr_hist_init(&r->sojourn, 7);
    r->calls_series = hr_arena_alloc(run->arena, run->record.n_buckets, sizeof(uint64_t));
    r->failed_series = hr_arena_alloc(run->arena, run->record.n_buckets, sizeof(uint64_t));
    while (m->gauges && m->gauges[gauges].name)
        gauges++;
    r->gauges = hr_arena_alloc(run->arena, gauges, sizeof *r->gauges);
    for (size_t i = 0; i < gauges; i++)
        init_integral(run, &r->gauges[i], true);
    hr_usage_init(run, r, m);
    if (m->ops == HR_OPS_FORWARDED && c->conf != NULL) {
        const void *targets = (const char *)c->conf + m->targets;
        r->n_targets = ((const struct hr_indices *)targets)->n;
        r->forwarded = hr_arena_alloc(run->arena, r->n_targets, sizeof *r->forwarded);
    }
}

void hr_recorder_init(struct hr_run *run)
{
    const struct hr_plan *plan = run->plan;
    struct hr_record *r = &run->record;

    r->seed = run->options.seed;
    r->replication = run->options.replication;
    r->bucket =
        hr_bucket_width(plan->horizon, run->options.buckets ? run->options.buckets : 480);
    r->n_buckets = (uint32_t)((plan->horizon + r->bucket - 1) / r->bucket);
    r->n_hours = (uint32_t)((plan->horizon + HR_HOUR - 1) / HR_HOUR);
    r->n_rows = plan->n_rows;
    r->n_parts = plan->n_components;
    r->n_sites = plan->n_sites;
    r->rows = hr_arena_alloc(run->arena, r->n_rows, sizeof *r->rows);
    r->parts = hr_arena_alloc(run->arena, r->n_parts, sizeof *r->parts);
    r->sites = hr_arena_alloc(run->arena, r->n_sites, sizeof *r->sites);
    r->violations = hr_arena_alloc(run->arena, HR_VIOLATIONS_KEPT, sizeof *r->violations);
    for (uint32_t i = 0; i < r->n_rows; i++)
        init_row(run, &r->rows[i]);
    for (uint32_t i = 0; i < r->n_parts; i++)
        init_part(run, &r->parts[i], &plan->components[i]);
    hr_watch_init(run);
    hr_tallies_init(run);
    hr_clock_edge(run);
}

void hr_recorder_free(struct hr_run *run)
{
    struct hr_record *r = &run->record;

    for (uint32_t i = 0; i < r->n_rows; i++) {
        hr_hist_free(&r->rows[i].latency);
        hr_hist_free(&r->rows[i].answered_latency);
        hr_hist_free(&r->rows[i].completion);
        for (uint32_t b = 0; b < r->n_buckets; b++)
            hr_hist_free(&r->rows[i].over_time[b]);
    }
    for (uint32_t i = 0; i < r->n_parts; i++)
        hr_hist_free(&r->parts[i].sojourn);
    hr_heap_resize(r->events, 0, 0);
    hr_heap_resize(r->marks, 0, 0);
    hr_heap_resize(r->losses, 0, 0);
    hr_watch_free(run);
    hr_tallies_free(run);
}

/* --- clients' tasks ---------------------------------------------------------------------- */

void hr_recorder_arrival(struct hr_run *run, uint32_t task)
{
    struct task *t = hr_task(run, task);

    if (!t->measured)
        return;
    t->bucket = run->clock.bucket;
    t->window = run->clock.window;
    if (t->intended != run->now) {
        t->bucket = (uint32_t)(t->intended / run->record.bucket);
        t->window = run->record.window ? (uint32_t)(t->intended / run->record.window) : 0;
    }
    t->periods = run->periods;
    run->measured_in_flight++;
    run->record.rows[t->row].valid++;
    run->record.rows[t->row].arrivals[t->bucket]++;
    hr_watch_arrival(run, t);
}

void hr_count_bad(struct hr_row_record *r, enum hr_outcome how, bool late)
{
    if (late)
        r->late++;
    else if (how == HR_TIMED_OUT)
        r->timed_out++;
    else if (how == HR_THROTTLED)
        r->throttled++;
    else if (how == HR_REFUSED)
        r->refused++;
    else
        r->failed++;
}

static HR_APART void keep_path(struct hr_run *run, const struct frame *f,
                               struct hr_row_record *r, hr_time latency)
{
    const struct path *p = hr_pool_at(&run->paths, f->path);
    const uint32_t index = hr_hist_index(3, latency);
    const uint32_t bin = index < HR_SPENT_BINS ? index : HR_SPENT_BINS - 1;
    hr_time sum = 0;

    if (r->spent[bin] == NULL)
        r->spent[bin] = hr_arena_alloc(run->arena, (size_t)run->record.n_parts * HR_N_SPENT,
                                       sizeof *r->spent[bin]);
    uint64_t *at = r->spent[bin];
    for (uint32_t i = 0; i < p->n; i++) {
        at[p->what[i]] += (uint64_t)p->ns[i];
        sum += p->ns[i];
    }
    run->unbalanced_paths += sum != latency;
    r->spent_tasks[bin]++;
}

/* As long as no answer is late, the good ones are all that there are: they are written down
 * once, and copied when the two must be told apart, or at the end. */
static HR_APART void tell_apart(struct hr_row_record *r)
{
    if (!r->told_apart)
        hr_hist_merge(&r->latency, &r->answered_latency);
    r->told_apart = true;
}

static void record_answer(struct hr_row_record *r, uint32_t bucket, hr_time latency,
                          bool is_good)
{
    if (!is_good)
        tell_apart(r);
    else if (r->told_apart)
        hr_hist_record(&r->latency, latency);
    r->answered++;
    hr_hist_record(&r->answered_latency, latency);
    hr_hist_record(&r->over_time[bucket], latency);
}

/* How often the call of a task was sent. */
static uint32_t attempts_of(const struct frame *f)
{
    return f->direct ? 1 : f->attempt;
}

void hr_recorder_end(struct hr_run *run, uint32_t part, uint32_t root, enum hr_outcome how)
{
    const struct frame *f = hr_frame(run, root);
    const struct task *t = hr_task(run, f->task);

    hr_fingerprint(run, part, how, t->key, t->intended);
    if (!t->measured)
        return;
    struct hr_row_record *r = &run->record.rows[t->row];
    const struct hr_row *row = &run->plan->rows[t->row];
    const hr_time latency = run->now - t->intended;
    const bool answered = how == HR_OK || how == HR_MISS;
    const bool is_good = answered && latency <= row->good;
    const uint32_t bucket = t->bucket;

    run->measured_in_flight--;
    hr_watch_end(run, t, is_good, latency);
    if (answered) {
        record_answer(r, bucket, latency, is_good);
        r->degraded += is_good && t->degraded;
        if (f->path != HR_NO_SLOT)
            keep_path(run, f, r, latency);
    }
    if (is_good) {
        r->good++;
        r->goods[bucket]++;
    } else {
        r->bads[bucket]++;
        hr_hist_record_infinite(&r->latency);
        hr_count_bad(r, how, answered);
    }
    if (run->tallies)
        hr_tallies_ended(run, t,
                         &(struct hr_ended){.how = how,
                                            .latency = latency,
                                            .attempts = attempts_of(f),
                                            .answered = answered,
                                            .good = is_good,
                                            .degraded = t->degraded});
}

/* --- calls at components ----------------------------------------------------------------- */

void hr_recorder_in(struct hr_run *run, uint32_t c)
{
    struct hr_part_record *r = &run->record.parts[hr_frame(run, c)->component];

    r->came += (uint64_t)run->now;
    hr_integral_add(&r->present, run->now, 1);
    r->in++;
    if (hr_recorder_open(run))
        r->measured_in++;
}

void hr_recorder_out(struct hr_run *run, uint32_t c, enum hr_outcome how)
{
    const struct frame *f = hr_frame(run, c);
    struct hr_part_record *r = &run->record.parts[f->component];
    const bool open = hr_recorder_open(run);

    hr_fingerprint(run, f->component, how, f->key, f->began);
    r->came -= (uint64_t)f->began;
    hr_integral_add(&r->present, run->now, -1);
    r->ended[how]++;
    if (!hr_frame_wanted(run, c) && !f->message) {
        r->wasted_ns += hr_frame_work(f); /* in the horizon, whenever that is known */
        r->wasted_calls += open;
    }
    if (!open)
        return;
    r->measured_ended[how]++;
    hr_hist_add(&r->sojourn, &r->sojourns, run->now - f->began);
    if (how != HR_OK && how != HR_MISS && how != HR_CANCELLED)
        r->failed_series[run->clock.bucket]++;
}

/* --- events ------------------------------------------------------------------------------ */

/* The same thing again within a minute is one episode. */
static bool in_episode(struct hr_run *run, uint32_t component, uint32_t instance,
                       const char *what, const char *cause)
{
    struct hr_record *r = &run->record;
    const uint32_t back = r->n_events < 64 ? r->n_events : 64;

    for (uint32_t i = 1; i <= back; i++) {
        struct hr_event_record *e = &r->events[r->n_events - i];

        if (run->now - e->last > HR_MINUTE || e->change || e->component != component ||
            e->what != what || e->cause != cause)
            continue;
        e->last = run->now;
        e->count++;
        if (e->instance != instance)
            e->instance = HR_NONE;
        return true;
    }
    return false;
}

static void add_event(struct hr_run *run, struct hr_event_record e)
{
    struct hr_record *r = &run->record;

    if (r->n_events == HR_EVENTS_KEPT) {
        r->events_dropped++;
        return;
    }
    if (r->n_events == run->room_events) {
        run->room_events = run->room_events ? 2 * run->room_events : 64;
        r->events = hr_heap_resize(r->events, run->room_events, sizeof *r->events);
    }
    r->events[r->n_events++] = e;
}

void hr_recorder_event(struct hr_run *run, uint32_t component, uint32_t instance,
                       const char *what, const char *cause, uint32_t disturbance)
{
    hr_fingerprint(run, component, disturbance, instance, run->now);
    if (!hr_recorder_open(run))
        return;
    if (disturbance == 0 && in_episode(run, component, instance, what, cause))
        return;
    add_event(run, (struct hr_event_record){.at = run->now,
                                            .last = run->now,
                                            .count = 1,
                                            .component = component,
                                            .instance = instance,
                                            .what = what,
                                            .cause = cause,
                                            .disturbance = disturbance});
}

void hr_event_change(struct hr_run *run, hr_part p, uint32_t instance, const char *what,
                     const char *cause, int64_t from, int64_t to)
{
    hr_fingerprint(run, p, instance, (uint64_t)from, to);
    if (hr_recorder_open(run))
        add_event(run, (struct hr_event_record){.at = run->now,
                                                .last = run->now,
                                                .count = 1,
                                                .component = p,
                                                .instance = instance,
                                                .what = what,
                                                .cause = cause,
                                                .change = true,
                                                .from = from,
                                                .to = to});
}

/* --- closing ----------------------------------------------------------------------------- */

static void close_part(struct hr_run *run, uint32_t i)
{
    struct hr_part_record *r = &run->record.parts[i];
    const struct hr_model *m = run->plan->components[i].model;

    hr_hist_record_batch(&r->sojourn, &r->sojourns);
    hr_integral_close(&r->present, run->now);
    hr_integral_close(&r->busy, run->now);
    hr_integral_close(&r->capacity, run->now);
    hr_integral_close(&r->queued, run->now);
    hr_integral_close(&r->workers, run->now);
    hr_integral_close(&r->up, run->now);
    for (size_t g = 0; m->gauges && m->gauges[g].name; g++)
        hr_integral_close(&r->gauges[g], run->now);
    hr_usage_close(run, i);
    r->in_flight_end = (uint64_t)r->present.level;
}

static void close_instances(struct hr_run *run)
{
    struct hr_record *r = &run->record;

    r->instances = hr_arena_alloc(run->arena, run->n_instances, sizeof *r->instances);
    for (uint32_t k = 0; k < run->n_instances; k++) {
        struct instance *i = &run->instances[k];

        if (i->generation == 0) /* the slot was never used */
            continue;

        hr_cpu_update(run, i);
        hr_integral_close(&i->busy, run->now);
        hr_integral_close(&i->up, run->now);
        r->instances[r->n_instances++] =
            (struct hr_instance_record){i->component,
                                        i->slot,
                                        i->place,
                                        (int64_t)(hr_integral_area(&i->busy) / 1000),
                                        (int64_t)hr_integral_area(&i->up),
                                        i->served};
    }
}

/* What is still in flight when the drain is over is not good. */
static void close_tasks(struct hr_run *run)
{
    for (uint32_t c = 0; c < run->frames.used; c++) {
        if (!hr_frame_live(run, c))
            continue;
        const struct frame *f = hr_frame(run, c);
        const struct task *t = hr_task(run, f->task);

        if ((f->kind != FRAME_ROOT && !f->direct) || !t->measured)
            continue;
        struct hr_row_record *r = &run->record.rows[t->row];
        r->unfinished++;
        r->bads[t->bucket]++;
        hr_hist_record_infinite(&r->latency);
        if (run->tallies)
            hr_tallies_ended(
                run, t, &(struct hr_ended){.attempts = attempts_of(f), .unfinished = true});
    }
}

/* Work that nobody waits for and that goes on when the run is over is wasted, too. */
static void close_unwanted(struct hr_run *run)
{
    for (uint32_t c = 0; c < run->frames.used; c++) {
        if (!hr_frame_live(run, c))
            continue;
        const struct frame *f = hr_frame(run, c);

        if (f->kind == FRAME_CALL && f->state != FRAME_RETURNING &&
            f->state != FRAME_LOST && !f->message && !hr_frame_wanted(run, c))
            run->record.parts[f->component].wasted_ns += hr_frame_work(f);
    }
}

void hr_recorder_close(struct hr_run *run)
{
    struct hr_record *r = &run->record;

    for (uint32_t i = 0; i < r->n_rows; i++)
        tell_apart(&r->rows[i]);
    write_calls(run);
    close_tasks(run);
    close_unwanted(run);
    hr_messages_close(run);
    for (uint32_t i = 0; i < r->n_parts; i++)
        close_part(run, i);
    if (run->tallies)
        hr_tallies_close(run);
    close_instances(run);
    r->simulated_events = hr_queue_popped(run->queue) + run->soon.n;
    r->simulated_tasks = run->tasks_begun;
    r->ended_at = run->now;
    r->complete = run->over;
}

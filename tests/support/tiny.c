/* tests/support/tiny.c - see tiny.h. */
#include "tests/support/tiny.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* --- the models of tiny plans -------------------------------------------------------------- */

struct times {
    uint32_t n;
    const hr_time *at;
};

static void arrive_service(struct hr_run *run, hr_part p, hr_call c)
{
    uint32_t best = hr_call_instance(run, c);

    if (best == HR_NONE || !hr_instance_up(run, best)) {
        best = HR_NONE;
        for (uint32_t i = 0; i < hr_fleet_count(run, p); i++) {
            const uint32_t k = hr_fleet_first(run, p) + i;
            if (hr_instance_up(run, k) &&
                (best == HR_NONE ||
                 hr_instance_calls(run, k) < hr_instance_calls(run, best)))
                best = k;
        }
    }
    if (best == HR_NONE)
        hr_done(run, c, HR_REFUSED);
    else
        hr_instance_admit(run, best, c);
}

static void start_service(struct hr_run *run, hr_part p)
{
    hr_fleet_make(run, p, hr_conf(run, p));
}

static const struct hr_model tiny_service_model = {
    .kind = "tiny_service",
    .ops = HR_OPS_DECLARED,
    .fate = HR_FATE_FAIL,
    .arrive = arrive_service,
    .start = start_service,
};

static void arrive_forwarder(struct hr_run *run, hr_part p, hr_call c)
{
    (void)p;
    hr_forward(run, c, 0, HR_NONE);
}

static const struct hr_model tiny_forwarder_model = {
    .kind = "tiny_forwarder",
    .ops = HR_OPS_FORWARDED,
    .arrive = arrive_forwarder,
};

static void start_source(struct hr_run *run, hr_part p)
{
    const struct times *t = hr_conf(run, p);

    for (uint32_t i = 0; i < t->n; i++)
        hr_timer_set(run, p, t->at[i], i, 0);
}

static void source_timer(struct hr_run *run, hr_part p, uint32_t tag, uint64_t data)
{
    const struct hr_component *c = &hr_run_plan(run)->components[p];

    (void)data;
    hr_task_ask(run, p, c->first_op, hr_mix(c->name_key, tag), 0);
}

static const struct hr_model tiny_source_model = {
    .kind = "tiny_source",
    .ops = HR_OPS_SOURCE,
    .start = start_source,
    .timer = source_timer,
};

/* --- building ------------------------------------------------------------------------------ */

void tiny_init(struct tiny *t, hr_time horizon)
{
    memset(t, 0, sizeof *t);
    t->arena = hr_arena_create();
    t->plan = (struct hr_plan){.scenario = "tiny",
                               .design = "base",
                               .horizon = horizon,
                               .drain = 10 * HR_MINUTE,
                               .components = t->components,
                               .operations = t->operations,
                               .steps = t->steps,
                               .sites = t->sites,
                               .rows = t->rows,
                               .disturbances = t->disturbances,
                               .places = t->places,
                               .n_places = 1,
                               .links = t->links};
}

void tiny_free(struct tiny *t)
{
    hr_run_destroy(t->run);
    hr_arena_destroy(t->arena);
}

static struct hr_component *component(struct tiny *t, const char *name,
                                      const struct hr_model *m)
{
    struct hr_component *c = &t->components[t->plan.n_components++];

    c->name = c->label = name;
    c->name_key = hr_name_key(name);
    c->model = m;
    c->first_op = t->plan.n_operations;
    return c;
}

struct hr_fleet_conf *tiny_service(struct tiny *t, const char *name)
{
    struct hr_component *c = component(t, name, &tiny_service_model);
    struct hr_fleet_conf *f = hr_arena_alloc(t->arena, 1, sizeof *f);

    *f = (struct hr_fleet_conf){.instances = 1,
                                .cores = 1,
                                .queue = -1,
                                .speed = 1,
                                .restart = hr_law_constant(30)};
    c->conf = f;
    return f;
}

uint32_t tiny_component(const struct tiny *t, const char *name)
{
    for (uint32_t i = 0; i < t->plan.n_components; i++)
        if (strcmp(t->components[i].name, name) == 0)
            return i;
    fail_msg("no component %s", name);
    return 0;
}

static uint32_t operation(struct tiny *t, const char *name)
{
    const uint32_t id = t->plan.n_operations++;
    struct hr_component *c = &t->components[t->plan.n_components - 1];

    t->operations[id] = (struct hr_operation){
        .name = name, .component = t->plan.n_components - 1, .row = HR_NONE};
    t->operations[id].name_key = hr_mix(c->name_key, hr_name_key(name));
    c->n_ops++;
    return id;
}

void tiny_forwarder(struct tiny *t, const char *name)
{
    const struct hr_component *target = &t->components[t->plan.n_components - 1];

    component(t, name, &tiny_forwarder_model);
    for (uint32_t i = 0; i < target->n_ops; i++) {
        uint32_t *to = hr_arena_alloc(t->arena, 1, sizeof *to);

        *to = target->first_op + i;
        const uint32_t id = operation(t, t->operations[*to].name);
        t->operations[id].forward = to;
        t->operations[id].name_key = t->operations[*to].name_key;
    }
}

struct hr_step tiny_work(double ms)
{
    return (struct hr_step){.kind = HR_STEP_WORK, .law = hr_law_constant(ms / 1000)};
}

struct hr_step tiny_wait(double ms)
{
    return (struct hr_step){.kind = HR_STEP_WAIT, .law = hr_law_constant(ms / 1000)};
}

static struct hr_step site(struct tiny *t, enum hr_step_kind kind, uint32_t op,
                           struct hr_call_options o)
{
    const uint32_t id = t->plan.n_sites++;

    t->sites[id] = (struct hr_site){.label = "site",
                                    .callee = t->operations[op].component,
                                    .caller = HR_NONE,
                                    .op = op,
                                    .ordinal = id,
                                    .is_send = kind == HR_STEP_SEND,
                                    .o = o};
    return (struct hr_step){.kind = kind, .site = id};
}

struct hr_step tiny_call(struct tiny *t, uint32_t op, struct hr_call_options o)
{
    return site(t, HR_STEP_CALL, op, o);
}

struct hr_step tiny_send(struct tiny *t, uint32_t op)
{
    return site(t, HR_STEP_SEND, op, tiny_plain());
}

struct hr_block tiny_block(struct tiny *t, uint32_t n, const struct hr_step *steps)
{
    const struct hr_block b = {t->plan.n_steps, n};

    for (uint32_t i = 0; i < n; i++) {
        if (steps[i].kind == HR_STEP_CALL || steps[i].kind == HR_STEP_SEND)
            t->sites[steps[i].site].caller = t->plan.n_components - 1;
        t->steps[t->plan.n_steps] = steps[i];
        t->steps[t->plan.n_steps].ordinal = t->plan.n_steps;
        t->plan.n_steps++;
    }
    return b;
}

struct hr_step tiny_branches(struct tiny *t, enum hr_step_kind kind, uint32_t n,
                             const struct hr_block *blocks)
{
    struct hr_branch *b = hr_arena_alloc(t->arena, n, sizeof *b);

    for (uint32_t i = 0; i < n; i++)
        b[i] = (struct hr_branch){blocks[i], (double)(i + 1) / n};
    return (struct hr_step){.kind = kind, .branches = {n, b}};
}

uint32_t tiny_op(struct tiny *t, const char *name, uint32_t n, const struct hr_step *steps)
{
    struct hr_op_conf *conf = hr_arena_alloc(t->arena, 1, sizeof *conf);
    const uint32_t id = operation(t, name);

    conf->steps = tiny_block(t, n, steps);
    t->operations[id].conf = conf;
    return id;
}

uint32_t tiny_clients(struct tiny *t, uint32_t op, struct hr_call_options o, uint32_t n,
                      const hr_time *at)
{
    struct hr_component *c = component(t, "clients", &tiny_source_model);
    struct times *times = hr_arena_alloc(t->arena, 1, sizeof *times);
    const struct hr_step call = tiny_call(t, op, o);
    const uint32_t own = tiny_op(t, t->operations[op].name, 1, &call);
    const uint32_t row = t->plan.n_rows++;

    *times = (struct times){n, at};
    c->conf = times;
    t->operations[own].row = row;
    t->rows[row] = (struct hr_row){.name = t->operations[op].name,
                                   .component = t->plan.n_components - 1,
                                   .op = own,
                                   .site = call.site,
                                   .deadline = HR_NEVER,
                                   .good = HR_NEVER};
    return row;
}

struct hr_disturbance *tiny_disturb(struct tiny *t, enum hr_verb verb, uint32_t part,
                                    hr_time at, hr_time lasts)
{
    struct hr_disturbance *d = &t->disturbances[t->plan.n_disturbances++];

    *d = (struct hr_disturbance){.name = "trouble",
                                 .name_key = t->plan.n_disturbances,
                                 .verb = verb,
                                 .component = part,
                                 .op = HR_NONE,
                                 .by = 1,
                                 .placed = true,
                                 .at = at,
                                 .lasts = lasts,
                                 .enabled = true};
    return d;
}

const struct hr_record *tiny_run(struct tiny *t)
{
    const struct hr_run_options o = {.seed = 1};

    return tiny_run_with(t, &o);
}

const struct hr_record *tiny_run_with(struct tiny *t, const struct hr_run_options *o)
{
    const struct hr_record *r;

    t->run = hr_run_create(&t->plan, o);
    while (hr_run_advance(t->run, 1000))
        ;
    r = hr_run_finish(t->run);
    for (uint32_t i = 0; i < r->n_violations; i++)
        fail_msg("%s: %s: %.17g and %.17g", r->violations[i].identity,
                 t->components[r->violations[i].component].name, r->violations[i].left,
                 r->violations[i].right);
    return r;
}

struct hr_call_options tiny_plain(void)
{
    return (struct hr_call_options){.key = HR_NONE};
}

/* tests/support/modelled.c - see modelled.h. */
#include "tests/support/modelled.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct hr_component *last(struct tiny *t)
{
    return &t->components[t->plan.n_components - 1];
}

struct hr_service_conf *modelled_service(struct tiny *t, const char *name,
                                         int64_t instances)
{
    struct hr_service_conf *conf = hr_arena_alloc(t->arena, 1, sizeof *conf);

    conf->fleet = *tiny_service(t, name);
    conf->fleet.instances = instances;
    conf->fleet.discipline = HR_FIFO;
    last(t)->model = &hr_service_model;
    last(t)->conf = conf;
    return conf;
}

struct hr_third_party_conf *modelled_third_party(struct tiny *t, const char *name,
                                                 struct hr_law latency)
{
    struct hr_third_party_conf *conf = hr_arena_alloc(t->arena, 1, sizeof *conf);

    tiny_service(t, name);
    conf->latency = latency;
    last(t)->model = &hr_third_party_model;
    last(t)->conf = conf;
    return conf;
}

struct hr_load_balancer_conf *modelled_balancer(struct tiny *t, const char *name,
                                                enum hr_balance_policy policy, uint32_t n)
{
    struct hr_load_balancer_conf *conf = hr_arena_alloc(t->arena, 1, sizeof *conf);
    const uint32_t first = t->plan.n_components - n;
    uint32_t *targets = hr_arena_alloc(t->arena, n, sizeof *targets);

    tiny_forwarder(t, name);
    for (uint32_t k = 0; k < n; k++)
        targets[k] = first + k;
    for (uint32_t i = 0; i < last(t)->n_ops; i++) {
        uint32_t *to = hr_arena_alloc(t->arena, n, sizeof *to);
        for (uint32_t k = 0; k < n; k++)
            to[k] = t->components[first + k].first_op + i;
        t->operations[last(t)->first_op + i].forward = to;
    }
    conf->targets = (struct hr_indices){n, targets};
    conf->policy = (int)policy;
    conf->cross_zone = true;
    conf->requests_per_connection = 1;
    conf->key = HR_NONE;
    last(t)->model = &hr_load_balancer_model;
    last(t)->conf = conf;
    return conf;
}

struct hr_cdn_conf *modelled_cdn(struct tiny *t, const char *name, hr_time ttl)
{
    static const char *const every[] = {"*"};
    struct hr_cdn_conf *conf = hr_arena_alloc(t->arena, 1, sizeof *conf);
    uint32_t *origin = hr_arena_alloc(t->arena, 1, sizeof *origin);
    int64_t *kept = hr_arena_alloc(t->arena, 1, sizeof *kept);

    *origin = t->plan.n_components - 1;
    tiny_forwarder(t, name);
    *kept = ttl;
    conf->origin = (struct hr_indices){1, origin};
    conf->cache = (struct hr_named){1, every, kept};
    conf->key = HR_NONE;
    conf->coalesce = true;
    last(t)->model = &hr_cdn_model;
    last(t)->conf = conf;
    return conf;
}

struct hr_step modelled_work(struct hr_law law)
{
    return (struct hr_step){.kind = HR_STEP_WORK, .law = law};
}

struct hr_clients_conf *modelled_clients(struct tiny *t, uint32_t op,
                                         struct hr_call_options o, double rate_per_s)
{
    static const double upto[] = {1.0};
    struct hr_clients_conf *conf = hr_arena_alloc(t->arena, 1, sizeof *conf);

    tiny_clients(t, op, o, 0, NULL);
    conf->rate = rate_per_s;
    uint32_t *at = hr_arena_alloc(t->arena, 1, sizeof *at);
    *at = last(t)->first_op;
    conf->mix = (struct hr_shares){.n = 1, .at = at, .upto = upto};
    last(t)->model = &hr_clients_model;
    last(t)->conf = conf;
    return conf;
}

uint32_t modelled_op(const struct tiny *t, const char *name)
{
    const struct hr_component *c = &t->components[t->plan.n_components - 1];

    for (uint32_t i = 0; i < c->n_ops; i++)
        if (strcmp(t->operations[c->first_op + i].name, name) == 0)
            return c->first_op + i;
    fail_msg("no operation %s", name);
    return 0;
}

const struct hr_record *modelled_run(struct tiny *t, uint64_t replication)
{
    const struct hr_run_options o = {.seed = 1, .replication = replication};

    hr_run_destroy(t->run);
    t->run = hr_run_create(&t->plan, &o);
    while (hr_run_advance(t->run, 100000))
        ;
    const struct hr_record *r = hr_run_finish(t->run);
    for (uint32_t i = 0; i < r->n_violations; i++)
        fail_msg("%s: %s: %.17g and %.17g", r->violations[i].identity,
                 t->components[r->violations[i].component].name, r->violations[i].left,
                 r->violations[i].right);
    return r;
}

/* tests/support/messaged.c - see messaged.h. */
#include "tests/support/messaged.h"

static struct hr_component *last(struct tiny *t)
{
    return &t->components[t->plan.n_components - 1];
}

struct hr_queue_conf *messaged_queue(struct tiny *t, const char *name)
{
    const struct hr_step unused = tiny_wait(0);
    struct hr_queue_conf *conf = hr_arena_alloc(t->arena, 1, sizeof *conf);

    tiny_service(t, name);
    *conf = (struct hr_queue_conf){.visibility = 30 * HR_SECOND,
                                   .retention = HR_NEVER / 2,
                                   .dead_letters = HR_NONE,
                                   .latency = hr_law_constant(0)};
    last(t)->model = &hr_queue_model;
    last(t)->conf = conf;
    tiny_op(t, "message", 1, &unused);
    return conf;
}

uint32_t messaged_op(const struct tiny *t, const char *queue)
{
    return t->components[tiny_component(t, queue)].first_op;
}

struct hr_function_conf *messaged_function(struct tiny *t, const char *name)
{
    struct hr_function_conf *conf = hr_arena_alloc(t->arena, 1, sizeof *conf);

    tiny_service(t, name);
    *conf = (struct hr_function_conf){.memory = INT64_C(1769) << 20,
                                      .concurrency = 100,
                                      .scale_burst = 1,
                                      .timeout = 900 * HR_SECOND,
                                      .keep_warm = 600 * HR_SECOND,
                                      .cold_start = hr_law_constant(0),
                                      .speed = 1};
    hr_function_derive(conf);
    last(t)->model = &hr_function_model;
    last(t)->conf = conf;
    last(t)->message_op = HR_NONE;
    return conf;
}

struct hr_function_conf *messaged_consumer(struct tiny *t, const char *name,
                                           const char *queue, int64_t concurrency)
{
    struct hr_function_conf *conf = messaged_function(t, name);

    conf->from = hr_arena_alloc(t->arena, 1, sizeof *conf->from);
    *conf->from = (struct hr_function_source){.queue = tiny_component(t, queue),
                                              .batch = 1,
                                              .concurrency = concurrency,
                                              .returns = HR_RETURNS_FAILED};
    return conf;
}

void messaged_do(struct tiny *t, uint32_t n, const struct hr_step *steps)
{
    last(t)->message_op = tiny_op(t, "message", n, steps);
}

void messaged_clients(struct tiny *t, const char *queue, uint32_t n, const hr_time *at)
{
    tiny_service(t, "shop");
    const struct hr_step send = tiny_send(t, messaged_op(t, queue));
    tiny_clients(t, tiny_op(t, "buy", 1, &send), tiny_plain(), n, at);
}

const struct hr_mail_record *messaged_mail(const struct tiny *t, const struct hr_record *r,
                                           const char *queue)
{
    return r->parts[tiny_component(t, queue)].mail;
}

int64_t messaged_gauge(const struct tiny *t, const struct hr_record *r, const char *part,
                       uint32_t gauge)
{
    return r->parts[tiny_component(t, part)].gauges[gauge].max;
}

int64_t messaged_usage(const struct tiny *t, const struct hr_record *r, const char *part,
                       uint32_t dimension)
{
    return r->parts[tiny_component(t, part)].usage[dimension];
}

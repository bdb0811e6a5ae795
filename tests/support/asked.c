/* tests/support/asked.c - see asked.h. */
#include "tests/support/asked.h"

#include <string.h>

static void see(void *ctx, const char *what, uint64_t key, double value)
{
    struct asked *s = ctx;

    if (strcmp(what, "asked") != 0 || s->n == ASKED_KEPT)
        return;
    s->at[s->n] = value;
    s->key[s->n++] = key;
}

void asked_by(struct tiny *t, struct asked *s, struct hr_run_options o)
{
    o.seed = 1;
    o.dump = see;
    o.dump_ctx = s;

    s->n = 0;
    hr_run_destroy(t->run);
    t->run = hr_run_create(&t->plan, &o);
    while (hr_run_advance(t->run, 1000))
        ;
}

void asked_in(struct tiny *t, struct asked *s)
{
    asked_by(t, s, (struct hr_run_options){0});
}

struct hr_clients_conf *asked_setting(struct tiny *t, double rate_per_s, hr_time horizon)
{
    const struct hr_step work = tiny_work(1);

    tiny_init(t, horizon);
    modelled_service(t, "server", 1);
    struct hr_clients_conf *conf =
        modelled_clients(t, tiny_op(t, "job", 1, &work), tiny_plain(), rate_per_s);
    t->rows[0].name = "asked"; /* what the dump calls a request */
    return conf;
}

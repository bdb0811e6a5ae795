/* models/compute/load_balancer_choose.c - the endpoint for a request; see load_balancer.h.
 *
 * A target in slow start with share s of its due is passed over for a request with probability
 * 1 - s, or weighs s where the policy chooses at random.  Whether it is passed over belongs to
 * the request (policy hash: to the key) and the target, so that a target's keys come to it one
 * by one. */
#include "models/compute/load_balancer.h"
#include "sim/system/fleet.h"

/* What a policy looks at: the endpoints list[from, from + n). */
struct window {
    const struct hr_run *run;
    const struct balancer *b;
    uint32_t from, node;
    bool thinned; /* some are in slow start and this request may pass them over */
    uint64_t lot; /* of the request, for that */
};

static const struct balancer_endpoint *at(const struct window *w, uint32_t i)
{
    return &w->b->endpoints[w->b->list[w->from + i]];
}

static double share(const struct window *w, const struct balancer_endpoint *e)
{
    const hr_time left = e->full_at - hr_now(w->run);

    return left <= 0 ? 1.0 : 1.0 - (double)left / (double)w->b->conf->slow_start;
}

static bool eligible(const struct window *w, uint32_t position)
{
    return hr_balancer_eligible(w->run, w->b, w->b->list[position]);
}

static bool is_up(const void *ctx, uint32_t i)
{
    const struct window *w = ctx;

    if (!eligible(w, w->from + i))
        return false;
    if (!w->thinned)
        return true;
    const uint64_t bits = hr_mix(w->lot, at(w, i)->id) >> 11;
    return (double)bits * 0x1p-53 < share(w, at(w, i));
}

/* Where the share is a weight, nothing is passed over. */
static bool is_up_at_all(const void *ctx, uint32_t i)
{
    const struct window *w = ctx;

    return eligible(w, w->from + i);
}

static double share_of(const void *ctx, uint32_t i)
{
    const struct window *w = ctx;

    return share(w, at(w, i));
}

static uint32_t open_calls(const void *ctx, uint32_t i)
{
    const struct window *w = ctx;

    return at(w, i)->open;
}

static uint64_t hashed_as(const void *ctx, uint32_t i)
{
    const struct window *w = ctx;

    return at(w, i)->id;
}

/* Is any endpoint of list[from, to) up? */
static bool any_up(const struct window *w, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++)
        if (eligible(w, i))
            return true;
    return false;
}

/* For `weighted` the first choice is among targets. */
static bool target_is_up(const void *ctx, uint32_t target)
{
    const struct window *w = ctx;
    const uint32_t *from = &w->b->from[w->node * w->b->n_targets + target];

    return any_up(w, from[0], from[1]);
}

static double target_weight(const void *ctx, uint32_t target)
{
    const struct window *w = ctx;
    const double *weights = w->b->conf->weights.at;

    return w->b->conf->weights.n ? weights[target] : 1.0;
}

static bool node_is_up(const struct window *w, uint32_t node)
{
    const uint32_t n = w->b->n_targets;

    return any_up(w, w->b->from[node * n], w->b->from[(node + 1) * n]);
}

/* Callers spread evenly over the nodes that have somebody to send to: the name of the balancer
 * stands for these. */
static uint32_t choose_node(struct hr_run *run, const struct window *w, hr_call c)
{
    uint32_t count = 0, node = 0;

    if (w->b->n_nodes == 1)
        return 0;
    for (uint32_t k = 0; k < w->b->n_nodes; k++)
        count += node_is_up(w, k);
    if (count == 0)
        return 0;
    struct hr_draws d = hr_call_draws(run, c, BALANCER_PURPOSE_NODE);
    uint32_t left = (uint32_t)hr_draw_below(&d, count);
    for (node = 0;; node++)
        if (node_is_up(w, node) && left-- == 0)
            return node;
}

static uint64_t hash_of(struct hr_run *run, const struct hr_load_balancer_conf *conf,
                        hr_call c)
{
    const uint32_t key = conf->key != HR_NONE ? conf->key : hr_call_hash_key(run, c);

    return key == HR_NONE ? hr_call_key(run, c) : hr_mix(key, hr_call_value(run, c, key));
}

/* Among those of the list whose open requests are ranked. */
static uint32_t least_in(const struct balancer *b, uint32_t from, uint32_t to,
                         struct hr_draws *draws)
{
    const uint32_t at = hr_balance_least(&b->open, from, to, draws);

    return at == HR_BALANCE_NONE ? at : b->list[at];
}

/* By the policy, among `n` endpoints of the window. */
static uint32_t choose_in(struct hr_run *run, struct balancer *b, struct window *w,
                          uint32_t n, hr_call c, enum hr_balance_policy policy)
{
    struct hr_balance_view v = {.n = n,
                                .choices = (uint32_t)b->conf->choices,
                                .ctx = w,
                                .up = is_up,
                                .open = open_calls,
                                .id = hashed_as,
                                .weight = share_of};
    struct hr_draws draws = hr_call_draws(run, c, BALANCER_PURPOSE_CHOICE);

    if (b->ranked)
        return least_in(b, w->from, w->from + n, &draws);
    const uint64_t key = policy == HR_BALANCE_HASH ? hash_of(run, b->conf, c) : 0;

    if (w->thinned && policy == HR_BALANCE_RANDOM) {
        policy = HR_BALANCE_WEIGHTED;
        v.up = is_up_at_all;
    } else if (w->thinned) {
        struct hr_draws d = hr_call_draws(run, c, BALANCER_PURPOSE_SLOW);
        w->lot = policy == HR_BALANCE_HASH ? hr_mix(key, BALANCER_PURPOSE_SLOW)
                                           : hr_draw_bits(&d);
    }
    uint32_t i = hr_balance_choose(policy, &v, &draws, key, &b->next[w->node]);
    if (i == HR_BALANCE_NONE && w->thinned) { /* nobody else is left: they get it all */
        w->thinned = false;
        i = hr_balance_choose(policy == HR_BALANCE_WEIGHTED ? HR_BALANCE_RANDOM : policy,
                              &v, &draws, key, &b->next[w->node]);
    }
    return i == HR_BALANCE_NONE ? i : b->list[w->from + i];
}

uint32_t hr_balancer_choose(struct hr_run *run, hr_part p, hr_call c)
{
    struct balancer *b = hr_state(run, p);

    if (b->ranked && b->n_nodes == 1) { /* all of them: the usual case, and the quickest */
        struct hr_draws draws = hr_call_draws(run, c, BALANCER_PURPOSE_CHOICE);
        return least_in(b, 0, b->open.leaves, &draws);
    }
    struct window w = {.run = run, .b = b};
    enum hr_balance_policy policy = (enum hr_balance_policy)b->conf->policy;

    w.thinned = hr_now(run) < b->slow_until;
    w.node = choose_node(run, &w, c);
    const uint32_t *from = &b->from[w.node * b->n_targets];
    uint32_t last = b->n_targets;
    if (policy == HR_BALANCE_WEIGHTED) { /* a target by weight, then any instance of it */
        const struct hr_balance_view targets = {
            .n = b->n_targets, .ctx = &w, .up = target_is_up, .weight = target_weight};
        struct hr_draws d = hr_call_draws(run, c, BALANCER_PURPOSE_TARGET);
        const uint32_t k = hr_balance_choose(policy, &targets, &d, 0, NULL);

        if (k == HR_BALANCE_NONE)
            return k;
        from += k;
        last = 1;
        policy = HR_BALANCE_RANDOM;
    }
    w.from = from[0];
    return choose_in(run, b, &w, from[last] - from[0], c, policy);
}

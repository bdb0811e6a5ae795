/* tests/system/test_messages.c - the messaging seam: identity, completion, turns.
 *
 * The models here are the smallest that keep and take messages: a box hands over what it has
 * and takes back what failed, a hand works on one message at a time. */
#include "sim/system/message.h"
#include "tests/support/messaged.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* --- a box and a hand ---------------------------------------------------------------------- */

static void box_arrive(struct hr_run *run, hr_part p, hr_call c)
{
    hr_message_show(run, hr_message_keep(run, c, -1));
    hr_done(run, c, HR_OK);
    hr_queue_tell(run, p);
}

static uint32_t box_take(struct hr_run *run, hr_part p, uint32_t most,
                         struct hr_delivery *out)
{
    uint32_t n = 0;

    while (n < most && hr_message_first(run, p) != HR_NO_REF)
        out[n++] = hr_message_hand(run, hr_message_first(run, p));
    return n;
}

static void box_settle(struct hr_run *run, hr_part p, const struct hr_delivery *d,
                       uint32_t n, bool ok)
{
    for (uint32_t i = 0; i < n; i++)
        if (ok)
            hr_message_end(run, d[i].message, HR_MESSAGE_DONE);
        else
            hr_message_show(run, d[i].message);
    hr_queue_tell(run, p);
}

static const struct hr_model box_model = {.kind = "box",
                                          .ops = HR_OPS_ANY,
                                          .arrive = box_arrive,
                                          .take = box_take,
                                          .settle = box_settle};

struct hand_conf {
    uint32_t box;
    int64_t fails; /* messages that fail first */
};
struct hand {
    struct hr_delivery d;
    bool busy;
    uint64_t begun, value, key[8];
    uint32_t hash_key;
    struct hr_fleet_conf fleet;
};

static void hand_ready(struct hr_run *run, hr_part p, hr_part box)
{
    struct hand *h = hr_state(run, p);
    const uint32_t op = hr_run_plan(run)->components[p].message_op;

    if (!h->busy && hr_messages_take(run, p, box, 1, &h->d) == 1) {
        h->busy = true;
        hr_message_begin(run, &h->d, op, hr_fleet_first(run, p));
    }
}

static void hand_start(struct hr_run *run, hr_part p)
{
    struct hand *h = hr_state(run, p);

    h->fleet = (struct hr_fleet_conf){.instances = 1, .cores = 1, .queue = -1, .speed = 1};
    hr_fleet_make(run, p, &h->fleet);
}

static void hand_arrive(struct hr_run *run, hr_part p, hr_call c)
{
    const struct hand_conf *conf = hr_conf(run, p);
    struct hand *h = hr_state(run, p);

    assert_true(hr_call_message(run, c));
    h->key[h->begun % 8] = hr_call_key(run, c);
    if (hr_run_plan(run)->n_keys > 0)
        h->value = hr_call_value(run, c, 0);
    h->hash_key = hr_call_hash_key(run, c);
    if (h->begun++ < (uint64_t)conf->fails)
        hr_done(run, c, HR_FAILED);
    else
        hr_instance_admit(run, hr_call_instance(run, c), c);
}

static void hand_done(struct hr_run *run, hr_part p, hr_call c, enum hr_outcome how)
{
    const struct hand_conf *conf = hr_conf(run, p);
    struct hand *h = hr_state(run, p);

    (void)c;
    h->busy = false;
    hr_messages_settle(run, conf->box, &h->d, 1, how == HR_OK);
}

static uint32_t hand_consumes(const void *conf)
{
    return ((const struct hand_conf *)conf)->box;
}

static const struct hr_model hand_model = {.kind = "hand",
                                           .ops = HR_OPS_DECLARED,
                                           .state_size = sizeof(struct hand),
                                           .arrive = hand_arrive,
                                           .start = hand_start,
                                           .call_done = hand_done,
                                           .consumes = hand_consumes,
                                           .ready = hand_ready};

static struct hr_component *last(struct tiny *t)
{
    return &t->components[t->plan.n_components - 1];
}

static void box(struct tiny *t, const char *name)
{
    messaged_queue(t, name);
    last(t)->model = &box_model;
}

static struct hand_conf *hand(struct tiny *t, const char *name, const char *of, uint32_t n,
                              const struct hr_step *steps)
{
    struct hand_conf *conf = hr_arena_alloc(t->arena, 1, sizeof *conf);

    tiny_service(t, name);
    conf->box = tiny_component(t, of);
    last(t)->model = &hand_model;
    last(t)->conf = conf;
    messaged_do(t, n, steps);
    return conf;
}

static const struct hand *hand_of(const struct tiny *t, const char *name)
{
    return hr_state(t->run, tiny_component(t, name));
}

/* --- completion ---------------------------------------------------------------------------- */

static const hr_time one[] = {MS(1000)};

static void a_request_is_complete_when_the_messages_of_its_messages_are_done(void **unused)
{
    struct tiny t;

    (void)unused;
    tiny_init(&t, 100 * HR_SECOND);
    box(&t, "far");
    const struct hr_step wait = tiny_wait(3000);
    hand(&t, "second", "far", 1, &wait);
    box(&t, "near");
    const struct hr_step steps[] = {tiny_wait(2000), tiny_send(&t, messaged_op(&t, "far"))};
    hand(&t, "first", "near", 2, steps);
    messaged_clients(&t, "near", 1, one);
    const struct hr_record *r = tiny_run(&t);
    assert_int_equal(r->rows[0].completed, 1);
    assert_int_equal(r->rows[0].completion.max, MS(5000));
    assert_int_equal(r->rows[0].lag_ns[MS(1000) / r->bucket], MS(5000)); /* no other */
    assert_int_equal(r->rows[0].undone[MS(1000) / r->bucket], 0);
    tiny_free(&t);
}

static void a_request_that_sends_nothing_is_complete_when_it_is_answered(void **unused)
{
    struct tiny t;

    (void)unused;
    tiny_init(&t, 100 * HR_SECOND);
    tiny_service(&t, "shop");
    const struct hr_step work = tiny_work(70);
    tiny_clients(&t, tiny_op(&t, "look", 1, &work), tiny_plain(), 1, one);
    const struct hr_record *r = tiny_run(&t);
    assert_int_equal(r->rows[0].completed, 1);
    assert_int_equal(r->rows[0].completion.max, MS(70));
    tiny_free(&t);
}

static void a_request_that_failed_and_sent_nothing_is_left_out(void **unused)
{
    struct tiny t;

    (void)unused;
    tiny_init(&t, 100 * HR_SECOND);
    tiny_service(&t, "shop");
    const struct hr_step work = tiny_work(70);
    tiny_clients(&t, tiny_op(&t, "look", 1, &work), tiny_plain(), 1, one);
    tiny_disturb(&t, HR_VERB_LOSE, 0, 0, HR_NEVER);
    const struct hr_record *r = tiny_run(&t);
    assert_int_equal(r->rows[0].valid, 1);
    assert_int_equal(r->rows[0].completed + r->rows[0].dead_lettered, 0);
    assert_int_equal(r->rows[0].outstanding, 0);
    tiny_free(&t);
}

static void a_message_to_whom_is_lost_makes_its_request_incomplete(void **unused)
{
    struct tiny t;

    (void)unused;
    tiny_init(&t, 100 * HR_SECOND);
    box(&t, "near");
    messaged_clients(&t, "near", 1, one);
    tiny_disturb(&t, HR_VERB_LOSE, 0, 0, HR_NEVER);
    const struct hr_record *r = tiny_run(&t);
    assert_int_equal(r->rows[0].good, 1);
    assert_int_equal(r->rows[0].dead_lettered, 1);
    assert_int_equal(r->rows[0].completion.infinite, 1);
    assert_int_equal(r->rows[0].undone[MS(1000) / r->bucket], 1);
    tiny_free(&t);
}

static void a_message_to_a_service_is_done_when_that_has_answered(void **unused)
{
    struct tiny t;

    (void)unused;
    tiny_init(&t, 100 * HR_SECOND);
    tiny_service(&t, "audit");
    const struct hr_step work = tiny_work(400);
    const uint32_t note = tiny_op(&t, "note", 1, &work);
    tiny_service(&t, "shop");
    const struct hr_step send = tiny_send(&t, note);
    tiny_clients(&t, tiny_op(&t, "buy", 1, &send), tiny_plain(), 1, one);
    const struct hr_record *r = tiny_run(&t);
    assert_int_equal(r->rows[0].completion.max, MS(400));
    tiny_free(&t);
}

static void what_is_not_done_at_the_end_of_the_drain_is_outstanding(void **unused)
{
    struct tiny t;

    (void)unused;
    tiny_init(&t, 10 * HR_SECOND);
    box(&t, "near");
    messaged_clients(&t, "near", 1, one); /* nobody takes it */
    const struct hr_record *r = tiny_run(&t);
    assert_int_equal(r->rows[0].outstanding, 1);
    assert_int_equal(r->ended_at, 10 * HR_SECOND + t.plan.drain);
    assert_int_equal(messaged_mail(&t, r, "near")->waiting, 1);
    assert_int_equal(messaged_mail(&t, r, "near")->oldest, 9 * HR_SECOND);
    tiny_free(&t);
}

/* The run goes on until its messages are done, as it does for requests. */
static void messages_are_followed_beyond_the_horizon(void **unused)
{
    struct tiny t;

    (void)unused;
    tiny_init(&t, 10 * HR_SECOND);
    box(&t, "near");
    const struct hr_step wait = tiny_wait(60000);
    hand(&t, "first", "near", 1, &wait);
    messaged_clients(&t, "near", 1, one);
    const struct hr_record *r = tiny_run(&t);
    assert_int_equal(r->rows[0].completed, 1);
    assert_int_equal(r->rows[0].completion.max, MS(60000));
    tiny_free(&t);
}

/* --- identity ------------------------------------------------------------------------------ */

static void its_task_has_the_keys_of_the_root(void **unused)
{
    struct tiny t;
    struct hr_key key = {
        .name = "product", .name_key = 7, .count = 1000000, .uniform = true};

    (void)unused;
    tiny_init(&t, 100 * HR_SECOND);
    t.plan.keys = &key;
    t.plan.n_keys = 1;
    box(&t, "near");
    const struct hr_step wait = tiny_wait(1);
    hand(&t, "first", "near", 1, &wait);
    messaged_clients(&t, "near", 1, one);
    t.sites[0].o.key = 0; /* what the message is sent by */
    tiny_run(&t);
    const uint64_t root = hr_mix(t.components[tiny_component(&t, "clients")].name_key, 0);
    struct hr_draws d = hr_draws(hr_stream(1, 0), root, key.name_key + 13);
    assert_int_equal(hand_of(&t, "first")->value, hr_draw_below(&d, key.count));
    assert_int_equal(hand_of(&t, "first")->hash_key, 0);
    tiny_free(&t);
}

static void each_handing_over_draws_anew_and_the_message_stays_the_same(void **unused)
{
    struct tiny t;

    (void)unused;
    tiny_init(&t, 100 * HR_SECOND);
    box(&t, "near");
    const struct hr_step wait = tiny_wait(1);
    hand(&t, "first", "near", 1, &wait)->fails = 2;
    messaged_clients(&t, "near", 1, one);
    const struct hr_record *r = tiny_run(&t);
    const struct hand *h = hand_of(&t, "first");
    assert_int_equal(h->begun, 3);
    assert_int_equal(h->d.number, 3);
    assert_true(h->key[0] != h->key[1] && h->key[1] != h->key[2]);
    const uint32_t op = t.components[tiny_component(&t, "first")].message_op;
    const uint64_t of = hr_mix(h->d.key, t.operations[op].name_key);
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(h->key[i], hr_mix(of, i + 1));
    assert_int_equal(messaged_mail(&t, r, "near")->in, 1);
    assert_int_equal(messaged_mail(&t, r, "near")->redelivered, 2);
    tiny_free(&t);
}

/* --- draws --------------------------------------------------------------------------------- */

struct drawn {
    uint32_t n;
    uint64_t key[256];
    double value[256];
};

static void note_draw(void *ctx, const char *what, uint64_t key, double value)
{
    struct drawn *d = ctx;

    if (strcmp(what, "message") != 0)
        return;
    assert_true(d->n < 256);
    d->key[d->n] = key;
    d->value[d->n++] = value;
}

/* 40 messages, a new one every 100 ms, whose work is drawn. */
static void draw_with(int64_t batch, hr_time window, struct drawn *d)
{
    const struct hr_run_options o = {.seed = 1, .dump = note_draw, .dump_ctx = d};
    hr_time at[40];
    struct tiny t;

    tiny_init(&t, 100 * HR_SECOND);
    messaged_queue(&t, "near");
    struct hr_function_conf *conf = messaged_consumer(&t, "mailer", "near", 2);
    const struct hr_step work = {.kind = HR_STEP_WORK, .law = hr_law_exponential(0.15)};
    conf->from->batch = batch;
    conf->from->wait = window;
    messaged_do(&t, 1, &work);
    for (uint32_t i = 0; i < 40; i++)
        at[i] = MS(100 * i);
    messaged_clients(&t, "near", 40, at);
    t.run = hr_run_create(&t.plan, &o);
    while (hr_run_advance(t.run, 1000))
        ;
    const struct hr_record *r = hr_run_finish(t.run);
    assert_int_equal(r->n_violations, 0);
    assert_int_equal(r->rows[0].completed, 40);
    tiny_free(&t);
}

static void what_a_message_draws_does_not_depend_on_its_batch(void **unused)
{
    static struct drawn alone, batched;

    (void)unused;
    draw_with(1, 0, &alone);
    draw_with(7, HR_SECOND, &batched);
    assert_int_equal(alone.n, 40);
    assert_int_equal(batched.n, 40);
    for (uint32_t i = 0; i < 40; i++) {
        uint32_t k = 0;

        while (k < 40 && batched.key[k] != alone.key[i])
            k++;
        assert_true(k < 40);
        assert_true(batched.value[k] == alone.value[i]);
    }
}

/* --- who takes ----------------------------------------------------------------------------- */

static void consumers_take_in_turn(void **unused)
{
    hr_time at[10];
    struct tiny t;

    (void)unused;
    tiny_init(&t, 100 * HR_SECOND);
    box(&t, "near");
    const struct hr_step wait = tiny_wait(10);
    hand(&t, "left", "near", 1, &wait);
    hand(&t, "right", "near", 1, &wait);
    for (uint32_t i = 0; i < 10; i++)
        at[i] = MS(1000 * (i + 1));
    messaged_clients(&t, "near", 10, at);
    tiny_run(&t);
    assert_int_equal(hand_of(&t, "left")->begun, 5);
    assert_int_equal(hand_of(&t, "right")->begun, 5);
    tiny_free(&t);
}

/* A thousand messages whose steps take no time: events of one instant, not a deep stack. */
static void messages_that_take_no_time_are_done_at_once(void **unused)
{
    static hr_time at[1000];
    struct tiny t;

    (void)unused;
    tiny_init(&t, 100 * HR_SECOND);
    box(&t, "near");
    const struct hr_step none = tiny_wait(0);
    hand(&t, "first", "near", 1, &none);
    for (uint32_t i = 0; i < 1000; i++)
        at[i] = MS(1000);
    messaged_clients(&t, "near", 1000, at);
    const struct hr_record *r = tiny_run(&t);
    assert_int_equal(r->rows[0].completed, 1000);
    assert_int_equal(r->rows[0].completion.max, 0);
    tiny_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_complete_when_the_messages_of_its_messages_are_done),
        cmocka_unit_test(a_request_that_sends_nothing_is_complete_when_it_is_answered),
        cmocka_unit_test(a_request_that_failed_and_sent_nothing_is_left_out),
        cmocka_unit_test(a_message_to_whom_is_lost_makes_its_request_incomplete),
        cmocka_unit_test(a_message_to_a_service_is_done_when_that_has_answered),
        cmocka_unit_test(what_is_not_done_at_the_end_of_the_drain_is_outstanding),
        cmocka_unit_test(messages_are_followed_beyond_the_horizon),
        cmocka_unit_test(its_task_has_the_keys_of_the_root),
        cmocka_unit_test(each_handing_over_draws_anew_and_the_message_stays_the_same),
        cmocka_unit_test(what_a_message_draws_does_not_depend_on_its_batch),
        cmocka_unit_test(consumers_take_in_turn),
        cmocka_unit_test(messages_that_take_no_time_are_done_at_once),
    };
    return cmocka_run_group_tests_name("messages", tests, NULL, NULL);
}

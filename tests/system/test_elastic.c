/* tests/system/test_elastic.c - fleets that grow and shrink, what comes back staggered, and
 * what is billed by the hour. */
#include "tests/support/tiny.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* --- a model that does at given times what a script says --------------------------------- */

enum deed { LAUNCH, SERVE, DRAIN, GONE, HALVE };
struct line {
    hr_time at;
    enum deed deed;
    uint32_t slot;
};
struct script {
    struct hr_fleet_conf fleet;
    uint32_t most, n;
    struct line lines[16];
    uint32_t got[16]; /* what each line's launch returned */
    double used_at_gone;
};
enum { USAGE_INSTANCE, USAGE_CALLS };

static struct script *script_of(struct hr_run *run, hr_part p)
{
    union {
        const void *conf;
        struct script *script;
    } u = {.conf = hr_conf(run, p)};

    return u.script; /* the test owns it and reads what happened */
}

static void start_elastic(struct hr_run *run, hr_part p)
{
    const struct script *s = hr_conf(run, p);

    hr_fleet_make_slots(run, p, &s->fleet, s->most);
    for (uint32_t i = 0; i < s->n; i++)
        hr_control_set(run, p, s->lines[i].at, i, 0);
}

static void do_line(struct hr_run *run, hr_part p, uint32_t tag, uint64_t data)
{
    struct script *s = script_of(run, p);
    const struct line *l = &s->lines[tag];
    const uint32_t i = hr_fleet_first(run, p) + l->slot;

    (void)data;
    switch (l->deed) {
    case LAUNCH:
        s->got[tag] = hr_fleet_launch(run, p, 0);
        hr_usage_level(run, p, USAGE_INSTANCE, s->got[tag] != HR_NONE);
        break;
    case SERVE:
        hr_instance_serve(run, i);
        break;
    case DRAIN:
        hr_instance_drain(run, i);
        break;
    case GONE:
        s->used_at_gone = hr_instance_used(run, i);
        hr_instance_gone(run, i, HR_FATE_FAIL);
        hr_usage_level(run, p, USAGE_INSTANCE, -1);
        break;
    case HALVE:
        hr_instance_cores(run, i, 0.5);
    }
}

static void arrive_elastic(struct hr_run *run, hr_part p, hr_call c)
{
    hr_usage_add(run, p, USAGE_CALLS, 1);
    for (uint32_t k = 0; k < hr_fleet_count(run, p); k++)
        if (hr_instance_open(run, hr_fleet_first(run, p) + k)) {
            hr_instance_admit(run, hr_fleet_first(run, p) + k, c);
            return;
        }
    hr_done(run, c, HR_REFUSED);
}

static const struct hr_dimension usage[] = {
    [USAGE_INSTANCE] = {"instance", "1", "Instances.", true},
    [USAGE_CALLS] = {"calls", "1", "Calls.", false},
    {0},
};
static const struct hr_model elastic = {
    .kind = "elastic",
    .ops = HR_OPS_DECLARED,
    .fate = HR_FATE_FAIL,
    .usage = usage,
    .start = start_elastic,
    .timer = do_line,
    .arrive = arrive_elastic,
};

/* A fleet of `most` slots that does `lines`, asked for 10 ms of work at each of `at`. */
static void make(struct tiny *t, struct script *s, hr_time horizon, uint32_t n,
                 const hr_time *at)
{
    const struct hr_step work = tiny_work(10);

    s->fleet = (struct hr_fleet_conf){.cores = 1, .queue = -1, .speed = 1};
    tiny_init(t, horizon);
    tiny_service(t, "app");
    t->components[0].model = &elastic;
    t->components[0].conf = s;
    tiny_clients(t, tiny_op(t, "do", 1, &work), tiny_plain(), n, at);
}

/* --- coming and going ---------------------------------------------------------------------- */

static void an_instance_is_given_calls_from_when_it_serves_until_it_drains(void **unused)
{
    static const hr_time at[] = {MS(5), MS(15), MS(35)};
    struct script s = {
        .most = 1,
        .n = 3,
        .lines = {{MS(0), LAUNCH, 0}, {MS(10), SERVE, 0}, {MS(20), DRAIN, 0}}};
    struct tiny t;

    (void)unused;
    make(&t, &s, HR_SECOND, 3, at);
    const struct hr_record *r = tiny_run(&t);
    assert_int_equal(r->rows[0].refused, 2);
    assert_int_equal(r->rows[0].good, 1); /* begun at 15 ms, ended while it drains */
    tiny_free(&t);
}

static void calls_on_an_instance_that_goes_fail(void **unused)
{
    static const hr_time at[] = {MS(15)};
    struct script s = {
        .most = 1,
        .n = 3,
        .lines = {{MS(0), LAUNCH, 0}, {MS(10), SERVE, 0}, {MS(20), GONE, 0}}};
    struct tiny t;

    (void)unused;
    make(&t, &s, HR_SECOND, 1, at);
    assert_int_equal(tiny_run(&t)->rows[0].failed, 1);
    assert_true(s.used_at_gone == 5e6);
    tiny_free(&t);
}

static void a_full_fleet_launches_nothing_more(void **unused)
{
    struct script s = {
        .most = 2,
        .n = 3,
        .lines = {{MS(0), LAUNCH, 0}, {MS(1), LAUNCH, 0}, {MS(2), LAUNCH, 0}}};
    struct tiny t;

    (void)unused;
    make(&t, &s, HR_SECOND, 0, NULL);
    tiny_run(&t);
    assert_int_equal(s.got[1], s.got[0] + 1);
    assert_true(s.got[2] == HR_NONE);
    tiny_free(&t);
}

static void a_slot_that_is_used_again_is_not_held_by_what_held_the_one_before(void **unused)
{
    static const hr_time at[] = {MS(45)};
    struct script s = {.most = 1,
                       .n = 5,
                       .lines = {{MS(0), LAUNCH, 0},
                                 {MS(1), SERVE, 0},
                                 {MS(20), GONE, 0},
                                 {MS(21), LAUNCH, 0},
                                 {MS(40), SERVE, 0}}};
    struct tiny t;

    (void)unused;
    make(&t, &s, HR_SECOND, 1, at);
    tiny_disturb(&t, HR_VERB_LOSE, 0, MS(10), MS(500));
    assert_int_equal(tiny_run(&t)->rows[0].good, 1);
    tiny_free(&t);
}

static void a_new_instance_is_slow_while_all_of_its_component_is(void **unused)
{
    static const hr_time at[] = {MS(30)};
    struct script s = {
        .most = 1, .n = 2, .lines = {{MS(20), LAUNCH, 0}, {MS(21), SERVE, 0}}};
    struct tiny t;

    (void)unused;
    make(&t, &s, HR_SECOND, 1, at);
    tiny_disturb(&t, HR_VERB_SLOW, 0, MS(10), MS(500))->by = 4;
    const struct hr_record *r = tiny_run(&t);
    assert_int_equal(r->rows[0].latency.max, MS(40));
    tiny_free(&t);
}

static void a_cap_on_the_cores_stretches_the_work_that_is_left(void **unused)
{
    static const hr_time at[] = {MS(10)};
    struct script s = {
        .most = 1,
        .n = 3,
        .lines = {{MS(0), LAUNCH, 0}, {MS(1), SERVE, 0}, {MS(14), HALVE, 0}}};
    struct tiny t;

    (void)unused;
    make(&t, &s, HR_SECOND, 1, at);
    const struct hr_record *r = tiny_run(&t);
    assert_int_equal(r->rows[0].latency.max, MS(16)); /* 4 ms at full, 6 ms at half speed */
    tiny_free(&t);
}

/* --- staggered returns --------------------------------------------------------------------- */

static void what_was_lost_comes_back_one_by_one_within_the_time_given(void **unused)
{
    static const hr_time at[] = {HR_SECOND};
    const struct hr_step work = tiny_work(10);
    struct tiny t;

    (void)unused;
    tiny_init(&t, 100 * HR_SECOND);
    tiny_service(&t, "app")->instances = 40;
    tiny_clients(&t, tiny_op(&t, "do", 1, &work), tiny_plain(), 1, at);
    tiny_disturb(&t, HR_VERB_LOSE, 0, 10 * HR_SECOND, 10 * HR_SECOND)->stagger =
        20 * HR_SECOND;
    const struct hr_record *r = tiny_run(&t);
    const struct hr_integral *up = &r->parts[0].up;

    assert_int_equal(up->level, 40);
    /* None between 10 and 20 s, all from 40 s on; between, each is away for a uniform share of
     * 20 s: 400 +- 5 x 20 s / sqrt(12) x sqrt(40) instance-seconds at 1e-6. */
    const double away = 40 * 100.0 - (double)hr_integral_area(up) / 1e9;
    assert_true(away > 40 * 10 + 400 - 183 && away < 40 * 10 + 400 + 183);
    tiny_free(&t);
}

/* --- usage --------------------------------------------------------------------------------- */

static void levels_are_billed_by_time_and_counts_by_number_in_each_hour(void **unused)
{
    static const hr_time at[] = {30 * HR_MINUTE, 61 * HR_MINUTE, 62 * HR_MINUTE};
    struct script s = {.most = 2,
                       .n = 4,
                       .lines = {{MS(0), LAUNCH, 0},
                                 {MS(1), SERVE, 0},
                                 {90 * HR_MINUTE, LAUNCH, 0},
                                 {100 * HR_MINUTE, GONE, 1}}};
    struct tiny t;

    (void)unused;
    make(&t, &s, 150 * HR_MINUTE, 3, at);
    const struct hr_record *r = tiny_run(&t);
    const struct hr_part_record *p = &r->parts[0];

    assert_int_equal(r->n_hours, 3);
    assert_int_equal(p->usage_hours[3 * USAGE_CALLS + 0], 1);
    assert_int_equal(p->usage_hours[3 * USAGE_CALLS + 1], 2);
    assert_int_equal(p->usage[USAGE_CALLS], 3);
    assert_int_equal(p->usage_hours[3 * USAGE_INSTANCE + 0], 3600);
    assert_int_equal(p->usage_hours[3 * USAGE_INSTANCE + 1], 3600 + 600);
    assert_int_equal(p->usage_hours[3 * USAGE_INSTANCE + 2],
                     1800); /* half an hour is left */
    assert_int_equal(p->usage[USAGE_INSTANCE], 9600);
    tiny_free(&t);
}

#define TEST(f) cmocka_unit_test(f)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_instance_is_given_calls_from_when_it_serves_until_it_drains),
        TEST(calls_on_an_instance_that_goes_fail),
        TEST(a_full_fleet_launches_nothing_more),
        TEST(a_slot_that_is_used_again_is_not_held_by_what_held_the_one_before),
        TEST(a_new_instance_is_slow_while_all_of_its_component_is),
        TEST(a_cap_on_the_cores_stretches_the_work_that_is_left),
        TEST(what_was_lost_comes_back_one_by_one_within_the_time_given),
        TEST(levels_are_billed_by_time_and_counts_by_number_in_each_hour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

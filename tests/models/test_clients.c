/* tests/models/test_clients.c - what clients promise, with plans made by hand. */
#include "tests/support/asked.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static size_t first_measured(const struct asked *s)
{
    size_t i = 0;

    while (i < s->n && s->at[i] < 0)
        i++;
    return i;
}

static void the_warmup_changes_nothing_that_is_measured(void **unused)
{
    static struct asked cold, warm;
    struct tiny t;

    (void)unused;
    asked_setting(&t, 12.5, 100 * HR_SECOND);
    asked_in(&t, &cold);
    t.plan.warmup = 77 * HR_SECOND;
    asked_in(&t, &warm);
    tiny_free(&t);
    const size_t first = first_measured(&warm);
    assert_in_range(first, 77 * 12.5 - 160, 77 * 12.5 + 160);
    assert_true(cold.n > 1000 && warm.n >= first + cold.n - 1);
    for (size_t i = 0; i < cold.n - 1; i++) {
        assert_true(warm.at[first + i] == cold.at[i]);
        assert_true(warm.key[first + i] == cold.key[i]);
    }
    for (size_t i = 0; i < first; i++) /* nor are they the same requests */
        assert_true(warm.key[i] != warm.key[first + i]);
}

static void twice_the_rate_brings_the_same_requests_in_half_the_time(void **unused)
{
    static struct asked one, two;
    struct tiny t;

    (void)unused;
    struct hr_clients_conf *conf = asked_setting(&t, 5, 200 * HR_SECOND);
    asked_in(&t, &one);
    conf->rate = 10;
    asked_in(&t, &two);
    tiny_free(&t);
    for (size_t i = 0; i < 900; i++) {
        assert_true(one.key[i] == two.key[i]);
        assert_true(fabs(one.at[i] - 2 * two.at[i]) < 1e-8);
    }
}

static void the_warmup_has_the_rate_of_zero(void **unused)
{
    struct hr_shape_step later[] = {{.at = 0, .to = 4.0}, {.at = HR_SECOND, .to = 0.5}};
    struct hr_shape shape = {.steps = {2, later}};
    static struct asked s;
    struct tiny t;

    (void)unused;
    struct hr_clients_conf *conf = asked_setting(&t, 10, 2 * HR_SECOND);
    conf->shape = (struct hr_items){1, &shape};
    t.plan.warmup = 100 * HR_SECOND;
    asked_in(&t, &s);
    tiny_free(&t);
    assert_in_range(first_measured(&s), 4000 - 320, 4000 + 320); /* 5 standard deviations */
}

/* The spike is at 60 s, ten times as much for 20 s; the slope before it stays. */
static void an_ordinary_run_has_no_spikes_and_is_the_same_until_the_first(void **unused)
{
    struct hr_shape_ramp up = {.from = 1, .to = 2, .over = 30 * HR_SECOND};
    struct hr_shape_spike sale = {.at = HR_MINUTE, .to = 10, .hold = 20 * HR_SECOND};
    struct hr_shape shapes[] = {{.ramp = &up}, {.spike = &sale}};
    static struct asked all, plain;
    struct tiny t;
    size_t i = 0;

    (void)unused;
    struct hr_clients_conf *conf = asked_setting(&t, 10, 100 * HR_SECOND);
    conf->shape = (struct hr_items){2, shapes};
    asked_in(&t, &all);
    asked_by(&t, &plain, (struct hr_run_options){.ordinary = true});
    tiny_free(&t);
    for (; plain.at[i] < 60; i++)
        assert_true(all.at[i] == plain.at[i] && all.key[i] == plain.key[i]);
    assert_in_range(i, 1050 - 160, 1050 + 160);
    assert_in_range(plain.n, 1850 - 210, 1850 + 210);
    assert_true(all.n > plain.n + 3600 - 300);
}

static void a_spike_is_what_happens_once(void **unused)
{
    struct hr_shape_ramp up = {.from = 1, .to = 2, .over = 30 * HR_SECOND};
    struct hr_shape_spike sale = {.at = HR_MINUTE,
                                  .to = 10,
                                  .rise = 1,
                                  .hold = 20,
                                  .fall = 300,
                                  .name = "flash sale"};
    struct hr_shape shapes[] = {{.ramp = &up}, {.spike = &sale}};
    struct hr_one_off o;
    struct tiny t;

    (void)unused;
    struct hr_clients_conf *conf = asked_setting(&t, 10, 100 * HR_SECOND);
    conf->shape = (struct hr_items){2, shapes};
    assert_true(hr_clients_model.one_off(conf, 0, &o));
    assert_string_equal(o.name, "flash sale");
    assert_int_equal(o.begin, HR_MINUTE);
    assert_int_equal(o.end, HR_MINUTE + 321);
    assert_true(o.factor == 10);
    assert_false(hr_clients_model.one_off(conf, 1, &o));
    tiny_free(&t);
}

static void arrivals_go_on_after_the_horizon_unmeasured(void **unused)
{
    struct tiny t;

    (void)unused;
    struct hr_clients_conf *conf = asked_setting(&t, 100, 10 * HR_SECOND);
    struct hr_service_conf *server =
        (struct hr_service_conf *)(uintptr_t)t.components[0].conf;
    server->fleet.speed = 0.05; /* 20 ms of work each, at 100/s: it takes twice as long */
    const struct hr_record *r = modelled_run(&t, 0);
    (void)conf;
    assert_int_equal(r->rows[0].valid, r->rows[0].good);
    assert_true(r->simulated_tasks > r->rows[0].valid + 500);
    tiny_free(&t);
}

static void users_think_ask_and_wait_in_a_circle(void **unused)
{
    struct tiny t;

    (void)unused;
    struct hr_clients_conf *conf = asked_setting(&t, 0, 1000 * HR_SECOND);
    conf->users = 3;
    conf->think = hr_law_constant(1.999);
    t.plan.warmup = 10 * HR_SECOND;
    const struct hr_record *r = modelled_run(&t, 0);
    /* 1 ms of work and 1.999 s of think: a request every 2 s each, but when they collide */
    assert_in_range(r->rows[0].valid, 1499, 1501);
    const double thinking = hr_integral_mean(&r->parts[1].gauges[0]);
    assert_true(fabs(thinking - 3 * 1.999 / 2) < 0.002);
    tiny_free(&t);
}

/* Five users who think 1 s on average, one server of 0.25 s: exact for exponential laws. */
static void a_closed_loop_has_the_throughput_of_mean_value_analysis(void **unused)
{
    const struct hr_step work = modelled_work(hr_law_exponential(0.25));
    double q = 0, x = 0;
    struct tiny t;

    (void)unused;
    for (int n = 1; n <= 5; n++) {
        const double response = 0.25 * (1 + q);
        x = n / (1 + response);
        q = x * response;
    }
    tiny_init(&t, 40000 * HR_SECOND);
    t.plan.warmup = 100 * HR_SECOND;
    modelled_service(&t, "server", 1);
    struct hr_clients_conf *conf =
        modelled_clients(&t, tiny_op(&t, "job", 1, &work), tiny_plain(), 0);
    conf->users = 5;
    conf->think = hr_law_exponential(1);
    const struct hr_record *r = modelled_run(&t, 0);
    const double measured = (double)r->rows[0].valid / 40000;
    if (!(fabs(measured / x - 1) < 0.015))
        fail_msg("%g requests a second, not %g", measured, x);
    tiny_free(&t);
}

static void places_follow_their_own_day(void **unused)
{
    static const double upto[] = {0.5, 1.0};
    static const uint32_t at[] = {1, 2};
    const struct hr_link far = {.name = "far", .latency = hr_law_constant(1)};
    struct hr_shape_daily day = {.low = 0, .peak = 2, .peak_at = 12 * HR_HOUR};
    struct hr_shape shape = {.daily = &day};
    struct tiny t;

    (void)unused;
    struct hr_clients_conf *conf = asked_setting(&t, 0.1, HR_DAY);
    conf->from = (struct hr_shares){.n = 2, .at = at, .upto = upto};
    conf->shape = (struct hr_items){1, &shape};
    t.plan.n_places = 4;
    t.places[2].utc_offset = 12 * HR_HOUR;
    t.components[0].place = 3;
    t.links[2 * 4 + 3] = &far; /* tells the second place's requests by their latency */
    const struct hr_record *r = modelled_run(&t, 0);
    /* half is at noon when half is at midnight: the whole is level */
    uint64_t morning = 0;
    double daylight = 0, of_second = 0;
    for (uint32_t b = 0; b < r->n_buckets; b++) {
        const struct hr_hist *h = &r->rows[0].over_time[b];
        morning += b < r->n_buckets / 2 ? r->rows[0].arrivals[b] : 0;
        if (b < r->n_buckets / 4 || b >= r->n_buckets / 4 * 3)
            continue;
        daylight += (double)h->total;
        of_second += (double)h->total - hr_hist_count_le(h, 500 * HR_MILLISECOND);
    }
    assert_in_range(r->rows[0].valid, 8640 - 465, 8640 + 465);
    assert_in_range(morning, 4320 - 330, 4320 + 330);
    /* from 6 to 18 h the second place has 1/2 - 1/pi of all that comes */
    assert_true(fabs(of_second / daylight - 0.18169) < 0.03);
    tiny_free(&t);
}

static void operations_follow_the_mix(void **unused)
{
    const struct hr_step work = tiny_work(1);
    static const double upto[] = {0.2, 1.0};
    struct tiny t;

    (void)unused;
    tiny_init(&t, 1000 * HR_SECOND);
    modelled_service(&t, "server", 1);
    const uint32_t a = tiny_op(&t, "a", 1, &work), b = tiny_op(&t, "b", 1, &work);
    struct hr_clients_conf *conf = modelled_clients(&t, a, tiny_plain(), 10);
    const struct hr_step call = tiny_call(&t, b, tiny_plain());
    const uint32_t own = tiny_op(&t, "b", 1, &call);
    t.operations[own].row = t.plan.n_rows++;
    t.rows[1] = t.rows[0];
    t.rows[1].name = "b";
    t.rows[1].op = own;
    t.rows[1].site = call.site;
    const uint32_t at[] = {conf->mix.at[0], own};
    conf->mix = (struct hr_shares){.n = 2, .at = at, .upto = upto};
    const struct hr_record *r = modelled_run(&t, 0);
    assert_in_range(r->rows[0].valid, 2000 - 220, 2000 + 220);
    assert_in_range(r->rows[1].valid, 8000 - 450, 8000 + 450);
    tiny_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_warmup_changes_nothing_that_is_measured),
        cmocka_unit_test(twice_the_rate_brings_the_same_requests_in_half_the_time),
        cmocka_unit_test(the_warmup_has_the_rate_of_zero),
        cmocka_unit_test(an_ordinary_run_has_no_spikes_and_is_the_same_until_the_first),
        cmocka_unit_test(a_spike_is_what_happens_once),
        cmocka_unit_test(arrivals_go_on_after_the_horizon_unmeasured),
        cmocka_unit_test(users_think_ask_and_wait_in_a_circle),
        cmocka_unit_test(a_closed_loop_has_the_throughput_of_mean_value_analysis),
        cmocka_unit_test(places_follow_their_own_day),
        cmocka_unit_test(operations_follow_the_mix),
    };
    return cmocka_run_group_tests_name("clients", tests, NULL, NULL);
}

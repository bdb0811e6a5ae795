/* tests/models/test_third_party.c - what a third party promises, with plans made by hand. */
#include "tests/support/modelled.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct hr_third_party_conf *setting(struct tiny *t, struct hr_law latency,
                                           double rate)
{
    tiny_init(t, 1000 * HR_SECOND);
    struct hr_third_party_conf *conf = modelled_third_party(t, "bank", latency);
    /* It accepts any operation: one without steps. */
    const struct hr_step unused = tiny_wait(0);
    const uint32_t op = tiny_op(t, "charge", 1, &unused);
    modelled_clients(t, op, tiny_plain(), rate);
    return conf;
}

static void latency_does_not_depend_on_load(void **unused)
{
    struct tiny t;

    (void)unused;
    setting(&t, hr_law_constant(0.8), 50);
    const struct hr_record *r = modelled_run(&t, 0);
    assert_int_equal(r->rows[0].latency.min, 800 * HR_MILLISECOND);
    assert_int_equal(r->rows[0].latency.max, 800 * HR_MILLISECOND);
    tiny_free(&t);
}

static void fails_its_share_after_the_same_time(void **unused)
{
    struct tiny t;

    (void)unused;
    setting(&t, hr_law_constant(0.8), 50)->failures = 0.1;
    const struct hr_record *r = modelled_run(&t, 0);
    assert_in_range(r->rows[0].failed, 5000 - 350, 5000 + 350);
    assert_int_equal(r->parts[0].sojourn.min, 800 * HR_MILLISECOND);
    tiny_free(&t);
}

static void slow_multiplies_the_latency_of_what_comes_meanwhile(void **unused)
{
    struct tiny t;

    (void)unused;
    setting(&t, hr_law_constant(0.8), 50);
    tiny_disturb(&t, HR_VERB_SLOW, 0, 100 * HR_SECOND, 100 * HR_SECOND)->by = 20;
    const struct hr_record *r = modelled_run(&t, 0);
    const double slow =
        (double)r->rows[0].valid - hr_hist_count_le(&r->rows[0].latency, HR_SECOND);
    assert_true(slow > 5000 - 350 && slow < 5000 + 350);
    assert_int_equal(r->rows[0].latency.max, 16 * HR_SECOND);
    tiny_free(&t);
}

static void throttles_what_exceeds_its_limit(void **unused)
{
    struct tiny t;

    (void)unused;
    struct hr_third_party_conf *conf = setting(&t, hr_law_constant(0.01), 50);
    conf->limit = 20;
    conf->burst = 20;
    const struct hr_record *r = modelled_run(&t, 0);
    assert_in_range(r->rows[0].good, 20000, 20020);
    assert_int_equal(r->rows[0].throttled + r->rows[0].good, r->rows[0].valid);
    tiny_free(&t);
}

/* Erlang's loss system: M/G/c/c with load 5 and c = 5 loses B(5, 5) = 28.49%. */
static void throttles_what_exceeds_its_concurrency(void **unused)
{
    struct tiny t;

    (void)unused;
    setting(&t, hr_law_exponential(0.1), 50)->concurrency = 5;
    const struct hr_record *r = modelled_run(&t, 0);
    const double lost = (double)r->rows[0].throttled / (double)r->rows[0].valid;
    assert_true(lost > 0.2749 && lost < 0.2949);
    assert_true(r->parts[0].gauges[0].max == 5);
    tiny_free(&t);
}

static void what_it_had_when_it_is_lost_no_longer_counts(void **unused)
{
    struct tiny t;

    (void)unused;
    struct hr_third_party_conf *conf = setting(&t, hr_law_constant(5), 1);
    conf->concurrency = 20;
    tiny_disturb(&t, HR_VERB_LOSE, 0, 100 * HR_SECOND, 10 * HR_SECOND);
    const struct hr_record *r = modelled_run(&t, 0);
    assert_int_equal(r->rows[0].throttled, 0);
    assert_in_range(r->rows[0].failed, 5, 30);
    const double open = hr_integral_mean(&r->parts[0].gauges[0]);
    assert_true(open > 4 && open < 6);
    tiny_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(latency_does_not_depend_on_load),
        cmocka_unit_test(fails_its_share_after_the_same_time),
        cmocka_unit_test(slow_multiplies_the_latency_of_what_comes_meanwhile),
        cmocka_unit_test(throttles_what_exceeds_its_limit),
        cmocka_unit_test(throttles_what_exceeds_its_concurrency),
        cmocka_unit_test(what_it_had_when_it_is_lost_no_longer_counts),
    };
    return cmocka_run_group_tests_name("third_party", tests, NULL, NULL);
}

/* tests/scenario/test_messaging.c - queues and functions as written to plans. */
#include "tests/scenario/loaded.h"

#include "models/compute/function.h"
#include "models/messaging/queue.h"

#define QUEUES                                                                             \
    "  emails: { kind: queue, receives: 3, dead_letters: lost }\n  lost: { kind: queue "   \
    "}\n"
#define MAILER "  mailer: { kind: function, cold_start: 80ms, from: emails, do: "
#define SENDS  STEPS("[ { send: emails } ]") QUEUES

static void a_queue_named_alone_is_asked_for_a_message(void **state)
{
    const struct hr_plan *p = load(*state, SENDS MAILER "[ { work: 4ms } ] }\n");
    const struct hr_operation *op = operation(p, "emails", "message");

    assert_ptr_equal(&p->operations[p->sites[home(p)[0].site].op], op);
    assert_true(p->sites[home(p)[0].site].is_send);
    assert_string_equal(p->sites[home(p)[0].site].label, "app.home -> emails.message");
}

static void a_queue_can_be_asked_anything(void **state)
{
    const struct hr_plan *p =
        load(*state, STEPS("[ { send: emails.welcome }, { call: emails.bill } ]")
                         QUEUES MAILER "[ { work: 4ms } ] }\n");

    assert_non_null(operation(p, "emails", "welcome"));
    assert_non_null(operation(p, "emails", "bill"));
}

static void what_a_consumer_does_is_its_operation_message(void **state)
{
    const struct hr_plan *p = load(
        *state, SENDS MAILER "[ { work: 4ms }, { call: bank.charge, timeout: 1s } ] }\n"
                             "  bank: { kind: third_party, latency: exponential(90ms) }\n");
    const struct hr_component *mailer = &p->components[component(p, "mailer")];
    const struct hr_operation *op = &p->operations[mailer->message_op];
    const struct hr_function_conf *conf = mailer->conf;

    assert_string_equal(op->name, "message");
    assert_int_equal(op->component, component(p, "mailer"));
    assert_int_equal(op->conf->steps.n, 2);
    assert_int_equal(conf->from->queue, component(p, "emails"));
    assert_int_equal(conf->from->batch, 10);
    assert_int_equal(conf->from->concurrency, 1000);
    assert_int_equal(p->components[component(p, "app")].message_op, HR_NONE);
    assert_string_equal(p->sites[p->steps[op->conf->steps.first + 1].site].label,
                        "mailer.message -> bank.charge");
}

static void a_function_may_answer_and_take_messages(void **state)
{
    const struct hr_plan *p =
        load(*state, SENDS MAILER "{ work: 4ms }, operations: { ping: { work: 1ms } } }\n");

    assert_non_null(operation(p, "mailer", "ping"));
    assert_non_null(operation(p, "mailer", "message"));
}

static void dead_letters_are_an_operation_of_another_queue(void **state)
{
    const struct hr_plan *p = load(*state, SENDS MAILER "[ { work: 4ms } ] }\n");
    const struct hr_queue_conf *conf = p->components[component(p, "emails")].conf;

    assert_ptr_equal(&p->operations[conf->dead_letters], operation(p, "lost", "message"));
}

static void nothing_of_a_queue_is_out_of_reach(void **state)
{
    struct fixture *f = *state;
    const struct hr_scenario *s = load_with(f, SENDS MAILER "[ { work: 4ms } ] }\n", NULL);

    hr_scenario_analyse(s, &f->ds);
    assert_null(said(f, HR_W101));
}

static void a_consumer_of_messages_that_never_end_is_warned_of(void **state)
{
    struct fixture *f = *state;
    const struct hr_scenario *s =
        load_with(f, SENDS MAILER "[ { work: 4ms }, { send: emails } ] }\n", NULL);

    hr_scenario_analyse(s, &f->ds);
    assert_non_null(said(f, HR_W112));
}

static void work_of_messages_counts_in_the_load(void **state)
{
    struct fixture *f = *state;
    const struct hr_scenario *s =
        load_with(f,
                  SENDS "  mailer: { kind: function, cold_start: 80ms, concurrency: 2, "
                        "memory: 1769MiB, from: emails, do: { work: 250ms } }\n",
                  NULL);

    hr_scenario_analyse(s, &f->ds); /* ten a second, two cores */
    assert_non_null(said(f, HR_W102));
}

static void messages_are_taken_from_what_keeps_them(void **state)
{
    refuse(*state,
           STEPS("[ { work: 1ms } ]") "  mailer: { kind: function, cold_start: 80ms, from: "
                                      "app, do: { work: 1ms } }\n",
           HR_E412);
}

static void from_needs_do(void **state)
{
    refuse(*state,
           SENDS "  mailer: { kind: function, cold_start: 80ms, from: emails, "
                 "operations: { ping: { work: 1ms } } }\n",
           HR_E202);
}

static void do_needs_from(void **state)
{
    refuse(*state,
           SENDS "  mailer: { kind: function, cold_start: 80ms, do: { work: 1ms } }\n",
           HR_E211);
}

static void the_name_message_is_taken_by_do(void **state)
{
    refuse(*state, SENDS MAILER "{ work: 4ms }, operations: { message: { work: 1ms } } }\n",
           HR_E410);
}

static void a_function_without_anything_to_do_is_refused(void **state)
{
    refuse(*state, SENDS "  mailer: { kind: function, cold_start: 80ms }\n", HR_E202);
}

static void dead_letters_need_a_limit_of_receives(void **state)
{
    refuse(*state,
           STEPS("[ { send: emails } ]") "  emails: { kind: queue, dead_letters: lost }\n  "
                                         "lost: { kind: queue }\n",
           HR_E211);
}

static void a_fault_in_do_is_said_once_where_it_is(void **state)
{
    struct fixture *f = *state;

    refuse(f, SENDS MAILER "[ { wrok: 4ms } ] }\n", HR_E501);
    assert_int_equal(f->ds.errors, 1);
}

static void products_fill_queues_and_functions(void **state)
{
    const struct hr_plan *p = load(
        *state, STEPS("[ { send: emails } ]") "  emails: { product: aws.sqs.standard }\n"
                                              "  mailer: { product: aws.lambda.python3.12, "
                                              "from: emails, do: { work: 4ms } }\n");
    const struct hr_function_conf *conf = p->components[component(p, "mailer")].conf;
    const double mean = hr_law_mean(&conf->cold_start);

    assert_true(mean > 0.0848 && mean < 0.0850);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_queue_named_alone_is_asked_for_a_message),
        TEST(a_queue_can_be_asked_anything),
        TEST(what_a_consumer_does_is_its_operation_message),
        TEST(a_function_may_answer_and_take_messages),
        TEST(dead_letters_are_an_operation_of_another_queue),
        TEST(nothing_of_a_queue_is_out_of_reach),
        TEST(a_consumer_of_messages_that_never_end_is_warned_of),
        TEST(work_of_messages_counts_in_the_load),
        TEST(messages_are_taken_from_what_keeps_them),
        TEST(from_needs_do),
        TEST(do_needs_from),
        TEST(the_name_message_is_taken_by_do),
        TEST(a_function_without_anything_to_do_is_refused),
        TEST(dead_letters_need_a_limit_of_receives),
        TEST(a_fault_in_do_is_said_once_where_it_is),
        TEST(products_fill_queues_and_functions),
    };
    return cmocka_run_group_tests_name("messaging", tests, NULL, NULL);
}

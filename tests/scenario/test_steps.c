/* tests/scenario/test_steps.c - operations as written to flat arrays of steps. */
#include "tests/scenario/loaded.h"

#include <math.h>

static void a_block_is_contiguous_and_its_inner_blocks_are_elsewhere(void **state)
{
    const struct hr_plan *p =
        load(*state, STEPS("[ { work: 1ms }, { together: [ { wait: 2ms }, [ { wait: 3ms }, "
                           "{ wait: 4ms } ] ] }, { work: 5ms } ]"));
    const struct hr_block all = operation(p, "app", "home")->conf->steps;
    const struct hr_step *s = home(p);

    assert_int_equal(all.n, 3);
    assert_int_equal(p->n_steps, 6 + 1); /* and the call of the shoppers */
    assert_int_equal(s[0].kind, HR_STEP_WORK);
    assert_int_equal(s[1].kind, HR_STEP_TOGETHER);
    assert_int_equal(s[2].kind, HR_STEP_WORK);
    assert_int_equal(s[1].branches.n, 2);
    assert_int_equal(s[1].branches.at[0].block.n, 1);
    assert_int_equal(s[1].branches.at[1].block.n, 2);
    assert_true(s[1].branches.at[1].block.first >= all.first + 3);
    assert_true(fabs(p->steps[s[1].branches.at[1].block.first + 1].law.a - 0.004) < 1e-12);
}

static void steps_of_a_kind_are_numbered_in_order_of_writing(void **state)
{
    const struct hr_plan *p =
        load(*state, STEPS("[ { work: 1ms }, { wait: 1ms }, { together: [ { work: 2ms }, "
                           "{ work: 3ms } ] }, { work: 4ms } ]"));
    const struct hr_step *s = home(p);

    assert_int_equal(s[0].ordinal, 0);
    assert_int_equal(s[1].ordinal, 0); /* the first wait */
    assert_int_equal(p->steps[s[2].branches.at[0].block.first].ordinal, 1);
    assert_int_equal(p->steps[s[2].branches.at[1].block.first].ordinal, 2);
    assert_int_equal(s[3].ordinal, 3);
}

#define BANK "  bank: { kind: third_party, latency: exponential(90ms) }\n"

static void calls_to_one_operation_are_told_apart_in_all_blocks(void **state)
{
    const struct hr_plan *p =
        load(*state, STEPS("[ { call: bank.charge }, { together: [ { call: bank.charge }, "
                           "{ call: bank.refund } ] }, { call: bank.charge } ]") BANK);
    const struct hr_step *s = home(p);

    assert_int_equal(p->sites[s[0].site].ordinal, 0);
    assert_int_equal(p->sites[p->steps[s[1].branches.at[0].block.first].site].ordinal, 1);
    assert_int_equal(p->sites[p->steps[s[1].branches.at[1].block.first].site].ordinal, 0);
    assert_int_equal(p->sites[s[2].site].ordinal, 2);
    assert_string_equal(p->sites[s[2].site].label, "app.home -> bank.charge");
}

static void a_call_counts_before_those_of_its_own_when(void **state)
{
    const struct hr_plan *p = load(
        *state, STEPS("[ { call: bank.charge, when: { fail: [ { call: bank.charge } ] } } "
                      "]") BANK);
    const struct hr_site *first = &p->sites[home(p)->site];
    const struct hr_block fail = first->o.when->block[HR_WHEN_FAIL];

    assert_int_equal(first->ordinal, 0);
    assert_int_equal(fail.n, 1);
    assert_int_equal(p->sites[p->steps[fail.first].site].ordinal, 1);
}

static void a_when_that_is_given_and_empty_is_told_from_one_that_is_absent(void **state)
{
    const struct hr_plan *p =
        load(*state, STEPS("[ { call: bank.charge, when: { fail: [] } } ]") BANK);
    const struct hr_when *w = p->sites[home(p)->site].o.when;

    assert_int_equal(w->block[HR_WHEN_FAIL].first, HR_NONE);
    assert_int_equal(w->block[HR_WHEN_FAIL].n, 0);
    assert_int_equal(w->block[HR_WHEN_MISS].first, 0);
    assert_int_equal(w->block[HR_WHEN_MISS].n, 0);
}

static void an_empty_block_inside_of_a_when_is_just_empty(void **state)
{
    const struct hr_plan *p = load(
        *state,
        STEPS("[ { call: bank.charge, when: { fail: [ { repeat: 2, do: [] } ] } } ]") BANK);
    const struct hr_when *w = p->sites[home(p)->site].o.when;
    const struct hr_step *again = &p->steps[w->block[HR_WHEN_FAIL].first];

    assert_int_equal(again->kind, HR_STEP_REPEAT);
    assert_int_equal(again->branches.at[0].block.first, 0);
    assert_int_equal(again->branches.at[0].block.n, 0);
}

static void options_of_a_call_reach_its_site(void **state)
{
    const struct hr_plan *p = load(
        *state,
        STEPS(
            "[ { call: bank.charge, timeout: 800ms, retry: { attempts: 2, backoff: 1ms }, "
            "breaker: 50%, cancel: propagate, optional: true }, { send: bank.note } ]")
            BANK);
    const struct hr_site *s = &p->sites[home(p)[0].site];

    assert_int_equal(s->o.timeout, 800 * HR_MILLISECOND);
    assert_int_equal(s->o.retry->attempts, 2);
    assert_int_equal(s->o.retry->backoff.lo, HR_MILLISECOND);
    assert_true(fabs(s->o.breaker->open_at - 0.5) < 1e-15);
    assert_int_equal(s->o.cancel, HR_CANCEL_PROPAGATE);
    assert_true(s->o.optional);
    assert_int_equal(s->o.key, HR_NONE);
    assert_false(s->is_send);
    assert_true(p->sites[home(p)[1].site].is_send);
}

static void shares_of_a_choice_accumulate_to_one(void **state)
{
    const struct hr_plan *p =
        load(*state,
             STEPS("[ { choose: [ { share: 20%, work: 1ms }, { share: 80%, do: [ { work: "
                   "2ms }, { wait: 3ms } ] } ] } ]"));
    const struct hr_branches b = home(p)->branches;

    assert_int_equal(b.n, 2);
    assert_true(fabs(b.at[0].upto - 0.2) < 1e-12);
    assert_true(b.at[1].upto >= 1);
    assert_int_equal(b.at[0].block.n, 1);
    assert_int_equal(b.at[1].block.n, 2);
}

static void shares_of_a_choice_that_lack_something_are_refused(void **state)
{
    refuse(
        *state,
        STEPS("[ { choose: [ { share: 20%, work: 1ms }, { share: 70%, work: 2ms } ] } ]"),
        HR_E217);
}

static void a_repeated_block_has_its_count_as_a_law(void **state)
{
    const struct hr_plan *p =
        load(*state, STEPS("[ { repeat: uniform(1..5), do: [ { work: 1ms } ] } ]"));

    assert_int_equal(home(p)->kind, HR_STEP_REPEAT);
    assert_true(fabs(hr_law_mean(&home(p)->law) - 3) < 1e-9);
    assert_int_equal(home(p)->branches.n, 1);
}

static void a_quorum_knows_how_many_it_needs(void **state)
{
    const struct hr_plan *p = load(
        *state,
        STEPS("[ { quorum: 2, of: [ { wait: 1ms }, { wait: 2ms }, { wait: 3ms } ] } ]"));

    assert_int_equal(home(p)->need, 2);
    assert_int_equal(home(p)->branches.n, 3);
}

static void a_hold_finds_its_resource_by_name(void **state)
{
    const struct hr_plan *p = load(
        *state, STEPS("[ { hold: lock, timeout: 5s, do: { work: 1ms } } ] }, resources: { "
                      "pool: 20, lock: { count: 1, per: component }"));
    const struct hr_component *c = &p->components[component(p, "app")];
    const struct hr_resource *r = c->resources.at;

    assert_int_equal(home(p)->resource, 1);
    assert_int_equal(home(p)->timeout, 5 * HR_SECOND);
    assert_int_equal(r[0].count, 20);
    assert_int_equal(r[0].queue, -1);
    assert_string_equal(r[1].name, "lock");
    assert_int_equal(r[1].per, 1);
}

static void a_hold_may_be_optimistic_and_steps_contend(void **state)
{
    const struct hr_plan *p =
        load(*state, STEPS("[ { hold: lock, optimistic: true, do: { wait: 1ms } }, "
                           "{ work: 2ms, contention: 3% } ] }, resources: { lock: 1"));

    assert_true(home(p)->optimistic);
    assert_true(fabs(home(p)[1].contention - 0.03) < 1e-15);
}

static void a_resource_may_be_held_again_after_it_was_let_go(void **state)
{
    load(*state,
         STEPS("[ { hold: lock, do: { work: 1ms } }, { hold: lock, do: { work: 1ms } } "
               "] }, resources: { lock: 1"));
}

static void one_step_stands_for_a_list_of_one_beside_settings(void **state)
{
    const struct hr_plan *p = load(*state, STEPS("{ work: 6ms, memory: 5MB, rank: 2 }"));
    const struct hr_op_conf *c = operation(p, "app", "home")->conf;

    assert_int_equal(c->steps.n, 1);
    assert_int_equal(c->memory, 5000000);
    assert_true(fabs(c->rank - 2) < 1e-15);
    assert_true(fabs(home(p)->law.a - 0.006) < 1e-12);
}

static void forwarders_pass_the_key_of_what_answers(void **state)
{
    const struct hr_plan *p =
        load(*state, HEAD "traffic: { shoppers: { to: edge, rate: 1/s } }\n" APP
                          "[ { work: 1ms } ] } }\n"
                          "  edge: { kind: load_balancer, targets: inner }\n"
                          "  inner: { kind: load_balancer, targets: app }\n");

    assert_int_equal(operation(p, "edge", "home")->name_key,
                     operation(p, "app", "home")->name_key);
    assert_ptr_equal(&p->operations[operation(p, "edge", "home")->forward[0]],
                     operation(p, "inner", "home"));
    assert_ptr_equal(&p->operations[operation(p, "inner", "home")->forward[0]],
                     operation(p, "app", "home"));
    assert_int_equal(p->sites[p->rows[0].site].callee, component(p, "edge"));
}

static void who_names_a_bypassed_balancer_means_what_is_behind(void **state)
{
    const struct hr_plan *p =
        load(*state, HEAD "traffic: { shoppers: { to: edge, rate: 1/s } }\n" APP
                          "[ { work: 1ms } ] } }\n"
                          "  edge: { kind: load_balancer, targets: inner, bypass: true }\n"
                          "  inner: { kind: load_balancer, targets: app, bypass: true }\n");

    assert_int_equal(p->sites[p->rows[0].site].callee, component(p, "app"));
    assert_int_equal(p->components[component(p, "edge")].n_ops, 0);
}

static void a_call_of_a_bypassed_balancer_goes_to_what_is_behind(void **state)
{
    const struct hr_plan *p =
        load(*state, STEPS("[ { call: edge.read } ]") "  edge: { kind: load_balancer, "
                                                      "targets: db, bypass: true }\n"
                                                      "  db: { kind: service, operations: "
                                                      "{ read: [ { work: 1ms } ] } }\n");

    assert_int_equal(p->sites[home(p)->site].callee, component(p, "db"));
    assert_string_equal(p->sites[home(p)->site].label, "app.home -> db.read");
}

static void operations_of_a_component_are_neighbours(void **state)
{
    const struct hr_plan *p = load(
        *state, HEAD
        "traffic: { shoppers: { to: edge, rate: 1/s, mix: { a: 50%, b: 50% } } }\n"
        "components:\n"
        "  bank: { kind: third_party, latency: exponential(9ms) }\n"
        "  app: { kind: service, operations: { a: [ { call: bank.x }, { call: bank.y } ], "
        "b: [ { call: bank.z } ] } }\n"
        "  edge: { kind: load_balancer, targets: app }\n");

    for (uint32_t c = 0; c < p->n_components; c++)
        for (uint32_t i = 0; i < p->components[c].n_ops; i++)
            assert_int_equal(p->operations[p->components[c].first_op + i].component, c);
    assert_int_equal(p->components[component(p, "bank")].n_ops, 3);
    assert_string_equal(p->operations[p->sites[0].op].name, "x");
}

static void a_message_may_close_a_circle(void **state)
{
    load(*state, STEPS("[ { work: 1ms }, { send: app.home } ]"));
}

static void a_long_chain_of_waiting_operations_is_refused(void **state)
{
    struct fixture *f = *state;
    char *text = hr_arena_alloc(f->a, 200000, 1), *at = text;

    at += sprintf(at, "%s%s", HEAD TRAFFIC,
                  "components:\n  app:\n    kind: service\n    operations:\n"
                  "      home: [ { call: app.o0 } ]\n");
    for (int i = 0; i < 600; i++)
        at += sprintf(at, "      o%d: [ { call: app.o%d } ]\n", i, i + 1);
    sprintf(at, "      o600: [ { work: 1ms } ]\n");
    refuse(f, text, HR_E418);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_block_is_contiguous_and_its_inner_blocks_are_elsewhere),
        TEST(steps_of_a_kind_are_numbered_in_order_of_writing),
        TEST(calls_to_one_operation_are_told_apart_in_all_blocks),
        TEST(a_call_counts_before_those_of_its_own_when),
        TEST(a_when_that_is_given_and_empty_is_told_from_one_that_is_absent),
        TEST(an_empty_block_inside_of_a_when_is_just_empty),
        TEST(options_of_a_call_reach_its_site),
        TEST(shares_of_a_choice_accumulate_to_one),
        TEST(shares_of_a_choice_that_lack_something_are_refused),
        TEST(a_repeated_block_has_its_count_as_a_law),
        TEST(a_quorum_knows_how_many_it_needs),
        TEST(a_hold_finds_its_resource_by_name),
        TEST(a_hold_may_be_optimistic_and_steps_contend),
        TEST(a_resource_may_be_held_again_after_it_was_let_go),
        TEST(one_step_stands_for_a_list_of_one_beside_settings),
        TEST(forwarders_pass_the_key_of_what_answers),
        TEST(who_names_a_bypassed_balancer_means_what_is_behind),
        TEST(a_call_of_a_bypassed_balancer_goes_to_what_is_behind),
        TEST(operations_of_a_component_are_neighbours),
        TEST(a_message_may_close_a_circle),
        TEST(a_long_chain_of_waiting_operations_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

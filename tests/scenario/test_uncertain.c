/* tests/scenario/test_uncertain.c - values that are known only as ranges: what they mean, what they
 * are called, and how they are pinned. */
#include "tests/scenario/loaded.h"

#include "sim/scenario/bind/bind_names.h"

#define WORK(range) STEPS("[ { work: " range " } ]")

static const struct hr_scenario *ranged(struct fixture *f, const char *yaml)
{
    const struct hr_scenario *s = load_with(f, yaml, NULL);

    assert_quiet(f);
    assert_non_null(s->designs[0].plan);
    return s;
}

static const struct hr_scenario *vary(struct fixture *f, const struct hr_scenario *s,
                                      const char *path, double at)
{
    const struct hr_position *p = memcpy(hr_arena_alloc(f->a, 1, sizeof *p),
                                         &(struct hr_position){path, at}, sizeof *p);
    const struct hr_scenario *v = hr_scenario_vary(s, p, 1, &f->ds);

    assert_quiet(f);
    return v;
}

static double work_of(const struct hr_scenario *s)
{
    return hr_law_mean(&home(s->designs[0].plan)->law);
}

static void a_range_lies_half_way_where_nothing_is_said(void **state)
{
    const struct hr_scenario *s = ranged(*state, WORK("6ms..20ms"));

    assert_float_equal(work_of(s), 0.013, 1e-12);
}

static void it_is_called_what_set_calls_it_and_something_shorter(void **state)
{
    const struct hr_scenario *s = ranged(*state, WORK("6ms..20ms"));

    assert_int_equal(s->n_inputs, 1);
    assert_string_equal(s->inputs[0].path, "app.operations.home.work");
    assert_string_equal(s->inputs[0].label, "app.home work");
    assert_string_equal(s->inputs[0].written, "6ms..20ms");
}

static void a_position_moves_it_between_its_ends(void **state)
{
    const struct hr_scenario *s = ranged(*state, WORK("6ms..20ms"));
    const char *path = s->inputs[0].path;

    assert_float_equal(work_of(vary(*state, s, path, 0)), 0.006, 1e-12);
    assert_float_equal(work_of(vary(*state, s, path, 0.25)), 0.0095, 1e-12);
    assert_float_equal(work_of(vary(*state, s, path, 1)), 0.020, 1e-12);
    assert_float_equal(work_of(s), 0.013, 1e-12); /* where it was */
}

static void two_orders_of_magnitude_are_uniform_in_the_logarithm(void **state)
{
    const struct hr_scenario *wide = ranged(*state, WORK("1ms..100ms"));

    assert_true(wide->inputs[0].log);
    assert_float_equal(work_of(wide), 0.010, 1e-9);
    assert_false(ranged(*state, WORK("1ms..99ms"))->inputs[0].log);
}

static void each_whole_number_of_a_count_is_as_likely(void **state)
{
    const struct hr_input i = {.type = HR_FIELD_COUNT, .from = 3, .to = 6};
    int n[7] = {0};

    (void)state;
    for (int k = 0; k < 400; k++)
        n[(int)hr_input_value(&i, (k + 0.5) / 400)]++;
    for (int k = 3; k <= 6; k++)
        assert_int_equal(n[k], 100);
    assert_float_equal(hr_input_value(&i, 1), 6, 0);
}

static void every_kind_of_quantity_can_be_one(void **state)
{
    static const char *const all[][2] = {
        {"shoppers rate", "traffic: { shoppers: { to: app, rate: 5/s..15/s } }\n"},
        {"shoppers deadline",
         "traffic: { shoppers: { to: app, rate: 9/s, deadline: 1s..3s } }\n"},
        {"pay failures",
         "traffic: { shoppers: { to: pay, rate: 9/s, mix: { x: 100% } } }\n"},
        {"pay latency",
         "traffic: { shoppers: { to: pay, rate: 9/s, mix: { x: 100% } } }\n"},
        {"app instances", "traffic: { shoppers: { to: app, rate: 5/s } }\n"}};

    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const char *label = all[i][0];
        const char *yaml = hr_text_join(
            ((struct fixture *)*state)->a, HEAD, all[i][1],
            "components:\n  app: { kind: service, instances: ",
            strstr(label, "instances") ? "2..6" : "2",
            ", operations: { home: [ { work: exponential(5ms) } ] } }\n"
            "  pay: { kind: third_party, latency: ",
            strstr(label, "latency") ? "2ms..6ms" : "2ms",
            ", failures: ", strstr(label, "failures") ? "1%..3%" : "2%", " }\n");
        const struct hr_scenario *s = load_with(*state, yaml, NULL);

        assert_int_equal(((struct fixture *)*state)->ds.errors, 0);
        assert_int_equal(s->n_inputs, 1);
        assert_string_equal(s->inputs[0].label, label);
    }
}

static void designs_that_write_one_place_have_one_input(void **state)
{
    const struct hr_scenario *s =
        ranged(*state,
               WORK("6ms..20ms") "designs:\n  now: {}\n  tuned: { app.operations.home: [ { "
                                 "work: 2ms..4ms } ] }\n");
    const struct hr_scenario *low = vary(*state, s, s->inputs[0].path, 0);

    assert_int_equal(s->n_inputs, 1);
    assert_float_equal(hr_law_mean(&home(low->designs[0].plan)->law), 0.006, 1e-12);
    assert_float_equal(hr_law_mean(&home(low->designs[1].plan)->law), 0.002, 1e-12);
}

static void set_pins_it_and_makes_one(void **state)
{
    static const char *const pin[] = {"app.operations.home.work=9ms"};
    static const char *const make[] = {"app.operations.home.work=9ms..11ms"};
    const struct hr_overrides pinned = {.set = pin, .n_set = 1};
    const struct hr_overrides made = {.set = make, .n_set = 1};
    const struct hr_scenario *s = load_with(*state, WORK("6ms..20ms"), &pinned);

    assert_int_equal(s->n_inputs, 0);
    assert_float_equal(work_of(s), 0.009, 1e-12);
    s = load_with(*state, WORK("exponential(5ms)"), &made);
    assert_int_equal(s->n_inputs, 1);
    assert_float_equal(work_of(s), 0.010, 1e-12);
}

static void it_counts_as_guessed_and_as_a_range(void **state)
{
    const struct hr_trust range = ranged(*state, WORK("6ms..20ms"))->designs[0].trust;
    const struct hr_trust plain = ranged(*state, WORK("6ms"))->designs[0].trust;

    assert_int_equal(range.ranges, 1);
    assert_int_equal(plain.ranges, 0);
    assert_int_equal(range.guessed, plain.guessed);
}

static void resolve_says_how_it_is_taken(void **state)
{
    struct fixture *f = *state;
    const char *whole = hr_scenario_resolve(ranged(f, WORK("6ms..20ms")), 0, f->a);

    assert_non_null(strstr(whole, "work: 6ms..20ms"));
    assert_non_null(strstr(whole, "uncertain, uniform"));
    whole = hr_scenario_resolve(ranged(f, WORK("1ms..1s")), 0, f->a);
    assert_non_null(strstr(whole, "uncertain, its logarithm uniform"));
}

static void what_is_no_range_is_refused_at_its_place(void **state)
{
    static const struct {
        const char *work;
        enum hr_code code;
        unsigned column;
    } all[] = {{"20ms..6ms", HR_E219, 69},     {"6ms..6ms", HR_E219, 69},
               {"6ms..20", HR_E204, 74},       {"6..20ms", HR_E204, 69},
               {"6ms..20sec", HR_E205, 74},    {"6ms..", HR_E218, 69},
               {"6ms..9ms..12ms", HR_E905, 74}};

    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct fixture *f = *state;
        const struct hr_diag *d;

        hr_diags_init(&f->ds, f->a);
        load_with(
            f, hr_text_join(f->a, HEAD TRAFFIC APP "[ { work: ", all[i].work, " } ] } }\n"),
            NULL);
        d = said(f, all[i].code);
        if (!d)
            fail_msg("%s: not %s", all[i].work, hr_codes[all[i].code].name);
        assert_int_equal(d->at.column, all[i].column);
        assert_int_equal(f->ds.errors, 1);
    }
}

static void what_all_runs_share_cannot_be_uncertain(void **state)
{
    refuse(*state, "headroom: 1\nhorizon: 1h..2h\n" TRAFFIC APP "[ { work: 6ms } ] } }\n",
           HR_E905);
}

static void shares_of_a_whole_cannot_be_uncertain(void **state)
{
    refuse(*state,
           HEAD
           "traffic: { shoppers: { to: app, rate: 10/s, mix: { home: 40%..100% } } }\n" APP
           "[ { work: 6ms } ] } }\n",
           HR_E905);
}

static void both_ends_keep_to_the_bounds_of_the_field(void **state)
{
    refuse(*state,
           HEAD TRAFFIC
           "components:\n  app: { kind: service, instances: 0..4, operations: { "
           "home: [ { work: 6ms } ] } }\n",
           HR_E207);
}

/* --- paths into lists --------------------------------------------------------------------------- */

static double set_work(struct fixture *f, const char *yaml, const char *set)
{
    const char *const list[] = {set};
    const struct hr_overrides ov = {.set = list, .n_set = 1};
    const struct hr_scenario *s = load_with(f, yaml, &ov);

    return f->ds.errors ? -1 : work_of(s);
}

static void a_path_goes_into_a_list_by_number_or_by_a_key_that_one_item_has(void **state)
{
    const char *yaml = STEPS("[ { work: 5ms }, { wait: 1s } ]");

    assert_float_equal(set_work(*state, yaml, "app.operations.home.work=7ms"), 0.007,
                       1e-12);
    assert_float_equal(set_work(*state, yaml, "app.operations.home.1.work=8ms"), 0.008,
                       1e-12);
    assert_float_equal(set_work(*state, yaml, "app.operations.home.1={ work: 9ms }"), 0.009,
                       1e-12);
}

static void a_key_of_two_items_names_none(void **state)
{
    const char *yaml = STEPS("[ { work: 5ms }, { work: 6ms } ]");

    assert_float_equal(set_work(*state, yaml, "app.operations.home.work=7ms"), -1, 0);
    assert_non_null(said(*state, HR_E605));
}

static void what_a_path_does_not_name_stays_and_keeps_its_origin(void **state)
{
    struct fixture *f = *state;
    static const char *const set[] = {"app.operations.home.1.work=7ms"};
    const struct hr_overrides ov = {.set = set, .n_set = 1};
    const struct hr_scenario *s =
        load_with(f, STEPS("[ { work: 5ms }, { wait: 1s } ]"), &ov);
    const char *whole = hr_scenario_resolve(s, 0, f->a);

    assert_non_null(strstr(strstr(whole, "work: 7ms"), "# --set\n"));
    assert_null(strstr(strstr(whole, "wait: 1s"), "# --set\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_range_lies_half_way_where_nothing_is_said),
        TEST(it_is_called_what_set_calls_it_and_something_shorter),
        TEST(a_position_moves_it_between_its_ends),
        TEST(two_orders_of_magnitude_are_uniform_in_the_logarithm),
        TEST(each_whole_number_of_a_count_is_as_likely),
        TEST(every_kind_of_quantity_can_be_one),
        TEST(designs_that_write_one_place_have_one_input),
        TEST(set_pins_it_and_makes_one),
        TEST(it_counts_as_guessed_and_as_a_range),
        TEST(resolve_says_how_it_is_taken),
        TEST(what_is_no_range_is_refused_at_its_place),
        TEST(what_all_runs_share_cannot_be_uncertain),
        TEST(shares_of_a_whole_cannot_be_uncertain),
        TEST(both_ends_keep_to_the_bounds_of_the_field),
        TEST(a_path_goes_into_a_list_by_number_or_by_a_key_that_one_item_has),
        TEST(a_key_of_two_items_names_none),
        TEST(what_a_path_does_not_name_stays_and_keeps_its_origin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

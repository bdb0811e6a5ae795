/* tests/report/test_terminal.c - the report of the terminal and its first sentence.
 *
 * The goldens (tests/report/golden) were read as an architect would read them. */
#include "sim/report/terminal/terminal.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "sim/report/sentence.h"
#include "sim/report/text.h"
#include "sim/results/utf8.h"
#include "tests/support/golden.h"
#include "tests/support/sample_results.h"

static int make_arena(void **state)
{
    *state = hr_arena_create();
    return 0;
}

static int leave_arena(void **state)
{
    hr_arena_destroy(*state);
    return 0;
}

static const char *report(struct hr_arena *a, struct hr_sample sample,
                          struct hr_console how)
{
    struct hr_results *r = hr_sample_results(a, sample);

    hr_results_attr(r, "verdict", hr_report_sentence(r, a));
    how.results = "results/web-shop.h5";
    how.page = "results/web-shop.html";
    how.next = "headroom report results/web-shop.h5";
    return hr_report_terminal(r, &how, a);
}

#define GOLDEN(name) "tests/report/golden/" name ".txt"

static void at_80_columns(void **state)
{
    hr_golden_check(GOLDEN("80-utf8"),
                    report(*state, (struct hr_sample){0},
                           (struct hr_console){.width = 80, .utf8 = true}));
}

static void at_120_columns_in_colour(void **state)
{
    hr_golden_check(
        GOLDEN("120-utf8-colour"),
        report(*state, (struct hr_sample){0},
               (struct hr_console){.width = 120, .utf8 = true, .colour = true}));
}

static void at_80_columns_in_ascii_of_one_run(void **state)
{
    hr_golden_check(GOLDEN("80-ascii-one-run"),
                    report(*state, (struct hr_sample){.replications = 1},
                           (struct hr_console){.width = 80}));
}

static void of_one_design_with_everything(void **state)
{
    hr_golden_check(
        GOLDEN("80-utf8-one-design-verbose"),
        report(*state, (struct hr_sample){.designs = 1},
               (struct hr_console){.width = 80, .utf8 = true, .verbose = true}));
}

static void with_hostile_names(void **state)
{
    hr_golden_check(GOLDEN("100-utf8-hostile"),
                    report(*state, (struct hr_sample){.hostile = true},
                           (struct hr_console){.width = 100, .utf8 = true}));
}

/* ---- what holds whatever the results ------------------------------------------------------ */

static void no_line_of_a_table_is_wider_than_the_terminal(void **state)
{
    for (size_t width = 60; width <= 140; width += 7) {
        const char *s = report(*state, (struct hr_sample){0},
                               (struct hr_console){.width = width, .utf8 = true});
        while (*s != '\0') {
            const size_t n = strcspn(s, "\n");
            char *line = hr_arena_text(*state, s, n);
            if (hr_text_columns(line) > width)
                fail_msg("at %zu columns: %s", width, line);
            s += n + 1;
        }
    }
}

static void a_verdict_is_never_left_out_for_want_of_room(void **state)
{
    const char *s = report(*state, (struct hr_sample){0},
                           (struct hr_console){.width = 40, .utf8 = true});

    /* Beside each heading stands a design, even where it is wider than the terminal. */
    for (const char *at = strstr(s, "OBJECTIVES"); at; at = strstr(at + 1, "OBJECTIVES"))
        assert_true(strcspn(at, "\n") > strlen("OBJECTIVES  "));
}

static void the_answer_is_the_first_line(void **state)
{
    const char *s = report(*state, (struct hr_sample){0},
                           (struct hr_console){.width = 200, .utf8 = true});

    assert_int_equal(strncmp(s, "retry_budget keeps all 3 objectives", 35), 0);
}

static void nothing_hostile_reaches_the_terminal(void **state)
{
    const struct hr_sample hostile = {.hostile = true};
    const char *s = report(*state, hostile, (struct hr_console){.utf8 = true});

    assert_null(strchr(s, '\x1b'));
    assert_null(strchr(s, '\a'));
    assert_null(strstr(s, "\xe2\x80\xae")); /* right-to-left override */
    for (const char *p = s; *p != '\0'; p++)
        assert_true((unsigned char)*p >= 0x20 || *p == '\n');
    assert_true(hr_utf8_valid(s));
}

static void without_utf8_everything_is_ascii(void **state)
{
    const char *s =
        report(*state, (struct hr_sample){.hostile = true}, (struct hr_console){0});

    for (; *s != '\0'; s++)
        assert_true((unsigned char)*s < 0x80);
}

static void without_colour_there_is_no_escape_and_with_it_every_one_is_closed(void **state)
{
    const char *s =
        report(*state, (struct hr_sample){0}, (struct hr_console){.colour = true});
    bool open = false;

    assert_null(
        strchr(report(*state, (struct hr_sample){0}, (struct hr_console){0}), '\x1b'));
    while ((s = strchr(s, '\x1b')) != NULL) {
        const bool closes = strncmp(s, "\x1b[0m", 4) == 0;
        assert_int_equal(closes, open);
        open = !open;
        s++;
    }
    assert_false(open);
}

static void an_empty_result_set_is_reported_too(void **state)
{
    const char *s =
        hr_report_terminal(hr_results_create(*state), &(struct hr_console){0}, *state);

    assert_non_null(strstr(s, "There is no design"));
}

/* A stranger's file may have any variable over any dimensions and of any type. */
static void variables_of_another_shape_are_not_read(void **state)
{
    struct hr_results *r = hr_sample_results(*state, (struct hr_sample){0});

    for (size_t i = 0; i < r->n_vars; i++) {
        struct hr_var *v = &r->vars[i];
        if (i % 3 == 0 && v->n_dims < HR_VAR_DIMS)
            v->n_dims = v->n_dims > 0 ? v->n_dims - 1 : 0;
        if (i % 3 == 1 && v->n_dims > 1)
            v->dims[0] = v->dims[v->n_dims - 1]; /* still as large: the smaller of two */
        if (i % 3 == 1 && v->n_dims > 1)
            v->n_dims = 1;
    }
    assert_non_null(hr_report_terminal(r, &(struct hr_console){.verbose = true}, *state));
}

/* ---- cost, recovery, error budget --------------------------------------------------------- */

/* The report with single blanks, whatever the widths of its columns. */
static const char *plain(struct hr_results *r, size_t width, bool verbose)
{
    const struct hr_console how = {.width = width, .verbose = verbose, .utf8 = true};
    const char *text = hr_report_terminal(r, &how, r->arena);
    char *out = hr_arena_text(r->arena, text, strlen(text)), *to = out;

    for (; *text != '\0'; text++)
        if (*text != ' ' || text[1] != ' ')
            *to++ = *text;
    *to = '\0';
    return out;
}

static void a_missing_price_is_named_and_leaves_the_total_open(void **state)
{
    struct hr_results *r = hr_sample_results(*state, (struct hr_sample){.unpriced = true});
    const char *text = plain(r, 100, false);

    assert_non_null(strstr(text, "payments: calls no price $539.84"));
    assert_non_null(strstr(text, "total undecided $2,280"));
    assert_non_null(strstr(text, "five_retries: used and without a price, so the total is "
                                 "undecided: payments calls"));
}

static void without_costs_and_recoveries_the_report_says_so(void **state)
{
    struct hr_results *r = hr_sample_results(*state, (struct hr_sample){.uncosted = true});
    const char *text = plain(r, 100, false);

    assert_non_null(strstr(text, "COST not measured\n"));
    assert_null(strstr(text, "RECOVERY"));
    assert_null(strstr(text, "ERROR BUDGET"));
}

/* $17.85 of one-offs, $16.43 of hours and $12.78 of an unused commitment are below 1 % of
 * $3,195. */
static void small_lines_are_folded_and_add_up(void **state)
{
    struct hr_results *r = hr_sample_results(*state, (struct hr_sample){0});

    assert_non_null(strstr(plain(r, 100, false), "3 smaller lines $47.06"));
    assert_null(strstr(plain(r, 100, false), "web: hour"));
    assert_non_null(strstr(plain(r, 100, true), "web: hour"));
    assert_non_null(strstr(plain(r, 100, true), "transfer out, one-off"));
    assert_null(strstr(plain(r, 100, true), "smaller lines"));
}

static void a_recovery_is_the_run_at_the_95th_percentile(void **state)
{
    enum { RUNS = 40 };
    struct hr_results *r =
        hr_sample_results(*state, (struct hr_sample){.replications = RUNS, .designs = 2});
    double *rto = hr_results_find(r, "recovery/rto")->data;
    double *warm_up = hr_results_find(r, "recovery/warm_up")->data;

    for (size_t k = 0; k < RUNS; k++) { /* zone_loss of retry_budget: 101 s, 102 s ... */
        const size_t i = 3 * RUNS + k;
        rto[i] = 101 + (double)((k * 7) % RUNS);
        warm_up[i] = rto[i] - 90;
    }
    /* The 38th of 40 */
    assert_non_null(strstr(plain(r, 120, false), "zone_loss 2.30 m 58.0 s"));
    assert_non_null(strstr(plain(r, 120, false), "31.0 s 48.0 s 0 0"));
    rto[3 * RUNS + 3] = HUGE_VAL;
    assert_non_null(strstr(plain(r, 120, false),
                           "retry_budget, zone_loss: not recovered in 1 of 40 runs"));
    rto[3 * RUNS + 4] = rto[3 * RUNS + 5] = HUGE_VAL;
    assert_non_null(strstr(plain(r, 120, false), "zone_loss not recovered "));
}

/* ---- the sentence ------------------------------------------------------------------------- */

static void decide(struct hr_results *r, size_t d, size_t o, const char *verdict)
{
    const struct hr_var *v = hr_results_find(r, "objectives/verdict");

    ((const char **)v->data)[d * 3 + o] = verdict;
}

static void says(struct hr_results *r, const char *want)
{
    assert_string_equal(hr_report_sentence(r, r->arena), want);
}

static void set_total(struct hr_results *r, size_t d, double x)
{
    ((double *)hr_results_find(r, "cost/total")->data)[d] = x;
}

static void it_names_the_design_that_keeps_everything_and_why_others_lose(void **state)
{
    says(
        hr_sample_results(*state, (struct hr_sample){0}),
        "retry_budget keeps all 3 objectives for $2,280 a month; five_retries, $915 "
        "dearer, breaks availability (97.1% against 99.5%) and 2 others once slow_payments "
        "begins; circuit_breaker, $43 cheaper, is undecided on availability (99.47% "
        "\xc2\xb1 0.06 against 99.5%).");
    says(hr_sample_results(*state, (struct hr_sample){.uncosted = true}),
         "retry_budget keeps all 3 objectives; five_retries breaks availability (97.1% "
         "against 99.5%) and 2 others once slow_payments begins; circuit_breaker is "
         "undecided on availability (99.47% \xc2\xb1 0.06 against 99.5%).");
}

static void of_several_that_keep_everything_it_names_the_cheapest(void **state)
{
    struct hr_results *r = hr_sample_results(*state, (struct hr_sample){0});

    decide(r, 2, 1, "kept");
    says(r, "circuit_breaker keeps all 3 objectives for $2,238 a month, as does "
            "retry_budget for $43 more; five_retries, $957 dearer, breaks availability "
            "(97.1% against 99.5%) and 2 others once slow_payments begins.");
    set_total(r, 1, 2000);
    assert_non_null(
        strstr(hr_report_sentence(r, *state),
               "retry_budget keeps all 3 objectives for $2,000 a month, as does "
               "circuit_breaker for $238 more"));
    set_total(r, 2, 2000); /* equal: the first in the file, and no difference is told */
    assert_non_null(
        strstr(hr_report_sentence(r, *state),
               "retry_budget keeps all 3 objectives for $2,000 a month, as does "
               "circuit_breaker; five_retries, $1,195 dearer"));
    for (size_t o = 0; o < 3; o++)
        decide(r, 0, o, "kept");
    set_total(r, 2, 1999.5);
    says(r, "circuit_breaker keeps all 3 objectives for $2,000 a month, the cheapest of 3 "
            "that do.");
}

static void it_says_so_when_costs_do_not_tell_them_apart(void **state)
{
    struct hr_results *r = hr_sample_results(*state, (struct hr_sample){0});

    decide(r, 2, 1, "kept");
    set_total(r, 2, (double)NAN);
    says(r, "retry_budget keeps all 3 objectives, as does circuit_breaker (cost is "
            "undecided: the first in the file is named); five_retries breaks availability "
            "(97.1% against 99.5%) and 2 others once slow_payments begins.");
    r = hr_sample_results(*state, (struct hr_sample){.uncosted = true});
    decide(r, 2, 1, "kept");
    says(r, "retry_budget keeps all 3 objectives, as does circuit_breaker (cost is not "
            "measured: the first in the file is named); five_retries breaks availability "
            "(97.1% against 99.5%) and 2 others once slow_payments begins.");
}

/* The loser's price is missing: its difference is not told, the winner's cost is. */
static void a_loser_without_a_price_is_not_compared(void **state)
{
    says(hr_sample_results(*state, (struct hr_sample){.unpriced = true, .designs = 2}),
         "retry_budget keeps all 3 objectives for $2,280 a month; five_retries breaks "
         "availability (97.1% against 99.5%) and 2 others once slow_payments begins.");
}

static void it_says_what_would_decide(void **state)
{
    struct hr_results *r = hr_sample_results(*state, (struct hr_sample){0});

    decide(r, 1, 1, "broken");
    assert_non_null(
        strstr(hr_report_sentence(r, *state),
               "Nothing is decided yet: circuit_breaker breaks nothing, but availability "
               "(99.47% \xc2\xb1 0.06 against 99.5%) is too close to call; more "
               "replications would decide"));
}

static void it_says_what_is_not_measured(void **state)
{
    struct hr_results *r = hr_sample_results(*state, (struct hr_sample){.designs = 2});

    decide(r, 1, 1, "undecided");
    ((const char **)hr_results_find(r, "objectives/reason")->data)[4] = "not yet measured";
    ((double *)hr_results_find(r, "objectives/value")->data)[4] = (double)NAN;
    assert_non_null(strstr(hr_report_sentence(r, *state),
                           "retry_budget breaks nothing, but availability is not yet "
                           "measured"));
}

static void it_says_which_comes_closest_when_all_break(void **state)
{
    struct hr_results *r = hr_sample_results(*state, (struct hr_sample){.designs = 2});

    decide(r, 1, 2, "broken");
    assert_int_equal(
        strncmp(hr_report_sentence(r, *state),
                "No design keeps everything; retry_budget comes closest but breaks "
                "retry_amplification (1.12 against 1.3)",
                100),
        0);
}

static void an_objective_of_another_design_is_no_open_question(void **state)
{
    struct hr_results *r = hr_sample_results(*state, (struct hr_sample){0});

    /* retry_budget has one objective of its own, circuit_breaker has none. */
    decide(r, 1, 1, "");
    decide(r, 1, 2, "");
    for (size_t o = 0; o < 3; o++)
        decide(r, 2, o, "");
    says(r, "retry_budget keeps its objective for $2,280 a month; five_retries, $915 "
            "dearer, breaks availability (97.1% against 99.5%) and 2 others once "
            "slow_payments begins; circuit_breaker, $43 cheaper, has no objective.");
    const char *text =
        hr_report_terminal(r, &(struct hr_console){.width = 100, .utf8 = true}, *state);
    assert_non_null(strstr(text, "not asked"));
    assert_non_null(strstr(text, "keeps all"));
    assert_non_null(strstr(text, "no objective"));
    assert_null(strstr(text, "undecided"));
}

static void one_run_is_called_one_run(void **state)
{
    struct hr_results *r = hr_sample_results(*state, (struct hr_sample){.replications = 1});

    assert_int_equal(strncmp(hr_report_sentence(r, *state), "In one run, retry_budget", 24),
                     0);
}

static void an_infinite_quantile_is_put_in_words(void **state)
{
    struct hr_results *r = hr_sample_results(*state, (struct hr_sample){.designs = 1});

    decide(r, 0, 1, "kept");
    decide(r, 0, 2, "kept");
    says(r, "five_retries breaks p99(checkout) (over 1% had no good answer) once "
            "slow_payments begins.");
}

static void it_is_about_forty_words_however_many_designs(void **state)
{
    struct hr_results *r = hr_results_create(*state);
    enum { N = 12 };
    const char *names[N];
    const char *const objective[] = {"availability >= 99.5%"};

    for (int i = 0; i < N; i++)
        names[i] = hr_arena_printf(*state, "design_%d", i);
    hr_results_dim_texts(r, "design", "", N, names);
    hr_results_dim_texts(r, "objective", "", 1, objective);
    const char **v =
        hr_results_var(r, "objectives", "verdict", HR_TEXT, "design objective", "", "")
            ->data;
    double *x =
        hr_results_var(r, "objectives", "value", HR_F64, "design objective", "1", "")->data;
    for (int i = 0; i < N; i++) {
        v[i] = i == 7 ? "kept" : "broken";
        x[i] = 0.9;
    }
    says(r, "design_7 keeps its objective; 11 others break availability.");
}

#define IN_ARENA(f) cmocka_unit_test_setup_teardown(f, make_arena, leave_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ARENA(at_80_columns),
        IN_ARENA(at_120_columns_in_colour),
        IN_ARENA(at_80_columns_in_ascii_of_one_run),
        IN_ARENA(of_one_design_with_everything),
        IN_ARENA(with_hostile_names),
        IN_ARENA(no_line_of_a_table_is_wider_than_the_terminal),
        IN_ARENA(a_verdict_is_never_left_out_for_want_of_room),
        IN_ARENA(the_answer_is_the_first_line),
        IN_ARENA(nothing_hostile_reaches_the_terminal),
        IN_ARENA(without_utf8_everything_is_ascii),
        IN_ARENA(without_colour_there_is_no_escape_and_with_it_every_one_is_closed),
        IN_ARENA(an_empty_result_set_is_reported_too),
        IN_ARENA(variables_of_another_shape_are_not_read),
        IN_ARENA(it_names_the_design_that_keeps_everything_and_why_others_lose),
        IN_ARENA(of_several_that_keep_everything_it_names_the_cheapest),
        IN_ARENA(it_says_so_when_costs_do_not_tell_them_apart),
        IN_ARENA(a_loser_without_a_price_is_not_compared),
        IN_ARENA(a_missing_price_is_named_and_leaves_the_total_open),
        IN_ARENA(without_costs_and_recoveries_the_report_says_so),
        IN_ARENA(small_lines_are_folded_and_add_up),
        IN_ARENA(a_recovery_is_the_run_at_the_95th_percentile),
        IN_ARENA(it_says_what_would_decide),
        IN_ARENA(it_says_what_is_not_measured),
        IN_ARENA(it_says_which_comes_closest_when_all_break),
        IN_ARENA(an_objective_of_another_design_is_no_open_question),
        IN_ARENA(one_run_is_called_one_run),
        IN_ARENA(an_infinite_quantile_is_put_in_words),
        IN_ARENA(it_is_about_forty_words_however_many_designs),
    };
    return cmocka_run_group_tests_name("terminal", tests, NULL, NULL);
}

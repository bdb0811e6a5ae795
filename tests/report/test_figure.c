/* tests/report/test_figure.c - charts: what becomes of gnuplot's SVG, where ticks lie, and that
 * thinning loses no spike. */
#include "sim/report/figure/figure.h"
#include "sim/report/figure/plot.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int set_up(void **state)
{
    *state = hr_arena_create();
    return 0;
}

static int tear_down(void **state)
{
    hr_arena_destroy(*state);
    return 0;
}

static const char drawn[] =
    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<svg\n viewBox=\"0 0 600 200\"\n "
    "xmlns=\"http://www.w3.org/2000/svg\">\n<title>x</title>\n<desc>Produced by "
    "GNUPLOT</desc>\n"
    "<g id=\"gnuplot_canvas\">\n<defs><circle id='gpDot'/></defs>\n"
    "<g id=\"x_plot_1\" ><title>$b1 using 1:2</title>\n"
    "<path stroke='rgb(  0, 114, 178)'  d='M1,2 L3,4 '/>\n"
    "<g fill=\"rgb(213,94,0)\"><text>a &lt; b</text></g></g></g>\n</svg>\n";

static const char *made(struct hr_arena *a, const char *raw)
{
    const struct hr_figure figure = {.id = "latency-1",
                                     .title = "Latency of <b>",
                                     .desc = "p99 is \"2 s\".",
                                     .data = " data-key=\"0\""};

    return hr_figure_svg(&figure, raw, strlen(raw), a);
}

static void a_drawing_gets_a_name_a_description_and_ids_of_its_own(void **state)
{
    const char *svg = made(*state, drawn);

    assert_non_null(svg);
    assert_ptr_equal(strstr(svg,
                            "<svg role=\"img\" aria-labelledby=\"latency-1-t latency-1-d\" "
                            "viewBox=\"0 0 600 200\" data-key=\"0\">"),
                     svg);
    assert_non_null(strstr(svg, "<title id=\"latency-1-t\">Latency of &lt;b&gt;</title>"
                                "<desc id=\"latency-1-d\">p99 is &quot;2 s&quot;.</desc>"));
    assert_non_null(strstr(svg, "id=\"latency-1-gnuplot_canvas\""));
    assert_non_null(strstr(svg, "id=\"latency-1-x_plot_1\""));
    assert_null(strstr(svg, "gpDot"));
    assert_null(strstr(svg, "$b1 using"));
    assert_null(strstr(svg, "http"));
    assert_non_null(strstr(svg, "a &lt; b"));
}

/* The style sheet knows one spelling of each colour. */
static void colours_have_one_spelling(void **state)
{
    const char *svg = made(*state, drawn);

    assert_non_null(strstr(svg, "stroke='rgb(0,114,178)'"));
    assert_non_null(strstr(svg, "fill=\"rgb(213,94,0)\""));
}

static void a_drawing_with_anything_unknown_is_dropped(void **state)
{
    static const char *const others[] = {"<script>1</script>", "<a href='x'>y</a>",
                                         "<foreignObject/>", "<image href='x'/>", "<use/>"};
    const char *body = strstr(drawn, "<path");

    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_null(made(*state, hr_arena_printf(*state, "%.*s%s%s", (int)(body - drawn),
                                                 drawn, others[i], body)));
    assert_null(made(*state, "<svg viewBox=\"0 0 1 1\"><desc>cut off"));
    assert_null(made(*state, ""));
}

static void figures_are_woven_in_where_they_belong_and_missing_ones_are_noted(void **state)
{
    struct hr_figures f;
    struct hr_html page, out;

    hr_figures_init(&f, *state);
    hr_html_init(&page, *state);
    hr_html_init(&out, *state);
    for (int i = 0; i < 40; i++) { /* more than the list's first room */
        hr_html_rawf(&page, "[%d]", i);
        hr_figures_add(&f,
                       (struct hr_figure){.at = page.length, .svg = i == 7 ? "SVG" : NULL});
    }
    hr_html_raw(&page, "end");
    hr_figures_weave(&f, &page, &out);
    assert_non_null(strstr(out.text, "[7]SVG[8]<p class=\"missing\">"));
    assert_non_null(strstr(out.text, "</p>end"));
}

static void drawing_fails_as_a_value_when_the_program_draws_too_little(void **state)
{
    struct hr_figures f;
    char why[200] = "";

    hr_figures_init(&f, *state);
    assert_true(
        hr_figures_draw(&f, "/nowhere/gnuplot", why, sizeof why)); /* nothing to draw */
    hr_figures_add(&f, (struct hr_figure){.id = "a", .script = "", .data = ""});
    assert_false(hr_figures_draw(&f, "/bin/true", why, sizeof why));
    assert_non_null(strstr(why, "unexpected"));
    assert_null(f.items[0].svg);
}

/* ---- scripts --------------------------------------------------------------------------------- */

/* Names are in the script in single quotes only; data is numbers only. */
static void names_reach_a_script_in_single_quotes_only(void **state)
{
    const double x[] = {0, 1, 2}, y[] = {1, (double)NAN, HUGE_VAL};
    const char *name = "x'.system('id').'`id`";
    struct hr_plot p;
    const char *script;

    hr_plot_begin(&p, *state, 600, 200);
    p.x = hr_axis_clock(0, 3600);
    p.y = hr_axis_durations(0.01, 10);
    hr_plot_frame(&p, "time", "latency");
    hr_plot_mark(&p, 600, 1200, name);
    hr_plot_limit_y(&p, 1.0, name);
    hr_plot_line(&p, x, y, 3, HR_INK_BLUE, 1.5, 0);
    hr_plot_ends(&p, &name, y, (const enum hr_ink[]){HR_INK_BLUE}, 1);
    script = hr_plot_script(&p);
    for (const char *s = script; (s = strstr(s, ".system(")); s++)
        assert_memory_equal(s - 3, "x''", 3);
    assert_null(strchr(script, '"'));
    assert_non_null(strstr(script, "0 1\n1 NaN\n2 NaN\n"));
}

static void a_mark_outside_the_chart_is_not_drawn(void **state)
{
    struct hr_plot p;

    hr_plot_begin(&p, *state, 600, 200);
    p.x = hr_axis_clock(0, 3600);
    p.y = hr_axis_amounts(10, "/s");
    hr_plot_frame(&p, NULL, NULL);
    hr_plot_mark(&p, 4000, 5000, "later");
    hr_plot_mark(&p, -50, -10, "before");
    assert_null(strstr(hr_plot_script(&p), "later"));
    assert_null(strstr(p.script.text, "before"));
}

/* ---- thinning ---------------------------------------------------------------------------------- */

static void thinning_keeps_the_largest_and_smallest_of_each_column(void **state)
{
    enum { N = 100003, COLUMNS = 300 };
    double *x = hr_arena_alloc(*state, N, sizeof *x),
           *y = hr_arena_alloc(*state, N, sizeof *y);
    double *tx = hr_arena_alloc(*state, N, sizeof *tx),
           *ty = hr_arena_alloc(*state, N, sizeof *ty);
    bool spike = false, dip = false;
    size_t n;

    for (size_t i = 0; i < N; i++) {
        x[i] = (double)i;
        y[i] = 5.0 + sin((double)i);
    }
    y[71234] = 123.0;
    y[71230] = -7.0;
    n = hr_plot_thin_extremes(x, y, N, COLUMNS, tx, ty);
    assert_in_range(n, COLUMNS, 2 * COLUMNS);
    for (size_t i = 0; i < n; i++) {
        spike = spike || (ty[i] == 123.0 && tx[i] == 71234.0);
        dip = dip || (ty[i] == -7.0 && tx[i] == 71230.0);
        assert_true(i == 0 || tx[i] > tx[i - 1]);
    }
    assert_true(spike && dip);
}

static void few_points_are_left_as_they_are_and_gaps_stay_gaps(void **state)
{
    const double x[] = {0, 1, 2, 3}, y[] = {4, (double)NAN, HUGE_VAL, 1};
    double tx[4], ty[4];

    (void)state;
    assert_int_equal(hr_plot_thin_extremes(x, y, 4, 300, tx, ty), 4);
    assert_true(ty[0] == 4.0 && isnan(ty[1]) && isnan(ty[2]) && ty[3] == 1.0);
}

static void means_conserve_the_sum(void **state)
{
    enum { N = 6000 };
    double x[N], y[N], tx[N], ty[N], sum = 0.0, kept = 0.0;
    size_t n;

    (void)state;
    for (size_t i = 0; i < N; i++) {
        x[i] = (double)i;
        y[i] = (double)(i % 7);
        sum += y[i];
    }
    n = hr_plot_thin_means(x, y, N, 600, tx, ty);
    assert_int_equal(n, 600);
    for (size_t i = 0; i < n; i++)
        kept += ty[i] * (double)N / 600.0;
    assert_true(fabs(kept - sum) < 0.01 * sum);
}

/* ---- axes ---------------------------------------------------------------------------------------- */

static bool has_tick(const struct hr_axis *axis, const char *text)
{
    for (size_t i = 0; i < axis->n; i++)
        if (strcmp(axis->text[i], text) == 0)
            return true;
    return false;
}

static void ticks_are_round_and_carry_their_unit(void **state)
{
    const struct hr_axis hour = hr_axis_clock(0, 3600), week = hr_axis_clock(0, 604800);
    const struct hr_axis short_run = hr_axis_clock(0, 20);
    const struct hr_axis wide = hr_axis_durations(0.0004, 12);
    const struct hr_axis narrow = hr_axis_durations(0.012, 0.07);
    const struct hr_axis load = hr_axis_amounts(683, "/s"),
                         big = hr_axis_amounts(23e3, "/s");
    const struct hr_axis share = hr_axis_shares(0.0003);

    (void)state;
    assert_true(has_tick(&hour, "0:05") && has_tick(&hour, "1:00"));
    assert_true(has_tick(&week, "1 d") && has_tick(&week, "7 d"));
    assert_true(has_tick(&short_run, "0:00:02"));
    assert_true(has_tick(&wide, "1 ms") && has_tick(&wide, "10 s"));
    assert_true(has_tick(&narrow, "20 ms") && has_tick(&narrow, "50 ms"));
    assert_true(has_tick(&load, "0") && has_tick(&load, "600/s"));
    assert_true(load.hi >= 683.0);
    assert_true(has_tick(&big, "20 k/s") || has_tick(&big, "20 k"));
    assert_true(has_tick(&share, "100%") && has_tick(&share, "0.01%"));
    assert_true(share.lo <= 0.0003);
}

static void axes_hold_whatever_they_are_given(void **state)
{
    const double odd[] = {0.0, -1.0, HUGE_VAL, (double)NAN, 1e-300, 1e300};

    (void)state;
    for (size_t i = 0; i < 6; i++)
        for (size_t k = 0; k < 6; k++) {
            const struct hr_axis axes[] = {hr_axis_durations(odd[i], odd[k]),
                                           hr_axis_amounts(odd[i], "/s"),
                                           hr_axis_shares(odd[i])};
            for (size_t a = 0; a < 3; a++) {
                assert_true(axes[a].hi > axes[a].lo);
                assert_in_range(axes[a].n, 0, HR_AXIS_TICKS);
            }
        }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_drawing_gets_a_name_a_description_and_ids_of_its_own),
        TEST(colours_have_one_spelling),
        TEST(a_drawing_with_anything_unknown_is_dropped),
        TEST(figures_are_woven_in_where_they_belong_and_missing_ones_are_noted),
        TEST(drawing_fails_as_a_value_when_the_program_draws_too_little),
        TEST(names_reach_a_script_in_single_quotes_only),
        TEST(a_mark_outside_the_chart_is_not_drawn),
        TEST(thinning_keeps_the_largest_and_smallest_of_each_column),
        TEST(few_points_are_left_as_they_are_and_gaps_stay_gaps),
        TEST(means_conserve_the_sum),
        TEST(ticks_are_round_and_carry_their_unit),
        TEST(axes_hold_whatever_they_are_given),
    };
    return cmocka_run_group_tests_name("figure", tests, NULL, NULL);
}

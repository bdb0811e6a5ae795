/* tests/scenario/test_law.c - laws as they are written, and back. */
#include "tests/scenario/fixture.h"

#include <math.h>
#include <unistd.h>

static struct hr_law law_of(struct fixture *f, const char *s, enum hr_law_unit unit)
{
    struct hr_law l = {0};
    const char *why = "";
    if (!hr_value_law(text(s), unit, "", f->a, &l, &why))
        fail_msg("`%s` %s", s, why);
    return l;
}

static void near(double x, double y)
{
    if (!(fabs(x - y) <= 1e-9 * fabs(y)))
        fail_msg("%.17g is not %.17g", x, y);
}

static void every_family_can_be_written(void **state)
{
    static const char *const laws[] = {
        "8ms",
        "constant(8ms)",
        "uniform(1ms..3ms)",
        "uniform(min=1ms max=3ms)",
        "exponential(20ms)",
        "exponential(mean=20ms)",
        "normal(mean=20ms sd=3ms)",
        "lognormal(p50=8ms p99=60ms)",
        "lognormal(mean=8ms cv=1.5)",
        "gamma(mean=8ms cv=0.7)",
        "gamma(shape=2.385 scale=3ms)",
        "erlang(stages=3 mean=20ms)",
        "weibull(shape=0.7 scale=8ms)",
        "pareto(shape=2.385 min=5ms)",
        "hyperexponential(mean=8ms cv=2)",
        "triangular(min=2ms mode=3ms max=9ms)",
        "discrete(5ms=90% 80ms=10%)",
    };
    for (size_t i = 0; i < sizeof laws / sizeof *laws; i++)
        law_of(*state, laws[i], HR_LAW_OF_TIME);
}

static void figures_are_those_that_were_written(void **state)
{
    const struct hr_law l = law_of(*state, "lognormal(p50=8ms p99=60ms)", HR_LAW_OF_TIME);
    near(hr_law_quantile(&l, 0.5), 0.008);
    near(hr_law_quantile(&l, 0.99), 0.060);
    const struct hr_law m =
        law_of(*state, "lognormal( mean=24kB  cv=1.5 )", HR_LAW_OF_BYTES);
    near(hr_law_mean(&m), 24000);
    near(hr_law_scv(&m), 2.25);
    const struct hr_law u = law_of(*state, "uniform(1ms..3ms)", HR_LAW_OF_TIME);
    near(hr_law_mean(&u), 0.002);
    const struct hr_law d = law_of(*state, "discrete(80ms=10% 5ms=90%)", HR_LAW_OF_TIME);
    near(hr_law_mean(&d), 0.9 * 0.005 + 0.1 * 0.080);
    const struct hr_law n = law_of(*state, "exponential(2.385)", HR_LAW_OF_COUNT);
    near(hr_law_mean(&n), 2.385);
}

static void wrong_laws_say_which_part_is_wrong(void **state)
{
    static const struct {
        const char *text;
        enum hr_code code;
        const char *why, *hint;
    } wrong[] = {
        {"lognorml(p50=8ms p99=60ms)", HR_E301, "", "did you mean `lognormal`?"},
        {"lognormal(p50=8ms, p99=60ms)", HR_E302, "comma", "`lognormal(p50=8ms p99=60ms)`"},
        {"lognormal(p50=8ms p99=60ms) x", HR_E302, "", "lognormal("},
        {"lognormal(8ms 60ms)", HR_E302, "8ms 60ms", ""},
        {"lognormal", HR_E302, "", "lognormal("},
        {"lognormal(p42=8ms p99=60ms)", HR_E303, "p42=8ms", "p50"},
        {"lognormal(p50=8ms)", HR_E304, "", "p50 p99, p50 p95"},
        {"lognormal()", HR_E304, "", "or p50 mean"},
        {"gamma(mean=8ms cv=1 sd=3ms)", HR_E304, "", ""},
        {"lognormal(p50=60ms p99=8ms)", HR_E305, "", "ascend"},
        {"lognormal(p50=8ms p50=9ms)", HR_E306, "p50=9ms", ""},
        {"lognormal(p50=8 p99=60ms)", HR_E204, "p50=8", ""},
        {"lognormal(p50=8ms p99=60mss)", HR_E205, "60mss", ""},
        {"gamma(mean=8ms cv=-1)", HR_E221, "cv=-1", ""},
        {"uniform(3ms..1ms)", HR_E305, "", "ascend"},
        {"discrete(5ms=90% 80ms=11%)", HR_E308, "", ""},
        {"discrete(5ms=50% 5ms=50%)", HR_E306, "", ""},
        {"discrete()", HR_E308, "", ""},
        {"6ms..20ms", HR_E905, "range", "one value"},
        {"empirical(/etc/passwd)", HR_E123, "", ""},
        {"empirical(../x.csv)", HR_E123, "", ""},
        {"empirical(not_there.csv)", HR_E307, "does not exist", ""},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const struct hr_text t = text(wrong[i].text);
        struct hr_law l;
        const char *why = "";
        if (hr_value_law(t, HR_LAW_OF_TIME, "", f->a, &l, &why))
            fail_msg("`%s` was accepted", wrong[i].text);
        const struct hr_value_fault v = hr_value_explain(f->a, HR_FIELD_LAW_TIME, t, why);
        if (v.code != wrong[i].code || !strstr(why, wrong[i].why) ||
            !strstr(v.hint ? v.hint : "", wrong[i].hint))
            fail_msg("`%s` is %s: %s (%s)", wrong[i].text, hr_codes[v.code].name, why,
                     v.hint ? v.hint : "");
    }
}

static void measured_values_come_from_a_file_below_the_folder(void **state)
{
    struct fixture *f = *state;
    char folder[] = "/tmp/headroom-law-XXXXXX";
    struct hr_law l;
    const char *why = "";

    assert_non_null(mkdtemp(folder));
    const char *path = hr_arena_printf(f->a, "%s/d.csv", folder);
    FILE *out = fopen(path, "w");
    fputs("seconds,host\n# measured\n0.030,a\n\n0.010,b\n 0.020 ,c\r\n", out);
    fclose(out);
    assert_true(
        hr_value_law(text("empirical(d.csv)"), HR_LAW_OF_TIME, folder, f->a, &l, &why));
    assert_int_equal(l.n, 3);
    assert_true(l.table[0] == 0.010 && l.table[2] == 0.030);

    out = fopen(path, "w");
    fputs("seconds\n0.030\nnan\n", out);
    fclose(out);
    assert_false(
        hr_value_law(text("empirical(d.csv)"), HR_LAW_OF_TIME, folder, f->a, &l, &why));
    assert_non_null(strstr(why, "line 3"));

    const char *link = hr_arena_printf(f->a, "%s/out.csv", folder);
    assert_int_equal(symlink("/etc/passwd", link), 0);
    assert_false(
        hr_value_law(text("empirical(out.csv)"), HR_LAW_OF_TIME, folder, f->a, &l, &why));
    assert_int_equal(hr_value_explain(f->a, HR_FIELD_LAW_TIME, text("x"), why).code,
                     HR_E123);
    unlink(link);
    unlink(path);
    rmdir(folder);
}

static void a_law_that_was_written_reads_back_as_the_very_same(void **state)
{
    static const char *const laws[] = {
        "8ms",
        "uniform(1ms..3ms)",
        "exponential(20ms)",
        "lognormal(p50=8ms p99=60ms)",
        "lognormal(mean=8ms cv=1.5)",
        "gamma(mean=8ms cv=0.7)",
        "erlang(stages=3 mean=20ms)",
        "weibull(shape=0.7 scale=8ms)",
        "pareto(shape=2.385 min=5ms)",
        "hyperexponential(mean=8ms cv=2)",
        "triangular(min=2ms mode=3ms max=9ms)",
        "discrete(5ms=90% 80ms=10%)",
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof laws / sizeof *laws; i++) {
        const struct hr_law l = law_of(f, laws[i], HR_LAW_OF_TIME);
        const char *shown = hr_show_law(f->a, &l, HR_LAW_OF_TIME);
        const struct hr_law back = law_of(f, shown, HR_LAW_OF_TIME);
        if (l.kind != back.kind || l.a != back.a || l.b != back.b || l.c != back.c ||
            l.n != back.n)
            fail_msg("`%s` was shown as `%s`", laws[i], shown);
        for (size_t k = 0; k < 2 * l.n; k++)
            assert_true(l.table[k] == back.table[k]);
    }
}

static void a_scaled_law_is_shown_to_the_nanosecond(void **state)
{
    struct fixture *f = *state;
    const struct hr_law l =
        hr_law_scale(law_of(f, "lognormal(p50=8ms p99=60ms)", HR_LAW_OF_TIME), 1.0 / 3.0);
    const struct hr_law back =
        law_of(f, hr_show_law(f->a, &l, HR_LAW_OF_TIME), HR_LAW_OF_TIME);

    for (double p = 0.05; p < 1; p += 0.1)
        assert_true(fabs(hr_law_quantile(&l, p) - hr_law_quantile(&back, p)) < 5e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_family_can_be_written),
        TEST(figures_are_those_that_were_written),
        TEST(wrong_laws_say_which_part_is_wrong),
        TEST(measured_values_come_from_a_file_below_the_folder),
        TEST(a_law_that_was_written_reads_back_as_the_very_same),
        TEST(a_scaled_law_is_shown_to_the_nanosecond),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

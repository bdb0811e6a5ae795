/* tests/scenario/test_value.c - what scalars with units promise. */
#include "tests/scenario/fixture.h"

#include <math.h>

static hr_time duration(const char *s)
{
    hr_time x = -1;
    const char *why = "";
    if (!hr_value_duration(text(s), &x, &why))
        fail_msg("`%s` %s", s, why);
    return x;
}

static enum hr_code refused(struct fixture *f, enum hr_field_type type, const char *s,
                            const char **hint)
{
    union {
        double d;
        int64_t i;
        struct hr_time_range r;
        struct hr_popularity p;
    } x;
    const char *why = NULL;
    bool good = true;

    switch (type) {
    case HR_FIELD_COUNT:
        good = hr_value_count(text(s), &x.i, &why);
        break;
    case HR_FIELD_NUMBER:
        good = hr_value_number(text(s), &x.d, &why);
        break;
    case HR_FIELD_SHARE:
        good = hr_value_share(text(s), &x.d, &why);
        break;
    case HR_FIELD_FACTOR:
        good = hr_value_factor(text(s), &x.d, &why);
        break;
    case HR_FIELD_DURATION:
        good = hr_value_duration(text(s), &x.i, &why);
        break;
    case HR_FIELD_DURATION_RANGE:
        good = hr_value_duration_range(text(s), &x.r, &why);
        break;
    case HR_FIELD_CLOCK:
        good = hr_value_clock(text(s), &x.i, &why);
        break;
    case HR_FIELD_DATE:
        good = hr_value_date(text(s), &x.i, &why);
        break;
    case HR_FIELD_RATE:
        good = hr_value_rate(text(s), &x.d, &why);
        break;
    case HR_FIELD_BYTES:
        good = hr_value_bytes(text(s), &x.i, &why);
        break;
    case HR_FIELD_BANDWIDTH:
        good = hr_value_bandwidth(text(s), &x.d, &why);
        break;
    case HR_FIELD_MONEY:
        good = hr_value_money(text(s), &x.i, &why);
        break;
    default:
        good = hr_value_popularity(text(s), &x.p, &why);
        break;
    }
    if (good)
        fail_msg("`%s` was accepted", s);
    const struct hr_value_fault v = hr_value_explain(f->a, type, text(s), why);
    *hint = v.hint ? v.hint : "";
    return v.code;
}

struct wrong {
    enum hr_field_type type;
    const char *text;
    enum hr_code code;
    const char *hint; /* contained in the hint; NULL: no hint */
};

static void check_wrong(struct fixture *f, const struct wrong *w, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *hint;
        const enum hr_code code = refused(f, w[i].type, w[i].text, &hint);
        if (code != w[i].code)
            fail_msg("`%s` is %s, not %s", w[i].text, hr_codes[code].name,
                     hr_codes[w[i].code].name);
        if (w[i].hint ? !strstr(hint, w[i].hint) : hint[0] != '\0')
            fail_msg("`%s` has the hint \"%s\"", w[i].text, hint);
    }
}

static void durations_are_exact_nanoseconds(void **state)
{
    (void)state;
    assert_int_equal(duration("250ms"), 250 * HR_MILLISECOND);
    assert_int_equal(duration("1.5s"), 1500 * HR_MILLISECOND);
    assert_int_equal(duration("2h30m"), 150 * HR_MINUTE);
    assert_int_equal(duration("0.3s"), 300000000); /* 0.3 has no double */
    assert_int_equal(duration("2.385us"), 2385);
    assert_int_equal(duration("7\xc2\xb5s"), 7000);
    assert_int_equal(duration("1e3ms"), HR_SECOND);
    assert_int_equal(duration("0s"), 0);
    assert_int_equal(duration("9223372036854775806ns"), HR_NEVER - 1);
}

static void m_is_minute_and_mo_is_730_hours_and_y_is_365_days(void **state)
{
    (void)state;
    assert_int_equal(duration("3m"), 3 * HR_MINUTE);
    assert_int_equal(duration("1mo"), 730 * HR_HOUR);
    assert_int_equal(duration("1y"), 365 * HR_DAY);
    assert_int_equal(duration("12mo"), duration("1y"));
    assert_int_equal(duration("2w"), 14 * HR_DAY);
}

static void wrong_durations_say_what_to_write(void **state)
{
    static const struct wrong w[] = {
        {HR_FIELD_DURATION, "250", HR_E204, "`250ms` or `250s`"},
        {HR_FIELD_DURATION, "1,5s", HR_E220, "`1.5s`"},
        {HR_FIELD_DURATION, "30min", HR_E205, "`30m`"},
        {HR_FIELD_DURATION, "30 s", HR_E205, "`30s`"},
        {HR_FIELD_DURATION, "5secs", HR_E205, "`5s`"},
        {HR_FIELD_DURATION, "5mss", HR_E205, "`5ms`"},
        {HR_FIELD_DURATION, "20:30", HR_E212, "`20m30s` or `20h30m`"},
        {HR_FIELD_DURATION, "-5s", HR_E221, NULL},
        {HR_FIELD_DURATION, "+5s", HR_E206, "`5s`"},
        {HR_FIELD_DURATION, ".5s", HR_E206, NULL},
        {HR_FIELD_DURATION, "5.s", HR_E206, NULL},
        {HR_FIELD_DURATION, "soon", HR_E206, NULL},
        {HR_FIELD_DURATION, "", HR_E218, NULL},
        {HR_FIELD_DURATION, "30m2h", HR_E206, NULL},
        {HR_FIELD_DURATION, "2h3", HR_E204, NULL},
        {HR_FIELD_DURATION, "0.5ns", HR_E223, "counted"},
        {HR_FIELD_DURATION, "300y", HR_E215, "at most"},
        {HR_FIELD_DURATION, "9223372036854775807ns", HR_E215, "at most"},
        {HR_FIELD_DURATION, "292y291y", HR_E206, NULL},
        {HR_FIELD_DURATION, "1e400s", HR_E215, "at most"},
        {HR_FIELD_DURATION, "99999999999999999999s", HR_E215, "at most"},
        {HR_FIELD_DURATION_RANGE, "5s..200ms", HR_E219, NULL},
        {HR_FIELD_DURATION_RANGE, "200..5s", HR_E204, NULL},
        {HR_FIELD_CLOCK, "24:00", HR_E206, NULL},
        {HR_FIELD_CLOCK, "8:00", HR_E206, NULL},
        {HR_FIELD_DATE, "2026-02-29", HR_E213, NULL},
        {HR_FIELD_DATE, "27.11.2026", HR_E213, NULL},
        {HR_FIELD_DATE, "2026-11-27 00:00", HR_E213, NULL},
    };
    check_wrong(*state, w, sizeof w / sizeof *w);
}

static void ranges_have_two_ends_and_a_single_value_has_equal_ones(void **state)
{
    struct hr_time_range r;
    const char *why;

    (void)state;
    assert_true(hr_value_duration_range(text("200ms..5s"), &r, &why));
    assert_int_equal(r.lo, 200 * HR_MILLISECOND);
    assert_int_equal(r.hi, 5 * HR_SECOND);
    assert_true(hr_value_duration_range(text("1.5s"), &r, &why));
    assert_int_equal(r.lo, r.hi);
}

static void dates_count_seconds_since_1970_over_leap_years(void **state)
{
    static const struct {
        const char *text;
        int64_t s;
    } dates[] = {
        {"1970-01-01", 0},
        {"2000-03-01", 951868800},
        {"2026-11-27T00:00", 1795737600},
        {"2100-03-01", 4107542400},
        {"2024-02-29T23:59:58", 1709251198},
        {"1969-12-31", -86400},
    };
    (void)state;
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        int64_t s = 0;
        const char *why;
        assert_true(hr_value_date(text(dates[i].text), &s, &why));
        assert_int_equal(s, dates[i].s);
    }
}

static void shares_are_percent_and_nothing_else(void **state)
{
    static const struct wrong w[] = {
        {HR_FIELD_SHARE, "0.7", HR_E209, "`70%`"},
        {HR_FIELD_SHARE, "1", HR_E209, "`100%`"},
        {HR_FIELD_SHARE, "70", HR_E209, "`70%`"},
        {HR_FIELD_SHARE, "101%", HR_E207, NULL},
        {HR_FIELD_SHARE, "-5%", HR_E221, NULL},
        {HR_FIELD_SHARE, "0,5%", HR_E220, "`0.5%`"},
        {HR_FIELD_SHARE, "half", HR_E209, NULL},
        {HR_FIELD_SHARE, "%", HR_E209, NULL},
    };
    const char *why;
    double x;

    assert_true(hr_value_share(text("99.95%"), &x, &why));
    assert_true(x == 0.9995);
    assert_true(hr_value_share(text("0.1%"), &x, &why));
    assert_true(x == 0.001);
    assert_true(hr_value_share(text("100%"), &x, &why));
    assert_true(x == 1.0);
    check_wrong(*state, w, sizeof w / sizeof *w);
}

static void numbers_and_counts_are_told_apart(void **state)
{
    static const struct wrong w[] = {
        {HR_FIELD_COUNT, "1.5", HR_E206, NULL},
        {HR_FIELD_COUNT, "16x", HR_E205, NULL},
        {HR_FIELD_COUNT, "1,000", HR_E220, "thousands"},
        {HR_FIELD_COUNT, "-1", HR_E221, NULL},
        {HR_FIELD_COUNT, "+1", HR_E206, "`1`"},
        {HR_FIELD_COUNT, "1e19", HR_E215, NULL},
        {HR_FIELD_COUNT, "9223372036854775808", HR_E215, NULL},
        {HR_FIELD_COUNT, "many", HR_E206, NULL},
        {HR_FIELD_NUMBER, "0.9.1", HR_E206, NULL},
        {HR_FIELD_NUMBER, "nan", HR_E206, NULL},
        {HR_FIELD_NUMBER, "inf", HR_E206, NULL},
        {HR_FIELD_NUMBER, "0x10", HR_E206, NULL},
        {HR_FIELD_NUMBER, "1e999", HR_E215, NULL},
        {HR_FIELD_FACTOR, "6", HR_E204, "`6x`"},
        {HR_FIELD_FACTOR, "six", HR_E206, NULL},
    };
    const char *why;
    int64_t n;
    double x;

    assert_true(hr_value_count(text("2M"), &n, &why));
    assert_int_equal(n, 2000000);
    assert_true(hr_value_count(text("1.5k"), &n, &why));
    assert_int_equal(n, 1500);
    assert_true(hr_value_count(text("9223372036854775807"), &n, &why));
    assert_int_equal(n, INT64_MAX);
    assert_true(hr_value_count(text("1e3"), &n, &why));
    assert_int_equal(n, 1000);
    assert_true(hr_value_number(text("-2.385"), &x, &why));
    assert_true(x == -2.385);
    assert_true(hr_value_number(text("0.1234567890123456789"), &x, &why));
    assert_true(x == 0.1234567890123456789);
    assert_true(hr_value_factor(text("800%"), &x, &why));
    assert_true(x == 8.0);
    assert_true(hr_value_factor(text("6x"), &x, &why));
    assert_true(x == 6.0);
    check_wrong(*state, w, sizeof w / sizeof *w);
}

static void sizes_tell_decimal_from_binary(void **state)
{
    static const struct wrong w[] = {
        {HR_FIELD_BYTES, "200", HR_E204, "`200B`"},
        {HR_FIELD_BYTES, "2G", HR_E205, "`2GB`"},
        {HR_FIELD_BYTES, "4KB", HR_E205, "`4kB`"},
        {HR_FIELD_BYTES, "1.5B", HR_E223, "counted"},
        {HR_FIELD_BYTES, "9PiBs", HR_E205, "`9PiB`"},
        {HR_FIELD_BYTES, "9000PiB", HR_E215, "at most"},
        {HR_FIELD_BANDWIDTH, "100", HR_E204, "`100Mbps`"},
        {HR_FIELD_BANDWIDTH, "100mbps", HR_E205, "`100Mbps`"},
        {HR_FIELD_BANDWIDTH, "40MB", HR_E205, NULL},
    };
    const char *why;
    int64_t n;
    double x;

    assert_true(hr_value_bytes(text("2GB"), &n, &why));
    assert_int_equal(n, 2000000000);
    assert_true(hr_value_bytes(text("2GiB"), &n, &why));
    assert_int_equal(n, 2147483648);
    assert_true(hr_value_bytes(text("1.5kB"), &n, &why));
    assert_int_equal(n, 1500);
    assert_true(hr_value_bandwidth(text("100Mbps"), &x, &why));
    assert_true(x == 12.5e6);
    assert_true(hr_value_bandwidth(text("40MB/s"), &x, &why));
    assert_true(x == 40e6);
    check_wrong(*state, w, sizeof w / sizeof *w);
}

static void rates_are_per_second_whatever_they_were_written_per(void **state)
{
    static const struct wrong w[] = {
        {HR_FIELD_RATE, "400", HR_E204, "`400/s`"},
        {HR_FIELD_RATE, "400rps", HR_E205, "`400/s`"},
        {HR_FIELD_RATE, "3/min", HR_E205, "`3/m`"},
        {HR_FIELD_RATE, "fast", HR_E206, NULL},
        {HR_FIELD_RATE, "-1/s", HR_E221, NULL},
        {HR_FIELD_RATE, "1/", HR_E205, NULL},
    };
    const char *why;
    double x;

    assert_true(hr_value_rate(text("12/m"), &x, &why));
    assert_true(x == 0.2);
    assert_true(hr_value_rate(text("2.5k/s"), &x, &why));
    assert_true(x == 2500);
    assert_true(hr_value_rate(text("3/ms"), &x, &why));
    assert_true(x == 3000);
    check_wrong(*state, w, sizeof w / sizeof *w);
}

static void money_is_exact_to_a_millionth_of_a_dollar(void **state)
{
    static const struct wrong w[] = {
        {HR_FIELD_MONEY, "42", HR_E204, "`$42`"},
        {HR_FIELD_MONEY, "$0.0000001", HR_E223, "counted"},
        {HR_FIELD_MONEY, "$1,000", HR_E220, "thousands"},
        {HR_FIELD_MONEY, "42 USD", HR_E206, NULL},
        {HR_FIELD_MONEY, "$-5", HR_E221, NULL},
        {HR_FIELD_MONEY, "$1e13", HR_E215, "at most"},
    };
    const char *why;
    int64_t n;

    assert_true(hr_value_money(text("$0.096"), &n, &why));
    assert_int_equal(n, 96000);
    assert_true(hr_value_money(text("$0.000001"), &n, &why));
    assert_int_equal(n, 1);
    check_wrong(*state, w, sizeof w / sizeof *w);
}

static void popularity_is_uniform_or_zipf_below_ten(void **state)
{
    static const struct wrong w[] = {
        {HR_FIELD_POPULARITY, "zipf", HR_E309, NULL},
        {HR_FIELD_POPULARITY, "zipf(10)", HR_E309, NULL},
        {HR_FIELD_POPULARITY, "zipf()", HR_E309, NULL},
    };
    struct hr_popularity p;
    const char *why;

    assert_true(hr_value_popularity(text("uniform"), &p, &why));
    assert_true(p.uniform);
    assert_true(hr_value_popularity(text("zipf(0.9)"), &p, &why));
    assert_true(!p.uniform && p.zipf == 0.9);
    check_wrong(*state, w, sizeof w / sizeof *w);
}

/* xorshift64*: any stream of awkward numbers will do. */
static uint64_t next(uint64_t *s)
{
    *s ^= *s >> 12;
    *s ^= *s << 25;
    *s ^= *s >> 27;
    return *s * UINT64_C(2685821657736338717);
}

static void what_is_shown_reads_back_the_same(void **state)
{
    struct fixture *f = *state;
    uint64_t seed = 20261121;

    for (int i = 0; i < 20000; i++) {
        const char *why, *s;
        int64_t back = -1;
        int64_t x = (int64_t)(next(&seed) >> (1 + next(&seed) % 63));
        for (uint64_t k = next(&seed) % 12; k > 0 && x < INT64_MAX / 60; k--)
            x *= k % 3 ? 10 : 60;
        x -= x == HR_NEVER;
        s = hr_show_duration(f->a, x);
        assert_true(hr_value_duration(text(s), &back, &why));
        assert_int_equal(back, x);
        s = hr_show_bytes(f->a, x);
        assert_true(hr_value_bytes(text(s), &back, &why));
        assert_int_equal(back, x);
        s = hr_show_money(f->a, x);
        assert_true(hr_value_money(text(s), &back, &why));
        assert_int_equal(back, x);
    }
}

static void what_is_shown_is_short(void **state)
{
    struct fixture *f = *state;

    assert_string_equal(hr_show_duration(f->a, 250 * HR_MILLISECOND), "250ms");
    assert_string_equal(hr_show_duration(f->a, 1500 * HR_MILLISECOND), "1.5s");
    assert_string_equal(hr_show_duration(f->a, HR_DAY), "1d");
    assert_string_equal(hr_show_duration(f->a, 25 * HR_HOUR), "25h");
    assert_string_equal(hr_show_duration(f->a, 3661 * HR_SECOND), "3661s");
    assert_string_equal(hr_show_duration(f->a, 0), "0s");
    assert_string_equal(hr_show_duration(f->a, HR_NEVER), "never");
    assert_string_equal(hr_show_bytes(f->a, INT64_C(2) << 30), "2GiB");
    assert_string_equal(hr_show_bytes(f->a, 2000), "2kB");
    assert_string_equal(hr_show_money(f->a, 96000), "$0.096");
    assert_string_equal(hr_show_money(f->a, 42000000), "$42");
}

static void no_phrase_begins_with_another(void **state)
{
    static const char *const phrases[] = {
#define HR_WHY(id, code, words) words,
#include "sim/scenario/value/value_whys.def"
#undef HR_WHY
    };
    const size_t n = sizeof phrases / sizeof *phrases;

    (void)state;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++)
            if (i != k && strncmp(phrases[i], phrases[k], strlen(phrases[k])) == 0)
                fail_msg("\"%s\" begins with \"%s\"", phrases[i], phrases[k]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(durations_are_exact_nanoseconds),
        TEST(m_is_minute_and_mo_is_730_hours_and_y_is_365_days),
        TEST(wrong_durations_say_what_to_write),
        TEST(ranges_have_two_ends_and_a_single_value_has_equal_ones),
        TEST(dates_count_seconds_since_1970_over_leap_years),
        TEST(shares_are_percent_and_nothing_else),
        TEST(numbers_and_counts_are_told_apart),
        TEST(sizes_tell_decimal_from_binary),
        TEST(rates_are_per_second_whatever_they_were_written_per),
        TEST(money_is_exact_to_a_millionth_of_a_dollar),
        TEST(popularity_is_uniform_or_zipf_below_ten),
        TEST(what_is_shown_reads_back_the_same),
        TEST(what_is_shown_is_short),
        TEST(no_phrase_begins_with_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

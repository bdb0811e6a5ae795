/* tests/scenario/test_diag.c - diagnostics: collected once, shown so that one can act. */
#include "tests/scenario/fixture.h"

static const char *shown(struct fixture *f, enum hr_diag_format format, bool colour)
{
    const struct hr_diag_style style = {format, colour, "t.yaml", "Nothing was simulated."};
    return hr_diags_text(&f->ds, &style, f->a);
}

static struct hr_loc at(unsigned line, unsigned column, unsigned length)
{
    return (struct hr_loc){"t.yaml", line, column, length};
}

static void the_same_fault_of_the_same_place_is_said_once(void **state)
{
    struct fixture *f = *state;

    hr_diag_add(&f->ds, HR_E202, at(1, 1, 1), "`rate` is missing");
    hr_diag_add(&f->ds, HR_E202, at(1, 1, 1), "`rate` is missing");
    hr_diag_add(&f->ds, HR_E202, at(1, 1, 1), "`to` is missing");
    hr_diag_add(&f->ds, HR_E201, at(1, 1, 1), "`rate` is missing");
    hr_diag_add(&f->ds, HR_E202, at(2, 1, 1), "`rate` is missing");
    hr_diag_add(&f->ds, HR_W101, at(2, 1, 1), "nothing reaches `x`");
    assert_int_equal(f->ds.n, 5);
    assert_int_equal(f->ds.errors, 4);
    assert_int_equal(f->ds.warnings, 1);
}

static void more_than_are_kept_are_counted(void **state)
{
    struct fixture *f = *state;

    for (unsigned i = 1; i <= HR_DIAGS_KEPT + 30; i++) {
        struct hr_diag *d = hr_diag_add(&f->ds, HR_E201, at(i, 1, 1), "unknown key");
        hr_diag_hint(&f->ds, d, "line %u", i);
        hr_diag_label(&f->ds, d, "here");
    }
    assert_int_equal(f->ds.n, HR_DIAGS_KEPT);
    assert_int_equal(f->ds.errors, HR_DIAGS_KEPT + 30);
    assert_non_null(strstr(shown(f, HR_DIAG_FULL, false), "... and 180 more."));
    assert_non_null(strstr(shown(f, HR_DIAG_FULL, false), "t.yaml: 230 errors. Nothing"));
}

static void no_number_of_warnings_hides_an_error(void **state)
{
    struct fixture *f = *state;

    for (unsigned i = 1; i <= HR_DIAGS_KEPT + 30; i++)
        hr_diag_add(&f->ds, HR_W101, at(i, 1, 1), "nothing reaches it");
    hr_diag_add(&f->ds, HR_E201, at(1000, 1, 1), "unknown key `burts`");
    hr_diag_add(&f->ds, HR_E201, at(1001, 1, 1), "unknown key `sruts`");
    assert_int_equal(f->ds.n, HR_DIAGS_KEPT);
    for (int format = HR_DIAG_FULL; format <= HR_DIAG_JSON; format++) {
        const char *text = shown(f, (enum hr_diag_format)format, false);

        assert_non_null(strstr(text, "burts"));
        assert_non_null(strstr(text, "sruts"));
    }
    assert_non_null(strstr(shown(f, HR_DIAG_FULL, false), "... and 182 more."));
    assert_non_null(
        strstr(shown(f, HR_DIAG_FULL, false), "t.yaml: 2 errors, 230 warnings."));
}

static void every_code_explains_itself(void **state)
{
    (void)state;
    for (int i = 0; i < HR_N_CODES; i++) {
        const struct hr_code_info *c = &hr_codes[i];
        assert_true((c->name[0] == 'E' || c->name[0] == 'W') && strlen(c->name) == 4);
        assert_true(hr_code_is_error((enum hr_code)i) == (c->name[0] == 'E'));
        assert_true(strlen(c->title) >= 5 && strlen(c->title) <= 60);
        assert_true(strlen(c->text) >= 40);
        assert_true(c->text[strlen(c->text) - 1] == '.');
        for (int k = 0; k < i; k++)
            assert_string_not_equal(c->title, hr_codes[k].title);
    }
}

static void a_diagnostic_shows_the_line_and_the_way_out(void **state)
{
    struct fixture *f = *state;

    parse(f, "components:\n  limiter:\n    kind: token_bucket\n    burts: 200\n");
    struct hr_diag *d =
        hr_diag_add(&f->ds, HR_E201, at(4, 5, 5), "unknown key `burts` in token_bucket");
    hr_diag_label(&f->ds, d, "not a parameter of token_bucket");
    hr_diag_hint(&f->ds, d, "did you mean `burst`?\nparameters: rate, burst");
    hr_diag_add(&f->ds, HR_W101, at(2, 3, 7), "nothing reaches `limiter`");
    assert_string_equal(shown(f, HR_DIAG_FULL, false),
                        "warning[W101]: nothing reaches `limiter`\n"
                        "  --> t.yaml:2:3\n"
                        "   |\n"
                        " 1 | components:\n"
                        " 2 |   limiter:\n"
                        "   |   ^^^^^^^\n"
                        "   |\n"
                        "\n"
                        "error[E201]: unknown key `burts` in token_bucket\n"
                        "  --> t.yaml:4:5\n"
                        "   |\n"
                        " 2 |   limiter:\n"
                        " 3 |     kind: token_bucket\n"
                        " 4 |     burts: 200\n"
                        "   |     ^^^^^ not a parameter of token_bucket\n"
                        "   |\n"
                        "help: did you mean `burst`?\n"
                        "      parameters: rate, burst\n"
                        "\n"
                        "t.yaml: 1 error, 1 warning. Nothing was simulated.\n");
}

static void two_places_that_disagree_are_both_shown(void **state)
{
    struct fixture *f = *state;

    parse(f, "a: 1\nb: 2\nc: 3\na: 4\n");
    assert_string_equal(shown(f, HR_DIAG_FULL, false),
                        "error[E102]: the key `a` is written twice\n"
                        "  --> t.yaml:4:1\n"
                        "   |\n"
                        " 2 | b: 2\n"
                        " 3 | c: 3\n"
                        " 4 | a: 4\n"
                        "   | ^ written again here\n"
                        "   |\n"
                        "  ::: t.yaml:1:1\n"
                        "   |\n"
                        " 1 | a: 1\n"
                        "   | - first written here\n"
                        "   |\n"
                        "\n"
                        "t.yaml: 1 error. Nothing was simulated.\n");
}

static void a_caret_stands_under_its_character_whatever_its_width(void **state)
{
    struct fixture *f = *state;

    parse(f, "\xe6\x97\xa5\xe6\x9c\xac: gr\xc3\xbc\xc3\x9f"
             "e x\n\"a\tb\": 1\n");
    hr_diag_add(&f->ds, HR_E201, at(1, 9, 2), "wide");
    hr_diag_add(&f->ds, HR_E201, at(2, 1, 5), "tab");
    const char *s = shown(f, HR_DIAG_FULL, false);
    assert_non_null(strstr(s, " 1 | \xe6\x97\xa5\xe6\x9c\xac: gr\xc3\xbc\xc3\x9f"
                              "e x\n"
                              "   |           ^^\n"));
    assert_non_null(strstr(s, " 2 | \"a    b\": 1\n   | ^^^^^^^^\n"));
}

static void what_would_steer_a_terminal_is_replaced(void **state)
{
    struct fixture *f = *state;
    const char bad[] = "a: \x1b[31m\xe2\x80\xae\xff\x07\n";

    f->ds.sources[f->ds.n_sources++] = (struct hr_source){"t.yaml", bad, sizeof bad - 1};
    struct hr_diag *d = hr_diag_add(&f->ds, HR_E201, at(1, 9, 1), "key `\x1b]0;x\x07`");
    hr_diag_hint(&f->ds, d, "\xe2\x80\xaex\x9b");
    hr_diag_label(&f->ds, d, "\x1b[0m");
    for (int format = HR_DIAG_FULL; format <= HR_DIAG_JSON; format++)
        for (const char *s = shown(f, (enum hr_diag_format)format, false); *s; s++) {
            assert_true((unsigned char)*s >= 0x20 || *s == '\n');
            assert_true(strncmp(s, "\xe2\x80\xae", 3) != 0);
        }
}

static void colour_is_only_there_when_asked_for(void **state)
{
    struct fixture *f = *state;

    parse(f, "a: 1\na: 2\n");
    assert_null(strchr(shown(f, HR_DIAG_FULL, false), '\x1b'));
    assert_non_null(strstr(shown(f, HR_DIAG_FULL, true), "\x1b[1;31merror[E102]\x1b[0m"));
    assert_null(strchr(shown(f, HR_DIAG_JSON, true), '\x1b'));
}

static void long_lines_are_shown_around_the_caret(void **state)
{
    struct fixture *f = *state;
    char line[1002];

    memset(line, 'x', sizeof line);
    memcpy(line, "a: ", 3);
    memcpy(line + 500, "HERE", 4);
    line[1000] = '\n';
    line[1001] = '\0';
    parse(f, line);
    hr_diag_add(&f->ds, HR_E201, at(1, 501, 4), "far out");
    const char *s = shown(f, HR_DIAG_FULL, false), *row = strstr(s, " 1 | ");
    const char *carets = strstr(row, "^^^^"), *here = strstr(row, "HERE");
    assert_non_null(here);
    assert_true(strcspn(row, "\n") < 140);
    /* The ellipsis is one column of three bytes. */
    const char *second = strchr(row, '\n') + 1;
    assert_int_equal(carets - second, here - row - 2);
}

static void a_place_beyond_the_text_shows_no_lines(void **state)
{
    struct fixture *f = *state;

    parse(f, "a: 1");
    hr_diag_add(&f->ds, HR_E201, at(99, 1, 1), "nowhere");
    hr_diag_add(&f->ds, HR_E101, (struct hr_loc){.file = "x.yaml"},
                "x.yaml does not exist");
    hr_diag_add(&f->ds, HR_E101, (struct hr_loc){0}, "nothing");
    hr_diag_add(&f->ds, HR_E201, at(1, 4000000000u, 4000000000u), "far");
    assert_string_equal(shown(f, HR_DIAG_CONCISE, false),
                        "error[E101]: nothing\n"
                        "t.yaml:1:4000000000: error[E201]: far\n"
                        "t.yaml:99:1: error[E201]: nowhere\n"
                        "x.yaml: error[E101]: x.yaml does not exist\n");
    assert_non_null(strstr(shown(f, HR_DIAG_FULL, false), "  --> x.yaml\n\n"));
}

static void json_is_complete_and_quoted(void **state)
{
    struct fixture *f = *state;

    parse(f, "a: 1\n");
    struct hr_diag *d = hr_diag_add(&f->ds, HR_E201, at(1, 1, 1), "a \"quoted\\\" key");
    hr_diag_hint(&f->ds, d, "one\ntwo");
    assert_string_equal(
        shown(f, HR_DIAG_JSON, false),
        "{\"schema_version\": 1, \"diagnostics\": [\n"
        "  {\"code\": \"E201\", \"severity\": \"error\", \"at\": {\"file\": \"t.yaml\", "
        "\"line\": 1, \"column\": 1, \"length\": 1}, \"message\": \"a \\\"quoted\\\\\\\" "
        "key\", "
        "\"label\": null, \"help\": \"one\\ntwo\", \"also\": null}\n"
        "], \"errors\": 1, \"warnings\": 0}\n");
}

static void nothing_to_say_is_an_empty_text(void **state)
{
    struct fixture *f = *state;

    assert_string_equal(shown(f, HR_DIAG_FULL, true), "");
    assert_string_equal(shown(f, HR_DIAG_CONCISE, false), "");
    assert_string_equal(shown(f, HR_DIAG_JSON, false),
                        "{\"schema_version\": 1, \"diagnostics\": [], \"errors\": 0, "
                        "\"warnings\": 0}\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_same_fault_of_the_same_place_is_said_once),
        TEST(more_than_are_kept_are_counted),
        TEST(no_number_of_warnings_hides_an_error),
        TEST(every_code_explains_itself),
        TEST(a_diagnostic_shows_the_line_and_the_way_out),
        TEST(two_places_that_disagree_are_both_shown),
        TEST(a_caret_stands_under_its_character_whatever_its_width),
        TEST(what_would_steer_a_terminal_is_replaced),
        TEST(colour_is_only_there_when_asked_for),
        TEST(long_lines_are_shown_around_the_caret),
        TEST(a_place_beyond_the_text_shows_no_lines),
        TEST(json_is_complete_and_quoted),
        TEST(nothing_to_say_is_an_empty_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

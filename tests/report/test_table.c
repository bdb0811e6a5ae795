/* tests/report/test_table.c - tables of the terminal and the texts in them. */
#include "sim/report/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

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

static struct hr_table small(struct hr_arena *a)
{
    struct hr_table t = hr_table_begin(a);
    struct hr_table_row *row;

    hr_table_column(&t, "NAME", true);
    hr_table_column(&t, "p50 ms", false);
    hr_table_column(&t, "rate", false);
    row = hr_table_row(&t);
    row->cells[0].text = "app";
    row->cells[1].text = "1,460";
    row->cells[2] = (struct hr_cell){"2", HR_TONE_BAD};
    hr_table_heading(&t, "a heading that is wider than any column");
    row = hr_table_row(&t);
    row->cells[0].text = "web";
    return t;
}

static void numbers_are_right_aligned_under_their_titles(void **state)
{
    const struct hr_table t = small(*state);
    struct hr_text s = hr_text_begin(*state);

    assert_int_equal(hr_table_print(&t, 80, false, &s), 0);
    assert_string_equal(s.text, "NAME  p50 ms  rate\n"
                                "app    1,460     2\n"
                                "a heading that is wider than any column\n"
                                "web\n");
}

/* 40 columns of a name: whole, then as much of it as there is room for, at least 32. */
static void names_are_cut_only_where_a_column_would_be_left_out(void **state)
{
    struct hr_table t = small(*state);
    struct hr_text wide = hr_text_begin(*state), narrow = hr_text_begin(*state),
                   least = hr_text_begin(*state);

    t.rows[0].cells[0].text = "a_name_of_many_characters_that_end_here!";
    assert_int_equal(hr_table_print(&t, 54, false, &wide), 0);
    assert_non_null(strstr(wide.text, "a_name_of_many_characters_that_end_here!   1,460"));
    assert_int_equal(hr_table_print(&t, 53, false, &narrow), 0);
    assert_non_null(strstr(narrow.text, "a_name_of_many_characters_that_end_he..   1,460"));
    assert_int_equal(hr_table_print(&t, 40, false, &least), 1);
    assert_non_null(strstr(least.text, "a_name_of_many_characters_that..   1,460\n"));
}

static void columns_are_dropped_from_the_right_and_counted(void **state)
{
    const struct hr_table t = small(*state);
    struct hr_text s = hr_text_begin(*state), all = hr_text_begin(*state);

    assert_int_equal(hr_table_print(&t, 18, false, &all), 0);
    assert_int_equal(hr_table_print(&t, 17, false, &s), 1);
    assert_null(strstr(s.text, "rate"));
    assert_non_null(strstr(s.text, "1,460"));
    assert_int_equal(hr_table_print(&t, 1, false, &s), 2);
}

static void colour_does_not_move_anything(void **state)
{
    const struct hr_table t = small(*state);
    struct hr_text s = hr_text_begin(*state);

    hr_table_print(&t, 80, true, &s);
    assert_non_null(strstr(s.text, "   \x1b[31m2\x1b[0m\n"));
}

static void what_is_not_printable_is_taken_out(void **state)
{
    assert_string_equal(hr_text_plain(*state,
                                      "a\x1b[31mb\nc\xff\xfe"
                                      "d\xe2\x80\xae",
                                      80),
                        "a?[31mb?c?d?");
    assert_string_equal(hr_text_plain(*state,
                                      "\xc2\x9b"
                                      "31m",
                                      80),
                        "?31m");
    assert_string_equal(hr_text_plain(*state, NULL, 80), "");
}

static void what_is_too_long_is_cut_at_a_character(void **state)
{
    assert_string_equal(hr_text_plain(*state, "abcdef", 6), "abcdef");
    assert_string_equal(hr_text_plain(*state, "abcdefg", 6), "abcd..");
    assert_string_equal(hr_text_plain(*state, "\xe6\xbc\xa2\xe5\xad\x97\xe5\xad\x97", 5),
                        "\xe6\xbc\xa2..");
}

static void columns_are_what_a_terminal_shows(void **state)
{
    (void)state;
    assert_int_equal(hr_text_columns("abc"), 3);
    assert_int_equal(hr_text_columns("\xc2\xb1"), 1);
    assert_int_equal(hr_text_columns("\xe6\xbc\xa2"), 2);
    assert_int_equal(hr_text_columns("e\xcc\x81"), 1);
}

static void lines_are_broken_between_words(void **state)
{
    struct hr_text s = hr_text_begin(*state);

    hr_text_wrap(&s, "one two three fourfourfour five", 0, 2, 10);
    assert_string_equal(s.text, "one two\n  three\n  fourfourfour\n  five\n");
}

static void long_texts_are_put_together_whole(void **state)
{
    struct hr_text s = hr_text_begin(*state);

    for (int i = 0; i < 1000; i++)
        hr_text_addf(&s, "%d,", i % 10);
    hr_text_repeat(&s, "xy", 3);
    assert_int_equal(s.length, 2006);
    assert_int_equal(strlen(s.text), 2006);
    assert_string_equal(s.text + 1998, "9,xyxyxy");
}

#define IN_ARENA(f) cmocka_unit_test_setup_teardown(f, make_arena, leave_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ARENA(numbers_are_right_aligned_under_their_titles),
        IN_ARENA(names_are_cut_only_where_a_column_would_be_left_out),
        IN_ARENA(columns_are_dropped_from_the_right_and_counted),
        IN_ARENA(colour_does_not_move_anything),
        IN_ARENA(what_is_not_printable_is_taken_out),
        IN_ARENA(what_is_too_long_is_cut_at_a_character),
        IN_ARENA(columns_are_what_a_terminal_shows),
        IN_ARENA(lines_are_broken_between_words),
        IN_ARENA(long_texts_are_put_together_whole),
    };
    return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}

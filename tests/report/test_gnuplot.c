/* tests/report/test_gnuplot.c - gnuplot as a filter: nothing blocks, nothing runs, nothing is
 * fatal.  Small shell scripts play the program where its behaviour matters. */
#include "sim/report/figure/gnuplot.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct bench {
    struct hr_arena *a;
    char folder[64], program[80];
    char why[200];
    const char *out;
    size_t length;
};

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);

    b->a = hr_arena_create();
    strcpy(b->folder, "/tmp/headroom-test-XXXXXX");
    assert_non_null(mkdtemp(b->folder));
    snprintf(b->program, sizeof b->program, "%s/program", b->folder);
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;

    unlink(b->program);
    assert_int_equal(rmdir(b->folder), 0);
    hr_arena_destroy(b->a);
    free(b);
    return 0;
}

static void play(struct bench *b, const char *body)
{
    FILE *f = fopen(b->program, "w");

    assert_non_null(f);
    fprintf(f, "#!/bin/sh\n%s\n", body);
    fclose(f);
    assert_int_equal(chmod(b->program, 0700), 0);
}

static bool run(struct bench *b, const char *script, size_t length, int timeout_ms)
{
    const struct hr_gnuplot g = {.program = b->program, .timeout_ms = timeout_ms};

    return hr_gnuplot_run(&g, script, length, b->a, &b->out, &b->length, b->why,
                          sizeof b->why);
}

/* More than pipes and sockets hold, both ways at once: a loop that only wrote would stop. */
static void large_scripts_and_drawings_pass_without_a_deadlock(void **state)
{
    enum { N = 3000017 };
    struct bench *b = *state;
    char *script = hr_arena_alloc(b->a, N, 1);

    memset(script, 'x', N);
    play(b, "exec cat");
    assert_true(run(b, script, N, 10000));
    assert_int_equal(b->length, N);
    assert_int_equal(b->out[N - 1], 'x');
    assert_int_equal(b->out[N], '\0');
}

static void a_flood_of_complaints_neither_blocks_nor_overflows(void **state)
{
    struct bench *b = *state;

    play(b, "i=0; while [ $i -lt 20000 ]; do echo 'line 3: no such command' >&2; "
            "i=$((i+1)); done; cat >/dev/null; exit 1");
    assert_false(run(b, "plot", 4, 10000));
    assert_string_equal(b->why, "gnuplot failed: line 3: no such command.");
}

static void a_program_that_dies_without_reading_is_a_value_not_a_signal(void **state)
{
    enum { N = 1000003 };
    struct bench *b = *state;

    play(b, "exit 3");
    signal(SIGPIPE, SIG_DFL);
    assert_false(run(b, hr_arena_alloc(b->a, N, 1), N, 10000));
    assert_string_equal(b->why, "gnuplot ended with status 3.");
}

static void a_program_that_hangs_is_killed_when_time_is_up(void **state)
{
    struct bench *b = *state;

    play(b, "exec sleep 60");
    assert_false(run(b, "plot", 4, 150));
    assert_non_null(strstr(b->why, "took longer"));
}

static void a_missing_program_is_named(void **state)
{
    struct bench *b = *state;

    assert_false(run(b, "plot", 4, 1000));
    assert_non_null(strstr(b->why, "could not be started: No such file"));
}

static void the_child_gets_defaults_and_no_environment_of_ours(void **state)
{
    struct bench *b = *state;

    setenv("GNUPLOT_LIB", "/tmp/evil", 1);
    setenv("GNUTERM", "x11", 1);
    play(b, "echo \"$1 $# [$GNUPLOT_LIB] [$GNUTERM] [$HOME] $LC_ALL\"");
    assert_true(run(b, "", 0, 10000));
    assert_string_equal(b->out, "--default-settings 1 [] [] [] C.UTF-8\n");
}

static void works_with_our_standard_streams_closed(void **state)
{
    struct bench *b = *state;
    const int in = dup(0), out = dup(1);
    bool done;

    play(b, "exec cat");
    fflush(stdout);
    close(0);
    close(1);
    done = run(b, "abc", 3, 10000);
    dup2(in, 0);
    dup2(out, 1);
    close(in);
    close(out);
    assert_true(done);
    assert_string_equal(b->out, "abc");
}

static void quoted_names_hold_no_quote_newline_or_escape(void **state)
{
    struct bench *b = *state;

    assert_string_equal(hr_gnuplot_quoted(b->a, "it's"), "'it''s'");
    assert_string_equal(hr_gnuplot_quoted(b->a, "a\nsystem('x')"), "'a system(''x'')'");
    assert_string_equal(hr_gnuplot_quoted(b->a, "\033[31m"), "'\xEF\xBF\xBD[31m'");
    assert_string_equal(hr_gnuplot_quoted(b->a, "end\\"), "'end\\'");
}

/* Through the real program: nothing that a name holds is run. */
static void hostile_names_run_nothing_in_gnuplot(void **state)
{
    static const char *const names[] = {"`touch %s/program`",
                                        "x'.system('touch %s/program').'y",
                                        "x\nsystem 'touch %s/program'",
                                        "@x $(touch %s/program)",
                                        "\\",
                                        "| touch %s/program"};
    const struct hr_gnuplot g = {.program = "gnuplot", .timeout_ms = 10000};
    struct bench *b = *state;

    if (system("command -v gnuplot >/dev/null 2>&1"))
        skip();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char name[200];
        const char *at = strstr(names[i], "%s"), *script;

        snprintf(name, sizeof name, "%.*s%s%s", (int)(at ? at - names[i] : 0), names[i],
                 at ? b->folder : "", at ? at + 2 : names[i]);
        script =
            hr_arena_printf(b->a,
                            "set terminal svg dynamic noenhanced\n"
                            "set label 1 %s at 0,0\nplot [0:1] x title %s\n",
                            hr_gnuplot_quoted(b->a, name), hr_gnuplot_quoted(b->a, name));
        assert_true(hr_gnuplot_run(&g, script, strlen(script), b->a, &b->out, &b->length,
                                   b->why, sizeof b->why));
        assert_non_null(strstr(b->out, "</svg>"));
        assert_int_equal(access(b->program, F_OK), -1);
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(large_scripts_and_drawings_pass_without_a_deadlock),
        TEST(a_flood_of_complaints_neither_blocks_nor_overflows),
        TEST(a_program_that_dies_without_reading_is_a_value_not_a_signal),
        TEST(a_program_that_hangs_is_killed_when_time_is_up),
        TEST(a_missing_program_is_named),
        TEST(the_child_gets_defaults_and_no_environment_of_ours),
        TEST(works_with_our_standard_streams_closed),
        TEST(quoted_names_hold_no_quote_newline_or_escape),
        TEST(hostile_names_run_nothing_in_gnuplot),
    };
    return cmocka_run_group_tests_name("gnuplot", tests, NULL, NULL);
}

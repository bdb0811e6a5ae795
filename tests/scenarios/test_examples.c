/* tests/scenarios/test_examples.c - every scenario loads in every design and runs; examples
 * say what they teach. */
#include "models/catalog/catalog.h"
#include "models/registry.h"
#include "sim/scenario/scenario.h"
#include "sim/system/run.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 64, HEAD = 8192 };
static const char all[] = HR_SOURCE_DIR "/scenarios/*/*.yaml";
static const char examples[] = HR_SOURCE_DIR "/scenarios/examples/*.yaml";

static const struct hr_scenario *load(const char *path, bool quick, struct hr_diags *ds)
{
    const struct hr_library library = {hr_models, hr_catalog_files};
    const struct hr_overrides ov = {.quick = quick};
    const struct hr_scenario *s = hr_scenario_load(path, &library, &ov, ds);

    for (size_t i = 0; i < ds->n; i++)
        if (hr_code_is_error(ds->items[i].code))
            fail_msg("%s:%u: %s", path, (unsigned)ds->items[i].at.line, ds->items[i].what);
    assert_non_null(s);
    return s;
}

static void run(const char *path, const struct hr_design *d)
{
    const struct hr_run_options o = {.seed = 1};
    struct hr_run *run = hr_run_create(d->plan, &o);
    uint64_t answered = 0;

    while (hr_run_advance(run, 1 << 16))
        ;
    const struct hr_record *r = hr_run_finish(run);
    for (uint32_t i = 0; i < r->n_violations; i++)
        fail_msg("%s, %s: %s", path, d->name, r->violations[i].identity);
    for (uint32_t i = 0; i < r->n_rows; i++)
        answered += r->rows[i].answered;
    assert_true(r->complete && answered > 100);
    hr_run_destroy(run);
}

static void for_each(const char *pattern, void (*what)(const char *path))
{
    glob_t found;

    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    assert_in_range(found.gl_pathc, 10, MOST);
    for (size_t i = 0; i < found.gl_pathc; i++)
        what(found.gl_pathv[i]);
    globfree(&found);
}

static void run_quickly(const char *path)
{
    struct hr_arena *arena = hr_arena_create();
    struct hr_diags ds;

    hr_diags_init(&ds, arena);
    const struct hr_scenario *s = load(path, true, &ds);
    for (size_t i = 0; i < s->n_designs; i++)
        run(path, &s->designs[i]);
    hr_arena_destroy(arena);
}

static void every_example_runs_quickly_in_every_design(void **unused)
{
    (void)unused;
    for_each(all, run_quickly);
}

static void analyse(const char *path)
{
    struct hr_arena *arena = hr_arena_create();
    struct hr_diags ds;

    hr_diags_init(&ds, arena);
    const struct hr_scenario *s = load(path, false, &ds);
    assert_non_null(s->question);
    hr_scenario_analyse(s, &ds);
    for (size_t i = 0; i < ds.n; i++)
        print_message("%s:%u: %s %s\n", strrchr(path, '/') + 1,
                      (unsigned)ds.items[i].at.line, hr_codes[ds.items[i].code].name,
                      ds.items[i].what);
    assert_int_equal(ds.errors, 0);
    hr_arena_destroy(arena);
}

static void every_example_asks_a_question_and_is_analysed_without_errors(void **unused)
{
    (void)unused;
    for_each(all, analyse);
}

static void say_what_for(const char *path)
{
    static const char *const words[] = {"\n# Teaches ", "\n# Gives ", "\n# From "};
    char text[HEAD] = {0};
    FILE *f = fopen(path, "r");

    assert_non_null(f);
    assert_true(fread(text, 1, sizeof text - 1, f) > 0);
    fclose(f);
    for (size_t i = 0; i < 3; i++)
        if (!strstr(text, words[i]))
            fail_msg("%s does not say `%s`", path, words[i] + 1);
}

static void every_example_says_what_it_teaches_and_gives(void **unused)
{
    (void)unused;
    for_each(examples, say_what_for);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_example_runs_quickly_in_every_design),
        cmocka_unit_test(every_example_asks_a_question_and_is_analysed_without_errors),
        cmocka_unit_test(every_example_says_what_it_teaches_and_gives),
    };
    return cmocka_run_group_tests_name("examples", tests, NULL, NULL);
}

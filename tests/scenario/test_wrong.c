/* tests/scenario/test_wrong.c - one wrong scenario for each error code, and what is said.
 *
 * tests/golden/wrong/CODE.yaml (or CODE-what.yaml) has that fault and no other; CODE.txt is
 * what the program says of it, read by a person once.  Comments at the top of a case give
 * arguments:  # --set PATH=VALUE   # --design NAME   # --only NAME   # --quick
 * scripts/update-golden writes the texts anew and shows what changed. */
#include "tests/scenario/fixture.h"

#include "models/catalog/catalog.h"
#include "models/registry.h"
#include "sim/scenario/scenario.h"
#include "tests/support/golden.h"

#include <dirent.h>
#include <unistd.h>

#define FOLDER "tests/golden/wrong"

static const struct hr_library library = {hr_models, hr_catalog_files};

struct arguments {
    const char *set[4], *design[4];
    struct hr_overrides ov;
};

/* The comments at the top of a case. */
static void read_arguments(struct fixture *f, const char *path, struct arguments *g)
{
    char line[512];
    FILE *in = fopen(path, "r");

    assert_non_null(in);
    g->ov.set = g->set;
    while (fgets(line, sizeof line, in) && line[0] == '#') {
        line[strcspn(line, "\n")] = '\0';
        const char *what = hr_arena_text(f->a, line, strlen(line));
        if (strncmp(what, "# --set ", 8) == 0)
            g->set[g->ov.n_set++] = what + 8;
        else if (strncmp(what, "# --design ", 11) == 0) {
            g->design[g->ov.n_design++] = what + 11;
            g->ov.design = g->design;
        } else if (strncmp(what, "# --only ", 9) == 0)
            g->ov.only = what + 9;
        else if (strcmp(what, "# --quick") == 0)
            g->ov.quick = true;
    }
    fclose(in);
}

/* False, with a message, if the case has other faults than its own. */
static bool check(struct fixture *f, const char *stem)
{
    const struct hr_diag_style style = {HR_DIAG_FULL, false,
                                        hr_arena_printf(f->a, "%s.yaml", stem),
                                        "Nothing was simulated."};
    struct arguments g = {0};

    read_arguments(f, style.file, &g);
    struct hr_scenario *s = hr_scenario_load(style.file, &library, &g.ov, &f->ds);
    if (s && f->ds.errors == 0)
        hr_scenario_analyse(s, &f->ds);
    const char *said = hr_diags_text(&f->ds, &style, f->a);
    bool only = f->ds.n > 0;
    for (size_t i = 0; i < f->ds.n; i++)
        only = only && strncmp(hr_codes[f->ds.items[i].code].name, stem, 4) == 0;
    if (!only)
        print_message("%s does not have its own fault alone:\n%s\n", style.file, said);
    hr_golden_check(hr_arena_printf(f->a, FOLDER "/%s.txt", stem), said);
    return only;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The cases' names without .yaml, sorted. */
static size_t list_cases(struct fixture *f, const char **names, size_t room)
{
    DIR *d = opendir(".");
    size_t n = 0;

    assert_non_null(d);
    for (const struct dirent *e; (e = readdir(d));) {
        const char *dot = strrchr(e->d_name, '.');
        if ((e->d_name[0] == 'E' || e->d_name[0] == 'W') && dot &&
            strcmp(dot, ".yaml") == 0) {
            assert_true(n < room);
            names[n++] = hr_arena_text(f->a, e->d_name, (size_t)(dot - e->d_name));
        }
    }
    closedir(d);
    qsort(names, n, sizeof *names, by_name);
    return n;
}

static void each_wrong_scenario_is_said_to_be_wrong_as_it_was_read(void **state)
{
    struct fixture *f = *state;
    const char *names[400];
    const size_t n = list_cases(f, names, 400);
    int wrong = 0;

    for (size_t i = 0; i < n; i++) {
        struct fixture *one = NULL;
        set_up((void **)&one);
        wrong += !check(one, names[i]);
        tear_down((void **)&one);
    }
    assert_int_equal(wrong, 0);
}

static void every_error_code_has_a_case(void **state)
{
    struct fixture *f = *state;
    const char *names[400];
    const size_t n = list_cases(f, names, 400);
    int missing = 0;

    for (int c = 0; c < HR_N_CODES; c++) {
        bool there = !hr_code_is_error((enum hr_code)c);
        for (size_t i = 0; i < n; i++)
            there = there || strncmp(names[i], hr_codes[c].name, 4) == 0;
        /* Larger than a file of the repository should be: see below. */
        there = there || c == HR_E106;
        if (!there)
            print_message("no case for %s: %s\n", hr_codes[c].name, hr_codes[c].title);
        missing += !there;
    }
    assert_int_equal(missing, 0);
}

static void a_file_that_is_too_large_is_said_to_be(void **state)
{
    struct fixture *f = *state;
    char *text = hr_arena_alloc(f->a, HR_TREE_BYTES + 2, 1);
    const struct hr_diag_style style = {HR_DIAG_FULL, false, "E106.yaml",
                                        "Nothing was simulated."};

    memset(text, '#', HR_TREE_BYTES + 1);
    assert_null(hr_scenario_load_text("E106.yaml", text, HR_TREE_BYTES + 1, &library, NULL,
                                      &f->ds));
    hr_golden_check(FOLDER "/E106.txt", hr_diags_text(&f->ds, &style, f->a));
}

/* The text of a case as two designs of the same system, so that what is wrong with the base is
 * found twice and said once. */
static char *twice(struct fixture *f, const char *path)
{
    FILE *in = fopen(path, "r");
    char *text = hr_arena_alloc(f->a, HR_TREE_BYTES, 1);
    static const char designs[] = "\ndesigns: { one: {}, other: {} }\n";
    size_t n;

    assert_non_null(in);
    n = fread(text, 1, HR_TREE_BYTES - sizeof designs, in);
    fclose(in);
    memcpy(text + n, designs, sizeof designs);
    return text;
}

/* Models ask whether their own part is good; that must not depend on what was said before. */
static void what_is_wrong_with_two_designs_is_wrong_with_the_second(void **state)
{
    struct fixture *f = *state;
    const char *names[400];
    const size_t n = list_cases(f, names, 400);

    for (size_t i = 0; i < n; i++) {
        struct fixture *one = NULL;
        struct arguments g = {0};
        char path[512];
        const char *text;

        set_up((void **)&one);
        snprintf(path, sizeof path, "%s.yaml", names[i]);
        read_arguments(one, path, &g);
        text = twice(one, path);
        hr_scenario_load_text(path, text, strlen(text), &library, &g.ov, &one->ds);
        if (names[i][0] == 'E' && one->ds.errors == 0)
            fail_msg("%s is right with two designs", path);
        tear_down((void **)&one);
    }
}

/* A model's check asks for what its fields hold; with nothing given it may not be called. */
static void a_part_without_settings_is_wrong_in_each_design(void **state)
{
    (void)state;
    for (const struct hr_model *const *m = hr_models; *m; m++) {
        struct fixture *one = NULL;
        const char *text;

        set_up((void **)&one);
        text = hr_arena_printf(one->a,
                               "headroom: 1\nname: bare\nhorizon: 1h\n%s: { bare: { kind: "
                               "%s } }\ndesigns: { one: {}, other: {} }\n",
                               (*m)->ops == HR_OPS_SOURCE ? "traffic" : "components",
                               (*m)->kind);
        hr_scenario_load_text("t.yaml", text, strlen(text), &library, NULL, &one->ds);
        assert_true(one->ds.errors > 0);
        assert_true(one->ds.found > one->ds.errors);
        tear_down((void **)&one);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_wrong_scenario_is_said_to_be_wrong_as_it_was_read),
        TEST(what_is_wrong_with_two_designs_is_wrong_with_the_second),
        TEST(a_part_without_settings_is_wrong_in_each_design),
        TEST(every_error_code_has_a_case),
        TEST(a_file_that_is_too_large_is_said_to_be),
    };
    if (chdir(HR_SOURCE_DIR "/" FOLDER) != 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}

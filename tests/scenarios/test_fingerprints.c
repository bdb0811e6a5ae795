/* tests/scenarios/test_fingerprints.c - the trajectory of every scenario is the committed one.
 *
 * The table fingerprints.txt has a hash of all that happens to requests in a run of each design
 * of each scenario (seed 1, replication 0, quick size).  Only a commit that says `trajectory:`,
 * and that passes the validation tests, may change the table; an optimisation never does.  What
 * writes it: scripts/update-golden fingerprints. */
#include "models/catalog/catalog.h"
#include "models/registry.h"
#include "sim/scenario/scenario.h"
#include "sim/system/run.h"
#include "tests/support/golden.h"

#include <glob.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { ROOM = 1 << 14 };
static const char all[] = HR_SOURCE_DIR "/scenarios/*/*.yaml";
static const char some[] = HR_SOURCE_DIR "/scenarios/examples/two-servers.yaml";
static const struct hr_run_options asked = {.seed = 1, .fingerprint = true};
static const char rule[] =
    "# Fingerprints of the trajectories of all scenarios: scenario, design, hash.  Only a\n"
    "# commit that says `trajectory:` and passes the validation tests may change them; "
    "then\n"
    "# scripts/update-golden fingerprints writes them.\n";

static const struct hr_scenario *load(const char *path, struct hr_arena *arena)
{
    const struct hr_library library = {hr_models, hr_catalog_files};
    const struct hr_overrides ov = {.quick = true};
    struct hr_diags ds;

    hr_diags_init(&ds, arena);
    const struct hr_scenario *s = hr_scenario_load(path, &library, &ov, &ds);
    if (s == NULL)
        fail_msg("%s: %s", path, ds.n ? ds.items[0].what : "is not loaded");
    return s;
}

/* Of a run that is advanced by `step` events at a time. */
static uint64_t fingerprint(const struct hr_design *d, const struct hr_run_options *o,
                            uint64_t step)
{
    struct hr_run *run = hr_run_create(d->plan, o);

    while (hr_run_advance(run, step))
        ;
    const uint64_t print = hr_run_finish(run)->fingerprint;
    hr_run_destroy(run);
    return print;
}

/* Adds the lines of the scenario at `path` to the table. */
static void tabulate(const char *path, char *table)
{
    struct hr_arena *arena = hr_arena_create();
    const struct hr_scenario *s = load(path, arena);
    const char *name = strrchr(path, '/') + 1;

    for (size_t i = 0; i < s->n_designs; i++) {
        const size_t used = strlen(table);
        const int n = snprintf(table + used, ROOM - used, "%-16.*s %-24s %016" PRIx64 "\n",
                               (int)strcspn(name, "."), name, s->designs[i].name,
                               fingerprint(&s->designs[i], &asked, 1 << 16));

        assert_in_range(n, 1, ROOM - used - 1);
    }
    hr_arena_destroy(arena);
}

static void every_scenario_has_the_trajectory_of_the_table(void **unused)
{
    static char table[ROOM];
    glob_t found;

    (void)unused;
    snprintf(table, sizeof table, "%s", rule);
    assert_int_equal(glob(all, 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++)
        tabulate(found.gl_pathv[i], table);
    globfree(&found);
    print_message("Only a commit that says `trajectory:` may change fingerprints.\n");
    hr_golden_check("tests/scenarios/fingerprints.txt", table);
}

static void another_seed_or_replication_has_another_fingerprint(void **unused)
{
    struct hr_arena *arena = hr_arena_create();
    const struct hr_design *d = &load(some, arena)->designs[0];
    const struct hr_run_options seed = {.seed = 2, .fingerprint = true};
    const struct hr_run_options replication = {
        .seed = 1, .replication = 1, .fingerprint = true};
    const uint64_t print = fingerprint(d, &asked, 1 << 16);

    (void)unused;
    assert_true(print != fingerprint(d, &seed, 1 << 16));
    assert_true(print != fingerprint(d, &replication, 1 << 16));
    hr_arena_destroy(arena);
}

static void a_fingerprint_does_not_depend_on_how_a_run_is_cut_into_slices(void **unused)
{
    struct hr_arena *arena = hr_arena_create();
    const struct hr_design *d = &load(some, arena)->designs[0];

    (void)unused;
    assert_true(fingerprint(d, &asked, 1) == fingerprint(d, &asked, 1 << 16));
    hr_arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_scenario_has_the_trajectory_of_the_table),
        cmocka_unit_test(another_seed_or_replication_has_another_fingerprint),
        cmocka_unit_test(a_fingerprint_does_not_depend_on_how_a_run_is_cut_into_slices),
    };
    return cmocka_run_group_tests_name("fingerprints", tests, NULL, NULL);
}

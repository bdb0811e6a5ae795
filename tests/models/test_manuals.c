/* tests/models/test_manuals.c - what `explain KIND` says is complete and its example works. */
#include "models/registry.h"
#include "sim/scenario/scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void every_model_says_what_it_is_and_where_from(void **unused)
{
    (void)unused;
    for (size_t i = 0; hr_models[i]; i++) {
        const struct hr_model *m = hr_models[i];

        assert_true(strlen(m->kind) > 2 && strlen(m->summary) > 20 &&
                    strlen(m->source) > 20);
        assert_non_null(strstr(m->manual, "MODEL\n"));
        assert_non_null(strstr(m->manual, "ASSUMES\n"));
        for (size_t k = 0; hr_models[k]; k++)
            assert_true(k == i || strcmp(hr_models[k]->kind, m->kind) != 0);
    }
}

static void manuals_fit_into_a_terminal(void **unused)
{
    (void)unused;
    for (size_t i = 0; hr_models[i]; i++)
        for (const char *line = hr_models[i]->manual; *line;) {
            const size_t length = strcspn(line, "\n");
            if (length > 92)
                fail_msg("%s: %.*s", hr_models[i]->kind, (int)length, line);
            line += length + (line[length] == '\n');
        }
}

/* The example without its indentation. */
static size_t example(const struct hr_model *m, char *out, size_t room)
{
    const char *line = strstr(m->manual, "EXAMPLE\n");
    size_t n = 0;

    assert_non_null(line);
    for (line += strlen("EXAMPLE\n"); *line;) {
        const size_t length = strcspn(line, "\n") + 1;
        assert_memory_equal(line, "    ", 4);
        assert_true(n + length < room);
        memcpy(out + n, line + 4, length - 4);
        n += length - 4;
        line += length;
    }
    return n;
}

static void every_example_is_a_scenario_without_faults(void **unused)
{
    static const struct hr_catalog_file no_products[] = {{NULL, NULL, 0}};
    const struct hr_library library = {hr_models, no_products};
    const struct hr_overrides none = {0};
    char text[4096];

    (void)unused;
    for (size_t i = 0; hr_models[i]; i++) {
        struct hr_arena *arena = hr_arena_create();
        struct hr_diags ds;

        hr_diags_init(&ds, arena);
        const size_t n = example(hr_models[i], text, sizeof text);
        const struct hr_scenario *s =
            hr_scenario_load_text("example.yaml", text, n, &library, &none, &ds);
        for (size_t k = 0; k < ds.n; k++)
            if (hr_code_is_error(ds.items[k].code))
                fail_msg("%s:%u: %s", hr_models[i]->kind, (unsigned)ds.items[k].at.line,
                         ds.items[k].what);
        assert_non_null(s);
        hr_arena_destroy(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_model_says_what_it_is_and_where_from),
        cmocka_unit_test(manuals_fit_into_a_terminal),
        cmocka_unit_test(every_example_is_a_scenario_without_faults),
    };
    return cmocka_run_group_tests_name("manuals", tests, NULL, NULL);
}

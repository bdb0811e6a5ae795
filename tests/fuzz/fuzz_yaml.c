/* tests/fuzz/fuzz_yaml.c - the loader with texts from strangers.
 *
 * It may refuse; it may not crash, hang, or say anything that steers a terminal.  What it reads
 * must read back from `resolve` as the same tree.  Lines `# --set PATH=VALUE` of the text are
 * used as arguments, so that the fuzzer reaches those, too. */
#include "models/catalog/catalog.h"
#include "models/registry.h"
#include "sim/scenario/diag_text.h"
#include "sim/scenario/scenario.h"
#include "sim/scenario/tree/overlay.h"
#include "sim/scenario/tree/resolve.h"
#include "sim/scenario/value/value.h"

#include <stdlib.h>
#include <string.h>

enum { LARGEST = 1 << 16, SETS = 4 };

/* Nothing is there, so that nothing of this machine is read. */
static const char path[] = "/nowhere/fuzz.yaml";

static void insist(bool holds)
{
    if (!holds)
        abort();
}

/* ---- values ------------------------------------------------------------------------------- */

static void try_values(struct hr_arena *a, struct hr_text t)
{
    const char *why = "";
    double x;
    int64_t n, back;
    struct hr_time_range r;
    struct hr_popularity p;
    struct hr_law law;

    if (hr_value_duration(t, &n, &why)) {
        const char *s = hr_show_duration(a, n);
        insist(hr_value_duration((struct hr_text){s, strlen(s)}, &back, &why) && back == n);
    } else {
        hr_value_explain(a, HR_FIELD_DURATION, t, why);
    }
    if (hr_value_bytes(t, &n, &why)) {
        const char *s = hr_show_bytes(a, n);
        insist(hr_value_bytes((struct hr_text){s, strlen(s)}, &back, &why) && back == n);
    } else {
        hr_value_explain(a, HR_FIELD_BYTES, t, why);
    }
    if (hr_value_law(t, HR_LAW_OF_TIME, "/nowhere", a, &law, &why))
        hr_show_law(a, &law, HR_LAW_OF_TIME);
    else
        hr_value_explain(a, HR_FIELD_LAW_TIME, t, why);
    if (!hr_value_share(t, &x, &why))
        hr_value_explain(a, HR_FIELD_SHARE, t, why);
    if (!hr_value_rate(t, &x, &why))
        hr_value_explain(a, HR_FIELD_RATE, t, why);
    if (!hr_value_bandwidth(t, &x, &why))
        hr_value_explain(a, HR_FIELD_BANDWIDTH, t, why);
    if (!hr_value_money(t, &n, &why))
        hr_value_explain(a, HR_FIELD_MONEY, t, why);
    if (!hr_value_date(t, &n, &why) || !hr_value_clock(t, &n, &why) ||
        !hr_value_duration_range(t, &r, &why) || !hr_value_popularity(t, &p, &why))
        hr_value_explain(a, HR_FIELD_DURATION_RANGE, t, why);
}

static void try_tree_values(struct hr_arena *a, const struct hr_node *n, unsigned *left)
{
    if (*left == 0)
        return;
    --*left;
    if (n->type == HR_NODE_SCALAR)
        try_values(a, (struct hr_text){n->text, n->length});
    for (size_t i = 0; i < n->n; i++)
        try_tree_values(a, n->child[i], left);
}

/* ---- reading back ------------------------------------------------------------------------- */

static bool same(const struct hr_node *a, const struct hr_node *b)
{
    if (a->type != b->type || a->n != b->n || a->null != b->null)
        return false;
    if (a->key && (!b->key || strcmp(a->key, b->key) != 0))
        return false;
    if (a->type == HR_NODE_SCALAR && !a->null && strcmp(a->text, b->text) != 0)
        return false;
    for (size_t i = 0; i < a->n; i++)
        if (!same(a->child[i], b->child[i]))
            return false;
    return true;
}

/* ---- the whole ------------------------------------------------------------------------------ */

static void check_text(const char *s)
{
    for (; *s; s++)
        insist((unsigned char)*s >= 0x20 || *s == '\n');
}

static void say(const struct hr_diags *ds, struct hr_arena *a)
{
    struct hr_diag_style style = {HR_DIAG_FULL, false, path, "Nothing was simulated."};

    for (int format = HR_DIAG_FULL; format <= HR_DIAG_JSON; format++) {
        style.format = (enum hr_diag_format)format;
        check_text(hr_diags_text(ds, &style, a));
    }
}

static void read_tree(const char *text, size_t n)
{
    struct hr_arena *a = hr_arena_create();
    struct hr_diags ds, again;
    unsigned left = 200;

    hr_diags_init(&ds, a);
    const struct hr_node *tree = hr_tree_parse(path, text, n, &ds);
    say(&ds, a);
    if (tree && ds.errors == 0) {
        const char *shown = hr_resolve_text(tree, path, a);
        hr_diags_init(&again, a);
        const struct hr_node *back = hr_tree_parse(path, shown, strlen(shown), &again);
        insist(back && again.errors == 0 && same(tree, back));
        try_tree_values(a, tree, &left);
    }
    hr_arena_destroy(a);
}

static size_t find_sets(const char *text, size_t n, const char **set, struct hr_arena *a)
{
    static const char head[] = "# --set ";
    size_t found = 0;

    for (size_t i = 0; i < n && found < SETS;) {
        const char *end = memchr(text + i, '\n', n - i);
        const size_t line = end ? (size_t)(end - text) - i : n - i;
        if (line > sizeof head && memcmp(text + i, head, sizeof head - 1) == 0)
            set[found++] =
                hr_arena_text(a, text + i + sizeof head - 1, line - sizeof head + 1);
        i += line + 1;
    }
    return found;
}

static void load(const char *text, size_t n)
{
    static const struct hr_library library = {hr_models, hr_catalog_files};
    struct hr_arena *a = hr_arena_create();
    const char *set[SETS];
    struct hr_overrides ov = {.set = set, .quick = n % 2 == 0};
    struct hr_diags ds;

    hr_diags_init(&ds, a);
    ov.n_set = find_sets(text, n, set, a);
    struct hr_scenario *s = hr_scenario_load_text(path, text, n, &library, &ov, &ds);
    if (s && ds.errors == 0) {
        hr_scenario_analyse(s, &ds);
        for (size_t i = 0; i < s->n_designs; i++)
            check_text(hr_scenario_resolve(s, i, a));
    }
    say(&ds, a);
    hr_arena_destroy(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > LARGEST)
        return 0;
    read_tree((const char *)data, size);
    load((const char *)data, size);
    return 0;
}

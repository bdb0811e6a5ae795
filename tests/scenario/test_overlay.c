/* tests/scenario/test_overlay.c - designs, quick, --set and use. */
#include "tests/scenario/fixture.h"

#include <sys/stat.h>
#include <unistd.h>

#define HEAD                                                                               \
    "headroom: 1\n"                                                                        \
    "traffic: {shop: {to: app, rate: 9/s}}\n"                                              \
    "components:\n"                                                                        \
    "  app: {kind: service, w: 2, s: {t: 1}, l: [1]}\n"                                    \
    "  db: {kind: database, operations: {r: 1}}\n"

struct given {
    bool quick;
    const char *set[4];
};

static struct hr_merged_list designs(struct fixture *f, const char *text, struct given g)
{
    struct hr_overlay how = {.set = g.set, .quick = g.quick};

    while (how.n_set < 4 && g.set[how.n_set])
        how.n_set++;
    const struct hr_node *root = parse(f, text);
    assert_non_null(root);
    return hr_overlay_designs(root, &how, &f->ds);
}

static const char *at(const struct hr_merged_list *l, size_t i, const char *path,
                      struct fixture *f)
{
    const struct hr_node *n = hr_tree_path(l->at[i].tree, path);
    return n ? hr_resolve_flow(n, 0, f->a) : "-";
}

static void without_designs_there_is_the_base(void **state)
{
    struct fixture *f = *state;
    const struct hr_merged_list l = designs(f, HEAD, (struct given){0});

    assert_quiet(f);
    assert_int_equal(l.n, 1);
    assert_string_equal(l.at[0].name, "base");
    assert_string_equal(at(&l, 0, "components.app.w", f), "2");
}

static void designs_keep_their_order_and_know_what_they_change(void **state)
{
    struct fixture *f = *state;
    const struct hr_merged_list l = designs(
        f,
        HEAD "chosen: big\ndesigns: {same: {}, big: {app.w: 9, shop.rate: 1/s}, none: }\n",
        (struct given){0});

    assert_quiet(f);
    assert_int_equal(l.n, 3);
    assert_int_equal(l.chosen, 1);
    assert_string_equal(l.at[0].changes, "");
    assert_string_equal(l.at[1].changes, "app.w: 9, shop.rate: 1/s");
    assert_string_equal(at(&l, 0, "components.app.w", f), "2");
    assert_string_equal(at(&l, 1, "components.app.w", f), "9");
    assert_string_equal(at(&l, 1, "traffic.shop.rate", f), "1/s");
    assert_null(hr_tree_find(l.at[1].tree, "designs"));
    assert_null(hr_tree_find(l.at[1].tree, "chosen"));
    assert_int_equal(l.at[1].at.line, 7);
}

static void a_design_extends_another_wherever_it_stands(void **state)
{
    struct fixture *f = *state;
    const struct hr_merged_list l =
        designs(f,
                HEAD "designs: {c: {extends: b, app.l: [7]}, b: {extends: a, app.w: 5}, a: "
                     "{app.w: 4, db: null}}\n",
                (struct given){0});

    assert_quiet(f);
    assert_string_equal(l.at[0].changes, "as b, and app.l: [7]");
    assert_string_equal(l.at[2].changes, "app.w: 4, db: null");
    assert_string_equal(at(&l, 0, "components.app.w", f), "5");
    assert_string_equal(at(&l, 0, "components.app.l", f), "[7]");
    assert_string_equal(at(&l, 0, "components.db", f), "-");
    assert_string_equal(at(&l, 2, "components.app.w", f), "4");
    assert_string_equal(at(&l, 2, "components.app.l", f), "[1]");
    assert_string_equal(hr_tree_path(l.at[0].tree, "components.app.w")->note, "b");
}

static void quick_then_set_are_laid_over_every_design(void **state)
{
    struct fixture *f = *state;
    const char *text = HEAD "horizon: 1d\ndesigns: {a: {app.w: 4}, b: {extends: a}}\n"
                            "quick: {horizon: 20m, app.w: 1, shop.rate: 2/s}\n";
    const struct hr_merged_list l = designs(
        f, text, (struct given){true, {"app.w=7", "horizon=5m", "app.s={t: 3, u: [x]}"}});

    assert_quiet(f);
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(at(&l, i, "components.app.w", f), "7");
        assert_string_equal(at(&l, i, "horizon", f), "5m");
        assert_string_equal(at(&l, i, "components.app.s", f), "{t: 3, u: [x]}");
        assert_string_equal(at(&l, i, "traffic.shop.rate", f), "2/s");
    }
    const struct hr_merged_list slow = designs(f, text, (struct given){0});
    assert_string_equal(at(&slow, 0, "horizon", f), "1d");
}

static void a_set_is_located_in_its_own_argument(void **state)
{
    struct fixture *f = *state;
    const struct hr_merged_list l =
        designs(f, HEAD, (struct given){false, {"app.w=3", "app.x={k: zzz}"}});
    const struct hr_node *n = hr_tree_path(l.at[0].tree, "components.app.x.k");

    assert_quiet(f);
    assert_string_equal(n->at.file, "--set");
    assert_int_equal(n->at.line, 2);
    assert_int_equal(n->at.column, 11);
    assert_int_equal(n->origin, HR_ORIGIN_SET);
    const struct hr_node *x = hr_tree_path(l.at[0].tree, "components.app.x");
    assert_int_equal(x->key_at.column, 5);
    assert_int_equal(x->key_at.length, 1);
}

struct wrong {
    const char *tail, *set;
    enum hr_code code;
    unsigned line, column;
};

static void what_is_wrong_is_said_at_its_place(void **state)
{
    static const struct wrong all[] = {
        {"designs: {a: {extends: c}, b: {}}\n", NULL, HR_E601, 6, 24},
        {"designs: {a: {}}\nchosen: b\n", NULL, HR_E601, 7, 9},
        {"designs: {a: {extends: b}, b: {extends: a}}\n", NULL, HR_E602, 6, 41},
        {"designs: {a: {extends: a}}\n", NULL, HR_E602, 6, 24},
        {"designs: {a: 3}\n", NULL, HR_E603, 6, 14},
        {"quick: [1]\n", NULL, HR_E603, 6, 8},
        {"designs: {a: {ap.w: 1}}\n", NULL, HR_E604, 6, 15},
        {"designs: {a: {components.ap.w: 1}}\n", NULL, HR_E604, 6, 26},
        {"designs: {a: {app..w: 1}}\n", NULL, HR_E604, 6, 15},
        {"quick: {horizn: 1}\n", NULL, HR_E604, 6, 9},
        {"designs: {a: {app.l.x: 1}}\n", NULL, HR_E605, 6, 19},
        {"designs: {a: {app.w.x: 1}}\n", NULL, HR_E605, 6, 19},
        {"designs: {a: {app.w: 1, app: {w: 2}}}\n", NULL, HR_E606, 6, 31},
        {"designs: {a: {quick.x: 1}}\n", NULL, HR_E608, 6, 15},
        {"designs: []\n", NULL, HR_E609, 6, 1},
        {"designs: {}\n", NULL, HR_E609, 6, 1},
        {"designs: {a: {app.zz: null}}\n", NULL, HR_W601, 6, 19},
        {"designs: {a: {}}\n", "app.w", HR_E607, 1, 1},
        {"designs: {a: {}}\n", "=3", HR_E607, 1, 1},
        {"designs: {a: {}}\n", "app.w=3\x1b[31m", HR_E607, 1, 1},
        {"designs: {a: {}}\n", "ap.w=3", HR_E604, 1, 1},
        {"designs: {a: {}}\n", "components.ap.w=3", HR_E604, 1, 12},
        {"designs: {a: {}}\n", "components.ap=3", HR_E604, 1, 12},
        {"designs: {a: {}}\n", "app.l.0=3", HR_E605, 1, 5},
        {"designs: {a: {}}\n", "app.w=[1, 2", HR_E103, 1, 7},
        {"designs: {a: {}}\n", "chosen=a", HR_E608, 1, 1},
        {"designs: {a: {}}\n", "app.w=*x", HR_E120, 1, 7},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct fixture *f = NULL;
        (void)state;
        set_up((void **)&f);
        const char *text = hr_arena_printf(f->a, HEAD "%s", all[i].tail);
        designs(f, text, (struct given){false, {all[i].set}});
        const struct hr_diag *d = &f->ds.items[0];
        if (f->ds.n != 1 || d->code != all[i].code || d->at.line != all[i].line ||
            d->at.column != all[i].column)
            fail_msg("%s %s: %zu diagnostics, %s at %u:%u: %s", all[i].tail,
                     all[i].set ? all[i].set : "", f->ds.n, hr_codes[d->code].name,
                     d->at.line, d->at.column, d->what);
        tear_down((void **)&f);
    }
}

static void a_misspelt_part_brings_up_the_right_one(void **state)
{
    struct fixture *f = *state;

    designs(f, HEAD "designs: {a: {ap.w: 1, shp.rate: 2/s, horizn: 1}}\n",
            (struct given){0});
    assert_int_equal(f->ds.n, 3);
    assert_string_equal(f->ds.items[0].hint, "did you mean `app`?");
    assert_string_equal(f->ds.items[1].hint, "did you mean `shop`?");
    assert_string_equal(f->ds.items[2].hint, "did you mean `horizon`?");
}

static void a_part_that_one_design_lacks_may_still_be_set_in_the_others(void **state)
{
    struct fixture *f = *state;
    const struct hr_merged_list l = designs(f, HEAD "designs: {a: {}, b: {db: null}}\n",
                                            (struct given){false, {"db.w=3"}});
    assert_quiet(f);
    assert_string_equal(at(&l, 0, "components.db.w", f), "3");
    assert_string_equal(at(&l, 1, "components.db", f), "-");
}

static void a_list_is_no_scenario(void **state)
{
    struct fixture *f = *state;
    designs(f, "- a\n", (struct given){0});
    assert_only(f, HR_E118, 1, 1);
}

static void designs_cannot_multiply_without_bound(void **state)
{
    struct fixture *f = *state;
    struct hr_out {
        char *s;
        size_t n;
    } o = {hr_arena_alloc(f->a, 4 << 20, 1), 0};

    o.n += (size_t)sprintf(o.s, HEAD "name: [");
    for (int i = 0; i < 300000; i++)
        o.n += (size_t)sprintf(o.s + o.n, "x,");
    o.n += (size_t)sprintf(o.s + o.n, "]\ndesigns: {");
    for (int i = 0; i < 500; i++)
        o.n += (size_t)sprintf(o.s + o.n, "d%d: {},", i);
    sprintf(o.s + o.n, "}\n");
    designs(f, o.s, (struct given){0});
    assert_non_null(said(f, HR_E108));
    assert_true(hr_arena_bytes(f->a) < (size_t)2 << 30);
}

/* ---- use --------------------------------------------------------------------------------- */

struct folder {
    char path[64];
};

static const char *write_file(struct fixture *f, const struct folder *d, const char *name,
                              const char *s)
{
    const char *path = hr_arena_printf(f->a, "%s/%s", d->path, name);
    FILE *out = fopen(path, "w");

    assert_non_null(out);
    fputs(s, out);
    fclose(out);
    return path;
}

static struct hr_node *use(struct fixture *f, const char *path)
{
    struct hr_node *root = hr_tree_read(path, &f->ds);

    assert_non_null(root);
    hr_overlay_use(root, path, NULL, &f->ds);
    return root;
}

static struct folder make_folder(void)
{
    struct folder d = {"/tmp/headroom-use-XXXXXX"};
    assert_non_null(mkdtemp(d.path));
    return d;
}

static void remove_folder(const struct folder *d)
{
    char command[128];
    snprintf(command, sizeof command, "rm -r %s", d->path);
    assert_int_equal(system(command), 0);
}

static void
the_scenario_wins_over_what_it_uses_and_the_later_file_over_the_earlier(void **state)
{
    struct fixture *f = *state;
    const struct folder d = make_folder();

    write_file(f, &d, "one.yaml", "a: {x: 1, k: 1, z: 1}\nuse: deep.yaml\n");
    write_file(f, &d, "two.yaml", "a: {x: 2, k: 2}\n");
    write_file(f, &d, "deep.yaml", "a: {w: 4, z: 4}\n");
    const struct hr_node *r =
        use(f, write_file(f, &d, "s.yaml", "use: [one.yaml, two.yaml]\na: {x: 0}\n"));
    assert_quiet(f);
    assert_string_equal(hr_resolve_flow(r, 0, f->a), "{a: {x: 0, k: 2, z: 1, w: 4}}");
    assert_non_null(strstr(hr_tree_path(r, "a.k")->at.file, "two.yaml"));
    remove_folder(&d);
}

static void files_outside_of_the_folder_are_refused(void **state)
{
    struct fixture *f = *state;
    const struct folder d = make_folder();
    const char *link = hr_arena_printf(f->a, "%s/link.yaml", d.path);

    assert_int_equal(symlink("/etc/hostname", link), 0);
    use(f, write_file(
               f, &d, "s.yaml",
               "use: [/etc/hostname, ../x.kaml, a/../../x, link.yaml, none.yaml, .]\n"));
    assert_int_equal(f->ds.n, 6);
    static const enum hr_code codes[] = {HR_E123, HR_E123, HR_E123,
                                         HR_E123, HR_E101, HR_E123};
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(f->ds.items[i].code, codes[i]);
    remove_folder(&d);
}

static void a_file_that_uses_itself_is_refused(void **state)
{
    struct fixture *f = *state;
    const struct folder d = make_folder();

    write_file(f, &d, "a.yaml", "use: b.yaml\n");
    write_file(f, &d, "b.yaml", "x: 1\nuse: [a.yaml]\n");
    use(f, write_file(f, &d, "s.yaml", "use: [a.yaml]\n"));
    assert_only(f, HR_E124, 2, 7);
    assert_non_null(strstr(f->ds.items[0].at.file, "b.yaml"));
    f->ds.n = 0;
    use(f, write_file(f, &d, "self.yaml", "use: [self.yaml]\n"));
    assert_only(f, HR_E124, 1, 7);
    remove_folder(&d);
}

static void files_are_limited(void **state)
{
    struct fixture *f = *state;
    const struct folder d = make_folder();
    char text[1024] = "use: [";

    write_file(f, &d, "a.yaml", "x: 1\n");
    for (int i = 0; i < HR_TREE_FILES; i++)
        strcat(text, "a.yaml, ");
    const size_t n = strlen(text);
    strcpy(text + n, "]\n");
    use(f, write_file(f, &d, "s.yaml", text));
    assert_quiet(f);
    strcpy(text + n, "a.yaml]\n");
    use(f, write_file(f, &d, "s.yaml", text));
    assert_int_equal(f->ds.n, 1);
    assert_int_equal(f->ds.items[0].code, HR_E125);
    remove_folder(&d);
}

static void use_must_be_a_list_of_names(void **state)
{
    struct fixture *f = *state;
    const struct folder d = make_folder();

    use(f, write_file(f, &d, "s.yaml", "use: {a: 1}\n"));
    use(f, write_file(f, &d, "s.yaml", "use: [[a]]\n"));
    write_file(f, &d, "l.yaml", "- 1\n");
    use(f, write_file(f, &d, "s.yaml", "use: l.yaml\n"));
    assert_int_equal(f->ds.n, 3);
    assert_int_equal(f->ds.items[0].code, HR_E126);
    assert_int_equal(f->ds.items[1].code, HR_E126);
    assert_int_equal(f->ds.items[2].code, HR_E118);
    remove_folder(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(without_designs_there_is_the_base),
        TEST(designs_keep_their_order_and_know_what_they_change),
        TEST(a_design_extends_another_wherever_it_stands),
        TEST(quick_then_set_are_laid_over_every_design),
        TEST(a_set_is_located_in_its_own_argument),
        TEST(what_is_wrong_is_said_at_its_place),
        TEST(a_misspelt_part_brings_up_the_right_one),
        TEST(a_part_that_one_design_lacks_may_still_be_set_in_the_others),
        TEST(a_list_is_no_scenario),
        TEST(designs_cannot_multiply_without_bound),
        TEST(the_scenario_wins_over_what_it_uses_and_the_later_file_over_the_earlier),
        TEST(files_outside_of_the_folder_are_refused),
        TEST(a_file_that_uses_itself_is_refused),
        TEST(files_are_limited),
        TEST(use_must_be_a_list_of_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* tests/results/test_results.c - a result set in memory, in a file, and back. */
#include "sim/results/results.h"

#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "sim/results/file.h"
#include "sim/results/wire.h"
#include "tests/support/sample_results.h"

struct place {
    char folder[64];
    char path[96], other[96];
    struct hr_arena *arena;
};

static int make_place(void **state)
{
    static struct place p;

    strcpy(p.folder, "/tmp/hr-results-XXXXXX");
    assert_non_null(mkdtemp(p.folder));
    snprintf(p.path, sizeof p.path, "%s/a.h5", p.folder);
    snprintf(p.other, sizeof p.other, "%s/b-with-another-name.h5", p.folder);
    p.arena = hr_arena_create();
    *state = &p;
    return 0;
}

static size_t files_in(const char *folder)
{
    char command[256];
    size_t n = 0;
    FILE *f;

    snprintf(command, sizeof command, "ls -A %s", folder);
    f = popen(command, "r");
    assert_non_null(f);
    for (int c; (c = fgetc(f)) != EOF;)
        n += c == '\n';
    pclose(f);
    return n;
}

static int leave_place(void **state)
{
    struct place *p = *state;
    char command[256];

    snprintf(command, sizeof command, "chmod -R u+w %s; rm -rf %s", p->folder, p->folder);
    hr_arena_destroy(p->arena);
    return system(command);
}

/* ---- in memory ---------------------------------------------------------------------------- */

static void what_is_not_filled_is_unknown(void **state)
{
    struct place *p = *state;
    struct hr_results *r = hr_results_create(p->arena);
    const double x[] = {0.25, 1.5};

    hr_results_dim_numbers(r, "time", "s", "time", 2, x);
    const double *f = hr_results_var(r, "g", "f", HR_F64, "time", "s", "f")->data;
    const int64_t *i = hr_results_var(r, "g", "i", HR_I64, "time", "1", "i")->data;
    const char *const *t = hr_results_var(r, "", "t", HR_TEXT, "", NULL, "t")->data;
    assert_true(isnan(f[1]));
    assert_int_equal(i[1], 0);
    assert_string_equal(t[0], "");
}

static void an_item_is_found_by_its_index_tuple(void **state)
{
    struct place *p = *state;
    struct hr_results *r = hr_sample_results(p->arena, (struct hr_sample){0});
    const struct hr_var *v = hr_results_find(r, "latency/latency");

    assert_true(hr_var_at(r, v, (const size_t[]){1, 3, 3}) == 2.61);
    assert_true(isinf(hr_var_at(r, v, (const size_t[]){0, 3, 3})));
    assert_true(isnan(hr_var_at(r, v, (const size_t[]){3, 0, 0})));
    assert_true(isnan(hr_var_at(r, NULL, (const size_t[]){0})));
    assert_null(hr_results_find(r, "latency/nothing"));
    assert_null(hr_results_find(r, "laten/cy"));
    assert_int_equal(hr_dim_index(hr_results_dim(r, "request_class"), "checkout"), 3);
    assert_int_equal(hr_dim_index(hr_results_dim(r, "request_class"), "check"), -1);
    assert_string_equal(hr_var_text(r, hr_results_find(r, "kind"), (const size_t[]){4}),
                        "third_party");
}

static void many_variables_and_attributes_keep_their_data(void **state)
{
    struct place *p = *state;
    struct hr_results *r = hr_results_create(p->arena);
    double *first = hr_results_var(r, "", "x0", HR_F64, "", "1", "x")->data;
    char name[16];

    *first = 2.385;
    for (int i = 1; i < 1500; i++) {
        snprintf(name, sizeof name, "x%d", i);
        hr_results_var(r, "", name, HR_F64, "", "1", "x");
        hr_results_attr(r, name, name);
    }
    assert_true(hr_var_at(r, hr_results_find(r, "x0"), NULL) == 2.385);
    assert_string_equal(hr_results_attr_text(r, "x1499"), "x1499");
    hr_results_attr(r, "x7", "again");
    assert_string_equal(hr_results_attr_text(r, "x7"), "again");
    assert_int_equal(r->n_attrs, 1499);
}

/* ---- there and back ----------------------------------------------------------------------- */

static void same_text(const char *a, const char *b)
{
    assert_string_equal(a != NULL ? a : "", b != NULL ? b : "");
}

static void same_dim(const struct hr_dim *a, const struct hr_dim *b)
{
    same_text(a->name, b->name);
    same_text(a->unit, b->unit);
    same_text(a->long_name, b->long_name);
    assert_int_equal(a->n, b->n);
    assert_int_equal(a->texts == NULL, b->texts == NULL);
    assert_int_equal(a->integers == NULL, b->integers == NULL);
    for (size_t i = 0; i < a->n && a->texts != NULL; i++)
        assert_string_equal(a->texts[i], b->texts[i]);
    if (a->n > 0 && a->integers != NULL)
        assert_memory_equal(a->integers, b->integers, a->n * 8);
    if (a->n > 0 && a->numbers != NULL)
        assert_memory_equal(a->numbers, b->numbers, a->n * 8);
}

static void same_var(const struct hr_results *ra, const struct hr_var *a,
                     const struct hr_results *rb, const struct hr_var *b)
{
    const size_t n = hr_var_size(ra, a);

    same_text(a->group, b->group);
    same_text(a->name, b->name);
    same_text(a->unit, b->unit);
    same_text(a->long_name, b->long_name);
    same_text(a->cell_methods, b->cell_methods);
    assert_int_equal(a->type, b->type);
    assert_int_equal(a->n_dims, b->n_dims);
    for (uint32_t i = 0; i < a->n_dims; i++)
        assert_string_equal(ra->dims[a->dims[i]].name, rb->dims[b->dims[i]].name);
    assert_int_equal(n, hr_var_size(rb, b));
    for (size_t i = 0; i < n && a->type == HR_TEXT; i++)
        assert_string_equal(((const char *const *)a->data)[i],
                            ((const char *const *)b->data)[i]);
    if (n > 0 && a->type != HR_TEXT) /* bits: NaN and -0.0 too */
        assert_memory_equal(a->data, b->data, n * (a->type == HR_F32 ? 4 : 8));
}

/* Variables are compared by name: the file keeps those of a group together. */
static void same_results(const struct hr_results *a, const struct hr_results *b)
{
    assert_int_equal(a->n_dims, b->n_dims);
    assert_int_equal(a->n_vars, b->n_vars);
    for (size_t i = 0; i < a->n_attrs; i++)
        same_text(a->attrs[i].text, hr_results_attr_text(b, a->attrs[i].name));
    for (size_t i = 0; i < a->n_dims; i++)
        same_dim(&a->dims[i], &b->dims[i]);
    for (size_t i = 0; i < a->n_vars; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s%s%s", a->vars[i].group,
                 a->vars[i].group[0] != '\0' ? "/" : "", a->vars[i].name);
        assert_non_null(hr_results_find(b, path));
        same_var(a, &a->vars[i], b, hr_results_find(b, path));
    }
}

static void write_to(const struct hr_results *r, const char *path)
{
    char why[200] = "";

    if (hr_results_write(r, path, why, sizeof why) != HR_IO_OK)
        fail_msg("%s: %s", path, why);
}

static struct hr_results *read_from(struct place *p, const char *path)
{
    char why[200] = "";
    enum hr_io status;
    struct hr_results *r = hr_results_read(path, p->arena, &status, why, sizeof why);

    if (r == NULL)
        fail_msg("%s: %s", path, why);
    assert_int_equal(status, HR_IO_OK);
    return r;
}

/* Every type, over no dimension, one and several, one of them empty; every special value. */
static struct hr_results *odd_results(struct hr_arena *a)
{
    struct hr_results *r = hr_results_create(a);
    const double t[] = {0, 0.1, 0.2};
    const char *const names[] = {"", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x9a\x80"};
    const int64_t n[] = {INT64_MIN, INT64_MAX};

    hr_results_attr(r, "schema_version", "1");
    hr_results_attr(r, "empty", "");
    hr_results_attr(r, "long", hr_arena_printf(a, "%050000d", 7));
    hr_results_dim_numbers(r, "time", "s", "time", 3, t);
    hr_results_dim_texts(r, "name", "name", 2, names);
    hr_results_dim_integers(r, "number", "number", 2, n);
    hr_results_dim_texts(r, "nobody", "nobody", 0, NULL);
    hr_results_dim_numbers(r, "never", "s", "never", 0, NULL);
    *(double *)hr_results_var(r, "", "scalar", HR_F64, "", "s", "scalar")->data = -0.0;
    *(const char **)hr_results_var(r, "", "word", HR_TEXT, "", NULL, "word")->data = "a\nb";
    *(int64_t *)hr_results_var(r, "g", "most", HR_I64, "", "1", "most")->data = INT64_MIN;
    double *x = hr_results_var(r, "g", "x", HR_F64, "time name", "s", "x")->data;
    x[0] = HUGE_VAL, x[1] = -HUGE_VAL, x[2] = 5e-324, x[4] = 1.7976931348623157e308;
    float *y = hr_results_var(r, "h", "y", HR_F32, "number time name", "1", "y")->data;
    y[11] = 2.385F, y[10] = -0.0F;
    hr_results_var(r, "h", "none", HR_F64, "time nobody", "s", "none")->cell_methods =
        "time: mean";
    hr_results_var(r, "h", "no_text", HR_TEXT, "nobody", NULL, "no text");
    hr_results_var(r, "h", "no_count", HR_I64, "never", "1", "no count");
    float *big = hr_results_var(r, "h", "big", HR_F32, "time", "1", "big")->data;
    big[1] = 1;
    return r;
}

static void every_type_and_value_comes_back(void **state)
{
    struct place *p = *state;
    struct hr_results *r = odd_results(p->arena);

    write_to(r, p->path);
    same_results(r, read_from(p, p->path));
}

static void a_whole_study_comes_back(void **state)
{
    struct place *p = *state;
    struct hr_results *r = hr_sample_results(p->arena, (struct hr_sample){.hostile = true});

    write_to(r, p->path);
    same_results(r, read_from(p, p->path));
}

static void arrays_larger_than_a_chunk_come_back(void **state)
{
    struct place *p = *state;
    struct hr_results *r = hr_results_create(p->arena);
    enum { N = 700 };
    double t[N];

    hr_results_attr(r, "schema_version", "1");
    for (int i = 0; i < N; i++)
        t[i] = i;
    hr_results_dim_numbers(r, "row", "1", "row", N, t);
    hr_results_dim_numbers(r, "column", "1", "column", N, t);
    double *x = hr_results_var(r, "g", "x", HR_F64, "row column", "1", "x")->data;
    for (int i = 0; i < N * N; i++)
        x[i] = sin(i);
    write_to(r, p->path);
    same_results(r, read_from(p, p->path));
}

static unsigned char *bytes_of(const char *path, size_t *n)
{
    unsigned char *bytes;
    char why[100] = "";

    assert_int_equal(hr_file_read(path, 1 << 28, &bytes, n, why, sizeof why), HR_IO_OK);
    return bytes;
}

static void same_bytes(const char *one, const char *two)
{
    size_t n, m;
    unsigned char *a = bytes_of(one, &n), *b = bytes_of(two, &m);

    assert_int_equal(n, m);
    assert_memory_equal(a, b, n);
    hr_heap_resize(a, 0, 0);
    hr_heap_resize(b, 0, 0);
}

static void equal_results_are_equal_bytes_whatever_the_path(void **state)
{
    struct place *p = *state;

    write_to(hr_sample_results(p->arena, (struct hr_sample){0}), p->path);
    sleep(1); /* a time stamp anywhere would show */
    write_to(hr_sample_results(p->arena, (struct hr_sample){0}), p->other);
    same_bytes(p->path, p->other);
}

static void what_was_read_writes_the_same_bytes(void **state)
{
    struct place *p = *state;

    write_to(hr_sample_results(p->arena, (struct hr_sample){0}), p->path);
    write_to(read_from(p, p->path), p->other);
    same_bytes(p->path, p->other);
}

/* ---- writing fails ------------------------------------------------------------------------ */

static void fails_with(struct place *p, const char *path, const char *reason)
{
    char why[200] = "";
    struct hr_results *r = hr_sample_results(p->arena, (struct hr_sample){0});

    assert_int_equal(hr_results_write(r, path, why, sizeof why), HR_IO_WRITE);
    if (strstr(why, reason) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", why, reason);
}

static void a_full_disk_leaves_nothing_behind(void **state)
{
    struct place *p = *state;
    struct rlimit old, small = {20000, RLIM_INFINITY};

    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &old);
    small.rlim_max = old.rlim_max;
    setrlimit(RLIMIT_FSIZE, &small);
    fails_with(p, p->path, "File too large");
    setrlimit(RLIMIT_FSIZE, &old);
    assert_int_equal(files_in(p->folder), 0);
    fails_with(p, "/dev/full", "No space left");
}

static void a_failed_write_keeps_the_old_file(void **state)
{
    struct place *p = *state;
    struct rlimit old, small = {20000, RLIM_INFINITY};
    size_t n;

    char why[100];
    assert_int_equal(hr_file_write(p->path, "old", 3, why, sizeof why), HR_IO_OK);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &old);
    small.rlim_max = old.rlim_max;
    setrlimit(RLIMIT_FSIZE, &small);
    fails_with(p, p->path, "File too large");
    setrlimit(RLIMIT_FSIZE, &old);
    unsigned char *bytes = bytes_of(p->path, &n);
    assert_int_equal(n, 3);
    assert_memory_equal(bytes, "old", 3);
    hr_heap_resize(bytes, 0, 0);
    assert_int_equal(files_in(p->folder), 1);
}

static void a_place_that_cannot_be_written_is_told(void **state)
{
    struct place *p = *state;

    fails_with(p, "/nowhere/at/all/x.h5", "No such file");
    fails_with(p, p->folder, "is a folder");
    fails_with(p, "", "not a usable file name");
    if (geteuid() != 0) {
        chmod(p->folder, 0500);
        fails_with(p, p->path, "Permission denied");
    }
}

static void a_device_is_not_replaced(void **state)
{
    char why[100] = "";
    struct stat st;

    (void)state;
    assert_int_equal(hr_file_write("/dev/null", "x", 1, why, sizeof why), HR_IO_OK);
    assert_int_equal(stat("/dev/null", &st), 0);
    assert_true(S_ISCHR(st.st_mode));
}

static void a_link_stays_a_link(void **state)
{
    struct place *p = *state;
    struct stat st;
    char why[100] = "";

    assert_int_equal(hr_file_write(p->path, "old", 3, why, sizeof why), HR_IO_OK);
    assert_int_equal(symlink(p->path, p->other), 0);
    assert_int_equal(hr_file_write(p->other, "newer", 5, why, sizeof why), HR_IO_OK);
    assert_int_equal(lstat(p->other, &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    assert_int_equal(stat(p->path, &st), 0);
    assert_int_equal(st.st_size, 5);
}

/* ---- reading what is not ours ------------------------------------------------------------- */

static void refused(struct place *p, const char *path, const char *reason)
{
    char why[200] = "";
    enum hr_io status;

    assert_null(hr_results_read(path, p->arena, &status, why, sizeof why));
    assert_int_not_equal(status, HR_IO_OK);
    if (strstr(why, reason) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", why, reason);
}

static void what_is_no_results_file_is_refused_with_the_reason(void **state)
{
    struct place *p = *state;
    struct hr_results *r = hr_results_create(p->arena);
    char why[100];

    refused(p, p->path, "No such file");
    refused(p, p->folder, "is not a file");
    refused(p, "/dev/zero", "is not a file");
    hr_file_write(p->path, "headroom: 1\n", 12, why, sizeof why);
    refused(p, p->path, "is not an HDF5 file");
    hr_file_write(p->path, "\x89HDF\r\n\x1a\nno", 10, why, sizeof why);
    refused(p, p->path, "damaged");
    write_to(r, p->path); /* no schema_version */
    refused(p, p->path, "not one of headroom's");
    hr_results_attr(r, "schema_version", "2");
    write_to(r, p->path);
    refused(p, p->path, "schema 2");
}

static void text_that_is_not_utf8_is_refused(void **state)
{
    struct place *p = *state;
    struct hr_results *r = hr_results_create(p->arena);

    hr_results_attr(r, "schema_version", "1");
    *(const char **)hr_results_var(r, "", "word", HR_TEXT, "", NULL, "")->data = "a\xff";
    write_to(r, p->path);
    refused(p, p->path, "UTF-8");
}

/* A file cut short or with bytes changed is refused or read, and the program lives on. */
static void no_damage_ends_the_program(void **state)
{
    struct place *p = *state;
    struct hr_sample small = {.designs = 1, .replications = 1};
    size_t n;
    uint32_t random = 12345;
    int read = 0;

    write_to(hr_sample_results(p->arena, small), p->path);
    unsigned char *bytes = bytes_of(p->path, &n);
    for (int k = 0; k < 200; k++) {
        unsigned char *bad = hr_heap_resize(NULL, n, 1);
        size_t length = n;
        char why[200] = "";
        enum hr_io status;
        memcpy(bad, bytes, n);
        for (int i = 0; i <= k % 7; i++) {
            random = random * 1664525u + 1013904223u;
            bad[(random >> 4) % (k % 2 == 0 ? n : 4096)] ^= (unsigned char)(1u << (i % 8));
        }
        if (k % 5 == 4)
            length = random % n;
        hr_file_write(p->other, (const char *)bad, length, why, sizeof why);
        hr_heap_resize(bad, 0, 0);
        struct hr_arena *a = hr_arena_create();
        const bool came = hr_results_read(p->other, a, &status, why, sizeof why) != NULL;
        assert_true(came ? status == HR_IO_OK : why[0] != '\0');
        read += came;
        hr_arena_destroy(a);
    }
    hr_heap_resize(bytes, 0, 0);
    assert_in_range(read, 1, 199); /* both happen, or nothing was tried */
}

static void no_damage_between_the_processes_is_believed(void **state)
{
    struct place *p = *state;
    struct hr_sample small = {.designs = 1, .replications = 1, .hostile = true};
    size_t n;
    unsigned char *bytes = hr_wire_encode(hr_sample_results(p->arena, small), &n);
    uint32_t random = 777;

    assert_non_null(hr_wire_decode(bytes, n, p->arena));
    assert_null(hr_wire_decode(bytes, n - 1, p->arena));
    for (int k = 0; k < 400; k++) {
        struct hr_arena *a = hr_arena_create();
        random = random * 1664525u + 1013904223u;
        const size_t at = (random >> 3) % (k % 2 == 0 ? n : 3000);
        const unsigned char was = bytes[at];
        bytes[at] = (unsigned char)(k % 3 == 0 ? 0xff : was ^ (1u << (k % 8)));
        (void)hr_wire_decode(bytes, n, a);
        bytes[at] = was;
        hr_arena_destroy(a);
    }
    hr_heap_resize(bytes, 0, 0);
}

#define AT_A_PLACE(f) cmocka_unit_test_setup_teardown(f, make_place, leave_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_A_PLACE(what_is_not_filled_is_unknown),
        AT_A_PLACE(an_item_is_found_by_its_index_tuple),
        AT_A_PLACE(many_variables_and_attributes_keep_their_data),
        AT_A_PLACE(every_type_and_value_comes_back),
        AT_A_PLACE(a_whole_study_comes_back),
        AT_A_PLACE(arrays_larger_than_a_chunk_come_back),
        AT_A_PLACE(equal_results_are_equal_bytes_whatever_the_path),
        AT_A_PLACE(what_was_read_writes_the_same_bytes),
        AT_A_PLACE(a_full_disk_leaves_nothing_behind),
        AT_A_PLACE(a_failed_write_keeps_the_old_file),
        AT_A_PLACE(a_place_that_cannot_be_written_is_told),
        AT_A_PLACE(a_device_is_not_replaced),
        AT_A_PLACE(a_link_stays_a_link),
        AT_A_PLACE(what_is_no_results_file_is_refused_with_the_reason),
        AT_A_PLACE(text_that_is_not_utf8_is_refused),
        AT_A_PLACE(no_damage_ends_the_program),
        AT_A_PLACE(no_damage_between_the_processes_is_believed),
    };
    return cmocka_run_group_tests_name("results", tests, NULL, NULL);
}

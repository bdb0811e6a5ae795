/* sim/results/read.c - a result set from an HDF5 file that a stranger may have made.
 *
 * The file is read into memory first and opened from there: the library touches no other file.
 * Of what HDF5 can hold only what write.c makes is accepted: hard links, one level of groups,
 * three number types and UTF-8 texts, contiguous or deflated; no external storage, no virtual
 * datasets, no other filter (one could be a plug-in).  Every size is checked against a budget
 * before anything is allocated for it.  References between objects are compared, never
 * followed.  hr_results_read is in read_apart.c: it does this in a process of its own. */
#include "sim/results/read.h"

#include <hdf5.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/results/names.h"
#include "sim/results/utf8.h"

enum { MOST_LINKS = 4096, MOST_NAME = 256, MOST_DIMS = 128 };

#define TEXT_MOST    ((size_t)16 << 20) /* bytes of one text */
#define CHUNK_BYTES  ((hsize_t)64 << 20)
#define DATA_MOST    ((size_t)1 << 30) /* bytes of all data together */
#define INFLATE_MOST 1100              /* deflate's best is 1032:1 */

struct reader {
    struct hr_arena *arena;
    struct hr_results *r;
    hid_t file;
    haddr_t address[MOST_DIMS]; /* of each dimension's dataset */
    size_t budget;              /* bytes that may still be allocated for data */
    char *why;
    size_t n_why;
    bool ok;
};

static bool refuse(struct reader *rd, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The first reason is the one told.  Always false. */
static bool refuse(struct reader *rd, const char *fmt, ...)
{
    va_list args;

    if (rd->ok && rd->n_why > 0) {
        va_start(args, fmt);
        vsnprintf(rd->why, rd->n_why, fmt, args);
        va_end(args);
    }
    rd->ok = false;
    return false;
}

static bool spend(struct reader *rd, size_t bytes)
{
    if (bytes > rd->budget)
        return refuse(rd, "holds more data than a file of its size can");
    rd->budget -= bytes;
    return true;
}

/* ---- texts -------------------------------------------------------------------------------- */

/* The library's memory for texts comes from the arena, within the budget. */
static void *text_memory(size_t size, void *context)
{
    struct reader *rd = context;

    return size <= TEXT_MOST && spend(rd, size) ? hr_arena_alloc(rd->arena, 1, size) : NULL;
}

static void text_release(void *p, void *context)
{
    (void)p;
    (void)context;
}

static hid_t text_type(void)
{
    const hid_t t = H5Tcopy(H5T_C_S1);

    H5Tset_size(t, H5T_VARIABLE);
    H5Tset_cset(t, H5T_CSET_UTF8);
    return t;
}

/* A text attribute of fixed or variable length; NULL if it is not there. */
static const char *attribute_value(struct reader *rd, hid_t a)
{
    const hid_t type = H5Aget_type(a), space = H5Aget_space(a);
    const size_t size = H5Tget_size(type);
    const bool is_text =
        H5Tget_class(type) == H5T_STRING && H5Sget_simple_extent_npoints(space) == 1;
    char *text = NULL;

    if (!is_text) {
        text = NULL;
    } else if (H5Tis_variable_str(type) > 0) {
        const hid_t memory = text_type();
        char *loaned = NULL;
        if (H5Aread(a, memory, &loaned) >= 0 && loaned != NULL) {
            const size_t length = strlen(loaned);
            if (length <= TEXT_MOST && spend(rd, length))
                text = hr_arena_text(rd->arena, loaned, length);
        }
        H5free_memory(loaned);
        H5Tclose(memory);
    } else if (size <= TEXT_MOST && spend(rd, size)) {
        text = hr_arena_alloc(rd->arena, size + 1, 1);
        if (H5Aread(a, type, text) < 0)
            text = NULL;
    }
    H5Sclose(space);
    H5Tclose(type);
    if (text != NULL && !hr_utf8_valid(text))
        refuse(rd, "an attribute is not UTF-8");
    return text;
}

static const char *text_attribute(struct reader *rd, hid_t at, const char *name)
{
    hid_t a;
    const char *text;

    if (H5Aexists(at, name) <= 0 || (a = H5Aopen(at, name, H5P_DEFAULT)) < 0)
        return NULL;
    text = attribute_value(rd, a);
    H5Aclose(a);
    return text;
}

/* ---- datasets ----------------------------------------------------------------------------- */

struct shape {
    enum hr_value_type type;
    int rank;
    hsize_t dims[HR_VAR_DIMS];
    size_t n, bytes;
};

static bool type_of(hid_t d, struct shape *s)
{
    const hid_t t = H5Dget_type(d);
    bool known = true;

    if (H5Tequal(t, H5T_IEEE_F64LE) > 0)
        s->type = HR_F64;
    else if (H5Tequal(t, H5T_IEEE_F32LE) > 0)
        s->type = HR_F32;
    else if (H5Tequal(t, H5T_STD_I64LE) > 0)
        s->type = HR_I64;
    else if (H5Tget_class(t) == H5T_STRING && H5Tis_variable_str(t) > 0)
        s->type = HR_TEXT;
    else
        known = false;
    H5Tclose(t);
    return known;
}

/* Stored here, in one piece or deflated, and nothing else. */
static bool storage_is_plain(hid_t d, int rank)
{
    const hid_t list = H5Dget_create_plist(d);
    const H5D_layout_t layout = H5Pget_layout(list);
    const int filters = H5Pget_nfilters(list);
    hsize_t chunk[HR_VAR_DIMS], n = 16;
    bool plain = layout == H5D_COMPACT || layout == H5D_CONTIGUOUS || layout == H5D_CHUNKED;

    plain = plain && H5Pget_external_count(list) == 0 && filters >= 0 && filters <= 4;
    for (int i = 0; plain && i < filters; i++) {
        size_t parameters = 0;
        unsigned flags, config;
        const H5Z_filter_t f =
            H5Pget_filter2(list, (unsigned)i, &flags, &parameters, NULL, 0, NULL, &config);
        plain = f == H5Z_FILTER_DEFLATE || f == H5Z_FILTER_SHUFFLE ||
                f == H5Z_FILTER_FLETCHER32;
    }
    if (plain && layout == H5D_CHUNKED) {
        plain = rank >= 1 && H5Pget_chunk(list, HR_VAR_DIMS, chunk) == rank;
        for (int i = 0; plain && i < rank; i++) {
            plain = chunk[i] > 0 && chunk[i] <= CHUNK_BYTES / n;
            n *= chunk[i];
        }
    }
    H5Pclose(list);
    return plain;
}

static bool shape_of(struct reader *rd, hid_t d, struct shape *s)
{
    const hid_t space = H5Dget_space(d);
    const H5S_class_t class = H5Sget_simple_extent_type(space);
    bool fits;

    s->rank = H5Sget_simple_extent_ndims(space);
    fits = (class == H5S_SCALAR || class == H5S_SIMPLE) && s->rank >= 0 &&
           s->rank <= HR_VAR_DIMS && H5Sget_simple_extent_dims(space, s->dims, NULL) >= 0;
    H5Sclose(space);
    if (!fits || !type_of(d, s) || !storage_is_plain(d, s->rank))
        return false;
    s->n = 1;
    for (int i = 0; i < s->rank; i++) {
        if (s->dims[i] > DATA_MOST / 8 / (s->n > 0 ? s->n : 1))
            return false;
        s->n *= (size_t)s->dims[i];
    }
    s->bytes = s->n * (s->type == HR_F32 ? 4 : 8);
    return spend(rd, s->bytes);
}

static bool read_texts(struct reader *rd, hid_t d, const struct shape *s,
                       const char **texts)
{
    const hid_t type = text_type(), list = H5Pcreate(H5P_DATASET_XFER);
    bool done;

    H5Pset_vlen_mem_manager(list, text_memory, rd, text_release, rd);
    done = H5Dread(d, type, H5S_ALL, H5S_ALL, list, (void *)texts) >= 0;
    H5Pclose(list);
    H5Tclose(type);
    for (size_t i = 0; done && i < s->n; i++) {
        if (texts[i] == NULL)
            texts[i] = "";
        else if (!hr_utf8_valid(texts[i]))
            return refuse(rd, "a text is not UTF-8");
    }
    return done;
}

/* The data of a dataset, in the arena; NULL after a refusal. */
static void *read_data(struct reader *rd, hid_t d, const char *name, struct shape *s)
{
    void *data;
    bool done;

    if (!shape_of(rd, d, s)) {
        refuse(rd, "`%.80s` is not stored as headroom stores", name);
        return NULL;
    }
    data = hr_arena_alloc(rd->arena, s->n, s->type == HR_F32 ? 4 : 8);
    if (s->n == 0)
        return data;
    if (s->type == HR_TEXT)
        done = read_texts(rd, d, s, data);
    else
        done = H5Dread(d,
                       s->type == HR_F64   ? H5T_NATIVE_DOUBLE
                       : s->type == HR_F32 ? H5T_NATIVE_FLOAT
                                           : H5T_NATIVE_INT64,
                       H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0;
    if (!done) {
        refuse(rd, "`%.80s` is damaged", name);
        return NULL;
    }
    return data;
}

static void read_dim(struct reader *rd, hid_t d, const char *name)
{
    struct hr_results *r = rd->r;
    struct shape s;
    H5O_info_t info;
    const char *unit = text_attribute(rd, d, "units");
    const char *long_name = text_attribute(rd, d, "long_name");
    void *data = read_data(rd, d, name, &s);
    uint32_t i;

    if (data == NULL)
        return;
    if (s.rank != 1 || s.type == HR_F32 || r->n_dims >= MOST_DIMS ||
        H5Oget_info2(d, &info, H5O_INFO_BASIC) < 0) {
        refuse(rd, "`%.80s` is not a coordinate of headroom", name);
        return;
    }
    if (s.type == HR_TEXT)
        i = hr_results_dim_texts(r, name, long_name, s.n, data);
    else if (s.type == HR_I64)
        i = hr_results_dim_integers(r, name, long_name, s.n, data);
    else
        i = hr_results_dim_numbers(r, name, unit, long_name, s.n, data);
    r->dims[i].unit = unit;
    rd->address[i] = info.addr;
}

/* ---- variables ---------------------------------------------------------------------------- */

/* Position of the dimension whose dataset is at `address`; -1: none. */
static int64_t dim_at(const struct reader *rd, haddr_t address)
{
    for (size_t i = 0; i < rd->r->n_dims; i++)
        if (rd->address[i] == address)
            return (int64_t)i;
    return -1;
}

static bool match_dims(const struct reader *rd, const hvl_t *lists, const struct shape *s,
                       struct hr_var *v)
{
    for (int i = 0; i < s->rank; i++) {
        hobj_ref_t reference;
        int64_t dim;
        if (lists[i].len != 1 || lists[i].p == NULL)
            return false;
        memcpy(&reference, lists[i].p, sizeof reference);
        dim = dim_at(rd, (haddr_t)reference); /* an object reference is its address */
        if (dim < 0 || rd->r->dims[dim].n != s->dims[i])
            return false;
        v->dims[v->n_dims++] = (uint32_t)dim;
    }
    return true;
}

/* Which dimensions a dataset is over: the attribute that H5DSattach_scale made. */
static bool read_dims(const struct reader *rd, hid_t d, const struct shape *s,
                      struct hr_var *v)
{
    const hid_t memory = H5Tvlen_create(H5T_STD_REF_OBJ);
    hvl_t lists[HR_VAR_DIMS] = {{0}};
    hid_t a, type, space;
    bool found = false;

    if (s->rank == 0) {
        H5Tclose(memory);
        return true;
    }
    if (H5Aexists(d, "DIMENSION_LIST") > 0 &&
        (a = H5Aopen(d, "DIMENSION_LIST", H5P_DEFAULT)) >= 0) {
        type = H5Aget_type(a);
        space = H5Aget_space(a);
        if (H5Tequal(type, memory) > 0 && H5Sget_simple_extent_npoints(space) == s->rank &&
            H5Aread(a, memory, lists) >= 0) {
            found = match_dims(rd, lists, s, v);
            H5Dvlen_reclaim(memory, space, H5P_DEFAULT, lists);
        }
        H5Sclose(space);
        H5Tclose(type);
        H5Aclose(a);
    }
    H5Tclose(memory);
    return found;
}

static void read_var(struct reader *rd, hid_t d, const char *group, const char *name)
{
    struct hr_results *r = rd->r;
    const char *unit = text_attribute(rd, d, "units");
    const char *long_name = text_attribute(rd, d, "long_name");
    struct shape s;
    struct hr_var over = {0}, *v;
    void *data = read_data(rd, d, name, &s);

    if (data == NULL)
        return;
    if (!read_dims(rd, d, &s, &over)) {
        refuse(rd, "`%.80s` has dimensions that are not in the file", name);
        return;
    }
    v = hr_results_var(r, group, name, s.type, "", unit, long_name);
    v->n_dims = over.n_dims;
    memcpy(v->dims, over.dims, sizeof v->dims);
    v->cell_methods = text_attribute(rd, d, "cell_methods");
    v->data = data;
}

/* ---- the file ----------------------------------------------------------------------------- */

typedef void visit(struct reader *rd, hid_t object, const char *group, const char *name);

/* Call `f` with every object that a hard link of `at` names, in the order of creation. */
static void each_object(struct reader *rd, hid_t at, const char *group, visit *f)
{
    H5G_info_t info;

    if (H5Gget_info(at, &info) < 0 || info.nlinks > MOST_LINKS) {
        refuse(rd, "its list of contents is damaged");
        return;
    }
    for (hsize_t i = 0; rd->ok && i < info.nlinks; i++) {
        H5L_info_t link;
        char name[MOST_NAME];
        hid_t object;
        const ssize_t length = H5Lget_name_by_idx(at, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC,
                                                  i, name, sizeof name, H5P_DEFAULT);
        if (length <= 0 || length >= MOST_NAME || !hr_utf8_valid(name) ||
            H5Lget_info_by_idx(at, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, i, &link,
                               H5P_DEFAULT) < 0) {
            refuse(rd, "its list of contents is damaged");
            return;
        }
        if (link.type != H5L_TYPE_HARD)
            continue;
        object = H5Oopen(at, name, H5P_DEFAULT);
        if (object < 0)
            refuse(rd, "`%.80s` is damaged", name);
        else
            f(rd, object, group, name);
        H5Oclose(object);
    }
}

static bool is_scale(struct reader *rd, hid_t d)
{
    const char *class = text_attribute(rd, d, "CLASS");

    return class != NULL && strcmp(class, "DIMENSION_SCALE") == 0;
}

/* Written for CF and made from `time`: no part of the set. */
static bool is_derived(const char *name)
{
    return strcmp(name, "bounds") == 0 || strcmp(name, "time_bounds") == 0;
}

static void visit_dim(struct reader *rd, hid_t object, const char *group, const char *name)
{
    (void)group;
    if (H5Iget_type(object) == H5I_DATASET && is_scale(rd, object) && !is_derived(name))
        read_dim(rd, object, name);
}

static void visit_var(struct reader *rd, hid_t object, const char *group, const char *name)
{
    if (H5Iget_type(object) == H5I_DATASET && !is_scale(rd, object) &&
        !(group[0] == '\0' && is_derived(name)))
        read_var(rd, object, group, name);
}

static void visit_group(struct reader *rd, hid_t object, const char *group,
                        const char *name)
{
    (void)group;
    if (H5Iget_type(object) == H5I_GROUP)
        each_object(rd, object, hr_arena_text(rd->arena, name, strlen(name)), visit_var);
}

static void read_attributes(struct reader *rd)
{
    H5O_info_t info;

    if (H5Oget_info2(rd->file, &info, H5O_INFO_NUM_ATTRS) < 0 ||
        info.num_attrs > MOST_LINKS) {
        refuse(rd, "its attributes are damaged");
        return;
    }
    for (hsize_t i = 0; rd->ok && i < info.num_attrs; i++) {
        char name[MOST_NAME];
        const char *text = NULL;
        const hid_t a = H5Aopen_by_idx(rd->file, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, i,
                                       H5P_DEFAULT, H5P_DEFAULT);
        const ssize_t length = a < 0 ? -1 : H5Aget_name(a, sizeof name, name);
        if (length > 0 && length < MOST_NAME && hr_utf8_valid(name))
            text = attribute_value(rd, a);
        if (a >= 0)
            H5Aclose(a);
        if (text == NULL)
            refuse(rd, "its attributes are damaged");
        else
            hr_results_attr(rd->r, name, text);
    }
}

static void read_everything(struct reader *rd)
{
    const char *schema = text_attribute(rd, rd->file, "schema_version");

    if (schema == NULL)
        refuse(rd, "is an HDF5 file but not one of headroom's results");
    else if (strcmp(schema, HR_RESULTS_SCHEMA) != 0)
        refuse(rd, "has results of schema %.20s; this headroom reads schema %s", schema,
               HR_RESULTS_SCHEMA);
    if (rd->ok)
        read_attributes(rd);
    if (rd->ok)
        each_object(rd, rd->file, "", visit_dim);
    if (rd->ok)
        each_object(rd, rd->file, "", visit_var);
    if (rd->ok)
        each_object(rd, rd->file, "", visit_group);
}

static hid_t open_image(const unsigned char *bytes, size_t length)
{
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    /* The library's prototype lacks a const; it copies the image. */
    union {
        const unsigned char *in;
        void *out;
    } image = {.in = bytes};
    hid_t file = -1;

    if (H5Pset_fapl_core(access, 1 << 20, 0) >= 0 &&
        H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) >= 0 &&
        H5Pset_file_image(access, image.out, length) >= 0)
        file = H5Fopen("headroom.h5", H5F_ACC_RDONLY, access);
    H5Pclose(access);
    return file;
}

struct hr_results *hr_results_parse(const unsigned char *bytes, size_t length,
                                    struct hr_arena *a, char *why, size_t n)
{
    struct reader rd = {.arena = a, .why = why, .n_why = n, .ok = true};
    H5E_auto2_t print;
    void *print_data;

    rd.budget = length < DATA_MOST / INFLATE_MOST ? length * INFLATE_MOST : DATA_MOST;
    if (length < 8 || memcmp(bytes, "\x89HDF\r\n\x1a\n", 8) != 0) {
        refuse(&rd, "is not an HDF5 file");
        return NULL;
    }
    H5Eget_auto2(H5E_DEFAULT, &print, &print_data);
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    H5PLset_loading_state(0); /* no plug-ins, whatever the file or the environment names */
    rd.r = hr_results_create(a);
    rd.file = open_image(bytes, length);
    if (rd.file < 0)
        refuse(&rd, "is damaged or cut short");
    else
        read_everything(&rd);
    H5Fclose(rd.file);
    H5Eset_auto2(H5E_DEFAULT, print, print_data);
    return rd.ok ? rd.r : NULL;
}

/* sim/results/write.c - a result set as an HDF5 file that xarray, ncdump and h5py open.
 *
 * LAYOUT   Coordinates are root datasets named as their dimension and made dimension scales;
 *          each group has hard links to those it uses, because xr.open_dataset(group=...) takes
 *          coordinate values only from within the group.  CF attributes: units, long_name,
 *          cell_methods, _FillValue (NaN) on floats; `time_bounds` beside `time`.
 * BYTES    The file is a function of the values: no time stamps (obj_track_times), creation
 *          order tracked, no path and no host.  It is built in memory (the core driver) and
 *          then written by hr_file_write, so that a full disk meets our code and not the
 *          library's half-open file.
 * COST     the file's size twice in memory while it is written.
 * THREADS  one at a time: the serial HDF5 library has global state. */
#include "sim/results/results.h"

#include <hdf5.h>
#include <hdf5_hl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/results/file.h"

enum {
    DEFLATE_FROM = 16384,     /* bytes; below it a chunk index costs more than it saves */
    CHUNK_MOST = 1 << 20,     /* bytes: what HDF5 keeps of a dataset's chunks in memory */
    FILE_STEP = 1 << 16,      /* bytes by which the file in memory grows */
    LONGEST_ATTRIBUTE = 32768 /* bytes: an attribute lives in an object header of 64 KiB */
};

struct writer {
    const struct hr_results *r;
    hid_t file, text_type;
    hid_t plain, packed; /* dataset creation lists: contiguous; chunked and deflated */
    hid_t group_list, transfer;
    hid_t *scales; /* one open dataset a dimension */
    bool ok;
};

/* Remember a failure of the library; HDF5's ids and statuses are negative on failure. */
static int64_t must(struct writer *w, int64_t status)
{
    if (status < 0)
        w->ok = false;
    return status;
}

/* ---- attributes --------------------------------------------------------------------------- */

/* netCDF's own form, which CF tools expect: characters of fixed length, padded with nothing. */
static void text_attribute(struct writer *w, hid_t at, const char *name, const char *text)
{
    const size_t length = strlen(text);
    const hid_t space = H5Screate(H5S_SCALAR);
    hid_t type = w->text_type, attribute;

    if (length <= LONGEST_ATTRIBUTE) {
        type = H5Tcopy(H5T_C_S1);
        must(w, H5Tset_size(type, length > 0 ? length : 1));
        must(w, H5Tset_strpad(type, H5T_STR_NULLPAD));
        must(w, H5Tset_cset(type, H5T_CSET_UTF8));
    }
    attribute = H5Acreate2(at, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    must(w, attribute);
    if (attribute >= 0)
        must(w, H5Awrite(attribute, type,
                         type == w->text_type ? (const void *)&text : (const void *)text));
    H5Aclose(attribute);
    if (type != w->text_type)
        H5Tclose(type);
    H5Sclose(space);
}

static void known_attribute(struct writer *w, hid_t at, const char *name, const char *text)
{
    if (text != NULL && text[0] != '\0')
        text_attribute(w, at, name, text);
}

static void fill_attribute(struct writer *w, hid_t at, hid_t type)
{
    const hsize_t one = 1;
    const hid_t space = H5Screate_simple(1, &one, NULL);
    const hid_t attribute =
        H5Acreate2(at, "_FillValue", type, space, H5P_DEFAULT, H5P_DEFAULT);
    const double unknown = (double)NAN;

    must(w, attribute);
    if (attribute >= 0)
        must(w, H5Awrite(attribute, H5T_NATIVE_DOUBLE, &unknown));
    H5Aclose(attribute);
    H5Sclose(space);
}

/* ---- datasets ----------------------------------------------------------------------------- */

static hid_t stored_type(const struct writer *w, enum hr_value_type t)
{
    switch (t) {
    case HR_F64:
        return H5T_IEEE_F64LE;
    case HR_F32:
        return H5T_IEEE_F32LE;
    case HR_I64:
        return H5T_STD_I64LE;
    default:
        return w->text_type;
    }
}

static hid_t memory_type(const struct writer *w, enum hr_value_type t)
{
    switch (t) {
    case HR_F64:
        return H5T_NATIVE_DOUBLE;
    case HR_F32:
        return H5T_NATIVE_FLOAT;
    case HR_I64:
        return H5T_NATIVE_INT64;
    default:
        return w->text_type;
    }
}

/* Chunks: the whole array, its slowest dimensions halved until a chunk is small enough. */
static void set_chunks(struct writer *w, const hsize_t *dims, int rank, size_t item)
{
    hsize_t chunk[HR_VAR_DIMS], bytes = item;

    for (int i = 0; i < rank; i++) {
        chunk[i] = dims[i];
        bytes *= dims[i];
    }
    for (int i = 0; i < rank; i++)
        while (bytes > CHUNK_MOST && chunk[i] > 1) {
            bytes = bytes / chunk[i] * ((chunk[i] + 1) / 2);
            chunk[i] = (chunk[i] + 1) / 2;
        }
    must(w, H5Pset_chunk(w->packed, rank, chunk));
}

/* Texts are converted by way of a buffer, which HDF5 clears: no larger than these need, or than
 * its own MiB. */
static void set_buffer(struct writer *w, size_t texts)
{
    const size_t most = 1 << 20, bytes = texts * sizeof(hvl_t);

    must(w, H5Pset_buffer(w->transfer, bytes < most ? bytes : most, NULL, NULL));
}

static hid_t dataset(struct writer *w, hid_t at, const char *name, enum hr_value_type type,
                     int rank, const hsize_t *dims, const void *data)
{
    const size_t item = type == HR_F32 ? 4 : 8;
    const hid_t space =
        rank == 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(rank, dims, NULL);
    size_t n = 1;
    hid_t list = w->plain, d;

    for (int i = 0; i < rank; i++)
        n *= (size_t)dims[i];
    if (type != HR_TEXT && n * item >= DEFLATE_FROM) {
        set_chunks(w, dims, rank, item);
        list = w->packed;
    }
    d = H5Dcreate2(at, name, stored_type(w, type), space, H5P_DEFAULT, list, H5P_DEFAULT);
    must(w, d);
    if (type == HR_TEXT && n > 0)
        set_buffer(w, n);
    if (d >= 0 && n > 0)
        must(w, H5Dwrite(d, memory_type(w, type), H5S_ALL, H5S_ALL, w->transfer, data));
    H5Sclose(space);
    return d;
}

static void write_dim(struct writer *w, size_t i)
{
    const struct hr_dim *d = &w->r->dims[i];
    const hsize_t n = d->n;
    const enum hr_value_type type = d->texts != NULL      ? HR_TEXT
                                    : d->integers != NULL ? HR_I64
                                                          : HR_F64;
    const void *data = d->texts != NULL      ? (const void *)d->texts
                       : d->integers != NULL ? (const void *)d->integers
                                             : (const void *)d->numbers;
    const hid_t scale = dataset(w, w->file, d->name, type, 1, &n, data);

    w->scales[i] = scale;
    if (scale < 0)
        return;
    must(w, H5DSset_scale(scale, d->name));
    known_attribute(w, scale, "units", d->unit);
    known_attribute(w, scale, "long_name", d->long_name);
}

/* CF's cell bounds of `time`: bucket i is [time i, time i+1), the last as wide as the one
 * before it.  A single bucket says nothing of its width: no bounds. */
static void write_time_bounds(struct writer *w)
{
    const struct hr_dim *t = hr_results_dim(w->r, "time");
    const hsize_t dims[2] = {t != NULL ? t->n : 0, 2}, two = 2;
    double *bounds;
    const int64_t ends[2] = {0, 1};
    hid_t d, scale;

    if (t == NULL || t->numbers == NULL || t->n < 2)
        return;
    bounds = hr_heap_resize(NULL, 2 * t->n, sizeof *bounds);
    for (size_t i = 0; i < t->n; i++) {
        bounds[2 * i] = t->numbers[i];
        bounds[2 * i + 1] =
            i + 1 < t->n ? t->numbers[i + 1] : 2 * t->numbers[i] - t->numbers[i - 1];
    }
    scale = dataset(w, w->file, "bounds", HR_I64, 1, &two, ends);
    d = dataset(w, w->file, "time_bounds", HR_F64, 2, dims, bounds);
    hr_heap_resize(bounds, 0, 0);
    if (scale >= 0 && d >= 0) {
        const hid_t time = w->scales[t - w->r->dims];
        must(w, H5DSset_scale(scale, "bounds"));
        text_attribute(w, scale, "units", "1");
        text_attribute(w, scale, "long_name", "0: begin, 1: end");
        must(w, H5DSattach_scale(d, time, 0));
        must(w, H5DSattach_scale(d, scale, 1));
        text_attribute(w, d, "long_name", "begin and end of each interval");
        known_attribute(w, d, "units", t->unit);
        text_attribute(w, time, "bounds", "time_bounds");
    }
    H5Dclose(d);
    H5Dclose(scale);
}

static void write_var(struct writer *w, hid_t group, const struct hr_var *v)
{
    hsize_t dims[HR_VAR_DIMS] = {0};
    hid_t d;

    for (uint32_t i = 0; i < v->n_dims; i++)
        dims[i] = w->r->dims[v->dims[i]].n;
    d = dataset(w, group, v->name, v->type, (int)v->n_dims, dims, v->data);
    if (d < 0)
        return;
    for (uint32_t i = 0; i < v->n_dims; i++)
        must(w, H5DSattach_scale(d, w->scales[v->dims[i]], i));
    known_attribute(w, d, "units", v->unit);
    known_attribute(w, d, "long_name", v->long_name);
    known_attribute(w, d, "cell_methods", v->cell_methods);
    if (v->type == HR_F64 || v->type == HR_F32)
        fill_attribute(w, d, stored_type(w, v->type));
    H5Dclose(d);
}

/* ---- groups ------------------------------------------------------------------------------- */

static bool first_of_group(const struct hr_results *r, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(r->vars[k].group, r->vars[i].group) == 0)
            return false;
    return true;
}

/* Hard links to the coordinates that the group's variables use. */
static void link_scales(struct writer *w, hid_t group, const char *name)
{
    for (size_t d = 0; d < w->r->n_dims; d++) {
        bool used = false;
        for (size_t i = 0; i < w->r->n_vars && !used; i++) {
            const struct hr_var *v = &w->r->vars[i];
            for (uint32_t k = 0; strcmp(v->group, name) == 0 && k < v->n_dims; k++)
                used |= v->dims[k] == d;
        }
        if (used)
            must(w, H5Lcreate_hard(w->file, w->r->dims[d].name, group, w->r->dims[d].name,
                                   H5P_DEFAULT, H5P_DEFAULT));
    }
}

static void write_group(struct writer *w, const char *name)
{
    const bool root = name[0] == '\0';
    const hid_t group =
        root ? w->file : H5Gcreate2(w->file, name, H5P_DEFAULT, w->group_list, H5P_DEFAULT);

    if (must(w, group) < 0)
        return;
    if (!root)
        link_scales(w, group, name);
    for (size_t i = 0; i < w->r->n_vars; i++)
        if (strcmp(w->r->vars[i].group, name) == 0)
            write_var(w, group, &w->r->vars[i]);
    if (!root)
        H5Gclose(group);
}

static void write_everything(struct writer *w)
{
    for (size_t i = 0; i < w->r->n_attrs && w->ok; i++)
        if (strcmp(w->r->attrs[i].name, "Conventions") != 0)
            text_attribute(w, w->file, w->r->attrs[i].name, w->r->attrs[i].text);
    text_attribute(w, w->file, "Conventions", "CF-1.11");
    for (size_t i = 0; i < w->r->n_dims && w->ok; i++)
        write_dim(w, i);
    if (w->ok)
        write_time_bounds(w);
    write_group(w, "");
    for (size_t i = 0; i < w->r->n_vars && w->ok; i++)
        if (w->r->vars[i].group[0] != '\0' && first_of_group(w->r, i))
            write_group(w, w->r->vars[i].group);
}

/* ---- the file ----------------------------------------------------------------------------- */

/* Creation lists: order kept, no times. */
static hid_t creation_list(struct writer *w, hid_t class)
{
    const hid_t list = H5Pcreate(class);
    const unsigned tracked = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;

    must(w, H5Pset_obj_track_times(list, 0));
    must(w, H5Pset_attr_creation_order(list, tracked));
    if (class != H5P_DATASET_CREATE)
        must(w, H5Pset_link_creation_order(list, tracked));
    return list;
}

static void open_in_memory(struct writer *w)
{
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    const hid_t creation = creation_list(w, H5P_FILE_CREATE);

    must(w, H5Pset_fapl_core(access, FILE_STEP, 0));
    must(w, H5Pset_fclose_degree(access, H5F_CLOSE_STRONG));
    w->plain = creation_list(w, H5P_DATASET_CREATE);
    w->packed = creation_list(w, H5P_DATASET_CREATE);
    must(w, H5Pset_shuffle(w->packed));
    must(w, H5Pset_deflate(w->packed, 1));
    w->group_list = creation_list(w, H5P_GROUP_CREATE);
    w->transfer = H5Pcreate(H5P_DATASET_XFER);
    w->text_type = H5Tcopy(H5T_C_S1);
    must(w, H5Tset_size(w->text_type, H5T_VARIABLE));
    must(w, H5Tset_cset(w->text_type, H5T_CSET_UTF8));
    /* The name is that of a file in memory: it does not get into the file. */
    w->file = H5Fcreate("headroom.h5", H5F_ACC_TRUNC, creation, access);
    must(w, w->file);
    H5Pclose(creation);
    H5Pclose(access);
}

static void close_all(struct writer *w)
{
    H5Fclose(w->file);
    H5Tclose(w->text_type);
    H5Pclose(w->transfer);
    H5Pclose(w->group_list);
    H5Pclose(w->packed);
    H5Pclose(w->plain);
    w->scales = hr_heap_resize(w->scales, 0, 0);
}

/* The bytes of the file, from hr_heap_resize; NULL when the library failed. */
static char *image_of(struct writer *w, size_t *length)
{
    char *image = NULL;
    ssize_t size;

    if (!w->ok || H5Fflush(w->file, H5F_SCOPE_GLOBAL) < 0)
        return NULL;
    size = H5Fget_file_image(w->file, NULL, 0);
    if (size <= 0)
        return NULL;
    image = hr_heap_resize(NULL, (size_t)size, 1);
    if (H5Fget_file_image(w->file, image, (size_t)size) != size)
        return hr_heap_resize(image, 0, 0);
    *length = (size_t)size;
    return image;
}

enum hr_io hr_results_write(const struct hr_results *r, const char *path, char *why,
                            size_t n)
{
    struct writer w = {.r = r, .ok = true};
    enum hr_io status = HR_IO_WRITE;
    H5E_auto2_t print;
    void *print_data;
    size_t length = 0;
    char *image;

    H5Eget_auto2(H5E_DEFAULT, &print, &print_data);
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL); /* its stack of errors is nobody's answer */
    w.scales = hr_heap_resize(NULL, r->n_dims + 1, sizeof *w.scales);
    open_in_memory(&w);
    if (w.ok)
        write_everything(&w);
    image = image_of(&w, &length);
    close_all(&w);
    H5Eset_auto2(H5E_DEFAULT, print, print_data);
    if (image == NULL) {
        snprintf(why, n, "the HDF5 library cannot store these results");
        return status;
    }
    status = hr_file_write(path, image, length, why, n);
    hr_heap_resize(image, 0, 0);
    return status;
}

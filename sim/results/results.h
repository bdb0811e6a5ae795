/* sim/results/results.h - a study's results: labelled arrays, in memory and in one HDF5 file.
 *
 * A result set is a list of dimensions (with coordinate values) and of variables over them,
 * each with unit and long name, in groups: what xarray calls a dataset.  study/ fills it,
 * the writer stores any variable without knowing it, the reader brings back the same set, and
 * report/ only ever reads a result set: a report made from a file is the report of the run.
 *
 * The variables that study/collect.c makes and report/ reads are listed in results/names.h.
 *
 * OWNERSHIP  the arena given to hr_results_create.
 * FILE       HDF5, CF conventions, dimension scales; same values = same bytes (no time stamps,
 *            no host names, creation order tracked); written to a temporary, fsynced, renamed. */
#ifndef HR_RESULTS_H
#define HR_RESULTS_H

#include "sim/engine/arena.h"

#include <stdbool.h>
#include <stdint.h>

enum hr_value_type { HR_F64, HR_F32, HR_I64, HR_TEXT };

struct hr_dim {
    const char *name; /* "design", "time", "component" */
    size_t n;
    const char **texts; /* coordinate values: one of the three */
    const double *numbers;
    const int64_t *integers;
    const char *unit, *long_name; /* of the coordinate */
};

enum { HR_VAR_DIMS = 6 };

struct hr_var {
    const char *group; /* "" = root, "series", "latency", ... */
    const char *name;
    const char *unit, *long_name, *cell_methods; /* cell_methods may be NULL */
    enum hr_value_type type;
    uint32_t n_dims;
    uint32_t dims[HR_VAR_DIMS]; /* indices into results->dims, slowest first */
    void *data; /* double, float, int64_t or const char * items, row-major */
};

struct hr_attr { /* of the whole file */
    const char *name, *text;
};

struct hr_results {
    struct hr_arena *arena;
    struct hr_dim *dims;
    size_t n_dims;
    struct hr_var *vars;
    size_t n_vars;
    struct hr_attr *attrs;
    size_t n_attrs;
};

struct hr_results *hr_results_create(struct hr_arena *a);
void hr_results_attr(struct hr_results *r, const char *name, const char *text);
const char *hr_results_attr_text(const struct hr_results *r, const char *name); /* NULL */
/* Declare a dimension; coordinate arrays are copied.  Returns its index. */
uint32_t hr_results_dim_texts(struct hr_results *r, const char *name, const char *long_name,
                              size_t n, const char *const *texts);
uint32_t hr_results_dim_numbers(struct hr_results *r, const char *name, const char *unit,
                                const char *long_name, size_t n, const double *x);
uint32_t hr_results_dim_integers(struct hr_results *r, const char *name,
                                 const char *long_name, size_t n, const int64_t *x);
/* Declare a variable over named dimensions ("design time component"; "" = a scalar).  The data
 * is zeroed (NaN for floats, "" for texts) and is the caller's to fill.  The variable moves when
 * more than 512 are declared: use it (cell_methods, data) before declaring the next; its data
 * stays where it is.  The names `bounds` and `time_bounds` are the writer's. */
struct hr_var *hr_results_var(struct hr_results *r, const char *group, const char *name,
                              enum hr_value_type type, const char *dims, const char *unit,
                              const char *long_name);
const struct hr_dim *hr_results_dim(const struct hr_results *r,
                                    const char *name); /* NULL */
/* "group/name"; NULL if absent. */
const struct hr_var *hr_results_find(const struct hr_results *r, const char *path);
size_t hr_var_size(const struct hr_results *r, const struct hr_var *v); /* items */
/* Item at an index tuple (as many as dims) as a double; NaN out of range. */
double hr_var_at(const struct hr_results *r, const struct hr_var *v, const size_t *index);
const char *hr_var_text(const struct hr_results *r, const struct hr_var *v,
                        const size_t *index);
int64_t hr_dim_index(const struct hr_dim *d, const char *text); /* -1: absent */

enum hr_io { HR_IO_OK, HR_IO_READ, HR_IO_WRITE, HR_IO_FORMAT };
/* Write to `path` atomically.  On failure nothing is left behind and `why` (size n) says what
 * happened, without the path: "cannot write it: No space left on device".  A pipe or a device
 * is written to, not replaced.  HDF5 is not thread-safe: one write or read at a time. */
enum hr_io hr_results_write(const struct hr_results *r, const char *path, char *why,
                            size_t n);
/* Read a file that may be hostile: sizes are checked against the file and against limits, and
 * a process of its own does it (read_apart.c), because the library may crash on it.  NULL with
 * status and `why` ("is not an HDF5 file") on failure. */
struct hr_results *hr_results_read(const char *path, struct hr_arena *a, enum hr_io *status,
                                   char *why, size_t n);

/* Any other output file (HTML, ...): written to a temporary beside it, fsynced, renamed. */
enum hr_io hr_file_write(const char *path, const char *text, size_t length, char *why,
                         size_t n);

#endif /* HR_RESULTS_H */

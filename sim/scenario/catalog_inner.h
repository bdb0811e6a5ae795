/* sim/scenario/catalog_inner.h - what catalog*.c share.  Not for use outside. */
#ifndef HR_CATALOG_INNER_H
#define HR_CATALOG_INNER_H

#include "sim/scenario/bind/bind_names.h"
#include "sim/scenario/catalog.h"
#include "sim/scenario/tree/tree.h"

/* A piece of a file that is YAML by itself. */
struct hr_catalog_slice {
    const struct hr_catalog_file *file;
    const char *section; /* "products" */
    const char *text;    /* borrowed from the file */
    size_t length;
    uint32_t above;             /* lines of the file before it */
    bool whole;                 /* the section, and not a name of it */
    bool read;                  /* `root` has been parsed */
    bool told;                  /* its products, if it has any, are among the entries */
    const struct hr_node *root; /* a map of names, or a section's value; NULL: wrong */
};

/* Where a part of a product is written: a map of its own, or a row of a family. */
struct hr_catalog_part {
    uint64_t order; /* in the files, one after the other */
    const struct hr_catalog_file *file;
    const struct hr_node *product, *family, *row;
};
struct hr_catalog_entry {
    const char *name;
    struct hr_catalog_part *parts; /* in order */
    uint32_t n_parts, room;
    bool built;
    struct hr_catalog_product product;
};

struct hr_catalog {
    struct hr_arena *arena;
    struct hr_diags *ds;
    const struct hr_catalog_file *all, *uncut; /* ended by name NULL */
    struct hr_catalog_slice *slices;           /* in order of the files */
    struct hr_names products, geographies, transfers;
    struct hr_catalog_entry *entries; /* of the products in the slices that are told */
    const char *const *listed;        /* all products in order; NULL: not yet asked for */
    struct hr_catalog_geography *geography;
    const struct hr_node **transfer;
    uint32_t n_slices, slice_room, entry_room, geography_room, transfer_room;
    bool geographies_read, transfers_read, near_read, far_read;
    const struct hr_node *round_trips; /* by provider */
    const char *round_trip_note;
    struct hr_catalog_latency within_zone, between_zones; /* name NULL: not known */
};

/* Cut the files, if that has not been done; the number of slices. */
uint32_t hr_catalog_cut(struct hr_catalog *c);
/* Might a slice define `name`: has it a key that `name` is or ends with, after a dot?  False is
 * certain. */
bool hr_catalog_may_hold(const struct hr_catalog_slice *s, const char *name);
/* The root of a slice, parsed the first time. */
const struct hr_node *hr_catalog_slice(struct hr_catalog *c, uint32_t at);
/* What stands for a name in a section, NULL: for the section itself.  File NULL: the first that
 * has it.  NULL: nothing. */
const struct hr_node *hr_catalog_find(struct hr_catalog *c,
                                      const struct hr_catalog_file *file,
                                      const char *section, const char *name);

/* The text of a map's key; NULL: not there, or no text. */
const char *hr_catalog_text(const struct hr_node *map, const char *key);
/* "SOURCE, REGION, DATE, CONFIDENCE" of a map that has these keys. */
const char *hr_catalog_note(struct hr_catalog *c, const struct hr_catalog_file *file,
                            const struct hr_node *map);

#endif /* HR_CATALOG_INNER_H */

/* sim/scenario/catalog_inner.h - what catalog*.c share.  Not for use outside. */
#ifndef HR_CATALOG_INNER_H
#define HR_CATALOG_INNER_H

#include "sim/scenario/bind/bind_names.h"
#include "sim/scenario/catalog.h"
#include "sim/scenario/tree/tree.h"

/* Where a part of a product is written: a map of its own, or a row of a family. */
struct hr_catalog_part {
    const struct hr_node *file, *product, *family, *row;
};
struct hr_catalog_entry {
    const char *name;
    struct hr_catalog_part *parts;
    uint32_t n_parts, room;
    bool built;
    struct hr_catalog_product product;
};

struct hr_catalog {
    struct hr_arena *arena;
    struct hr_diags *ds;
    struct hr_names products, geographies, transfers;
    struct hr_catalog_entry *entries; /* products; put together when asked for */
    struct hr_catalog_geography *geography;
    const struct hr_node **transfer;
    uint32_t entry_room, geography_room, transfer_room;
    const struct hr_node *round_trips;                    /* by provider */
    struct hr_catalog_latency within_zone, between_zones; /* name NULL: not known */
    const char *round_trip_note;
};

/* The text of a map's key; NULL: not there, or no text. */
const char *hr_catalog_text(const struct hr_node *map, const char *key);
/* "SOURCE, REGION, DATE, CONFIDENCE" of a map that has these keys. */
const char *hr_catalog_note(const struct hr_catalog *c, const struct hr_node *file,
                            const struct hr_node *map);
/* Products, families and transfer of one file. */
void hr_catalog_products_read(struct hr_catalog *c, const struct hr_node *file);

#endif /* HR_CATALOG_INNER_H */

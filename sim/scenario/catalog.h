/* sim/scenario/catalog.h - products as data, and what a program is built with.
 *
 * The catalogue's YAML files are compiled into the program as texts.  A product fills fields
 * of a model's table; every value carries its source, date and confidence. */
#ifndef HR_CATALOG_H
#define HR_CATALOG_H

#include "sim/system/catalog_file.h"
#include "sim/system/model.h"

/* What cli/ passes down: no layer below knows which models or products exist. */
struct hr_library {
    const struct hr_model *const *models; /* NULL-ended */
    const struct hr_catalog_file *catalog;
};

const struct hr_model *hr_library_model(const struct hr_library *lib, const char *kind);

#endif /* HR_CATALOG_H */

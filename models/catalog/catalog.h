/* models/catalog/catalog.h - the catalogue's files, compiled into the program.
 *
 * The build turns models/catalog/<name>.yaml into texts; sim/scenario/catalog.h says what they
 * hold and reads them.  cli/ passes the list down. */
#ifndef HR_MODELS_CATALOG_H
#define HR_MODELS_CATALOG_H

#include "sim/system/catalog_file.h"

extern const struct hr_catalog_file hr_catalog_files[]; /* ends with name NULL */

#endif /* HR_MODELS_CATALOG_H */

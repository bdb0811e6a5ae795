/* sim/system/catalog_file.h - a file of the catalogue, as a text in the program. */
#ifndef HR_CATALOG_FILE_H
#define HR_CATALOG_FILE_H

#include <stddef.h>

struct hr_catalog_file {
    const char *name; /* "aws.yaml"; NULL ends a list */
    const char *text;
    size_t length;
};

#endif /* HR_CATALOG_FILE_H */

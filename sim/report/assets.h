/* sim/report/assets.h - the files of sim/report/assets/, embedded when the library is built.
 *
 * The style sheet, the colours of the two themes, the script and the settings of the figures
 * are files, so that they can be edited as what they are; the program never reads them from
 * its source folder. */
#ifndef HR_ASSETS_H
#define HR_ASSETS_H

#include <stddef.h>

struct hr_asset {
    const char *name; /* "page.css"; NULL ends the list */
    const char *text; /* ended by a NUL that `length` does not count */
    size_t length;
};
extern const struct hr_asset hr_assets[]; /* sorted by name */

#endif /* HR_ASSETS_H */

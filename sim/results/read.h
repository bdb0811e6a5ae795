/* sim/results/read.h - a result set from the bytes of a file, in this process. */
#ifndef HR_READ_H
#define HR_READ_H

#include "sim/results/results.h"

/* Parse `length` bytes.  The set lives in `a`; NULL when they are no results file, and then
 * `why` says so.  Everything read is checked, but the HDF5 library reads first and is not proof
 * against every byte: for a file of unknown origin use hr_results_read. */
struct hr_results *hr_results_parse(const unsigned char *bytes, size_t length,
                                    struct hr_arena *a, char *why, size_t n);

#endif /* HR_READ_H */

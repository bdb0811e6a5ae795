/* sim/results/file.h - whole files: read with a limit, written so that a reader sees the old
 * file or the new one and nothing between.  hr_file_write is declared in results.h. */
#ifndef HR_FILE_H
#define HR_FILE_H

#include "sim/results/results.h"

/* Read all of a regular file of at most `most` bytes.  *bytes comes from hr_heap_resize: the
 * caller frees it (hr_heap_resize(p, 0, 0)).  On failure *bytes is NULL and `why` has the
 * reason without the path. */
enum hr_io hr_file_read(const char *path, size_t most, unsigned char **bytes,
                        size_t *length, char *why, size_t n);

#endif /* HR_FILE_H */

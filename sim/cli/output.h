/* sim/cli/output.h - where results land. */
#ifndef HR_CLI_OUTPUT_H
#define HR_CLI_OUTPUT_H

#include "sim/cli/commands.h"
#include "sim/results/results.h"

/* The last part of a path. */
const char *hr_output_file_name(const char *path);
/* Make a folder and those above it.  NULL, or why it cannot be written to. */
const char *hr_output_folder(const char *path, struct hr_arena *a);
/* The HTML page of `r`, written to `path`; `results` names the file that it is of.  False,
 * and said on standard error, if it cannot be written. */
bool hr_output_page(const struct hr_cli *cli, const struct hr_results *r,
                    const char *results, const char *path);
/* The terminal report on standard output.  What was saved and what to try next
 * may be NULL. */
void hr_output_report(const struct hr_cli *cli, const struct hr_results *r,
                      const char *file, const char *page, const char *next);

#endif /* HR_CLI_OUTPUT_H */

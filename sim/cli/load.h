/* sim/cli/load.h - a scenario from what the user wrote on the command line. */
#ifndef HR_CLI_LOAD_H
#define HR_CLI_LOAD_H

#include "sim/cli/commands.h"
#include "sim/scenario/scenario.h"

/* The file that an operand means: itself, "-", or in a folder scenario.yaml (.yml) or a file
 * of the folder's own name. */
const char *hr_load_path(const char *operand, struct hr_arena *a);
/* A name for what belongs to it: the file's without folder and ending; the folder's where the
 * file is scenario.yaml; "scenario" for standard input. */
const char *hr_load_stem(const char *path, struct hr_arena *a);

/* Load with the settings' overrides; diagnostics are in ds, which must be initialised. */
struct hr_scenario *hr_load(const struct hr_cli *cli, const char *path,
                            struct hr_diags *ds);
/* Load, and print what is wrong on standard error.  NULL after errors, with the exit status
 * in *status (3: wrong, 74: cannot be read). */
struct hr_scenario *hr_load_or_complain(const struct hr_cli *cli, const char *operand,
                                        const char *closing, struct hr_diags *ds,
                                        int *status);
bool hr_load_unreadable(const struct hr_scenario *s, const struct hr_diags *ds);

#endif /* HR_CLI_LOAD_H */

/* sim/cli/explain.h - words that a file of their own explains. */
#ifndef HR_CLI_EXPLAIN_H
#define HR_CLI_EXPLAIN_H

#include "sim/cli/commands.h"

/* Print a product's settings, prices, quotas and facts; false: there is none of this name. */
bool hr_explain_product(const struct hr_cli *cli, const char *word);
/* Print the classes of a library of faults, `faults/typical`; false: there is none of this name. */
bool hr_explain_library(const struct hr_cli *cli, const char *word);

/* Print how a family of laws is written, or all of them (`laws`); false: there is none of this name. */
bool hr_explain_law(const struct hr_cli *cli, const char *word);

#endif /* HR_CLI_EXPLAIN_H */

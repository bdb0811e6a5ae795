/* sim/cli/compare_input.h - what is compared: files, and which of their designs. */
#ifndef HR_CLI_COMPARE_INPUT_H
#define HR_CLI_COMPARE_INPUT_H

#include "sim/cli/simulate.h"
#include "sim/report/compare/compare.h"

struct hr_compare_set { /* one file */
    const char *path, *stem;
    struct hr_scenario *scenario; /* NULL: stored results */
    struct hr_simulation sim;
    const struct hr_results *r;
    const char *saved; /* where the results of a scenario went; NULL */
};

struct hr_compare_input {
    const struct hr_cli *cli;
    const char *folder;
    struct hr_compare_set *sets;
    size_t n_sets;
    struct hr_contender *contenders;
    size_t n_contenders, reference;
    int status; /* what else the exit status must tell: interrupted, not written, internal */
    bool warned;
};

/* Read files and find the designs and the reference.  An exit status; not 0: it was said why.
 * The contenders of scenarios have results without replications until they are simulated. */
int hr_compare_input_load(struct hr_compare_input *in);
int hr_compare_input_simulate(struct hr_compare_input *in);
void hr_compare_input_destroy(struct hr_compare_input *in);

#endif /* HR_CLI_COMPARE_INPUT_H */

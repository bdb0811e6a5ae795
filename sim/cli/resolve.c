/* sim/cli/resolve.c - headroom resolve: the whole scenario, with origins. */
#include "sim/cli/load.h"

int hr_cli_resolve(const struct hr_cli *cli)
{
    struct hr_diags ds;
    int status = HR_EXIT_DONE;
    const struct hr_scenario *s =
        hr_load_or_complain(cli, cli->set->operands.at[0], NULL, &ds, &status);
    const bool named = cli->set->design.n > 0;

    if (!s)
        return status;
    for (size_t i = 0, printed = 0; i < s->n_designs; i++) {
        if (!named && i != s->chosen)
            continue;
        if (printed++ > 0)
            hr_say("---\n");
        hr_say(hr_scenario_resolve(s, i, cli->arena));
    }
    return HR_EXIT_DONE;
}

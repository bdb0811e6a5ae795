/* sim/theory/balance_limits.c - see balance_limits.h. */
#include "sim/theory/balance_limits.h"

#include "sim/engine/numeric.h"

#include <math.h>

/* sum over i of rho^((d^i - d) / (d - 1)); exponents 0, d, d + d^2, ... */
double hr_choices_response(double rho, unsigned choices)
{
    double mean = 0.0, exponent = 0.0, power = 1.0;

    if (!(rho < 1.0))
        return HUGE_VAL;
    if (choices == 1)
        return 1.0 / (1.0 - rho);
    for (;;) {
        const double term = rho > 0.0 ? hr_exp(exponent * hr_log(rho)) : exponent == 0.0;

        mean += term;
        if (term < 1e-18)
            return mean;
        power *= choices;
        exponent += power;
    }
}

/* The dispatchers' lists of idle servers are M/M/1 of load q with servers (1 - rho) = q / (1 - q);
 * a share 1 - q of requests finds its list empty and goes anywhere: each server is an M/M/1
 * to which busy periods come with load s = rho (1 - q). */
double hr_join_idle_response(double rho, double servers)
{
    const double idle = servers * (1.0 - rho), listed = idle / (1.0 + idle);

    return 1.0 / (1.0 - rho * (1.0 - listed));
}

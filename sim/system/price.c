/* sim/system/price.c - see price.h. */
#include "sim/system/price.h"

const char *const hr_transfer_names[HR_N_TRANSFERS] = {
    [HR_TRANSFER_ZONE] = "transfer_zone",
    [HR_TRANSFER_REGION] = "transfer_region",
    [HR_TRANSFER_OUT] = "transfer_out",
};

bool hr_prices_in_largest(const struct hr_prices *p, uint32_t dimension)
{
    for (uint32_t i = 0; i < p->n_largest; i++)
        for (uint32_t k = 0; k < p->largest[i]->n_largest; k++)
            if (p->largest[i]->largest[k].dimension == dimension)
                return true;
    return false;
}

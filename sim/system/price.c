/* sim/system/price.c - see price.h. */
#include "sim/system/price.h"

const char *const hr_transfer_names[HR_N_TRANSFERS] = {
    [HR_TRANSFER_ZONE] = "transfer_zone",
    [HR_TRANSFER_REGION] = "transfer_region",
    [HR_TRANSFER_OUT] = "transfer_out",
};

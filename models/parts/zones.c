/* models/parts/zones.c - see zones.h. */
#include "models/parts/zones.h"

uint32_t hr_zones_emptiest(const struct hr_zones *z)
{
    uint32_t best = HR_ZONES_NONE;

    for (uint32_t i = 0; i < z->n; i++)
        if (z->up[i] && (best == HR_ZONES_NONE || z->count[i] < z->count[best]))
            best = i;
    return best;
}

uint32_t hr_zones_fullest(const struct hr_zones *z)
{
    uint32_t best = HR_ZONES_NONE;

    for (uint32_t i = 0; i < z->n; i++)
        if (z->count[i] > 0 && (best == HR_ZONES_NONE || z->count[i] > z->count[best]))
            best = i;
    return best;
}

/* With k of `sum` instances over n zones each has floor(sum / n) or one more; what is above
 * that, the zones that are to have one more being the fullest, must go. */
uint32_t hr_zones_moves(const struct hr_zones *z)
{
    uint32_t n = 0, sum = 0, above = 0, below = 0;

    for (uint32_t i = 0; i < z->n; i++)
        if (z->up[i]) {
            n++;
            sum += z->count[i];
        }
    for (uint32_t i = 0; n > 0 && i < z->n; i++) {
        const uint32_t least = sum / n, most = least + (sum % n > 0);

        if (z->up[i] && z->count[i] > most)
            above += z->count[i] - most;
        if (z->up[i] && z->count[i] < least)
            below += least - z->count[i];
    }
    return above > below ? above : below;
}

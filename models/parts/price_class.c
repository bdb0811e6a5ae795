/* models/parts/price_class.c - see price_class.h. */
#include "models/parts/price_class.h"

#include <stddef.h>
#include <string.h>

const char *const hr_price_classes[] = {
    "na", "eu", "asia", "japan", "india", "australia", "south_america", "africa", NULL};

/* Beginnings of names; the first that fits decides. */
static const struct {
    const char *begins;
    enum hr_price_class is;
} names[] = {
    {"north_america", HR_CLASS_NA},
    {"us_", HR_CLASS_NA},
    {"us-", HR_CLASS_NA},
    {"canada", HR_CLASS_NA},
    {"ca-", HR_CLASS_NA},
    {"mx-", HR_CLASS_NA},
    {"europe", HR_CLASS_EU},
    {"uk", HR_CLASS_EU},
    {"eu-", HR_CLASS_EU},
    {"il-", HR_CLASS_EU}, /* Israel is priced with Europe */
    {"india", HR_CLASS_INDIA},
    {"ap-south-", HR_CLASS_INDIA},
    {"japan", HR_CLASS_JAPAN},
    {"ap-northeast-1", HR_CLASS_JAPAN},
    {"ap-northeast-3", HR_CLASS_JAPAN},
    {"australia", HR_CLASS_AUSTRALIA},
    {"ap-southeast-2", HR_CLASS_AUSTRALIA},
    {"ap-southeast-4", HR_CLASS_AUSTRALIA},
    {"asia", HR_CLASS_ASIA},
    {"korea", HR_CLASS_ASIA},
    {"hong_kong", HR_CLASS_ASIA},
    {"ap-", HR_CLASS_ASIA},
    {"south_america", HR_CLASS_SOUTH_AMERICA},
    {"sa-", HR_CLASS_SOUTH_AMERICA},
    {"africa", HR_CLASS_AFRICA},
    {"middle_east", HR_CLASS_AFRICA},
    {"af-", HR_CLASS_AFRICA},
    {"me-", HR_CLASS_AFRICA},
};

enum hr_price_class hr_price_class(const char *place, enum hr_price_class otherwise)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strncmp(place, names[i].begins, strlen(names[i].begins)) == 0)
            return names[i].is;
    return otherwise;
}

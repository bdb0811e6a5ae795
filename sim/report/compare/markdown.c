#include "sim/report/compare/text.h"
const char *hr_compare_markdown(const struct hr_comparison *c, struct hr_arena *a)
{
    (void)c;
    (void)a;
    return "";
}
const char *hr_compare_adr(const struct hr_comparison *c, struct hr_arena *a)
{
    (void)c;
    (void)a;
    return "";
}
const char *hr_compare_json(const struct hr_comparison *c, struct hr_arena *a)
{
    (void)c;
    (void)a;
    return "";
}

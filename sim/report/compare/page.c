#include "sim/report/compare/page.h"
#include <string.h>
const char *hr_compare_page(const struct hr_comparison *c, const char *gnuplot,
                            struct hr_arena *a, size_t *length)
{
    (void)c;
    (void)gnuplot;
    (void)a;
    *length = 5;
    return "hello";
}

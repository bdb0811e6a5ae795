/* sim/report/table.h - tables of a terminal: aligned columns, dropped from the right when they do
 * not fit, numbers never wrapped.
 *
 * The first column is for names (left), which are cut where a column would be left out for them,
 * but not below 32; cells of the others are numbers (right) unless the column says otherwise.  A
 * row may be a heading: one text over the whole width. */
#ifndef HR_TABLE_H
#define HR_TABLE_H

#include "sim/report/text.h"

enum hr_tone {
    HR_TONE_NONE,
    HR_TONE_GOOD,
    HR_TONE_BAD,
    HR_TONE_OPEN,
    HR_TONE_STRONG,
    HR_TONE_FAINT
};

enum { HR_TABLE_COLUMNS = 16 };

struct hr_cell {
    const char *text;
    enum hr_tone tone;
};
struct hr_table_row {
    bool heading; /* only cells[0] counts */
    struct hr_cell cells[HR_TABLE_COLUMNS];
};
struct hr_table {
    struct hr_arena *arena;
    size_t n_columns, n_rows, room;
    const char *titles[HR_TABLE_COLUMNS];
    bool left[HR_TABLE_COLUMNS];
    struct hr_table_row *rows;
};

struct hr_table hr_table_begin(struct hr_arena *a);
void hr_table_column(struct hr_table *t, const char *title, bool left);
struct hr_table_row *hr_table_row(struct hr_table *t); /* empty; fill it before the next */
void hr_table_heading(struct hr_table *t, const char *text);
/* Add the table to `out`.  Returns how many columns did not fit in `width`. */
size_t hr_table_print(const struct hr_table *t, size_t width, bool colour,
                      struct hr_text *out);

/* `s` in a tone; as it is without colour. */
void hr_tone_add(struct hr_text *out, const char *s, enum hr_tone tone, bool colour);

#endif /* HR_TABLE_H */

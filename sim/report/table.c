/* sim/report/table.c - see table.h. */
#include "sim/report/table.h"

#include <string.h>

enum { GAP = 2, NAME_MOST = 32 /* that other columns are left out for */ };

struct hr_table hr_table_begin(struct hr_arena *a)
{
    return (struct hr_table){.arena = a};
}

void hr_table_column(struct hr_table *t, const char *title, bool left)
{
    if (t->n_columns == HR_TABLE_COLUMNS)
        return;
    t->titles[t->n_columns] = title;
    t->left[t->n_columns++] = left;
}

struct hr_table_row *hr_table_row(struct hr_table *t)
{
    if (t->n_rows == t->room) {
        struct hr_table_row *larger;
        t->room = 2 * t->room + 16;
        larger = hr_arena_alloc(t->arena, t->room, sizeof *larger);
        if (t->n_rows > 0)
            memcpy(larger, t->rows, t->n_rows * sizeof *larger);
        t->rows = larger;
    }
    return &t->rows[t->n_rows++];
}

void hr_table_heading(struct hr_table *t, const char *text)
{
    struct hr_table_row *row = hr_table_row(t);

    row->heading = true;
    row->cells[0] = (struct hr_cell){text, HR_TONE_STRONG};
}

void hr_tone_add(struct hr_text *out, const char *s, enum hr_tone tone, bool colour)
{
    static const char *const codes[] = {"",         "\x1b[32m", "\x1b[31m",
                                        "\x1b[33m", "\x1b[1m",  "\x1b[2m"};

    if (!colour || tone == HR_TONE_NONE) {
        hr_text_add(out, s);
        return;
    }
    hr_text_add(out, codes[tone]);
    hr_text_add(out, s);
    hr_text_add(out, "\x1b[0m");
}

/* ---- printing ----------------------------------------------------------------------------- */

static const char *cell_text(const struct hr_table_row *row, size_t column)
{
    return row->cells[column].text != NULL ? row->cells[column].text : "";
}

static size_t column_width(const struct hr_table *t, size_t column)
{
    size_t most = hr_text_columns(t->titles[column]);

    for (size_t i = 0; i < t->n_rows; i++) {
        const size_t n =
            t->rows[i].heading ? 0 : hr_text_columns(cell_text(&t->rows[i], column));
        most = n > most ? n : most;
    }
    return most;
}

/* Names are cut when columns would be left out for them, and only as far. */
static void cut_names(size_t *widths, size_t n, size_t width)
{
    size_t others = 0;

    for (size_t i = 1; i < n; i++)
        others += GAP + widths[i];
    const size_t room = width > others ? width - others : 0;
    const size_t most = room > NAME_MOST ? room : NAME_MOST;
    if (widths[0] > most)
        widths[0] = most;
}

/* Columns that fit, from the left; the first always does. */
static size_t columns_that_fit(const size_t *widths, size_t n, size_t width)
{
    size_t used = widths[0], shown = 1;

    while (shown < n && used + GAP + widths[shown] <= width)
        used += GAP + widths[shown++];
    return shown;
}

/* Padded on the side away from the text; nothing after the last left-aligned one. */
static void print_cell(const struct hr_table *t, size_t column, struct hr_cell cell,
                       size_t width, bool last, bool colour, struct hr_text *out)
{
    const char *text = column == 0 ? hr_text_plain(t->arena, cell.text, width) : cell.text;
    const size_t pad = width - hr_text_columns(text);

    if (column > 0)
        hr_text_repeat(out, " ", GAP);
    if (!t->left[column])
        hr_text_repeat(out, " ", pad);
    hr_tone_add(out, text, cell.tone, colour && text[0] != '\0');
    if (t->left[column] && !last)
        hr_text_repeat(out, " ", pad);
}

static void print_row(const struct hr_table *t, const struct hr_table_row *row,
                      const size_t *widths, size_t shown, bool colour, struct hr_text *out)
{
    if (row->heading)
        hr_tone_add(out, cell_text(row, 0), row->cells[0].tone, colour);
    /* Empty cells at the end take no blanks. */
    while (!row->heading && shown > 1 && cell_text(row, shown - 1)[0] == '\0')
        shown--;
    for (size_t i = 0; !row->heading && i < shown; i++) {
        const struct hr_cell cell = {cell_text(row, i), row->cells[i].tone};
        print_cell(t, i, cell, widths[i], i + 1 == shown, colour, out);
    }
    hr_text_add(out, "\n");
}

size_t hr_table_print(const struct hr_table *t, size_t width, bool colour,
                      struct hr_text *out)
{
    size_t widths[HR_TABLE_COLUMNS], shown;
    struct hr_table_row titles = {.heading = false};

    if (t->n_columns == 0)
        return 0;
    for (size_t i = 0; i < t->n_columns; i++) {
        widths[i] = column_width(t, i);
        titles.cells[i] = (struct hr_cell){t->titles[i], HR_TONE_STRONG};
    }
    cut_names(widths, t->n_columns, width);
    shown = columns_that_fit(widths, t->n_columns, width);
    print_row(t, &titles, widths, shown, colour, out);
    for (size_t i = 0; i < t->n_rows; i++)
        print_row(t, &t->rows[i], widths, shown, colour, out);
    return t->n_columns - shown;
}

/* sim/cli/models.c - headroom models: what can be modelled, by room. */
#include "sim/cli/commands.h"

#include <string.h>

/* The first model of its room: the room is listed where that one stands. */
static bool opens_room(const struct hr_model *const *models, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(models[k]->room, models[i]->room) == 0)
            return false;
    return true;
}

static void list_room(const struct hr_cli *cli, const char *room)
{
    const struct hr_model *const *models = cli->library->models;

    hr_say(hr_arena_printf(cli->arena, "%s\n", room));
    for (size_t i = 0; models[i]; i++)
        if (strcmp(models[i]->room, room) == 0)
            hr_say(hr_wrap(hr_arena_printf(cli->arena, "  %-14s ", models[i]->kind),
                           models[i]->summary, cli->terminal.width, cli->arena));
}

int hr_cli_models(const struct hr_cli *cli)
{
    const struct hr_model *const *models = cli->library->models;

    for (size_t i = 0; models[i]; i++) {
        if (!opens_room(models, i))
            continue;
        if (i > 0)
            hr_say("\n");
        list_room(cli, models[i]->room);
    }
    hr_say("\nheadroom explain KIND says what one does and how it is written.\n");
    return HR_EXIT_DONE;
}

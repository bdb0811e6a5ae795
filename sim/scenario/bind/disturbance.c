/* sim/scenario/bind/disturbance.c - see disturbance.h. */
#include "sim/scenario/bind/disturbance.h"

#include "sim/engine/random.h"
#include "sim/scenario/bind/field_read.h"
#include "sim/scenario/bind/operation.h"
#include "sim/scenario/bind/place.h"
#include "sim/scenario/value/value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- the verb ------------------------------------------------------------------------------------- */

struct hr_node *hr_disturbance_verb(struct hr_bind *b, const struct hr_node *n,
                                    enum hr_verb *verb)
{
    struct hr_node *found = NULL;

    for (unsigned i = 0; i < HR_N_VERBS; i++) {
        struct hr_node *c = hr_tree_find(n, hr_verb_names[i]);

        if (c && found) {
            hr_diag_add(b->ds, HR_E702, c->key_at, "`%s` has two verbs, `%s` and `%s`",
                        n->key, hr_verb_names[*verb], hr_verb_names[i]);
            return NULL;
        }
        if (c) {
            found = c;
            *verb = (enum hr_verb)i;
        }
    }
    for (size_t i = 0; !found && i < n->n; i++)
        if (hr_schema_find_later(HR_WHERE_DISTURBANCE, n->child[i]->key)) {
            hr_diag_add(b->ds, HR_E904, n->child[i]->key_at,
                        "the verb `%s` is not yet supported", n->child[i]->key);
            return NULL;
        }
    if (!found)
        hr_diag_hint(
            b->ds,
            hr_diag_add(b->ds, HR_E701, n->key_at, "`%s` does not say what happens",
                        n->key),
            "write what is hit: `lose: ...`, `slow: ...`, `fail: ...`, `flood: ...`, "
            "`misconfigure: ...`, `failover: ...` or `freeze: ...`");
    return found;
}

/* --- the target ----------------------------------------------------------------------------------- */

static bool starts(const char **text, const char *word)
{
    const size_t n = strlen(word);

    if (strncmp(*text, word, n) != 0)
        return false;
    *text += n;
    while (**text == ' ')
        (*text)++;
    return true;
}

static bool no_target(struct hr_bind *b, const struct hr_node *n, const char *word,
                      const char *const *names)
{
    hr_bind_unknown(b, HR_E703, n->at, word, names, "there is no target `%s`",
                    hr_bind_shown(b, n));
    return false;
}

static bool read_place(struct hr_bind *b, const struct hr_node *n, const char *name,
                       bool zone, struct hr_disturbance *d)
{
    bool used = false;

    d->place = hr_place_find(b, name);
    if (!d->place || b->plan->places[d->place].is_zone != zone)
        return no_target(b, n, name, hr_names_list(&b->places) + 1);
    for (uint32_t i = 0; i < b->plan->n_components && !used; i++) {
        const struct hr_component *c = &b->plan->components[i];

        used = c->place == d->place;
        for (uint32_t k = 0; k < c->zones.n; k++)
            used = used || c->zones.at[k] == d->place;
    }
    if (!used)
        hr_diag_add(b->ds, HR_W111, n->at, "nothing is in `%s`: `%s` changes nothing",
                    b->plan->places[d->place].name, d->name);
    return true;
}

/* "COUNT of ", "SHARE% of ", "each of " */
static bool read_extent(struct hr_bind *b, const struct hr_node *n, const char **text,
                        struct hr_disturbance *d)
{
    const char *of = strstr(*text, " of ");
    struct hr_text amount;
    const char *why = "";

    d->extent = HR_EXTENT_ALL;
    if (!of)
        return true;
    amount = (struct hr_text){*text, (size_t)(of - *text)};
    if (amount.n == 4 && strncmp(amount.s, "each", 4) == 0)
        d->extent = HR_EXTENT_EACH;
    else if (hr_value_count(amount, &d->count, &why))
        d->extent = HR_EXTENT_COUNT;
    else if (hr_value_share(amount, &d->share, &why))
        d->extent = HR_EXTENT_SHARE;
    *text = of + 4;
    while (**text == ' ')
        (*text)++;
    if (d->extent == HR_EXTENT_ALL || (d->extent == HR_EXTENT_COUNT && d->count < 1) ||
        (d->extent == HR_EXTENT_SHARE && !(d->share > 0))) {
        hr_diag_add(b->ds, HR_E703, n->at, "`%s` is not a target", hr_bind_shown(b, n));
        return false;
    }
    return true;
}

int64_t hr_disturbance_instances(const struct hr_component *c)
{
    if (c->model->instances)
        return c->model->instances(c->conf);
    for (const struct hr_field *f = c->model->table->fields; f->name; f++)
        if (f->type == HR_FIELD_COUNT && strcmp(f->name, "instances") == 0)
            return *(const int64_t *)((const char *)c->conf + f->offset);
    return -1;
}

static bool check_extent(struct hr_bind *b, const struct hr_node *n,
                         const struct hr_disturbance *d)
{
    const struct hr_component *c = &b->plan->components[d->component];
    const int64_t instances = hr_disturbance_instances(c);

    if (d->extent == HR_EXTENT_ALL)
        return true;
    if (instances < 0 || d->op != HR_NONE) {
        hr_diag_add(b->ds, HR_E703, n->at, "`%s` has no instances of its own", c->name);
        return false;
    }
    if (d->extent != HR_EXTENT_COUNT || d->count <= instances)
        return true;
    if (instances < 1)
        return false; /* said where it is written */
    hr_diag_add(b->ds, HR_E708, n->at, "`%s` has %lld instance%s, not %lld", c->name,
                (long long)instances, instances == 1 ? "" : "s", (long long)d->count);
    return false;
}

static bool read_component(struct hr_bind *b, const struct hr_node *n, const char *name,
                           struct hr_disturbance *d)
{
    static const char *const cannot[HR_N_VERBS] = {
        "be lost",          "be slowed", "be made to fail", "be imitated by a flood",
        "be misconfigured", "fail over", "be frozen"};
    const char *dot = strchr(name, '.');
    const char *part = dot ? hr_arena_text(b->arena, name, (size_t)(dot - name)) : name;
    const struct hr_component *c;
    uint32_t draft;

    d->component = hr_names_find(&b->components, part);
    if (d->component == HR_NONE)
        return no_target(b, n, part, hr_names_list(&b->callable));
    c = &b->plan->components[d->component];
    if (!c->model || !c->conf)
        return false;
    if (!(c->model->verbs & 1u << d->verb)) {
        hr_diag_add(b->ds, HR_E704, n->at, "a `%s` cannot %s", c->model->kind,
                    cannot[d->verb]);
        return false;
    }
    if (dot && (d->verb == HR_VERB_FAILOVER || d->verb == HR_VERB_FREEZE)) {
        hr_diag_add(b->ds, HR_E704, n->at, "an operation cannot %s; its component can",
                    cannot[d->verb]);
        return false;
    }
    if (dot && d->verb == HR_VERB_LOSE) {
        hr_diag_add(b->ds, HR_E704, n->at, "an operation cannot be lost; it can `fail`");
        return false;
    }
    if (!dot)
        return check_extent(b, n, d);
    draft = hr_operation_of(b, d->component, dot + 1, n->at);
    d->op = draft == HR_NONE ? HR_NONE : draft;
    if (draft != HR_NONE)
        d->component = b->ops[draft].o.component;
    return draft != HR_NONE && check_extent(b, n, d);
}

static bool read_target(struct hr_bind *b, struct hr_node *n, struct hr_disturbance *d)
{
    const char *text = n->text;

    d->component = d->op = HR_NONE;
    if (n->type != HR_NODE_SCALAR || n->null) {
        hr_diag_add(b->ds, HR_E203, hr_bind_at(n), "a target is one text");
        return false;
    }
    const bool zone = starts(&text, "zone ");

    if (zone || starts(&text, "region ")) {
        if (d->verb <= HR_VERB_FAIL || d->verb == HR_VERB_FREEZE)
            return read_place(b, n, text, zone, d);
        hr_diag_add(b->ds, HR_E704, n->at, "a place cannot be the target of `%s`",
                    hr_verb_names[d->verb]);
        return false;
    }
    return read_extent(b, n, &text, d) && read_component(b, n, text, d);
}

/* --- how much --------------------------------------------------------------------------------------- */

static void read_by(struct hr_bind *b, const struct hr_node *map, struct hr_disturbance *d)
{
    struct hr_node *n = hr_tree_find(map, "by");
    const struct hr_field factor = {
        .name = "by", .type = HR_FIELD_FACTOR, .min = 1e-6, .max = 1e6};
    const struct hr_field share = {.name = "by", .type = HR_FIELD_SHARE, .max = 1};

    d->by = 1;
    if (!n && d->verb == HR_VERB_SLOW)
        hr_diag_add(b->ds, HR_E706, map->key_at, "`%s` needs `by`: the factor, such as 6x",
                    d->name);
    if (!n)
        return;
    if (d->verb == HR_VERB_LOSE)
        hr_diag_add(b->ds, HR_E706, n->key_at,
                    "`lose` takes no `by`: what is lost is lost");
    else if (d->verb != HR_VERB_SLOW && d->verb != HR_VERB_FAIL &&
             d->verb != HR_VERB_MISCONFIGURE)
        hr_diag_add(b->ds, HR_E706, n->key_at, "`%s` takes no `by`",
                    hr_verb_names[d->verb]);
    else if (hr_field_read_scalar(b, d->verb == HR_VERB_SLOW ? &factor : &share, n, &d->by))
        hr_field_claim(b, n, false);
}

/* `then: staggered 30m` */
static void read_then(struct hr_bind *b, const struct hr_node *map,
                      struct hr_disturbance *d)
{
    const struct hr_node *n = hr_tree_find(map, "then");
    const char *text, *why;

    if (!n || n->type != HR_NODE_SCALAR || n->null)
        return; /* absent, or said by the table */
    text = n->text;
    if (d->verb != HR_VERB_LOSE || d->extent == HR_EXTENT_EACH)
        hr_diag_add(b->ds, HR_E706, n->key_at,
                    "`then` is how what was lost comes back: it belongs to `lose`%s",
                    d->verb == HR_VERB_LOSE ? ", and not to `each of`" : "");
    else if (!starts(&text, "staggered ") ||
             !hr_value_duration((struct hr_text){text, strlen(text)}, &d->stagger, &why) ||
             d->stagger > HR_DAY * 365)
        hr_diag_hint(b->ds,
                     hr_diag_add(b->ds, HR_E203, n->at, "`then` cannot be `%s`",
                                 hr_bind_shown(b, n)),
                     "write `then: staggered 30m`");
}

static void read_flood(struct hr_bind *b, const struct hr_node *map,
                       const struct hr_disturbance_conf *c, struct hr_disturbance *d)
{
    struct hr_node *rate = hr_tree_find(map, "rate");

    d->rate = c->rate;
    if (!rate || !(c->rate > 0))
        hr_diag_add(b->ds, HR_E706, rate ? hr_bind_at(rate) : map->key_at,
                    "`%s` needs `rate`: the hostile requests a second, such as 5000/s",
                    d->name);
    else
        hr_field_claim(b, rate, false);
}

/* --- when ------------------------------------------------------------------------------------------- */

static hr_time offset_of(const struct hr_bind *b, const struct hr_disturbance *d)
{
    const uint32_t place = d->place ? d->place
                           : d->component == HR_NONE
                               ? 0
                               : b->plan->components[d->component].place;

    return b->plan->places[place].utc_offset;
}

static void read_at(struct hr_bind *b, struct hr_node *n, struct hr_disturbance *d)
{
    const struct hr_field duration = {.name = "at", .type = HR_FIELD_DURATION, .max = 9e9};
    const struct hr_text t = {n->text, n->type == HR_NODE_SCALAR ? n->length : 0};
    const hr_time offset = offset_of(b, d);
    const char *why;
    int64_t date;
    hr_time clock;

    d->placed = true;
    if (n->type == HR_NODE_SCALAR && !n->null && hr_value_date(t, &date, &why)) {
        const double s = (double)(date - b->plan->start) - hr_time_s(offset);

        if (s >= 0 && s < 9e9) {
            d->at = hr_time_from_s(s);
            return;
        }
        hr_diag_add(b->ds, HR_E207, n->at, "`at` is before the start of the scenario");
        return;
    }
    if (n->type == HR_NODE_SCALAR && n->quoted && hr_value_clock(t, &clock, &why)) {
        int64_t now = (b->plan->start + offset / HR_SECOND) % 86400;

        now = now < 0 ? now + 86400 : now;
        d->at = clock - now * HR_SECOND;
        if (d->at < 0)
            d->at += HR_DAY;
        return;
    }
    if (n->type == HR_NODE_SCALAR && !n->null && memchr(n->text, ':', n->length)) {
        hr_diag_add(b->ds, HR_E212, n->at,
                    "`at`: `%s` is not a time of day in quotes, \"14:00\"",
                    hr_bind_shown(b, n));
        return;
    }
    hr_field_read_scalar(b, &duration, n, &d->at);
}

static void read_for(struct hr_bind *b, struct hr_node *n, struct hr_disturbance *d)
{
    const struct hr_field law = {.name = "for", .type = HR_FIELD_LAW_TIME, .max = 9e9};

    d->lasts = HR_NEVER;
    if (n && hr_field_read_scalar(b, &law, n, &d->for_law))
        d->lasts = hr_time_from_s(hr_law_mean(&d->for_law));
}

/* `crew: 1`: for what strikes instances at random. */
static void read_crew(struct hr_bind *b, const struct hr_node *map,
                      const struct hr_disturbance_conf *c, struct hr_disturbance *d)
{
    const struct hr_node *n = hr_tree_find(map, "crew");

    d->crew = (uint32_t)c->crew;
    if (d->crew > 0 && (d->verb != HR_VERB_LOSE || d->placed || d->stagger > 0 ||
                        (d->extent != HR_EXTENT_EACH && d->extent != HR_EXTENT_COUNT)))
        hr_diag_hint(b->ds,
                     hr_diag_add(b->ds, HR_E706, n ? n->key_at : map->key_at,
                                 "`crew` is for instances that are lost at random"),
                     "write it with `lose: each of ...` or `lose: 1 of ...` and `every`");
}

enum { STRIKES_ALWAYS }; /* of the choices of `strikes` */

static void read_when(struct hr_bind *b, const struct hr_node *n,
                      const struct hr_disturbance_conf *c, struct hr_disturbance *d)
{
    const struct hr_node *every = hr_tree_find(n, "every");
    const struct hr_node *rate = d->verb == HR_VERB_FLOOD ? NULL : hr_tree_find(n, "rate");

    if (hr_tree_find(n, "at"))
        read_at(b, hr_tree_find(n, "at"), d);
    read_for(b, hr_tree_find(n, "for"), d);
    if (every && rate)
        hr_diag_add(b->ds, HR_E210, rate->key_at, "`every` and `rate` say the same thing");
    if (every)
        d->every = c->every;
    if (rate && c->rate > 0)
        d->every = hr_law_exponential(1 / c->rate);
    if (rate && !(c->rate > 0))
        hr_diag_add(b->ds, HR_E207, hr_bind_at(rate), "`rate` is more than 0");
    if (every && !(hr_law_mean(&c->every) > 0))
        hr_diag_add(b->ds, HR_E207, hr_bind_at(every), "`every` is more than 0s");
    d->random = !d->placed && c->strikes == STRIKES_ALWAYS;
    if (!d->placed && !every && !rate)
        hr_diag_add(b->ds, HR_E705, n->key_at, "`%s` has neither `at` nor `every`",
                    d->name);
    if (d->extent == HR_EXTENT_EACH && !every && !rate)
        hr_diag_add(b->ds, HR_E707, n->key_at, "`%s` needs `every`: how often one is lost",
                    d->name);
}

/* --- one and all --------------------------------------------------------------------------------------- */

static void bind_one(struct hr_bind *b, struct hr_node *n)
{
    struct hr_plan *p = b->plan;
    struct hr_disturbance *d = &p->disturbances[p->n_disturbances];
    struct hr_disturbance_conf conf = {0};
    const struct hr_layer layer = {&hr_disturbance_table, &conf};
    const struct hr_about about = {
        hr_arena_printf(b->arena, "the disturbance `%s`",
                        hr_shown(b->arena, n->key, strlen(n->key))),
        NULL, HR_WHERE_DISTURBANCE, NULL};
    struct hr_node *target;
    const char *outer = b->source;
    const struct hr_node *source;

    if (!hr_bind_name(b, n, "a disturbance"))
        return;
    if (n->type != HR_NODE_MAP) {
        hr_diag_add(b->ds, HR_E203, hr_bind_at(n), "`%s` is a map, { ... }", n->key);
        return;
    }
    d->name = n->key;
    d->name_key = hr_name_key(n->key);
    d->at_loc = n->key_at;
    d->enabled = true;
    hr_names_add(&b->disturbances, b->arena, n->key, p->n_disturbances++);
    if (!(target = hr_disturbance_verb(b, n, &d->verb)))
        return;
    hr_bind_map(b, n, &layer, 1, &about);
    source = hr_tree_find(n, "source");
    b->source = source && source->type == HR_NODE_SCALAR ? source->text : outer;
    d->fate = (enum hr_fate)conf.when_lost;
    d->per_month = conf.per_month;
    if (read_target(b, target, d)) {
        read_by(b, n, d);
        read_then(b, n, d);
        if (d->verb == HR_VERB_FLOOD)
            read_flood(b, n, &conf, d);
        read_when(b, n, &conf, d);
        read_crew(b, n, &conf, d);
    }
    b->source = outer;
}

/* What is wrong with one of a class is wrong with all of them, and what its values claim is
 * claimed once. */
static void bind_all(struct hr_bind *b, const struct hr_node *all)
{
    const struct hr_node *counted = NULL, *wrong = NULL;

    for (size_t i = 0; i < all->n; i++) {
        const struct hr_node *class = all->child[i]->made_of;
        const struct hr_trust trust = b->trust;
        const size_t found = b->ds->found;

        if (class && class == wrong)
            continue;
        bind_one(b, all->child[i]);
        if (class && class == counted)
            b->trust = trust;
        counted = class ? class : counted;
        wrong = b->ds->found > found ? class : wrong;
    }
}

void hr_disturbances_bind(struct hr_bind *b)
{
    struct hr_node *all = hr_bind_section(b, "disturbances");

    if (!all)
        return;
    if (all->n > HR_MOST_DISTURBANCES) {
        hr_diag_add(b->ds, HR_E418, all->key_at, "there are %zu disturbances; at most %d",
                    all->n, HR_MOST_DISTURBANCES);
        return;
    }
    b->plan->disturbances = hr_arena_alloc(b->arena, all->n, sizeof *b->plan->disturbances);
    bind_all(b, all);
}

void hr_disturbances_choose(struct hr_bind *b, const struct hr_overrides *ov)
{
    struct hr_plan *p = b->plan;
    const char *at = ov->only;

    for (uint32_t i = 0; i < p->n_disturbances; i++)
        p->disturbances[i].enabled = !ov->only && !ov->without_disturbances;
    while (at && *at) {
        const size_t n = strcspn(at, ",");
        const char *name = hr_arena_text(b->arena, at, n);
        const uint32_t which = hr_names_find(&b->disturbances, name);

        if (which != HR_NONE)
            p->disturbances[which].enabled = true;
        else
            hr_bind_unknown(b, HR_E709, (struct hr_loc){.file = "--only"}, name,
                            hr_names_list(&b->disturbances), "there is no disturbance `%s`",
                            hr_shown(b->arena, name, n));
        at += n;
        at += *at == ',';
    }
}

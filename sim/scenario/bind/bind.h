/* sim/scenario/bind/bind.h - YAML nodes into C structs, by the tables of sim/system/field.h.
 *
 * RULES  A map binds field by field.  What it leaves out takes the default of the table, which
 *        is added to the tree as a node of origin HR_ORIGIN_MODEL, so that `resolve` shows it.
 *        A single value or a list in place of a map fills the table's shorthand field.
 *        A key that no table knows is an error with the nearest name.
 * SOURCES  Any map may have a key `source:`; it covers the fields of that map and of the maps
 *        below, up to a nearer `source:`.  A single value carries its own when it is written
 *        in its long form,
 *
 *            work: { value: 8ms, source: "trace of 2026-03-02" }
 *
 *        A source that begins with "assumed", "assumption" or "guess" says that it is a guess.
 * TRUST  Every value of a field that claims something about the world (laws, rates, mixes,
 *        popularity, client places, shares of failure) is counted as measured, from the
 *        catalogue, or guessed; see struct hr_trust.  A constant where a law could stand is a
 *        guess whatever its source, because zero variance understates tails.
 * OWNERSHIP  everything is in b->arena.  Faults go to b->ds; binding never stops at one. */
#ifndef HR_BIND_H
#define HR_BIND_H

#include "sim/scenario/bind/bind_names.h"
#include "sim/scenario/bind/schema.h"
#include "sim/scenario/scenario.h"
#include "sim/scenario/value/value.h"

struct hr_catalog;
struct hr_op_scope; /* operation.h */

/* What the binder keeps of a component beside the plan's entry. */
struct hr_bind_part {
    struct hr_node *node;       /* its map */
    struct hr_node *operations; /* its `operations:`; NULL */
    uint32_t n_declared;        /* operations declared there */
    uint32_t message;           /* draft operation of its own setting of steps; HR_NONE */
    uint32_t
        forward_depth; /* forwarders: hops to what answers; 0: not one, or in a circle */
    bool circular, usable; /* usable: has a model */
    bool twice;            /* something else has its name, too */
};
/* An operation while the plan is being made: its number changes when all are known. */
struct hr_bind_op {
    struct hr_operation o;
    struct hr_node *node; /* declared: what is written; NULL */
    uint32_t final;       /* its number in the plan */
};
struct hr_bind_site { /* a call site and the operation that has it */
    struct hr_site site;
    uint32_t from; /* draft operation; HR_NONE: a traffic class */
    struct hr_loc at;
};
struct hr_bind_transfer {          /* what a provider takes for bytes; NULL: not known */
    const char *provider, *region; /* region: NULL: all */
    const struct hr_price *price[HR_N_TRANSFERS];
};
struct hr_bind_defer { /* a reference to an operation in a component's own settings */
    struct hr_node *node;
    uint32_t *at;
    uint32_t self;
};

struct hr_bind {
    struct hr_arena *arena;
    struct hr_diags *ds;
    const struct hr_library *lib;
    struct hr_catalog *catalog;
    const char *folder; /* of the scenario; empirical(FILE) is read below it */
    struct hr_node *root;
    struct hr_plan *plan;

    struct hr_names components, places, keys, operations; /* operations: "app.read" */
    struct hr_names callable; /* components without the classes of traffic */
    struct hr_names disturbances;
    struct hr_bind_part *parts; /* by component */
    uint32_t place_room;
    struct hr_bind_op *ops;
    uint32_t n_ops, op_room;
    struct hr_bind_site *sites;
    uint32_t n_sites, site_room;
    uint32_t step_room;
    struct hr_bind_defer *deferred;
    uint32_t n_deferred, deferred_room;
    struct hr_names prices; /* that components of one product share */
    const struct hr_price **price;
    struct hr_bind_transfer *transfers; /* of a region before those of its provider */
    uint32_t price_room, n_transfers, transfer_room;

    /* what is being bound */
    uint32_t self;             /* component; HR_NONE */
    uint32_t region;           /* whose zones may be named without it; 0 */
    const char *source;        /* in force; NULL */
    unsigned depth;            /* maps inside of the component's own */
    bool in_when;              /* the field belongs to `when:` */
    bool own_settings;         /* of a component, before operations are known */
    struct hr_op_scope *scope; /* the operation whose steps are compiled; NULL */
    const char *certain;       /* why a value here cannot be uncertain; NULL: it can */

    const struct hr_position *positions; /* of uncertain inputs */
    size_t n_positions;
    struct hr_input *inputs; /* uncertain ones that were met */
    size_t n_inputs, input_room;

    struct hr_trust trust;
    struct hr_claims *claims; /* by component */
};

/* Several tables may share one map. */
struct hr_layer {
    const struct hr_table *table;
    void *conf; /* zeroed, table->size bytes */
};
struct hr_about {
    const char *what;    /* "load_balancer `web`", for messages */
    const char *explain; /* the word for `headroom explain`; NULL */
    enum hr_where where;
    const char *const *also; /* keys with a reader of their own, NULL-ended; NULL: none */
};
/* Bind a node to the layers.  False if anything was wrong. */
bool hr_bind_map(struct hr_bind *b, struct hr_node *n, const struct hr_layer *layers,
                 size_t n_layers, const struct hr_about *about);
/* The same for one table in the middle of a scenario. */
bool hr_bind_table(struct hr_bind *b, struct hr_node *n, const struct hr_table *t,
                   void *conf);
/* Complain about keys that neither the tables nor `also` know. */
void hr_bind_keys(struct hr_bind *b, const struct hr_node *n, const struct hr_layer *layers,
                  size_t n_layers, const struct hr_about *about);

/* Add a child to a map. */
struct hr_node *hr_bind_add(struct hr_bind *b, struct hr_node *map, const char *key,
                            struct hr_node *child);
/* Copy into `map` what it does not have, maps inside of maps too.  `note`: NULL keeps theirs. */
void hr_bind_fill(struct hr_bind *b, struct hr_node *map, const struct hr_node *from,
                  enum hr_origin origin, const char *note);

/* Where to point for a node: its value, or its key when the value is empty. */
struct hr_loc hr_bind_at(const struct hr_node *n);
/* Add an error; the hint, when there is a near name, is "did you mean `x`?". */
struct hr_diag *hr_bind_unknown(struct hr_bind *b, enum hr_code code, struct hr_loc at,
                                const char *word, const char *const *names, const char *fmt,
                                ...) __attribute__((format(printf, 6, 7)));
/* Text of a scalar, safe to show. */
const char *hr_bind_shown(struct hr_bind *b, const struct hr_node *n);
/* A list of names as one text, "a, b, c", cut when long. */
const char *hr_bind_listed(struct hr_bind *b, const char *const *names);
/* Is the section a map?  NULL and E203 otherwise; NULL when it is absent. */
struct hr_node *hr_bind_section(struct hr_bind *b, const char *key);
/* Names of parts: letters, digits, _ and -, a letter first, at most 64 (E222). */
bool hr_bind_name(struct hr_bind *b, const struct hr_node *n, const char *what);

/* Make the plan of one design.  `objectives` are allocated in the arena.  The tree gains what
 * was filled in.  Look at ds->errors. */
void hr_bind_design(struct hr_bind *b, struct hr_design *d, const struct hr_overrides *ov);

/* Run a model's check hook. */
void hr_bind_check(struct hr_bind *b, const struct hr_model *m, struct hr_node *map,
                   void *conf, const char *what);

#endif /* HR_BIND_H */

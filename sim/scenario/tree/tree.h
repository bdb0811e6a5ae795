/* sim/scenario/tree/tree.h - a YAML file as a tree of located nodes.
 *
 * Built from libyaml's events, because those have exact marks.  Refused here, each with its
 * place: duplicate keys, too deep, too many aliases or nodes (expansion), too large, a second
 * document, tags, keys that are not scalars, invalid UTF-8, control characters, unbalanced
 * parentheses in a key or value (a law with a comma in it), keys that YAML 1.1 reads as
 * booleans.  An alias is expanded by copying, within the limits.
 * OWNERSHIP  everything is in the arena. */
#ifndef HR_TREE_H
#define HR_TREE_H

#include "sim/system/diag.h"

enum { /* limits; documented in the manual, each with a test */
       HR_TREE_DEPTH = 64,
       HR_TREE_NODES = 1000000, /* after expansion of aliases */
       HR_TREE_ALIASES = 1000,
       HR_TREE_BYTES = 16 << 20, /* of one file */
       HR_TREE_FILES = 32,       /* through `use` */
       HR_TREE_SCALAR = 1 << 16, /* characters of one scalar */
       HR_TREE_KEY = 256,        /* characters of a key */
       HR_TREE_KEYS = 10000,     /* keys of one map */
};

enum hr_node_type { HR_NODE_SCALAR, HR_NODE_LIST, HR_NODE_MAP };

/* Who wrote a node; kept through merging so that `resolve` can say where a value is from. */
enum hr_origin {
    HR_ORIGIN_FILE,   /* the scenario or a file that it uses */
    HR_ORIGIN_DESIGN, /* a design's change */
    HR_ORIGIN_QUICK,
    HR_ORIGIN_SET,      /* --set */
    HR_ORIGIN_DEFAULTS, /* the scenario's `defaults:` */
    HR_ORIGIN_CATALOG,
    HR_ORIGIN_MODEL, /* the default of a field table */
};

/* A scalar a..b whose value is known only to lie between; set when it is bound. */
enum hr_range { HR_RANGE_NONE, HR_RANGE_UNIFORM, HR_RANGE_LOG };

struct hr_node {
    enum hr_node_type type;
    bool quoted, null; /* scalar: written in quotes; plain null, ~ or empty */
    bool key_quoted;   /* its key was written in quotes: never split at dots */
    bool inside;       /* of a change: a map from items of the list that it changes */
    enum hr_range range;
    enum hr_origin origin;
    struct hr_loc at;     /* of the value */
    struct hr_loc key_at; /* of its key in the map that holds it; line 0: none */
    const char *key;      /* its key; NULL in lists and at the root */
    const char *text;     /* scalar */
    size_t length;        /* of text, bytes */
    const char *note;     /* catalogue: source and date; design: its name; else NULL */
    const struct hr_node *made_of; /* the class of faults that it is one of; NULL */
    struct hr_node **child;        /* list items, or map values in order of writing */
    size_t n, room;
};

/* Parse one file's text, which is copied.  NULL when there is no tree: not YAML, or over a
 * limit.  After a fault that can be stepped over (a key written twice, a law with a comma)
 * the tree is complete as far as it can be meant, so that more faults are found in one go; so
 * look at ds->errors, too.  `name` is shown. */
struct hr_node *hr_tree_parse(const char *name, const char *text, size_t length,
                              struct hr_diags *ds);
/* Parse a part of a file that is a map or list by itself and begins after `above` lines.  For
 * texts of the program: nothing is copied, and no character is checked. */
struct hr_node *hr_tree_parse_part(const char *name, const char *text, size_t length,
                                   uint32_t above, struct hr_diags *ds);
/* Parse one value in flow form that stands at `at` in a source that is shown already, as in
 * PATH=VALUE; it must be one line. */
struct hr_node *hr_tree_parse_value(const char *text, size_t length, struct hr_loc at,
                                    enum hr_origin origin, struct hr_diags *ds);
/* Read and parse a file.  "-" is standard input. */
struct hr_node *hr_tree_read(const char *path, struct hr_diags *ds);
/* The whole of a file into the arena, ended by NUL, at most HR_TREE_BYTES; NULL with E101 or
 * E106 at `at` otherwise. */
const char *hr_tree_load(const char *path, struct hr_loc at, size_t *length,
                         struct hr_diags *ds);

/* The path of the plain file `name` in `folder` ("" or NULL: the current one) or below it: no
 * absolute name, no `..`, no link that leads out.  NULL otherwise: *code is E123 or E101, *why
 * completes the sentence "NAME ...". */
const char *hr_tree_below(const char *folder, const char *name, struct hr_arena *a,
                          enum hr_code *code, const char **why);

struct hr_node *hr_tree_find(const struct hr_node *map, const char *key); /* NULL: absent */
/* By a dotted path ("orders.storage.size"); a component's name may contain no dot.  Keys that
 * themselves contain dots are matched first. */
struct hr_node *hr_tree_path(const struct hr_node *map, const char *path);
/* Do two trees say the same, wherever that is written?  NULL says nothing. */
bool hr_tree_equal(const struct hr_node *x, const struct hr_node *y);
struct hr_node *hr_tree_copy(const struct hr_node *n, struct hr_arena *a);
/* A new node with nothing in it, and a child put at the end of a list or map. */
struct hr_node *hr_node_create(struct hr_arena *a, enum hr_node_type type, struct hr_loc at,
                               enum hr_origin origin, const char *note);
struct hr_node *hr_node_scalar(struct hr_arena *a, const char *text, struct hr_loc at,
                               enum hr_origin origin, const char *note);
bool hr_node_null(const char *text); /* does YAML read this plain scalar as null? */
void hr_node_add(struct hr_arena *a, struct hr_node *parent, const char *key,
                 struct hr_node *child); /* key: kept by pointer; NULL in lists */
void hr_node_remove(struct hr_node *map, const char *key); /* absent: nothing */
/* Deep merge of `over` onto `*base` (which is changed): maps merge, lists and scalars replace,
 * null removes.  Dotted keys of `over` are sugar for nested maps. */
void hr_tree_merge(struct hr_node *base, const struct hr_node *over, enum hr_origin origin,
                   const char *note, struct hr_arena *a);
/* The other way round: what `under` has and `node` has not is copied in, with that origin and
 * note (note NULL: the notes of `under` are kept); maps that both have are filled the same
 * way, all else of `node` stays, its nulls too.  With HR_ORIGIN_FILE every node keeps the origin
 * that it has.  No sugar.  For `use:`. */
void hr_tree_merge_under(struct hr_node *node, const struct hr_node *under,
                         enum hr_origin origin, const char *note, struct hr_arena *a);

/* Nearest of a NULL-ended list of names, NULL if none is near (Damerau-Levenshtein distance
 * <= max(1, length / 3)); a plural in -ies is near what its singular is near.  Else one that is
 * a part of the word between underscores, or has it as a part. */
const char *hr_nearest(const char *word, const char *const *names);
/* A scalar safe to show: control characters and direction marks replaced, long ones cut. */
const char *hr_shown(struct hr_arena *a, const char *text, size_t length);

#endif /* HR_TREE_H */

/* sim/scenario/catalog.h - products as data, and what a program is built with.
 *
 * The catalogue's YAML files are compiled into the program as texts.  A product fills fields
 * of a model's table; every value carries its source, date and confidence.
 *
 * FORMAT  One map a file; all but `catalog` are optional:
 *
 *     catalog: 1
 *     sources:                     # texts that values refer to, each once
 *       alb_guide: "AWS, user guide for Application Load Balancers, ..."
 *     products:
 *       aws.alb:
 *         kind: load_balancer
 *         summary: one line
 *         fields:                  # fill the fields of the kind; nested maps as in a scenario
 *           policy: { value: round_robin, source: alb_guide, date: 2023-06-15,
 *                     confidence: primary }
 *         facts:                   # known, and not acted on by a model yet; the same form
 *           idle_timeout: { value: 60s, ... }
 *         quotas:                  # limits that the provider sets; the same form
 *           targets: { value: 1000, ... }
 *         prices:                  # by usage dimension of the kind, or transfer_zone,
 *           hour: { value: $0.0225/h, ... }               # transfer_region, transfer_out
 *           lcu: { value: $0.008/h, largest_of: { processed: 1GiB/h, requests: 25/s }, ... }
 *           egress: { per: 1GiB, free: 1TiB, allowance: cdn, ...
 *                     tiers: [ [10TiB, $0.085], [~, $0.08] ] }   # bounds are cumulative
 *     shared:                      # maps that `fields`, `facts`, `quotas`, `prices` and `every`
 *       ec2: { fields: ... }       # may name in place of having them: `every: ec2`
 *     families:                    # products that differ in a few values: one line each
 *       ec2:
 *         prefix: aws.ec2.
 *         kind: [autoscaling_group, service]
 *         summary: one line
 *         source, date, confidence: of every value in the rows
 *         columns: [prices.instance, fields.cores]      # two by a blank: both get the value
 *         rows: { m5.large: [$0.096/h, 2], ... }
 *         every: { fields: ..., prices: ..., facts: ... }   # what all of them have
 *     transfer:                    # what bytes between places cost, by provider
 *       aws: { zone: { value: ... }, region: ..., out: ..., out_of: { eu-west-1: ... } }
 *     faults:                      # libraries of `use: faults/NAME`, by class
 *       typical:
 *         zone: { lose: zone *, strikes: year, every: { value: exponential(10y), ... }, ... }
 *     region: us-east-1            # whose prices the file has
 *     network:
 *       within_zone: { value: 0.1ms, source: ..., date: ..., confidence: memory }
 *       between_zones: { value: 0.35ms, ... }         # one way
 *       round_trips:               # between regions, halved to one way when read
 *         aws: { source: ..., date: ..., confidence: measured,
 *                from: { us-east-1: { eu-west-1: 69.67ms, ... }, ... } }
 *       geographies:               # client places of `from:`
 *         europe: { region: eu-central-1, utc_offset: 1h,
 *                   last_mile: { value: 10ms, source: ..., ... } }
 *
 * The names of a section stand below it in one column, to the left of all that they hold; a
 * section of one line may be written in braces.  No anchors: each name is read by itself.  A
 * prefix ends with a dot.
 *
 * A product may stand in several files: one has its fields, another its prices.  What two of
 * them give is a fault.  `kind` may be a list; a component takes what its own kind knows.
 *
 * CONFIDENCE  primary, primary-api, derived, measured; secondary, memory and assumption count as
 *             guesses.  A note is "SOURCE, DATE, CONFIDENCE" and is shown by `resolve`. */
#ifndef HR_CATALOG_H
#define HR_CATALOG_H

#include "sim/system/catalog_file.h"
#include "sim/system/model.h"

/* What cli/ passes down: no layer below knows which models or products exist. */
struct hr_library {
    const struct hr_model *const *models; /* NULL-ended */
    const struct hr_catalog_file *catalog;
};

const struct hr_model *hr_library_model(const struct hr_library *lib, const char *kind);

/* --- reading it ---------------------------------------------------------------------------- */

struct hr_node;
struct hr_catalog; /* shared by the designs of a scenario; to them it does not change */

/* Never NULL.  Nothing is read until something is asked for, and then no more than that takes:
 * see catalog_slices.c.  Faults of a file (ours: the tests find them) go to `ds`, which may be
 * a collector of its own, and lives as long. */
struct hr_catalog *hr_catalog_open(const struct hr_library *lib, struct hr_arena *a,
                                   struct hr_diags *ds);

/* Maps of plain values, each with its note; NULL: none.  Prices are as a scenario writes them
 * under `prices:`. */
struct hr_catalog_product {
    const char *name, *summary;
    const char *const *kinds; /* NULL-ended, at least one */
    const char *region;       /* whose prices they are; NULL: not said */
    const struct hr_node *fields, *facts, *quotas, *prices;
};
bool hr_catalog_product(struct hr_catalog *c, const char *name,
                        struct hr_catalog_product *p);
const char *const *hr_catalog_products(struct hr_catalog *c); /* names, NULL-ended */
bool hr_catalog_serves(const struct hr_catalog_product *p, const char *kind);
/* What bytes cost with a provider, as the scenario writes it under `transfer:`: a map of `zone`,
 * `region`, `out`, and `out_of` by region.  NULL: not known. */
const struct hr_node *hr_catalog_transfer(struct hr_catalog *c, const char *provider);

/* A library of classes of faults, as the scenario writes them under `faults:`; NULL: none. */
const struct hr_node *hr_catalog_faults(struct hr_catalog *c, const char *name);
const char *const *hr_catalog_fault_libraries(struct hr_catalog *c); /* NULL-ended */

struct hr_catalog_latency {
    const char *name; /* "us-east-1 -> eu-west-1" */
    hr_time one_way;
    const char *note;
};
/* In a region (`same_zone` or not), and between two regions of a provider; false: not known. */
bool hr_catalog_near(struct hr_catalog *c, bool same_zone, struct hr_catalog_latency *l);
bool hr_catalog_far(struct hr_catalog *c, const char *provider, const char *from,
                    const char *to, struct hr_catalog_latency *l);

struct hr_catalog_geography {
    const char *name;
    const char *region; /* the nearest one whose round trips are known */
    hr_time utc_offset, last_mile;
    const char *note;
};
bool hr_catalog_geography(struct hr_catalog *c, const char *name,
                          struct hr_catalog_geography *g);
const char *const *hr_catalog_geographies(struct hr_catalog *c); /* NULL-ended */

/* Does a note say that the value can be relied on? */
bool hr_catalog_note_trusted(const char *note);
/* "-5h", "5h30m"; false if it is not that or beyond a day. */
bool hr_catalog_offset(const char *text, hr_time *offset);

#endif /* HR_CATALOG_H */

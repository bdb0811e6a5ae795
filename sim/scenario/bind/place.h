/* sim/scenario/bind/place.h - where things are, and the network between them.
 *
 * PLACES   `places:` are regions, data centres or whatever has a network of its own; a place
 *          with zones [a, b] gives the places "us-east-1/a" and "us-east-1/b" besides.  The
 *          names in `from:` of traffic are such places, or geographies of the catalogue
 *          (europe, asia, ...).  Where something stands at the edge of the network, every
 *          client place has an edge location next to it, "europe/edge", which `links:` may
 *          name.  Place 0 is "nowhere": no network is modelled to or from it.
 *
 * LATENCY  one way between two places, the first that is known:
 *            1. a link of `links:` between them, or between their regions, either way round;
 *            2. within one place that has no zones and no provider: 0, no network;
 *            3. of one region of a provider: the catalogue's figure within or between zones
 *               (where a zone is not known: between zones);
 *            4. of two regions of one provider: half of the measured round trip;
 *            5. a client geography and a region: its last mile, and half the round trip from
 *               the region nearest to the clients;
 *            6. an edge location (of a CDN without `in:`): the last mile to its clients, and
 *               to any other place what 1 to 5 give for its clients without the last mile;
 *            7. else 0, and where calls use it a warning: bytes are booked, latency is not.
 *          Catalogue latencies are constants, so tails are understated: write `links:` where
 *          they matter. */
#ifndef HR_PLACE_H
#define HR_PLACE_H

#include "sim/scenario/bind/bind.h"

enum { HR_MOST_PLACES = 256 };

void hr_places_declare(struct hr_bind *b);
/* The place that a scalar names; 0 and a diagnostic if there is none.  While b->region is set
 * its zones may be named without it. */
uint32_t hr_place_read(struct hr_bind *b, const struct hr_node *n);
/* The place that a key of `from:` names, a geography added when first used; 0 and E403. */
uint32_t hr_place_client(struct hr_bind *b, const struct hr_node *n);
/* By name; 0: none. */
uint32_t hr_place_find(const struct hr_bind *b, const char *name);
/* An edge location "europe/edge" next to each client place, when something stands there. */
void hr_place_edges(struct hr_bind *b);
/* The one place where there is one, besides client places; 0. */
uint32_t hr_place_only(const struct hr_bind *b);
/* All zones of a region, in order of writing. */
struct hr_indices hr_place_zones(struct hr_bind *b, uint32_t region);

/* After all places are known: plan->links; warns of pairs in use whose latency is unknown. */
void hr_places_link(struct hr_bind *b);

#endif /* HR_PLACE_H */

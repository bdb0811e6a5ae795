/* sim/system/network.c - one leg of a call between two places: latency, loss, bytes.
 *
 * FROM    The place that a call comes from is found once, when it is sent, and kept in its
 *         frame; that of the one who answers is found when the answer leaves, for it may have
 *         been given to an instance since.
 * BYTES   What a plan says of the bytes of an operation is looked up once a run.  Sizes that
 *         are drawn are those of the call's identity, the same at every hop: the last few are
 *         remembered, so that who asks again need not draw again. */
#include "sim/engine/arena.h"
#include "sim/system/run_inner.h"

enum { DRAWN = 64 }; /* sizes that are remembered: a power of two */
enum {
    BYTES_DRAWN = -2, /* from a law */
    BYTES_ASKED = -3,
}; /* of the model */

/* --- what is known before the first call ------------------------------------------------- */

static int64_t bytes_known(const struct hr_law *law)
{
    return law->kind == HR_LAW_CONSTANT ? (int64_t)law->a : BYTES_DRAWN;
}

static struct op_bytes bytes_for(const struct hr_run *run, uint32_t op)
{
    const struct hr_op_conf *conf = run->op_conf[op];
    const uint32_t final = run->op_final[op];
    const uint32_t part = run->plan->operations[final].component;
    const struct hr_model *m = run->plan->components[part].model;
    const int64_t by = m->bytes ? BYTES_ASKED : -1;
    struct op_bytes b = {.known = {by, by}, .model = m, .part = part, .op = final};

    if (conf != NULL && conf->bytes != NULL) {
        b.law[0] = &conf->bytes->request;
        b.law[1] = &conf->bytes->response;
        b.known[0] = bytes_known(b.law[0]);
        b.known[1] = bytes_known(b.law[1]);
    }
    return b;
}

static bool unsized(const struct op_bytes *b)
{
    return b->known[0] == -1 && b->known[1] == -1;
}

/* A latency, less what of it belongs to another leg. */
static double net_of(const struct hr_link *link, double latency)
{
    return latency > link->less ? latency - link->less : 0;
}

static struct way way_for(const struct hr_link *link)
{
    if (link == NULL)
        return (struct way){0, HR_DISTANCE_NONE};
    const bool varies =
        link->loss > 0 || link->bandwidth > 0 || link->latency.kind != HR_LAW_CONSTANT;

    return (struct way){varies ? -1 : hr_time_from_s(net_of(link, link->latency.a)),
                        link->distance};
}

void hr_network_init(struct hr_run *run)
{
    const struct hr_plan *plan = run->plan;
    struct network *w = &run->network;
    const size_t n_ways = (size_t)plan->n_places * plan->n_places;

    HR_REQUIRE(plan->n_places <= UINT16_MAX); /* a frame keeps one in so many bits */
    w->homes = hr_arena_alloc(run->arena, plan->n_components, sizeof *w->homes);
    w->bytes = hr_arena_alloc(run->arena, plan->n_operations, sizeof *w->bytes);
    w->drawn = hr_arena_alloc(run->arena, DRAWN, sizeof *w->drawn);
    w->ways = hr_arena_alloc(run->arena, n_ways, sizeof *w->ways);
    for (uint32_t i = 0; i < plan->n_components; i++) {
        const struct hr_component *c = &plan->components[i];

        w->homes[i] = (struct home){.name_key = c->name_key,
                                    .place = c->zones.n == 1 ? c->zones.at[0] : c->place,
                                    .at_edge = c->at_edge,
                                    .beside = c->beside};
    }
    w->absent = plan->n_places <= 1;
    for (uint32_t i = 0; i < plan->n_operations; i++) {
        w->bytes[i] = bytes_for(run, i);
        w->absent = w->absent && unsized(&w->bytes[i]);
    }
    for (size_t i = 0; plan->n_places > 1 && i < n_ways; i++)
        w->ways[i] = way_for(plan->links[i]);
}

/* --- places ------------------------------------------------------------------------------ */

/* Where a call is: its instance's zone, its component's place, or the edge location next to
 * its caller. */
static inline uint32_t place_of(const struct hr_run *run, const struct frame *f)
{
    if (f->instance != HR_NONE)
        return run->instances[f->instance].place;
    const struct home *home = &run->network.homes[f->component];
    if (!home->at_edge)
        return home->place;
    const uint32_t edge = run->plan->places[f->from].edge;
    return edge ? edge : f->from;
}

void hr_network_from(struct hr_run *run, uint32_t c)
{
    struct frame *f = hr_frame(run, c);

    if (run->plan->n_places <= 1) { /* everything is nowhere */
        f->no_way = true;
        return;
    }
    if (f->parent == HR_NO_SLOT) {
        f->from = (uint16_t)hr_task(run, f->task)->place;
        return;
    }
    const struct frame *p = hr_frame(run, f->parent);

    /* What stands beside its target passes on where it is asked from: no way between. */
    f->no_way = p->kind == FRAME_CALL && f->site == HR_NONE &&
                run->network.homes[p->component].beside;
    f->from = f->no_way || p->kind == FRAME_ROOT ? p->from : (uint16_t)place_of(run, p);
}

uint32_t hr_caller_place(const struct hr_run *run, uint32_t c)
{
    return hr_frame(run, c)->from;
}

static const struct way no_way = {0, HR_DISTANCE_NONE};

static inline const struct way *way_of(const struct hr_run *run, const struct frame *f,
                                       bool back)
{
    if (f->no_way)
        return &no_way; /* no network is modelled, or none between these two */
    const uint32_t n = run->plan->n_places, here = place_of(run, f), there = f->from;
    return &run->network.ways[back ? (size_t)here * n + there : (size_t)there * n + here];
}

/* What a way was made of. */
static const struct hr_link *link_of(const struct hr_run *run, const struct way *way)
{
    return run->plan->links[way - run->network.ways];
}

/* --- bytes ------------------------------------------------------------------------------- */

static int64_t bytes_drawn(struct hr_run *run, uint64_t key, const struct hr_law *law,
                           bool back)
{
    struct drawn *at = &run->network.drawn[key % DRAWN]; /* keys are well mixed */

    if (at->key != key || at->law != law) {
        struct hr_draws d = hr_draws(
            run->stream, key, HR_PURPOSE(back ? HR_FOR_BYTES_BACK : HR_FOR_BYTES_OUT, 0));
        *at = (struct drawn){key, law, (int64_t)hr_law_draw(law, &d)};
    }
    return at->bytes;
}

static int64_t bytes_found(struct hr_run *run, uint32_t slot, bool back)
{
    const struct frame *f = hr_frame(run, slot);
    const struct op_bytes *b = &run->network.bytes[f->op];

    if (b->known[back] == BYTES_DRAWN)
        return bytes_drawn(run, f->key, b->law[back], back);
    return b->model->bytes(run, b->part, b->op, slot, back);
}

static inline int64_t bytes_of(struct hr_run *run, uint32_t slot, bool back)
{
    const int64_t known = run->network.bytes[hr_frame(run, slot)->op].known[back];

    return known >= -1 ? known : bytes_found(run, slot, back);
}

int64_t hr_call_bytes(struct hr_run *run, hr_call c, bool back)
{
    return bytes_of(run, c, back);
}

static inline bool is_billed(enum hr_distance d)
{
    return d == HR_DISTANCE_REGION || d == HR_DISTANCE_WORLD || d == HR_DISTANCE_INTERNET;
}

/* What goes to the internet is billed to who sends it: answers to clients, and requests to
 * somebody else's service; what comes from there is not.  Inside a provider the caller pays for
 * both ways.  What stands at the edge bills its traffic as its own usage, by where its clients
 * are, and what it fetches from its origin is free there. */
static void bill(struct hr_run *run, const struct frame *f, enum hr_distance distance,
                 bool back, uint32_t caller, int64_t bytes)
{
    const bool client = f->direct || (f->parent != HR_NO_SLOT &&
                                      hr_frame(run, f->parent)->kind == FRAME_ROOT);
    const uint32_t payer = client ? f->component : caller;

    if (distance == HR_DISTANCE_REGION)
        hr_usage_transfer(run, payer, HR_TRANSFER_ZONE, bytes);
    else if (distance == HR_DISTANCE_WORLD)
        hr_usage_transfer(run, payer, HR_TRANSFER_REGION, bytes);
    else if (distance == HR_DISTANCE_INTERNET && client == back &&
             !run->network.homes[payer].at_edge)
        hr_usage_transfer(run, payer, HR_TRANSFER_OUT, bytes);
}

/* The component that a call comes from. */
static inline uint32_t caller_of(const struct hr_run *run, const struct frame *f)
{
    if (f->parent != HR_NO_SLOT)
        return hr_frame(run, f->parent)->component;
    return f->site != HR_NONE ? run->plan->sites[f->site].caller : f->component;
}

/* Bytes are booked to the caller, by distance. */
static inline void book_bytes(struct hr_run *run, const struct frame *f,
                              enum hr_distance distance, int64_t bytes, bool back)
{
    const uint32_t caller = caller_of(run, f);
    struct hr_part_record *r = &run->record.parts[caller];

    if (bytes < 0) {
        r->unsized_calls += !back;
        return;
    }
    (back ? r->bytes_in : r->bytes_out)[distance] += (uint64_t)bytes;
    if (bytes > 0 && is_billed(distance))
        bill(run, f, distance, back, caller, bytes);
}

/* --- a leg ------------------------------------------------------------------------------- */

/* The component tells the legs of one forwarded call apart: they share its key. */
static struct hr_draws leg_draws(const struct hr_run *run, const struct frame *f,
                                 uint64_t purpose)
{
    return hr_draws(run->stream, f->key,
                    run->network.homes[f->component].name_key + purpose);
}

static double latency_s(const struct hr_run *run, const struct frame *f,
                        const struct hr_link *link, bool back)
{
    struct hr_draws d = leg_draws(run, f, back ? HR_FOR_NET_BACK : HR_FOR_NET_OUT);

    return net_of(link, hr_law_draw(&link->latency, &d));
}

/* A way whose time is not known beforehand. */
static HR_APART hr_time cross(const struct hr_run *run, const struct frame *f,
                              const struct hr_link *link, int64_t bytes, bool back)
{
    if (link->loss > 0) {
        struct hr_draws d = leg_draws(run, f, back ? HR_FOR_LOSS_BACK : HR_FOR_LOSS_OUT);
        if (hr_draw_uniform(&d) < link->loss)
            return HR_NEVER;
    }
    double s = latency_s(run, f, link, back);
    if (link->bandwidth > 0 && bytes > 0)
        s += (double)bytes / link->bandwidth;
    return hr_time_from_s(s);
}

hr_time hr_network_delay(struct hr_run *run, uint32_t slot)
{
    const struct frame *f = hr_frame(run, slot);
    const struct way *way = way_of(run, f, false);

    return way->time >= 0 ? way->time
                          : hr_time_from_s(latency_s(run, f, link_of(run, way), false));
}

HR_INLINE hr_time leg(struct hr_run *run, uint32_t slot, bool back)
{
    const struct frame *f = hr_frame(run, slot);
    const int64_t bytes = bytes_of(run, slot, back);
    const struct way *way = way_of(run, f, back);

    if (hr_recorder_open(run))
        book_bytes(run, f, way->distance, bytes, back);
    return way->time >= 0 ? way->time : cross(run, f, link_of(run, way), bytes, back);
}

static HR_APART hr_time leg_out(struct hr_run *run, uint32_t slot)
{
    return leg(run, slot, false);
}

static HR_APART hr_time leg_back(struct hr_run *run, uint32_t slot)
{
    return leg(run, slot, true);
}

hr_time hr_network_leg(struct hr_run *run, uint32_t slot, bool back)
{
    if (!run->network.absent)
        return back ? leg_back(run, slot) : leg_out(run, slot);
    if (!back && hr_recorder_open(run)) /* all there is to be told: bytes are not known */
        run->record.parts[caller_of(run, hr_frame(run, slot))].unsized_calls++;
    return 0;
}

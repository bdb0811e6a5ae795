/* sim/system/network.c - one leg of a call between two places: latency, loss, bytes. */
#include "sim/system/run_inner.h"

static const struct hr_component *part_of(const struct hr_run *run, uint32_t slot)
{
    return &run->plan->components[hr_frame(run, slot)->component];
}

/* Does this call come from what stands beside its target?  Then there is no way between. */
static bool from_beside(const struct hr_run *run, uint32_t slot)
{
    const uint32_t parent = hr_frame(run, slot)->parent;

    return parent != HR_NO_SLOT && hr_frame(run, parent)->kind == FRAME_CALL &&
           hr_frame(run, slot)->site == HR_NONE && part_of(run, parent)->beside;
}

/* Where a frame is: its instance's zone, its component's place, the edge location next to its
 * caller, or the client's place. */
static uint32_t place_of(const struct hr_run *run, uint32_t slot)
{
    const struct frame *f = hr_frame(run, slot);

    if (f->kind == FRAME_ROOT)
        return hr_task(run, f->task)->place;
    if (f->instance != HR_NONE)
        return run->instances[f->instance].place;
    const struct hr_component *c = part_of(run, slot);
    if (c->at_edge) {
        const uint32_t from = hr_caller_place(run, slot);
        const uint32_t edge = run->plan->places[from].edge;
        return edge ? edge : from;
    }
    return c->zones.n == 1 ? c->zones.at[0] : c->place;
}

uint32_t hr_caller_place(const struct hr_run *run, uint32_t slot)
{
    const struct frame *f = hr_frame(run, slot);

    if (from_beside(run, slot))
        return hr_caller_place(run, f->parent);
    return f->parent != HR_NO_SLOT ? place_of(run, f->parent)
                                   : hr_task(run, f->task)->place;
}

static int64_t draw_bytes(struct hr_run *run, uint32_t slot, bool back)
{
    const struct frame *f = hr_frame(run, slot);
    const struct hr_op_conf *conf = run->op_conf[f->op];
    const uint32_t op = run->op_final[f->op], part = run->plan->operations[op].component;
    const struct hr_model *m = run->plan->components[part].model;

    if (conf == NULL || conf->bytes == NULL)
        return m->bytes ? m->bytes(run, part, op, slot, back) : -1;
    const struct hr_law *law = back ? &conf->bytes->response : &conf->bytes->request;
    if (law->kind == HR_LAW_CONSTANT)
        return (int64_t)law->a;
    struct hr_draws d = hr_draws(
        run->stream, f->key, HR_PURPOSE(back ? HR_FOR_BYTES_BACK : HR_FOR_BYTES_OUT, 0));
    return (int64_t)hr_law_draw(law, &d);
}

/* What goes to the internet is billed to who sends it: answers to clients, and requests to
 * somebody else's service; what comes from there is not.  Inside a provider the caller pays for
 * both ways.  What stands at the edge bills its traffic as its own usage, by where its clients
 * are, and what it fetches from its origin is free there. */
static void bill(struct hr_run *run, enum hr_distance distance, bool client, bool back,
                 uint32_t payer, int64_t bytes)
{
    if (distance == HR_DISTANCE_REGION)
        hr_usage_transfer(run, payer, HR_TRANSFER_ZONE, bytes);
    else if (distance == HR_DISTANCE_WORLD)
        hr_usage_transfer(run, payer, HR_TRANSFER_REGION, bytes);
    else if (distance == HR_DISTANCE_INTERNET && client == back &&
             !run->plan->components[payer].at_edge)
        hr_usage_transfer(run, payer, HR_TRANSFER_OUT, bytes);
}

/* Bytes are booked to the caller, by distance. */
static void book_bytes(struct hr_run *run, const struct frame *f, enum hr_distance distance,
                       int64_t bytes, bool back)
{
    const uint32_t caller = f->parent != HR_NO_SLOT ? hr_frame(run, f->parent)->component
                            : f->site != HR_NONE    ? run->plan->sites[f->site].caller
                                                    : f->component;
    struct hr_part_record *r = &run->record.parts[caller];
    const bool client =
        f->parent != HR_NO_SLOT && hr_frame(run, f->parent)->kind == FRAME_ROOT;

    if (bytes > 0)
        bill(run, distance, client, back, client ? f->component : caller, bytes);
    if (!hr_recorder_open(run))
        return;
    if (bytes < 0) {
        r->unsized_calls += !back;
        return;
    }
    if (back)
        r->bytes_in[distance] += (uint64_t)bytes;
    else
        r->bytes_out[distance] += (uint64_t)bytes;
}

static const struct hr_link *link_of(const struct hr_run *run, uint32_t slot, bool back)
{
    const uint32_t here = place_of(run, slot), there = hr_caller_place(run, slot);
    const uint32_t n = run->plan->n_places;

    if (from_beside(run, slot))
        return NULL;
    return back ? run->plan->links[(size_t)here * n + there]
                : run->plan->links[(size_t)there * n + here];
}

static double latency_s(const struct hr_run *run, const struct frame *f,
                        const struct hr_link *link, bool back)
{
    /* The component tells the legs of one forwarded call apart: they share its key. */
    const uint64_t leg = run->plan->components[f->component].name_key;

    double s = link->latency.a;

    if (link->latency.kind != HR_LAW_CONSTANT) {
        struct hr_draws d = hr_draws(run->stream, f->key,
                                     leg + (back ? HR_FOR_NET_BACK : HR_FOR_NET_OUT));
        s = hr_law_draw(&link->latency, &d);
    }
    return s > link->less ? s - link->less : 0;
}

int64_t hr_call_bytes(struct hr_run *run, hr_call c, bool back)
{
    return draw_bytes(run, c, back);
}

hr_time hr_network_delay(struct hr_run *run, uint32_t slot)
{
    const struct hr_link *link = link_of(run, slot, false);

    return link ? hr_time_from_s(latency_s(run, hr_frame(run, slot), link, false)) : 0;
}

hr_time hr_network_leg(struct hr_run *run, uint32_t slot, bool back)
{
    const struct frame *f = hr_frame(run, slot);

    if (run->plan->n_places <= 1 && !run->op_sized[f->op]) { /* no network, no bytes */
        book_bytes(run, f, HR_DISTANCE_NONE, -1, back);
        return 0;
    }
    const struct hr_link *link = link_of(run, slot, back);
    const uint64_t leg = run->plan->components[f->component].name_key;
    const int64_t bytes = draw_bytes(run, slot, back);

    book_bytes(run, f, link ? link->distance : HR_DISTANCE_NONE, bytes, back);
    if (link == NULL)
        return 0;
    if (link->loss > 0) {
        struct hr_draws d = hr_draws(
            run->stream, f->key, leg + (back ? HR_FOR_LOSS_BACK : HR_FOR_LOSS_OUT));
        if (hr_draw_uniform(&d) < link->loss)
            return HR_NEVER;
    }
    double s = latency_s(run, f, link, back);
    if (link->bandwidth > 0 && bytes > 0)
        s += (double)bytes / link->bandwidth;
    return hr_time_from_s(s);
}

/* models/parts/least.c - see least.h. */
#include "models/parts/least.h"

#include "sim/engine/check.h"

static inline uint64_t node_of(uint32_t number)
{
    return (uint64_t)number << 32 | (number != HR_LEAST_OUT);
}

static inline uint32_t number_of(uint64_t node)
{
    return (uint32_t)(node >> 32);
}

static inline uint64_t both(uint64_t a, uint64_t b)
{
    if (number_of(a) == number_of(b))
        return a + (uint32_t)b;
    return a < b ? a : b;
}

void hr_least_init(struct hr_least *l, struct hr_arena *arena, uint32_t most)
{
    HR_REQUIRE(most <= UINT32_C(1) << 30);
    l->leaves = 1;
    while (l->leaves < most)
        l->leaves *= 2;
    l->node = hr_arena_alloc(arena, 2 * (size_t)l->leaves, sizeof *l->node);
    hr_least_clear(l);
}

void hr_least_clear(struct hr_least *l)
{
    for (uint32_t k = 0; k < 2 * l->leaves; k++)
        l->node[k] = node_of(HR_LEAST_OUT);
}

void hr_least_set(struct hr_least *l, uint32_t place, uint32_t number)
{
    uint32_t k = l->leaves + place;

    HR_REQUIRE(place < l->leaves);
    uint64_t now = node_of(number);

    l->node[k] = now;
    while (k > 1) {
        now = both(now, l->node[k ^ 1]);
        k /= 2;
        if (now == l->node[k])
            return;
        l->node[k] = now;
    }
}

static struct hr_least_node told(uint64_t node)
{
    return (struct hr_least_node){number_of(node), (uint32_t)node};
}

struct hr_least_node hr_least_in(const struct hr_least *l, uint32_t from, uint32_t to)
{
    uint64_t found = node_of(HR_LEAST_OUT);

    if (from == 0 && to == l->leaves)
        return told(l->node[1]);
    for (from += l->leaves, to += l->leaves; from < to; from /= 2, to /= 2) {
        if (from & 1)
            found = both(found, l->node[from++]);
        if (to & 1)
            found = both(found, l->node[--to]);
    }
    return told(found);
}

static inline uint32_t with(uint64_t node, uint32_t number)
{
    return number_of(node) == number ? (uint32_t)node : 0;
}

/* Of the leaves below node `at`, the k-th that has what is the smallest number there. */
static uint32_t descend(const struct hr_least *l, uint32_t at, uint32_t k)
{
    const uint32_t number = number_of(l->node[at]);

    while (at < l->leaves) {
        const uint32_t on_the_left = with(l->node[2 * at], number);

        at = 2 * at;
        if (k >= on_the_left) {
            k -= on_the_left;
            at++;
        }
    }
    return at - l->leaves;
}

static uint32_t pick_in(const struct hr_least *l, uint32_t from, uint32_t to, uint32_t k)
{
    const uint32_t number = hr_least_in(l, from, to).number;
    uint32_t later[32] = {0},
             n = 0; /* subtrees at the end of the range, the last one first */

    HR_REQUIRE(number != HR_LEAST_OUT);
    for (from += l->leaves, to += l->leaves; from < to; from /= 2, to /= 2) {
        if (from & 1) {
            const uint32_t many = with(l->node[from], number);

            if (k < many)
                return descend(l, from, k);
            k -= many;
            from++;
        }
        if (to & 1)
            later[n++] = --to;
    }
    while (k >= with(l->node[later[--n]], number))
        k -= with(l->node[later[n]], number);
    return descend(l, later[n], k);
}

uint32_t hr_least_pick(const struct hr_least *l, uint32_t from, uint32_t to, uint32_t k)
{
    if (from > 0 || to < l->leaves)
        return pick_in(l, from, to, k);
    HR_REQUIRE(number_of(l->node[1]) != HR_LEAST_OUT);
    return descend(l, 1, k);
}

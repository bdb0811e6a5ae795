/* tests/models/test_cache_state.c - what the state of a cache promises. */
#include "models/parts/cache_state.h"
#include "sim/engine/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* A cache in a room of its own.  The tests do not mind whether ids are dense, or sizes kept, so
 * they are made in every way (see main). */
static enum { ANY_IDS, NARROW_IDS, DENSE_IDS, MANY_DENSE_IDS, N_WAYS } way;

static struct hr_cache_state cache_in(struct hr_cache_kind kind, int64_t capacity)
{
    struct hr_arena *arena = hr_arena_create();
    struct hr_cache_room *room = hr_arena_alloc(arena, 1, sizeof *room);
    struct hr_cache_state c;

    hr_cache_room_init(room, arena, &kind);
    hr_cache_state_init(&c, room, capacity);
    return c;
}

static struct hr_cache_state cache_of(int64_t capacity)
{
    static const uint64_t ids[N_WAYS] = {0, 1u << 31, 6000, 1u << 17};
    const struct hr_cache_kind kind = {.ids = ids[way],
                                       .expected = way == MANY_DENSE_IDS ? 1u << 17 : 0,
                                       .bounded = true,
                                       .expire = true};

    return cache_in(kind, capacity);
}

static void end(struct hr_cache_state *c)
{
    hr_arena_destroy(c->room->arena);
}

static void finds_what_was_put_in(void **unused)
{
    struct hr_cache_state c = cache_of(1000);
    hr_time expires;

    (void)unused;
    assert_int_equal(hr_cache_state_look(&c, 17, 5, &expires), HR_CACHE_MISS);
    assert_true(hr_cache_state_put(&c, 17, 385, 77));
    assert_int_equal(hr_cache_state_look(&c, 17, 5, &expires), HR_CACHE_HIT);
    assert_int_equal(hr_cache_state_bytes(&c), 385);
    assert_int_equal(expires, 77);
    assert_int_equal(hr_cache_state_look(&c, 18, 5, NULL), HR_CACHE_MISS);
    end(&c);
}

static void expires_at_its_time_and_not_before(void **unused)
{
    struct hr_cache_state c = cache_of(1000);

    (void)unused;
    hr_cache_state_put(&c, 1, 10, 77);
    hr_cache_state_put(&c, 2, 10, HR_NEVER);
    assert_int_equal(hr_cache_state_look(&c, 1, 76, NULL), HR_CACHE_HIT);
    assert_int_equal(hr_cache_state_look(&c, 1, 77, NULL), HR_CACHE_EXPIRED);
    assert_int_equal(hr_cache_state_look(&c, 2, HR_NEVER, NULL), HR_CACHE_HIT);
    assert_int_equal(hr_cache_state_count(&c), 2); /* who serves stale still finds it */
    hr_cache_state_put(&c, 1, 10, 177);
    assert_int_equal(hr_cache_state_look(&c, 1, 77, NULL), HR_CACHE_HIT);
    end(&c);
}

static void evicts_the_least_recently_used_until_the_new_one_fits(void **unused)
{
    struct hr_cache_state c = cache_of(100);

    (void)unused;
    hr_cache_state_put(&c, 1, 30, HR_NEVER);
    hr_cache_state_put(&c, 2, 30, HR_NEVER);
    hr_cache_state_put(&c, 3, 40, HR_NEVER); /* exactly full */
    assert_int_equal(c.evicted, 0);
    hr_cache_state_look(&c, 1, 0, NULL);
    hr_cache_state_put(&c, 4, 31, HR_NEVER); /* 2 is too small a victim: 3 goes, too */
    assert_int_equal(hr_cache_state_peek(&c, 1, 0, NULL), HR_CACHE_HIT);
    assert_int_equal(hr_cache_state_peek(&c, 2, 0, NULL), HR_CACHE_MISS);
    assert_int_equal(hr_cache_state_peek(&c, 3, 0, NULL), HR_CACHE_MISS);
    assert_int_equal(hr_cache_state_bytes(&c), 61);
    assert_int_equal(c.evicted, 2);
    end(&c);
}

static void a_peek_does_not_count_as_use(void **unused)
{
    struct hr_cache_state c = cache_of(100);

    (void)unused;
    hr_cache_state_put(&c, 1, 50, HR_NEVER);
    hr_cache_state_put(&c, 2, 50, HR_NEVER);
    hr_cache_state_peek(&c, 1, 0, NULL);
    hr_cache_state_put(&c, 3, 1, HR_NEVER);
    assert_int_equal(hr_cache_state_peek(&c, 1, 0, NULL), HR_CACHE_MISS);
    end(&c);
}

static void a_fetch_changes_nothing(void **unused)
{
    struct hr_cache_state c = cache_of(100);
    size_t bytes;

    (void)unused;
    hr_cache_state_put(&c, 1, 50, HR_NEVER);
    hr_cache_state_put(&c, 2, 50, HR_NEVER);
    bytes = hr_arena_bytes(c.room->arena);
    for (uint64_t id = 0; id < 6000; id++) /* of no chunk, too */
        hr_cache_room_fetch(c.room, id);
    assert_int_equal(hr_arena_bytes(c.room->arena), bytes);
    assert_int_equal(hr_cache_state_count(&c), 2);
    hr_cache_state_put(&c, 3, 1, HR_NEVER);
    assert_int_equal(hr_cache_state_peek(&c, 1, 0, NULL), HR_CACHE_MISS);
    end(&c);
}

static void does_not_keep_what_is_larger_than_itself(void **unused)
{
    struct hr_cache_state c = cache_of(100);

    (void)unused;
    hr_cache_state_put(&c, 1, 20, HR_NEVER);
    hr_cache_state_put(&c, 2, 30, HR_NEVER);
    assert_true(hr_cache_state_put(&c, 3, 50, HR_NEVER));
    assert_false(hr_cache_state_put(&c, 2, 101, HR_NEVER)); /* nor its older version */
    assert_int_equal(hr_cache_state_peek(&c, 2, 0, NULL), HR_CACHE_MISS);
    assert_int_equal(hr_cache_state_bytes(&c), 70);
    assert_true(hr_cache_state_put(&c, 4, 100, HR_NEVER));
    assert_int_equal(hr_cache_state_count(&c), 1);
    end(&c);
}

static void a_new_version_takes_the_place_and_the_bytes_of_the_old(void **unused)
{
    struct hr_cache_state c = cache_of(100);

    (void)unused;
    hr_cache_state_put(&c, 1, 60, HR_NEVER);
    hr_cache_state_put(&c, 2, 20, HR_NEVER);
    hr_cache_state_put(&c, 1, 70, HR_NEVER);
    assert_int_equal(hr_cache_state_count(&c), 2);
    assert_int_equal(hr_cache_state_bytes(&c), 90);
    hr_cache_state_put(&c, 1, 81, HR_NEVER);
    assert_int_equal(hr_cache_state_count(&c), 1);
    end(&c);
}

static void forgets_what_is_removed_and_all_when_cleared(void **unused)
{
    struct hr_cache_state c = cache_of(1 << 20);

    (void)unused;
    for (uint64_t id = 0; id < 5000; id++)
        hr_cache_state_put(&c, id, 7, HR_NEVER);
    assert_true(hr_cache_state_remove(&c, 4321));
    assert_false(hr_cache_state_remove(&c, 4321));
    assert_int_equal(hr_cache_state_count(&c), 4999);
    hr_cache_state_clear(&c);
    assert_int_equal(hr_cache_state_bytes(&c), 0);
    for (uint64_t id = 0; id < 5000; id++)
        assert_int_equal(hr_cache_state_look(&c, id, 0, NULL), HR_CACHE_MISS);
    hr_cache_state_put(&c, 3, 7, HR_NEVER);
    assert_true(hr_cache_state_holds(&c));
    end(&c);
}

static void counts_huge_objects_to_a_page_rounded_up(void **unused)
{
    const int64_t tera = INT64_C(1) << 40;
    struct hr_cache_state c = cache_of(5 * tera);

    (void)unused;
    hr_cache_state_put(&c, 1, INT64_C(2147483647), HR_NEVER);
    assert_int_equal(hr_cache_state_bytes(&c), INT64_C(2147483647));
    hr_cache_state_put(&c, 1, INT64_C(3000000001), HR_NEVER);
    assert_int_equal(hr_cache_state_bytes(&c), INT64_C(3000000001) / 4096 * 4096 + 4096);
    hr_cache_state_put(&c, 1, 4 * tera, HR_NEVER);
    assert_int_equal(hr_cache_state_bytes(&c), 4 * tera);
    end(&c);
}

/* --- memory, by kind ---------------------------------------------------------------------- */

static int64_t five(const void *ctx, uint64_t id)
{
    (void)ctx;
    return 5 + (int64_t)(id & 1);
}

/* What the words say, and what the arena has really given: its blocks, the list of chunks and
 * the growth of the index are some per cent on top. */
static void takes(double bytes, struct hr_cache_kind kind)
{
    const uint32_t n = 1 << 17;
    struct hr_cache_state c;

    kind.expected = n;
    c = cache_in(kind, kind.bounded ? 6 * (int64_t)n : HR_CACHE_UNBOUNDED);
    for (uint64_t id = 0; id < n; id++)
        hr_cache_state_put(&c, id, five(NULL, id), kind.expire ? 7 : HR_NEVER);
    assert_int_equal(hr_cache_state_count(&c), n);
    assert_true(hr_cache_room_bytes(c.room) == bytes);
    assert_true((double)hr_arena_bytes(c.room->arena) < 1.35 * bytes * n + (2 << 20));
    assert_true(hr_cache_state_holds(&c));
    end(&c);
}

static void takes_16_bytes_an_object_of_dense_id_whose_size_can_be_asked(void **unused)
{
    const uint64_t ids = 1 << 17;

    (void)unused;
    takes(16, (struct hr_cache_kind){
                  .ids = ids, .bounded = true, .expire = true, .size_of = five});
    takes(8, (struct hr_cache_kind){.ids = ids, .bounded = true, .size_of = five});
}

static void takes_8_bytes_an_object_of_dense_id_where_there_is_room_for_all(void **unused)
{
    (void)unused;
    takes(8, (struct hr_cache_kind){.ids = 1 << 17, .expire = true});
}

static void takes_more_for_sizes_that_are_kept_and_ids_that_are_not_dense(void **unused)
{
    (void)unused;
    takes(20, (struct hr_cache_kind){.ids = 1 << 17, .bounded = true, .expire = true});
    takes(28, (struct hr_cache_kind){
                  .ids = 1 << 30, .bounded = true, .expire = true, .size_of = five});
    takes(36, (struct hr_cache_kind){.bounded = true, .expire = true});
}

static void takes_room_for_dense_ids_only_where_some_are_put_in(void **unused)
{
    struct hr_cache_state c = cache_in(
        (struct hr_cache_kind){.ids = 1 << 24, .expected = 1 << 24, .expire = true},
        HR_CACHE_UNBOUNDED);

    (void)unused;
    hr_cache_state_put(&c, (1 << 24) - 1, 1, 100);
    assert_int_equal(hr_cache_state_look(&c, (1 << 24) - 1, 0, NULL), HR_CACHE_HIT);
    assert_int_equal(hr_cache_state_look(&c, (1 << 24) - 2, 0, NULL), HR_CACHE_MISS);
    assert_true(hr_arena_bytes(c.room->arena) < 3 << 20);
    end(&c);
}

/* The table of chunks is small, too: it stays in the processor's cache. */
static void the_table_of_dense_ids_takes_less_than_a_part_in_1000(void **unused)
{
    struct hr_cache_state c = cache_in(
        (struct hr_cache_kind){.ids = 1 << 24, .expected = 1 << 24}, HR_CACHE_UNBOUNDED);

    (void)unused;
    assert_true((double)hr_arena_bytes(c.room->arena) <
                hr_cache_room_bytes(c.room) * (1 << 24) / 1000);
    end(&c);
}

static void has_room_for_all_where_it_is_not_bounded(void **unused)
{
    struct hr_cache_state c =
        cache_in((struct hr_cache_kind){.ids = 5000}, HR_CACHE_UNBOUNDED);

    (void)unused;
    for (uint64_t id = 0; id < 5000; id++)
        hr_cache_state_put(&c, id, INT64_C(1) << 42, id % 2 ? HR_NEVER : (hr_time)id - 50);
    assert_int_equal(hr_cache_state_count(&c), 5000);
    assert_int_equal(hr_cache_state_look(&c, 0, -51, NULL), HR_CACHE_HIT);
    assert_int_equal(hr_cache_state_look(&c, 0, -50, NULL), HR_CACHE_EXPIRED);
    assert_int_equal(hr_cache_state_look(&c, 50, 0, NULL), HR_CACHE_EXPIRED);
    assert_int_equal(hr_cache_state_look(&c, 51, 0, NULL), HR_CACHE_HIT);
    assert_true(hr_cache_state_remove(&c, 51));
    assert_int_equal(hr_cache_state_look(&c, 51, 0, NULL), HR_CACHE_MISS);
    end(&c);
}

static void tells_ids_apart_in_all_of_their_bits(void **unused)
{
    struct hr_cache_state c =
        cache_in((struct hr_cache_kind){.bounded = true, .expire = true}, 1000);

    (void)unused;
    hr_cache_state_put(&c, UINT64_C(1) << 40 | 3, 10, 100);
    assert_int_equal(hr_cache_state_look(&c, 3, 0, NULL), HR_CACHE_MISS);
    assert_int_equal(hr_cache_state_look(&c, UINT64_C(1) << 40 | 3, 0, NULL), HR_CACHE_HIT);
    end(&c);
}

static void asks_again_for_the_sizes_of_what_goes(void **unused)
{
    struct hr_cache_state c =
        cache_in((struct hr_cache_kind){.ids = 100, .bounded = true, .size_of = five}, 16);

    (void)unused;
    hr_cache_state_put(&c, 1, 6, HR_NEVER);
    hr_cache_state_put(&c, 2, 5, HR_NEVER);
    hr_cache_state_put(&c, 4, 5, HR_NEVER);
    hr_cache_state_put(&c, 1, 6, HR_NEVER);
    assert_int_equal(hr_cache_state_bytes(&c), 16);
    hr_cache_state_put(&c, 3, 6, HR_NEVER); /* 2 goes, and that is not enough */
    assert_int_equal(hr_cache_state_bytes(&c), 12);
    hr_cache_state_remove(&c, 1);
    assert_int_equal(hr_cache_state_bytes(&c), 6);
    end(&c);
}

static void caches_that_share_a_room_know_nothing_of_each_other(void **unused)
{
    struct hr_cache_state a = cache_of(100), b;

    (void)unused;
    hr_cache_state_init(&b, a.room, 20);
    hr_cache_state_put(&a, 1, 10, HR_NEVER);
    hr_cache_state_put(&a, 3, 10, HR_NEVER);
    for (uint64_t id = 2; id < 10; id += 2)
        hr_cache_state_put(&b, id, 10, HR_NEVER);
    assert_int_equal(hr_cache_state_count(&a), 2);
    assert_int_equal(hr_cache_state_count(&b), 2);
    hr_cache_state_clear(&b);
    assert_int_equal(hr_cache_state_look(&b, 8, 0, NULL), HR_CACHE_MISS);
    assert_int_equal(hr_cache_state_look(&a, 1, 0, NULL), HR_CACHE_HIT);
    assert_true(hr_cache_state_holds(&a) && hr_cache_state_holds(&b));
    end(&a);
}

static void an_object_that_is_renewed_expires_later(void **unused)
{
    struct hr_cache_state c = cache_of(100);

    (void)unused;
    hr_cache_state_put(&c, 1, 10, 5);
    hr_cache_state_renew(&c, 1, 9);
    assert_int_equal(hr_cache_state_look(&c, 1, 8, NULL), HR_CACHE_HIT);
    assert_int_equal(hr_cache_state_look(&c, 1, 9, NULL), HR_CACHE_EXPIRED);
    end(&c);
}

/* --- against the simplest that can be right ----------------------------------------------- */

enum { MOST = 512 };
struct naive {
    struct {
        uint64_t id;
        int64_t size;
        hr_time expires;
    } at[MOST]; /* the most recently used first */
    int n;
    int64_t capacity;
};

static int64_t naive_bytes(const struct naive *v)
{
    int64_t sum = 0;

    for (int i = 0; i < v->n; i++)
        sum += v->at[i].size;
    return sum;
}

static bool naive_remove(struct naive *v, uint64_t id)
{
    for (int i = 0; i < v->n; i++)
        if (v->at[i].id == id) {
            for (v->n--; i < v->n; i++)
                v->at[i] = v->at[i + 1];
            return true;
        }
    return false;
}

static void naive_put(struct naive *v, uint64_t id, int64_t size, hr_time expires)
{
    naive_remove(v, id);
    if (size > v->capacity)
        return;
    for (int i = v->n++; i > 0; i--)
        v->at[i] = v->at[i - 1];
    v->at[0].id = id;
    v->at[0].size = size;
    v->at[0].expires = expires;
    while (naive_bytes(v) > v->capacity)
        v->n--;
}

static enum hr_cache_found naive_look(struct naive *v, uint64_t id, hr_time now)
{
    for (int i = 0; i < v->n; i++)
        if (v->at[i].id == id) {
            const int64_t size = v->at[i].size;
            const hr_time expires = v->at[i].expires;

            naive_put(v, id, size, expires);
            return now < expires ? HR_CACHE_HIT : HR_CACHE_EXPIRED;
        }
    return HR_CACHE_MISS;
}

static void compare(uint64_t seed, int64_t capacity, uint64_t ids, int64_t largest)
{
    static struct naive v;
    struct hr_cache_state c = cache_of(capacity);
    struct hr_draws d = hr_draws(hr_stream(seed, 0), 1, 1);

    v = (struct naive){.capacity = capacity};
    for (hr_time now = 0; now < 20000; now++) {
        const uint64_t id = hr_draw_below(&d, ids) * hr_draw_below(&d, ids) / ids;
        const uint64_t what = hr_draw_below(&d, 1000);
        const int64_t size = 1 + (int64_t)hr_draw_below(&d, (uint64_t)largest);
        const hr_time expires = now + 1 + (hr_time)hr_draw_below(&d, 900);

        if (what == 0) {
            hr_cache_state_clear(&c);
            v.n = 0;
        } else if (what < 60) {
            assert_int_equal(hr_cache_state_remove(&c, id), naive_remove(&v, id));
        } else {
            const enum hr_cache_found found = hr_cache_state_look(&c, id, now, NULL);

            assert_int_equal(found, naive_look(&v, id, now));
            if (found != HR_CACHE_HIT || what > 900) {
                assert_int_equal(hr_cache_state_put(&c, id, size, expires),
                                 size <= capacity);
                naive_put(&v, id, size, expires);
            }
        }
        assert_int_equal(hr_cache_state_count(&c), v.n);
        assert_int_equal(hr_cache_state_bytes(&c), naive_bytes(&v));
        if (now % 512 == 0)
            assert_true(hr_cache_state_holds(&c));
    }
    for (int i = 0; i < v.n; i++)
        assert_int_not_equal(hr_cache_state_peek(&c, v.at[i].id, 0, NULL), HR_CACHE_MISS);
    end(&c);
}

static void does_what_a_plain_list_does_on_random_traces(void **unused)
{
    (void)unused;
    compare(1, 100, 500, 1);      /* unit sizes */
    compare(2, 1000, 300, 40);    /* some dozens of objects */
    compare(3, 1000, 60, 1200);   /* few, some too large */
    compare(4, 100000, 400, 900); /* nearly all fit */
}

int main(void)
{
    static const char *const names[N_WAYS] = {"cache_state", "cache_state, 32 bits",
                                              "cache_state, dense",
                                              "cache_state, many dense"};
    const struct CMUnitTest any[] = {
        cmocka_unit_test(finds_what_was_put_in),
        cmocka_unit_test(expires_at_its_time_and_not_before),
        cmocka_unit_test(evicts_the_least_recently_used_until_the_new_one_fits),
        cmocka_unit_test(a_peek_does_not_count_as_use),
        cmocka_unit_test(a_fetch_changes_nothing),
        cmocka_unit_test(does_not_keep_what_is_larger_than_itself),
        cmocka_unit_test(a_new_version_takes_the_place_and_the_bytes_of_the_old),
        cmocka_unit_test(forgets_what_is_removed_and_all_when_cleared),
        cmocka_unit_test(counts_huge_objects_to_a_page_rounded_up),
        cmocka_unit_test(caches_that_share_a_room_know_nothing_of_each_other),
        cmocka_unit_test(an_object_that_is_renewed_expires_later),
        cmocka_unit_test(does_what_a_plain_list_does_on_random_traces),
    };
    const struct CMUnitTest kinds[] = {
        cmocka_unit_test(takes_16_bytes_an_object_of_dense_id_whose_size_can_be_asked),
        cmocka_unit_test(takes_8_bytes_an_object_of_dense_id_where_there_is_room_for_all),
        cmocka_unit_test(takes_more_for_sizes_that_are_kept_and_ids_that_are_not_dense),
        cmocka_unit_test(takes_room_for_dense_ids_only_where_some_are_put_in),
        cmocka_unit_test(the_table_of_dense_ids_takes_less_than_a_part_in_1000),
        cmocka_unit_test(has_room_for_all_where_it_is_not_bounded),
        cmocka_unit_test(tells_ids_apart_in_all_of_their_bits),
        cmocka_unit_test(asks_again_for_the_sizes_of_what_goes),
    };
    int failed = 0;

    for (way = 0; way < N_WAYS; way++)
        failed += cmocka_run_group_tests_name(names[way], any, NULL, NULL);
    return failed + cmocka_run_group_tests_name("cache_state, kinds", kinds, NULL, NULL);
}

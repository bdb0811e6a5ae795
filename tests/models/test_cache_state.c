/* tests/models/test_cache_state.c - what the state of a cache promises. */
#include "models/parts/cache_state.h"
#include "sim/engine/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct hr_cache_state cache_of(int64_t capacity)
{
    struct hr_cache_state c;

    hr_cache_state_init(&c, hr_arena_create(), capacity, 0);
    return c;
}

static void finds_what_was_put_in(void **unused)
{
    struct hr_cache_state c = cache_of(1000);
    struct hr_cache_seen seen;

    (void)unused;
    assert_int_equal(hr_cache_state_look(&c, 17, 5, &seen), HR_CACHE_MISS);
    assert_true(hr_cache_state_put(&c, 17, 385, 77));
    assert_int_equal(hr_cache_state_look(&c, 17, 5, &seen), HR_CACHE_HIT);
    assert_int_equal(seen.size, 385);
    assert_int_equal(seen.expires, 77);
    assert_int_equal(hr_cache_state_look(&c, 18, 5, NULL), HR_CACHE_MISS);
    hr_arena_destroy(c.arena);
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
    hr_arena_destroy(c.arena);
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
    hr_arena_destroy(c.arena);
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
    hr_arena_destroy(c.arena);
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
    hr_arena_destroy(c.arena);
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
    hr_arena_destroy(c.arena);
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
    hr_arena_destroy(c.arena);
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
    hr_arena_destroy(c.arena);
}

static void takes_at_most_36_bytes_an_object_when_the_number_was_known(void **unused)
{
    enum { N = 1 << 17 };
    struct hr_cache_state c;

    (void)unused;
    hr_cache_state_init(&c, hr_arena_create(), N, N);
    for (uint64_t id = 0; id < 2 * N; id++)
        hr_cache_state_put(&c, id, 1, HR_NEVER);
    assert_int_equal(hr_cache_state_count(&c), N);
    /* Blocks of the arena and the list of chunks are some per cent on top. */
    assert_true((double)hr_arena_bytes(c.arena) < 1.3 * 36 * N);
    hr_arena_destroy(c.arena);
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
    hr_arena_destroy(c.arena);
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
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_was_put_in),
        cmocka_unit_test(expires_at_its_time_and_not_before),
        cmocka_unit_test(evicts_the_least_recently_used_until_the_new_one_fits),
        cmocka_unit_test(a_peek_does_not_count_as_use),
        cmocka_unit_test(does_not_keep_what_is_larger_than_itself),
        cmocka_unit_test(a_new_version_takes_the_place_and_the_bytes_of_the_old),
        cmocka_unit_test(forgets_what_is_removed_and_all_when_cleared),
        cmocka_unit_test(counts_huge_objects_to_a_page_rounded_up),
        cmocka_unit_test(takes_at_most_36_bytes_an_object_when_the_number_was_known),
        cmocka_unit_test(does_what_a_plain_list_does_on_random_traces),
    };
    return cmocka_run_group_tests_name("cache_state", tests, NULL, NULL);
}

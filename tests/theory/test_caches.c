/* tests/theory/test_caches.c - hit ratios against figures that others computed. */
#include "sim/theory/caches.h"

#include "sim/engine/numeric.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum policy { LRU, RANDOM, STATIC };

static void near(const char *id, double x, double expected, double tolerance)
{
    if (!(fabs(x - expected) <= tolerance))
        fail_msg("%s: %.9g, not %.9g", id, x, expected);
}

/* validation: CHE-LRU, CHE-RND (planner 1e-5) and LFU (exact sums). */
static void popular_objects_are_found_as_often_as_the_approximations_say(void **unused)
{
    static const struct {
        const char *id;
        enum policy policy;
        uint64_t n;
        double s, capacity, hits;
    } rows[] = {
        {"CHE-LRU-10000-0.6-10", LRU, 10000, 0.6, 10, 0.00495387547},
        {"CHE-RND-10000-0.6-10", RANDOM, 10000, 0.6, 10, 0.00487494283},
        {"CHE-LRU-10000-0.6-100", LRU, 10000, 0.6, 100, 0.0431866177},
        {"LFU-10000-0.6-100", STATIC, 10000, 0.6, 100, 0.141969042},
        {"CHE-LRU-10000-0.6-1000", LRU, 10000, 0.6, 1000, 0.243206187},
        {"CHE-RND-10000-0.6-1000", RANDOM, 10000, 0.6, 1000, 0.220034572},
        {"LFU-10000-0.6-1000", STATIC, 10000, 0.6, 1000, 0.386135372},
        {"CHE-LRU-10000-0.6-5000", LRU, 10000, 0.6, 5000, 0.673482494},
        {"CHE-RND-10000-0.6-5000", RANDOM, 10000, 0.6, 5000, 0.637183268},
        {"LFU-10000-0.6-5000", STATIC, 10000, 0.6, 5000, 0.753028082},
        {"CHE-LRU-10000-0.8-10", LRU, 10000, 0.8, 10, 0.0282403206},
        {"CHE-RND-10000-0.8-10", RANDOM, 10000, 0.8, 10, 0.0262597923},
        {"LFU-10000-0.8-10", STATIC, 10000, 0.8, 10, 0.131502463},
        {"CHE-LRU-10000-0.8-100", LRU, 10000, 0.8, 100, 0.156624636},
        {"CHE-LRU-10000-0.8-1000", LRU, 10000, 0.8, 1000, 0.436659722},
        {"CHE-RND-10000-0.8-1000", RANDOM, 10000, 0.8, 1000, 0.394179101},
        {"LFU-10000-0.8-1000", STATIC, 10000, 0.8, 1000, 0.570617586},
        {"CHE-LRU-10000-0.8-5000", LRU, 10000, 0.8, 5000, 0.791630719},
        {"CHE-RND-10000-0.8-5000", RANDOM, 10000, 0.8, 5000, 0.75312998},
        {"LFU-10000-0.8-5000", STATIC, 10000, 0.8, 5000, 0.849372084},
        {"CHE-LRU-10000-1-10", LRU, 10000, 1, 10, 0.129956009},
        {"CHE-RND-10000-1-10", RANDOM, 10000, 1, 10, 0.111607658},
        {"LFU-10000-1-10", STATIC, 10000, 1, 10, 0.299252774},
        {"CHE-LRU-10000-1-100", LRU, 10000, 1, 100, 0.390525485},
        {"CHE-LRU-10000-1-5000", LRU, 10000, 1, 5000, 0.898626339},
        {"CHE-RND-10000-1-5000", RANDOM, 10000, 1, 5000, 0.871651704},
        {"LFU-10000-1-5000", STATIC, 10000, 1, 5000, 0.92918624},
        {"CHE-RND-10000-1.2-10", RANDOM, 10000, 1.2, 10, 0.286915033},
        {"LFU-10000-1.2-10", STATIC, 10000, 1.2, 10, 0.514198675},
        {"CHE-RND-10000-1.2-1000", RANDOM, 10000, 1.2, 1000, 0.831847253},
        {"CHE-RND-10000-1.2-5000", RANDOM, 10000, 1.2, 5000, 0.951168631},
        {"LFU-10000-1.2-5000", STATIC, 10000, 1.2, 5000, 0.975448699},
        {"CHE-LRU-1000000-0.6-1000", LRU, 1000000, 0.6, 1000, 0.0107805826},
        {"LFU-1000000-0.6-1000", STATIC, 1000000, 0.6, 1000, 0.060186013},
        {"CHE-LRU-1000000-0.6-10000", LRU, 1000000, 0.6, 10000, 0.0580083773},
        {"LFU-1000000-0.6-10000", STATIC, 1000000, 0.6, 10000, 0.15586765},
        {"LFU-1000000-0.6-100000", STATIC, 1000000, 0.6, 100000, 0.396230482},
        {"CHE-LRU-1000000-0.6-500000", LRU, 1000000, 0.6, 500000, 0.67887029},
        {"CHE-LRU-1000000-0.8-10000", LRU, 1000000, 0.8, 10000, 0.231905346},
        {"CHE-RND-1000000-0.8-10000", RANDOM, 1000000, 0.8, 10000, 0.20730545},
        {"LFU-1000000-0.8-100000", STATIC, 1000000, 0.8, 100000, 0.609066437},
        {"CHE-LRU-1000000-0.8-500000", LRU, 1000000, 0.8, 500000, 0.810305312},
        {"CHE-RND-1000000-0.8-500000", RANDOM, 1000000, 0.8, 500000, 0.775234202},
        {"CHE-LRU-1000000-1-1000", LRU, 1000000, 1, 1000, 0.403104062},
        {"CHE-RND-1000000-1-1000", RANDOM, 1000000, 1, 1000, 0.366831577},
        {"LFU-1000000-1-1000", STATIC, 1000000, 1, 1000, 0.520087055},
        {"CHE-LRU-1000000-1-10000", LRU, 1000000, 1, 10000, 0.58513808},
        {"LFU-1000000-1-10000", STATIC, 1000000, 1, 10000, 0.680038343},
        {"CHE-LRU-1000000-1-100000", LRU, 1000000, 1, 100000, 0.779357171},
        {"CHE-LRU-1000000-1-500000", LRU, 1000000, 1, 500000, 0.931057064},
        {"CHE-RND-1000000-1-500000", RANDOM, 1000000, 1, 500000, 0.912703885},
        {"LFU-1000000-1-500000", STATIC, 1000000, 1, 500000, 0.951840489},
        {"CHE-LRU-1000000-1.2-10000", LRU, 1000000, 1.2, 10000, 0.875359152},
        {"LFU-1000000-1.2-10000", STATIC, 1000000, 1.2, 10000, 0.909599953},
        {"CHE-LRU-1000000-1.2-100000", LRU, 1000000, 1.2, 100000, 0.949810894},
        {"CHE-LRU-1000000-1.2-500000", LRU, 1000000, 1.2, 500000, 0.986924588},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct hr_arena *a = hr_arena_create();
        const struct hr_ranks r = hr_ranks_zipf(a, rows[i].n, rows[i].s);
        const double hits = rows[i].policy == LRU ? hr_che_hit_ratio(&r, rows[i].capacity)
                            : rows[i].policy == RANDOM
                                ? hr_che_random_hit_ratio(&r, rows[i].capacity)
                                : hr_static_hit_ratio(&r, rows[i].capacity);

        near(rows[i].id, hits, rows[i].hits, 1e-6);
        hr_arena_destroy(a);
    }
}

/* validation: LRU-EX-* (exact integral) and LRU-EX-CHE-*. */
static void a_small_cache_is_exact_and_near_its_approximation(void **unused)
{
    static const struct {
        uint32_t n, capacity;
        double s, exact, che;
    } rows[] = {{20, 5, 0.8, 0.392975187, 0.390667478},
                {20, 5, 1.2, 0.575841979, 0.576589593},
                {50, 10, 1.0, 0.506635648, 0.507071572}};

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct hr_arena *a = hr_arena_create();
        const struct hr_ranks r = hr_ranks_zipf(a, rows[i].n, rows[i].s);

        near("exact", hr_lru_hit_ratio(r.share, r.n, rows[i].capacity), rows[i].exact,
             1e-6);
        near("Che", hr_che_hit_ratio(&r, rows[i].capacity), rows[i].che, 1e-6);
        hr_arena_destroy(a);
    }
}

/* validation: TTL-FIX-*, TTLZ-*. */
static void what_expires_is_found_as_often_as_renewals_say(void **unused)
{
    struct hr_arena *a = hr_arena_create();
    const struct hr_ranks one = hr_ranks_zipf(a, 1, 1);
    const struct hr_ranks flat = hr_ranks_zipf(a, 10000, 0.8);
    const struct hr_ranks steep = hr_ranks_zipf(a, 10000, 1);

    (void)unused;
    near("TTL-FIX-0.1-5", hr_ttl_hit_ratio(&one, 0.1, 5), 0.333333333, 1e-8);
    near("TTL-FIX-0.01-300", hr_ttl_hit_ratio(&one, 0.01, 300), 0.75, 1e-8);
    near("TTLZ-FIX-10000-0.8", hr_ttl_hit_ratio(&flat, 100, 60), 0.575327669, 1e-7);
    near("TTLZ-OCC-10000-0.8", hr_ttl_objects(&flat, 100, 60), 2548.03399, 1e-3);
    near("TTLZ-FIX-10000-1", hr_ttl_hit_ratio(&steep, 1000, 60), 0.901159163, 1e-7);
    near("TTLZ-OCC-10000-1", hr_ttl_objects(&steep, 1000, 60), 5930.45021, 1e-3);
    hr_arena_destroy(a);
}

static void a_cache_for_all_objects_always_hits_and_none_never_does(void **unused)
{
    struct hr_arena *a = hr_arena_create();
    const struct hr_ranks r = hr_ranks_zipf(a, 1000, 0.7);
    const struct hr_ranks alike = hr_ranks_zipf(a, 1000, 0);

    (void)unused;
    assert_true(hr_che_time(&r, 1000) == HUGE_VAL);
    assert_true(hr_che_hit_ratio(&r, 1000) == 1.0);
    assert_true(hr_che_hit_ratio(&r, 0) == 0.0);
    near("alike", hr_che_hit_ratio(&alike, 385), 0.385, 1e-9);
    near("alike", hr_lru_hit_ratio(r.share, 3, 3), 1, 0);
    hr_arena_destroy(a);
}

static void grouping_of_ranks_loses_nothing(void **unused)
{
    struct hr_arena *a = hr_arena_create();
    const struct hr_ranks r = hr_ranks_zipf(a, 300000, 0.93);
    double sum = 0, objects = 0;

    (void)unused;
    for (int k = 1; k <= 300000; k++)
        sum += hr_pow(k, -0.93);
    for (uint32_t i = 0; i < r.n; i++)
        objects += r.count[i];
    assert_true(objects == 300000);
    assert_true(r.n < 10000);
    near("sum", r.sum / sum, 1, 1e-8);
    hr_arena_destroy(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(popular_objects_are_found_as_often_as_the_approximations_say),
        cmocka_unit_test(a_small_cache_is_exact_and_near_its_approximation),
        cmocka_unit_test(what_expires_is_found_as_often_as_renewals_say),
        cmocka_unit_test(a_cache_for_all_objects_always_hits_and_none_never_does),
        cmocka_unit_test(grouping_of_ranks_loses_nothing),
    };
    return cmocka_run_group_tests_name("caches", tests, NULL, NULL);
}

/* tests/engine/test_memory.c - what arena, pool and check promise. */
#include "sim/engine/arena.h"
#include "sim/engine/check.h"
#include "sim/engine/pool.h"
#include "sim/engine/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static bool all_zero(const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i])
            return false;
    return true;
}

/* Requests of awkward sizes, each filled, so that an overlap would show in the next one. */
static void arena_memory_is_zeroed_aligned_and_disjoint(void **unused)
{
    struct hr_arena *a = hr_arena_create();
    struct hr_draws d = hr_draws(1, 0, 0);

    (void)unused;
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 2000; i++) {
            const size_t size = (size_t)hr_draw_below(&d, i % 100 == 0 ? 300000 : 900);
            unsigned char *p = hr_arena_alloc(a, size, 1);
            assert_non_null(p);
            assert_int_equal((uintptr_t)p % 16, 0);
            assert_true(all_zero(p, size));
            if (size > 0)
                memset(p, 0xAB, size);
        }
        hr_arena_reset(a);
    }
    hr_arena_destroy(a);
    hr_arena_destroy(NULL);
}

static void an_arena_that_is_reset_takes_nothing_more_from_the_system(void **unused)
{
    struct hr_arena *a = hr_arena_create();
    size_t bytes = 0;

    (void)unused;
    for (int round = 0; round < 5; round++) {
        for (size_t i = 1; i < 400; i++)
            hr_arena_alloc(a, i, 24);
        if (round == 0)
            bytes = hr_arena_bytes(a);
        assert_true(hr_arena_bytes(a) == bytes);
        hr_arena_reset(a);
    }
    assert_true(bytes > (size_t)400 * 399 / 2 * 24);
    assert_true(bytes < (size_t)400 * 399 / 2 * 24 * 3);
    hr_arena_destroy(a);
}

static void an_array_that_grows_in_an_arena_keeps_what_it_holds(void **unused)
{
    struct hr_arena *a = hr_arena_create();
    uint32_t *items = NULL;
    size_t room = 0, moved = 0;

    (void)unused;
    for (uint32_t n = 0; n < 1000; n++) {
        uint32_t *const before = items;

        items = hr_arena_room(a, items, n, &room, sizeof *items);
        moved += items != before;
        assert_true(n < room);
        items[n] = n * n;
        for (uint32_t i = 0; i <= n; i++)
            assert_int_equal(items[i], i * i);
    }
    assert_in_range(moved, 1, 10);
    hr_arena_destroy(a);
}

static void arena_text_is_copied_and_ended(void **unused)
{
    struct hr_arena *a = hr_arena_create();

    (void)unused;
    assert_string_equal(hr_arena_text(a, "twenty-three", 6), "twenty");
    assert_string_equal(hr_arena_text(a, NULL, 0), "");
    assert_string_equal(hr_arena_printf(a, "%s %d", "p", 99), "p 99");
    char *longer = hr_arena_printf(a, "%0*d", 9000, 7);
    assert_int_equal(strlen(longer), 9000);
    hr_arena_destroy(a);
}

static void a_raw_pool_keeps_what_lies_in_its_slots(void **unused)
{
    struct hr_pool p;

    (void)unused;
    hr_pool_init_raw(&p, 16, 1);
    for (uint32_t i = 0; i < 100; i++) {
        assert_int_equal(hr_pool_take_raw(&p, 16), i);
        memset(hr_pool_at(&p, i), (int)i, 16);
    }
    assert_null(p.generation);
    hr_pool_give_raw(&p, 42, 16);
    hr_pool_give_raw(&p, 17, 16);
    assert_int_equal(hr_pool_take_raw(&p, 16), 17);
    assert_int_equal(hr_pool_take_raw(&p, 16), 42);
    for (uint32_t i = 0; i < 100; i++) /* behind what the list of free slots needs */
        assert_int_equal(((const unsigned char *)hr_pool_at(&p, i))[15], i);
    hr_pool_free(&p);
}

static void a_pool_reuses_the_slot_given_back_last(void **unused)
{
    struct hr_pool p;

    (void)unused;
    hr_pool_init(&p, 24, 0);
    for (uint32_t i = 0; i < 100; i++)
        assert_int_equal(hr_pool_take(&p), i);
    hr_pool_give(&p, 17);
    hr_pool_give(&p, 42);
    assert_int_equal(hr_pool_take(&p), 42);
    assert_int_equal(hr_pool_take(&p), 17);
    assert_int_equal(hr_pool_take(&p), 100);
    assert_int_equal(p.used, 101);
    hr_pool_free(&p);
}

static void a_slot_is_zeroed_when_it_is_taken_again(void **unused)
{
    struct hr_pool p;

    (void)unused;
    hr_pool_init(&p, 40, 2);
    const uint32_t slot = hr_pool_take(&p);
    memset(hr_pool_at(&p, slot), 0xCD, 40);
    hr_pool_give(&p, slot);
    assert_int_equal(hr_pool_take(&p), slot);
    assert_true(all_zero(hr_pool_at(&p, slot), 40));
    hr_pool_free(&p);
}

static void a_reference_dies_with_its_item_and_stays_dead(void **unused)
{
    struct hr_pool p;

    (void)unused;
    hr_pool_init(&p, 8, 1);
    const uint32_t slot = hr_pool_take(&p);
    const hr_ref r = hr_pool_ref(&p, slot);
    assert_true(hr_pool_live(&p, r));
    for (int i = 0; i < 50; i++) /* growth moves the items, not the names */
        hr_pool_take(&p);
    assert_true(hr_pool_live(&p, r));
    hr_pool_give(&p, slot);
    assert_false(hr_pool_live(&p, r));
    assert_int_equal(hr_pool_take(&p), slot);
    assert_false(hr_pool_live(&p, r));
    assert_true(hr_pool_live(&p, hr_pool_ref(&p, slot)));
    assert_false(hr_pool_live(&p, HR_NO_REF));
    hr_pool_free(&p);
}

static void items_keep_their_values_while_the_pool_grows(void **unused)
{
    enum { N = 5000 };
    struct hr_pool p;

    (void)unused;
    hr_pool_init(&p, sizeof(uint64_t), 3);
    for (uint64_t i = 0; i < N; i++)
        *(uint64_t *)hr_pool_at(&p, hr_pool_take(&p)) = i * i;
    for (uint64_t i = 0; i < N; i++)
        assert_true(*(uint64_t *)hr_pool_at(&p, (uint32_t)i) == i * i);
    hr_pool_free(&p);
}

/* Whatever the allocator returns as blocks grow from bytes to megabytes. */
static void items_of_lines_begin_with_one_and_keep_their_values(void **unused)
{
    enum { ITEMS = 150000 };
    struct hr_pool p;

    (void)unused;
    hr_pool_init(&p, 64, 1);
    for (uint32_t i = 0; i < ITEMS; i++) {
        uint32_t *item = hr_pool_at(&p, hr_pool_take(&p));
        assert_true((uintptr_t)item % 64 == 0);
        item[0] = item[15] = i;
    }
    for (uint32_t i = 0; i < ITEMS; i++) {
        const uint32_t *item = hr_pool_at(&p, i);
        assert_true(item[0] == i && item[15] == i);
    }
    hr_pool_free(&p);
}

/* Runs `act` in a child; its exit status, and what it wrote to stderr. */
static int status_of(void (*act)(void), char *said, size_t room)
{
    int ends[2], status = 0;
    size_t got = 0;
    ssize_t n;

    assert_int_equal(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        act();
        _exit(0);
    }
    close(ends[1]);
    while (got + 1 < room && (n = read(ends[0], said + got, room - 1 - got)) > 0)
        got += (size_t)n;
    said[got] = '\0';
    close(ends[0]);
    assert_true(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void break_a_requirement(void)
{
    HR_REQUIRE(1 + 1 == 3);
}

static void ask_for_more_than_there_is(void)
{
    hr_arena_alloc(hr_arena_create(), SIZE_MAX / 4, 64);
}

static void give_twice(void)
{
    struct hr_pool p;

    hr_pool_init(&p, 8, 4);
    hr_pool_give(&p, hr_pool_take(&p));
    hr_pool_give(&p, 0);
}

static void a_broken_requirement_says_what_and_where_and_exits_70(void **unused)
{
    char said[1000];

    (void)unused;
    assert_int_equal(status_of(break_a_requirement, said, sizeof said), 70);
    assert_non_null(strstr(said, "1 + 1 == 3"));
    assert_non_null(strstr(said, "test_memory.c:"));
    assert_non_null(strstr(said, "report"));
}

static void out_of_memory_says_so_and_exits_70(void **unused)
{
    char said[1000];

    (void)unused;
    assert_int_equal(status_of(ask_for_more_than_there_is, said, sizeof said), 70);
    assert_non_null(strstr(said, "out of memory"));
}

static void giving_a_slot_back_twice_is_caught(void **unused)
{
    char said[1000];

    (void)unused;
    assert_int_equal(status_of(give_twice, said, sizeof said), 70);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena_memory_is_zeroed_aligned_and_disjoint),
        cmocka_unit_test(an_arena_that_is_reset_takes_nothing_more_from_the_system),
        cmocka_unit_test(an_array_that_grows_in_an_arena_keeps_what_it_holds),
        cmocka_unit_test(arena_text_is_copied_and_ended),
        cmocka_unit_test(a_raw_pool_keeps_what_lies_in_its_slots),
        cmocka_unit_test(a_pool_reuses_the_slot_given_back_last),
        cmocka_unit_test(a_slot_is_zeroed_when_it_is_taken_again),
        cmocka_unit_test(a_reference_dies_with_its_item_and_stays_dead),
        cmocka_unit_test(items_keep_their_values_while_the_pool_grows),
        cmocka_unit_test(items_of_lines_begin_with_one_and_keep_their_values),
        cmocka_unit_test(a_broken_requirement_says_what_and_where_and_exits_70),
        cmocka_unit_test(out_of_memory_says_so_and_exits_70),
        cmocka_unit_test(giving_a_slot_back_twice_is_caught),
    };
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}

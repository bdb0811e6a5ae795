/* tests/models/test_single_flight.c - what waiting for one fetch promises. */
#include "models/parts/single_flight.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct hr_single_flight flights(void)
{
    struct hr_single_flight s;

    hr_single_flight_init(&s, hr_arena_create());
    return s;
}

static void an_object_has_a_flight_from_opening_to_closing(void **unused)
{
    struct hr_single_flight s = flights();

    (void)unused;
    assert_int_equal(hr_single_flight_find(&s, 77), HR_NO_FLIGHT);
    const uint32_t f = hr_single_flight_open(&s, 77);
    *hr_single_flight_note(&s, f) = 385;
    assert_int_equal(hr_single_flight_find(&s, 77), f);
    assert_int_equal(hr_single_flight_find(&s, 78), HR_NO_FLIGHT);
    hr_single_flight_close(&s, f);
    assert_int_equal(hr_single_flight_find(&s, 77), HR_NO_FLIGHT);
    assert_int_equal(*hr_single_flight_note(&s, hr_single_flight_open(&s, 79)), 0);
    hr_arena_destroy(s.arena);
}

static void who_boarded_first_gets_off_first(void **unused)
{
    struct hr_single_flight s = flights();
    const uint32_t f = hr_single_flight_open(&s, 1);

    (void)unused;
    for (uint32_t who = 100; who < 140; who++)
        hr_single_flight_board(&s, f, who);
    for (uint32_t who = 100; who < 140; who++)
        assert_int_equal(hr_single_flight_next(&s, f), who);
    assert_int_equal(hr_single_flight_next(&s, f), HR_NO_FLIGHT);
    hr_arena_destroy(s.arena);
}

static void who_leaves_is_not_called(void **unused)
{
    struct hr_single_flight s = flights();
    const uint32_t f = hr_single_flight_open(&s, 1);
    uint32_t at[5];

    (void)unused;
    for (uint32_t i = 0; i < 5; i++)
        at[i] = hr_single_flight_board(&s, f, 10 + i);
    hr_single_flight_leave(&s, at[0]);
    hr_single_flight_leave(&s, at[2]);
    hr_single_flight_leave(&s, at[4]);
    assert_int_equal(hr_single_flight_next(&s, f), 11);
    hr_single_flight_board(&s, f, 17);
    assert_int_equal(hr_single_flight_next(&s, f), 13);
    assert_int_equal(hr_single_flight_next(&s, f), 17);
    assert_int_equal(hr_single_flight_next(&s, f), HR_NO_FLIGHT);
    hr_arena_destroy(s.arena);
}

static void many_flights_keep_their_own_passengers(void **unused)
{
    enum { N = 1000 };
    struct hr_single_flight s = flights();
    uint32_t closed = 0, f;

    (void)unused;
    for (uint32_t id = 0; id < N; id++)
        hr_single_flight_board(&s, hr_single_flight_open(&s, id), id + 5000);
    for (uint32_t id = 0; id < N; id += 2) {
        f = hr_single_flight_find(&s, id);
        assert_int_equal(hr_single_flight_next(&s, f), id + 5000);
        hr_single_flight_close(&s, f);
    }
    while ((f = hr_single_flight_any(&s)) != HR_NO_FLIGHT) {
        assert_int_equal(hr_single_flight_next(&s, f) % 2, 1);
        hr_single_flight_close(&s, f);
        closed++;
    }
    assert_int_equal(closed, N / 2);
    hr_arena_destroy(s.arena);
}

static void what_is_closed_is_used_again(void **unused)
{
    enum { N = 1000 };
    struct hr_single_flight s = flights();

    (void)unused;
    for (uint32_t round = 0; round < 3; round++) {
        for (uint32_t id = 0; id < N; id++)
            hr_single_flight_board(&s, hr_single_flight_open(&s, id * 7), id);
        for (uint32_t id = 0; id < N; id++) {
            const uint32_t f = hr_single_flight_find(&s, id * 7);
            assert_int_equal(hr_single_flight_next(&s, f), id);
            hr_single_flight_close(&s, f);
        }
        assert_int_equal(s.open, 0);
    }
    assert_int_equal(s.n_flights, N);
    assert_int_equal(s.n_waiting, N);
    hr_arena_destroy(s.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_object_has_a_flight_from_opening_to_closing),
        cmocka_unit_test(who_boarded_first_gets_off_first),
        cmocka_unit_test(who_leaves_is_not_called),
        cmocka_unit_test(many_flights_keep_their_own_passengers),
        cmocka_unit_test(what_is_closed_is_used_again),
    };
    return cmocka_run_group_tests_name("single_flight", tests, NULL, NULL);
}

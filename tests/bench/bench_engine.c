/* tests/bench/bench_engine.c - nanoseconds an operation of the engine's hot paths.
 *
 * Prints a table; judges nothing.  Each figure is the best of three short passes, because
 * what disturbs a measurement only ever adds. */
#define _POSIX_C_SOURCE 200809L

#include "sim/engine/law.h"
#include "sim/engine/numeric.h"
#include "sim/engine/queue.h"
#include "sim/engine/random.h"
#include "sim/measure/hist.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

enum { PASSES = 3, REPEATS = 1000000 };

static double now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void print_row(const char *what, double ns)
{
    printf("%-32s %8.1f ns\n", what, ns);
}

/* The hold model: pop the first event, schedule another an exponential time later. */
static void bench_hold(uint32_t pending, const char *what)
{
    struct hr_queue *q = hr_queue_create();
    struct hr_draws d = hr_draws(1, 2, 3);
    static hr_time gaps[4096];
    struct hr_event e = {0};
    double best = HUGE_VAL;
    hr_time at;

    for (int i = 0; i < 4096; i++)
        gaps[i] = (hr_time)(-1e9 * hr_log(hr_draw_uniform(&d)));
    for (uint32_t i = 0; i < pending; i++)
        hr_queue_add(q, gaps[i % 4096] + i % 1000, HR_CLASS_TASK, e);
    for (int pass = 0; pass < PASSES; pass++) {
        const double start = now_ns();
        for (int i = 0; i < REPEATS; i++) {
            hr_queue_pop(q, &at, &e);
            hr_queue_add(q, at + gaps[i % 4096], HR_CLASS_TASK, e);
        }
        best = fmin(best, (now_ns() - start) / REPEATS);
    }
    print_row(what, best);
    hr_queue_destroy(q);
}

/* As hold, but each event also schedules a timeout and cancels the one before it. */
static void bench_timeouts(uint32_t pending)
{
    struct hr_queue *q = hr_queue_create();
    struct hr_event e = {0};
    const uint32_t line = hr_queue_line(q, 3000000);
    hr_timer timeout = 0;
    double best = HUGE_VAL;
    hr_time at;

    for (uint32_t i = 0; i < pending; i++)
        hr_queue_add(q, i * 7919 % 1000000, HR_CLASS_TASK, e);
    for (int pass = 0; pass < PASSES; pass++) {
        const double start = now_ns();
        for (int i = 0; i < REPEATS; i++) {
            hr_queue_pop(q, &at, &e);
            hr_queue_cancel(q, timeout);
            timeout = hr_queue_add_timeout(q, line, at + 3000000, e);
            hr_queue_add(q, at + i * 7919LL % 1000000, HR_CLASS_TASK, e);
        }
        best = fmin(best, (now_ns() - start) / REPEATS);
    }
    print_row("hold + timeout cancelled, N=1e4", best);
    hr_queue_destroy(q);
}

static void bench_laws(void)
{
    static const double sorted[] = {1, 2, 3, 5, 8, 13, 21, 34};
    static const double shares[] = {1, 0.5, 2, 0.9, 3, 1.0};
    const struct {
        const char *what;
        struct hr_law law;
    } rows[] = {
        {"draw constant", hr_law_constant(1)},
        {"draw uniform", {HR_LAW_UNIFORM, 1, 3, 0, NULL, 0}},
        {"draw exponential", hr_law_exponential(1)},
        {"draw normal", {HR_LAW_NORMAL, 3, 1, 0.9986501019683699, NULL, 0}},
        {"draw lognormal", {HR_LAW_LOGNORMAL, 0, 1, 0, NULL, 0}},
        {"draw gamma 2.5", {HR_LAW_GAMMA, 2.5, 1, 0, NULL, 0}},
        {"draw gamma 0.5", {HR_LAW_GAMMA, 0.5, 1, 0, NULL, 0}},
        {"draw erlang 4", {HR_LAW_ERLANG, 4, 1, 0, NULL, 0}},
        {"draw weibull", {HR_LAW_WEIBULL, 0.5, 1, 0, NULL, 0}},
        {"draw pareto", {HR_LAW_PARETO, 2.5, 1, 0, NULL, 0}},
        {"draw triangular", {HR_LAW_TRIANGULAR, 0.5, 3, 1, NULL, 0}},
        {"draw hyperexponential", {HR_LAW_HYPEREXPONENTIAL, 0.1, 5, 0.55, NULL, 0}},
        {"draw discrete", {HR_LAW_DISCRETE, 0, 0, 0, shares, 3}},
        {"draw empirical", {HR_LAW_EMPIRICAL, 0, 0, 0, sorted, 8}},
    };

    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        double best = HUGE_VAL, sum = 0.0;
        for (int pass = 0; pass < PASSES; pass++) {
            const double start = now_ns();
            for (int i = 0; i < REPEATS; i++) {
                struct hr_draws d = hr_draws(1, (uint64_t)i, 3);
                sum += hr_law_draw(&rows[r].law, &d);
            }
            best = fmin(best, (now_ns() - start) / REPEATS);
        }
        print_row(sum >= 0.0 ? rows[r].what : "negative", best);
    }
}

static void bench_zipf(void)
{
    struct hr_zipf z;
    double best = HUGE_VAL;
    uint64_t sum = 0;

    hr_zipf_init(&z, 2000000, 0.9);
    for (int pass = 0; pass < PASSES; pass++) {
        const double start = now_ns();
        for (int i = 0; i < REPEATS; i++) {
            struct hr_draws d = hr_draws(1, (uint64_t)i, 4);
            sum += hr_zipf_draw(&z, &d);
        }
        best = fmin(best, (now_ns() - start) / REPEATS);
    }
    print_row(sum ? "draw zipf(0.9) of 2M" : "", best);
}

static void bench_function(const char *what, double (*f)(double), double from, double step)
{
    double best = HUGE_VAL, sum = 0.0;

    for (int pass = 0; pass < PASSES; pass++) {
        const double start = now_ns();
        double x = from;
        for (int i = 0; i < REPEATS; i++, x += step)
            sum += f(x);
        best = fmin(best, (now_ns() - start) / REPEATS);
    }
    print_row(sum == sum ? what : "NaN", best);
}

static double root_of(double x)
{
    return hr_pow(x, 0.4);
}

static void bench_hist(void)
{
    struct hr_hist h;
    double best = HUGE_VAL;

    hr_hist_init(&h, 7);
    for (int pass = 0; pass < PASSES; pass++) {
        const double start = now_ns();
        for (int64_t i = 0; i < REPEATS; i++)
            hr_hist_record(&h, i * 7919 % 100000007);
        best = fmin(best, (now_ns() - start) / REPEATS);
    }
    print_row(h.total ? "hist record" : "", best);
    hr_hist_free(&h);
}

int main(void)
{
    bench_hold(100, "hold, N=100");
    bench_hold(10000, "hold, N=1e4");
    bench_hold(1000000, "hold, N=1e6");
    bench_timeouts(10000);
    bench_function("log", hr_log, 0.001, 0.001);
    bench_function("exp", hr_exp, -20.0, 0.00004);
    bench_function("pow", root_of, 0.001, 0.001);
    bench_function("normal quantile", hr_normal_quantile, 1e-7, 9.9e-7);
    bench_laws();
    bench_zipf();
    bench_hist();
    return 0;
}

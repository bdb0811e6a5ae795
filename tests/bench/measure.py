#!/usr/bin/python3
"""What scripts/bench runs: headroom beside the floors, in one run, and how it grows.

    measure.py [--quick] [--only SECTION,...] [SCENARIO.yaml...]

Everything is pinned to one core, a floor and what is compared with it take turns, and the best of
several runs counts, since what disturbs a measurement only ever adds.  Time is CPU time.  A cost
a request or an event of a whole program is marginal: a long run less a short one, so that
start-up and the writing of results do not count.  With scenarios, only their rows are printed.
"""
import argparse
import datetime
import math
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / "tests/bench"
BUILD = ROOT / "build/release"
CORES = os.sched_getaffinity(0)
CORE = max(CORES)
ANSWERED = 0.99 ** 4  # of the two-server system: four hops lose one in a hundred each
PEERS = {  # milliseconds, of AsyncFlow's two_servers_lb: mean, p95, p99
    "mean": 24.05, "p95": 33.67, "p99": 39.67}

quick = False
work = pathlib.Path()
report = []


def say(text=""):
    print(text, flush=True)
    report.append(text)


def table(head, rows):
    say("| " + " | ".join(head) + " |")
    say("|" + "---|" * len(head))
    for row in rows:  # a generator: rows appear as they are measured
        say("| " + " | ".join(str(x) for x in row) + " |")
    say()


def command(args, cores=frozenset({CORE})):
    """Runs it; its output and its wall-clock seconds.

    It inherits the cores.  A preexec_fn would make Python fork, and what that copies of Python's
    own memory counts as CPU time of the program.  It is started by a shell that waits for it:
    who is started by Python itself inherits Python's peak of memory."""
    os.sched_setaffinity(0, cores)
    start = time.monotonic()
    done = subprocess.run(["sh", "-c", '"$@"; exit $?', "sh", *(str(a) for a in args)], cwd=work,
                          text=True, stdin=subprocess.DEVNULL, capture_output=True)
    wall = time.monotonic() - start
    os.sched_setaffinity(0, CORES)
    return done, wall


def values(program, *args):
    """The `key value` lines of a program of tests/bench."""
    done, _ = command([BUILD / "tests" / program, *args])
    if done.returncode:
        sys.exit(f"{program} {' '.join(map(str, args))}: exit status {done.returncode}\n"
                 f"{done.stdout}{done.stderr}")
    return {k: float(v) for k, v in (line.split() for line in done.stdout.splitlines())}


def headroom(path, *args, jobs=1, replications=1):
    """What --stats says of a run, and `wall`."""
    cores = {CORE} if jobs == 1 else CORES
    done, wall = command([BUILD / "headroom", "run", path, "--jobs", jobs, "-r", replications,
                          "--stats", "--no-html", "--exit-zero", "--output", work, *args], cores)
    stats = [line for line in done.stderr.splitlines() if line.startswith("stats:")]
    if done.returncode or not stats:
        sys.exit(f"headroom run {path} {' '.join(map(str, args))}: exit status {done.returncode}\n"
                 f"{done.stdout}{done.stderr}")
    return {"wall": wall, **{k: float(v) for k, v in (w.split("=") for w in stats[0].split()[1:])}}


def best(rounds, **measurements):
    """The runs take turns; of each the smallest of every value."""
    least = {}
    for _ in range(rounds):
        for name, run in measurements.items():
            new, old = run(), least.get(name, {})
            least[name] = {k: min(v, old.get(k, v)) for k, v in new.items()}
    return least


def marginal(short, long, per):
    """Nanoseconds a request or an event, start-up excluded."""
    return 1e9 * (long["cpu_s"] - short["cpu_s"]) / (long[per] - short[per])


def verdict(value, limit):
    return f"{value:.2f}", f"{limit:g}", "yes" if value <= limit else "**no**"


def generated(kind, n, requests):
    path = work / f"{kind}-{n}-{requests:g}.yaml"
    with open(path, "w") as f:
        subprocess.run([sys.executable, HERE / "generate.py", kind, str(n), str(requests)],
                       stdout=f, check=True)
    return path


# ---- sections ----------------------------------------------------------------------------------

def hold_rows():
    for pending in (100, 10000, 1000000):
        size = (pending, 1000000 if quick else 3000000)
        of = best(2 if quick else 5, floors=lambda: values("bench_floors", "hold", *size),
                  engine=lambda: values("bench_hold", *size))
        heap, ladder = of["floors"]["heap_ns"], of["floors"]["ladder_ns"]
        engine = of["engine"]["engine_ns"]
        yield (f"hold model, {pending:,} pending, ns an event",
               f"{min(heap, ladder):.1f} (heap {heap:.1f}, ladder {ladder:.1f})", f"{engine:.1f}",
               *verdict(engine / min(heap, ladder), 1.4))


def whole_program(path, horizon, floor):
    """The floor beside a short and a long run of a scenario."""
    of = best(2 if quick else 3, floor=lambda: values("bench_floors", *floor),
              short=lambda: headroom(path, "--set", f"horizon={horizon / 100:g}h"),
              long=lambda: headroom(path, "--set", f"horizon={horizon:g}h"))
    return of["floor"], marginal(of["short"], of["long"], "requests")


def queue_rows():
    customers = 2e6 if quick else 10e6
    for servers, rate in ((1, 0.9), (16, 14.4)):
        name = f"mm{servers}"
        floor, ns = whole_program(HERE / f"scenarios/{name}.yaml",
                                  (1e6 if quick else 4e6) / rate / 3600,
                                  ("mmc", servers, customers if servers > 1 else 10e6))
        yield (f"M/M/{servers}, load 0.9, ns a customer", f"{floor['ns']:.1f}", f"{ns:.1f}",
               *verdict(ns / floor["ns"], 2.5))
        hand = best(2 if quick else 3, hand=lambda: values("bench_by_hand", servers, 10e6))["hand"]
        yield ("... written by hand, same measures", f"{floor['ns']:.1f}", f"{hand['ns']:.1f}",
               f"{hand['ns'] / floor['ns']:.2f}", "", "")


def two_server_rows():
    path = ROOT / "scenarios/examples/two-servers.yaml"
    floor, ns = whole_program(path, 1 if quick else 5, ("two_servers", 2, 0.64e6 if quick else 2.56e6))
    ns /= ANSWERED
    yield ("two-servers, answered requests a second", f"{1e9 / floor['ns']:,.0f}",
           f"{1e9 / ns:,.0f}", *verdict(ns / floor["ns"], 2.2))


def against_floors():
    say("## Against plain C\n")

    def rows():
        yield from hold_rows()
        yield from queue_rows()
        yield from two_server_rows()
    table(("what", "floor", "headroom", "ratio", "asked", "kept"), rows())
    say("Floors: tests/bench/bench_floors.c, each within four standard errors of its known mean. "
        "M/M/1, M/M/16 and two-servers are YAML scenarios through the whole program, with every "
        "measure recorded. Written by hand (tests/bench/bench_by_hand.c) is a program for this one "
        "system, with the engine's queue and keyed draws and all that headroom records of it.\n")


def latency():
    say("## Latency of two-servers\n")
    try:
        import h5py
    except ImportError:
        say("python3-h5py is missing: not looked at.\n")
        return
    headroom(ROOT / "scenarios/examples/two-servers.yaml", replications=5)
    with h5py.File(work / "two-servers.h5") as f:
        of = f["latency"]
        q = [round(float(x), 4) for x in of["quantile"]]
        got = {"mean": [float(of["answered_mean" + e][0, 0]) * 1e3 for e in ("", "_lo", "_hi")]}
        for p in (0.95, 0.99):
            got[f"p{p * 100:.0f}"] = [float(of["answered"][0, 0, q.index(p)]) * 1e3]
    table(("measure", "headroom ms", "95 % interval of five runs", "AsyncFlow ms", "difference"),
          ((m, f"{x[0]:.2f}", f"{x[1]:.2f} to {x[2]:.2f}" if len(x) > 1 else "",
            PEERS[m], f"{100 * (x[0] / PEERS[m] - 1):+.2f} %") for m, x in got.items()))
    say("tests/validation/test_two_servers.c tests them, sampling errors included.\n")


def scenario_row(path, *args):
    s = headroom(path, *args)
    return (pathlib.Path(path).stem + " " + " ".join(args), f"{s['requests']:,.0f}",
            f"{s['events']:,.0f}", f"{s['cpu_s']:.2f}", f"{s['requests'] / s['cpu_s']:,.0f}",
            f"{s['events'] / s['cpu_s']:,.0f}", f"{1e9 * s['cpu_s'] / s['events']:.1f}",
            f"{s['peak_mib']:.1f}")


SCENARIO_HEAD = ("scenario", "requests", "events", "CPU s", "requests/s", "events/s",
                 "ns an event", "peak MiB")


def scenarios():
    say("## Whole scenarios, one core, start-up and results included\n")
    shop = ROOT / "scenarios/ecommerce-core/ecommerce-core.yaml"
    chosen = ("--design", "tuned_autoscaling")

    def rows():
        yield scenario_row(shop, *chosen, "--quick")
        if quick:
            return
        yield scenario_row(shop, *chosen)
        for path in sorted((ROOT / "scenarios/examples").glob("*.yaml")):
            yield scenario_row(path)
    table(SCENARIO_HEAD, rows())
    say("Asked of ecommerce-core: 1,000,000 requests/s, 60 ns an event, under 200 MiB whatever the "
        "horizon (its quick form is 35 minutes of the day).\n")


def results_s(of):
    """CPU seconds that a run takes beyond its start and its events."""
    each = marginal(of["short"], of["busy"], "events") / 1e9
    more = {k: of["short"][k] - of["idle"][k] for k in ("cpu_s", "events")}
    return more["cpu_s"] - each * more["events"]


def size_rows():
    few = 10 if quick else 1
    for kind, small, large in (("instances", 10, 10000 // few), ("components", 10, 1000 // few),
                               ("in_flight", 1000, 1000000 // few),
                               ("objects", 10000, 10000000 // few),
                               ("targets", 10, 100), ("targets", 10, 1000)):
        of = {}
        requests = 2e5 if quick else 4e6 if kind == "in_flight" else 1e6  # beside a long warm-up
        for n in (small, large):
            # A tenth: of a quarter, the series of 1,000 components would have a quarter of the
            # buckets, and the rest would count as events.
            idle, short, busy = (generated(kind, n, r) for r in (1, requests / 10, requests))
            of[n] = best(1 if quick else 4, idle=lambda: headroom(idle),
                         short=lambda: headroom(short), busy=lambda: headroom(busy))
        ns = {n: marginal(r["short"], r["busy"], "events") for n, r in of.items()}
        peak = {n: r["busy"]["peak_mib"] for n, r in of.items()}
        each = (peak[large] - peak[small]) * 2 ** 20 / (large - small)
        asked = 2.0 if kind == "targets" else math.log(large) / math.log(small)
        yield (kind.replace("_", " "), f"{small:,}", f"{large:,}", f"{ns[small]:.0f}",
               f"{ns[large]:.0f}", *verdict(ns[large] / ns[small], round(asked, 2)),
               f"{peak[large]:.0f}", f"{each:,.0f}" if kind != "targets" else "",
               f"{of[large]['idle']['cpu_s']:.2f}",
               f"{max(0.0, results_s(of[large])):.2f}")


def sizes():
    say("## Sizes\n")
    table(("what", "few", "many", "ns an event: few", "many", "ratio", "asked", "kept",
           "peak MiB of many", "bytes an item", "start CPU s of many", "results CPU s"), size_rows())
    say("instances: of one service behind round robin. targets: the same under least outstanding. "
        "in flight: requests at a third party. objects: in a warm cache (asked: at most 16 bytes). "
        "The load of each instance is the same throughout. Asked is the ratio of the logarithms, "
        "of targets 2. An event: what a run of a million requests (in flight: four) takes more than "
        "one of a tenth of them, which has as many buckets over time. Start: until the first "
        "measured request, warm-up and warm caches included. Results: what else a run takes that "
        "does not grow with its requests, series and results above all.\n")


def cores():
    say("## Two cores, start-up\n")
    many = ROOT / "scenarios/examples/two-servers.yaml"
    hours = "--set", f"horizon={0.5 if quick else 2}h"
    small = ROOT / "scenarios/examples/web-shop.yaml"
    lines = generated("lines", 5000, 1)

    def check():
        done, wall = command([BUILD / "headroom", "check", lines])
        if done.returncode not in (0, 1, 4):
            sys.exit(done.stdout + done.stderr)
        return {"wall": wall}
    of = best(3, one=lambda: headroom(many, *hours, replications=8),
              two=lambda: headroom(many, *hours, jobs=2, replications=8))
    ratio = of["one"]["wall"] / of["two"]["wall"]
    of |= best(5 if quick else 15, check=check,
               run=lambda: headroom(small, "--set", "horizon=1ms", "--set", "warmup=0s",
                                    "--without-disturbances"))
    kept = "yes" if ratio >= 1.9 else "**no**"

    def milliseconds(what, ms, limit):
        return what, f"{ms:.1f} ms", f"{limit} ms", "yes" if ms < limit else "**no**"
    table(("what", "value", "asked", "kept"), [
        ("eight replications, wall clock on one core over that on two", f"{ratio:.2f}", 1.9, kept),
        ("that ratio over two: parallel efficiency", f"{ratio / 2:.3f}", 0.95,
         "yes" if ratio / 2 >= 0.95 else "**no**"),
        ("eight replications, CPU time on two cores over that on one",
         f"{of['two']['cpu_s'] / of['one']['cpu_s']:.2f}", "", ""),
        *([milliseconds("web-shop, CPU time until its first run begins", of["run"]["load_ms"], 10)]
          if "load_ms" in of["run"] else []),
        milliseconds("web-shop for 1 ms, results written", 1e3 * of["run"]["wall"], 10)[:2] +
        ("", ""),
        milliseconds("check of 5,000 lines", 1e3 * of["check"]["wall"], 100)])


def instructions():
    say("## Instructions\n")
    done = subprocess.run([ROOT / "scripts/check-instructions"], text=True, capture_output=True)
    perf = shutil.which("perf")
    counters = perf and subprocess.run([perf, "stat", "-x,", "-e", "cycles", "true"], text=True,
                                       capture_output=True).stderr
    say("Within the event loop, by callgrind; `committed` is what the tests compare with. " +
        ("" if counters and "not " not in counters else
         "Cycles: this machine offers no hardware counters.") + "\n")
    say("```\n" + (done.stdout or done.stderr).rstrip() + "\n```\n")


def operations():
    say("## Operations of the engine\n")
    for name in ("bench_engine", "bench_queue"):
        say("```\n" + command([BUILD / "tests" / name])[0].stdout.rstrip() + "\n```\n")


def preamble():
    def out(*args):
        return subprocess.run(args, cwd=ROOT, text=True, capture_output=True).stdout.strip()

    def setting(name):
        for line in open(BUILD / "CMakeCache.txt"):
            if line.startswith(name + ":"):
                return line.split("=", 1)[1].strip()
        return ""
    cpu = [line.split(":")[1].strip() for line in open("/proc/cpuinfo") if "model name" in line]
    changed = " and changes" if out("git", "status", "--porcelain", "-uno") else ""
    say("# Bench\n")
    say(f"Written by `scripts/bench{' --quick' if quick else ''}`. Absolute figures are of this "
        "machine on that day; ratios carry over.\n")
    say(f"- machine: {cpu[0] if cpu else platform.machine()}, {os.cpu_count()} cores, "
        f"Linux {platform.release().split('-')[0]}, load {os.getloadavg()[0]:.1f} at the start")
    say(f"- compiler: {out(setting('CMAKE_C_COMPILER'), '--version').splitlines()[0]}, "
        f"{setting('CMAKE_C_FLAGS_RELEASE')}; {' '.join(platform.libc_ver())}")
    say(f"- commit: {out('git', 'log', '-1', '--format=%h (%s)')}{changed}")
    say(f"- date: {datetime.date.today()}\n")


SECTIONS = {f.__name__: f for f in (against_floors, latency, scenarios, sizes, cores,
                                    instructions, operations)}


def main():
    global quick, work
    p = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    p.add_argument("--quick", action="store_true", help="smaller sizes, about a minute")
    p.add_argument("--only", help="sections, of " + ", ".join(SECTIONS))
    p.add_argument("scenarios", nargs="*", help="only rows of these")
    args = p.parse_args()
    quick = args.quick
    only = args.only.split(",") if args.only else list(SECTIONS)
    if set(only) - set(SECTIONS):
        p.error("sections are " + ", ".join(SECTIONS))
    with tempfile.TemporaryDirectory(prefix="headroom-bench.") as folder:
        work = pathlib.Path(folder)
        if args.scenarios:
            table(SCENARIO_HEAD, (scenario_row(os.path.abspath(s)) for s in args.scenarios))
            return
        start = time.monotonic()
        preamble()
        for name in only:
            if args.only or not quick or name not in ("instructions", "operations"):
                SECTIONS[name]()
        say(f"{time.monotonic() - start:.0f} s in all.")
    if not args.only:
        name = "bench-quick.md" if quick else "reference/bench.md"
        (ROOT / "results" / name).write_text("\n".join(report) + "\n")
        print(f"\nwritten to results/{name}")


if __name__ == "__main__":
    main()

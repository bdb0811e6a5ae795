"""Calls that fail and are tried again; caches; arrivals that vary over the day; repair shops."""
import math
import re

import numpy as np

import judge
from experiment import Experiment
from references import Tolerance
from yaml_text import components, exponential, seconds, service, traffic


def percent(x):
    return f"{100 * x:.12g}%"


def coin(failures, latency="0s"):
    return f"  coin: {{ kind: third_party, latency: {latency}, failures: {percent(failures)} }}\n"


def retries(rows):
    for i in rows:
        m = re.match(r"RTY-L-([0-9.]+)-(\d)$", i)
        if m:
            p, more = float(m[1]), int(m[2])
            text = (traffic(a=f"to: coin, rate: 100/s, mix: {{ go: 100% }}, retry: {{ attempts: "
                              f"{more + 1}, backoff: 0s..0s, jitter: none }}")
                    + components(coin(p, "1ms")))
            yield Experiment(f"Retries {i}", text,
                             {i: lambda r: r.amplification(),
                              f"RTY-S-{m[1]}-{m[2]}": lambda r: r.share("good")},
                             horizon=500, warmup=1, fast=i == "RTY-L-0.9-3")
    layers = [service(f"l{k}", {"go": f"[ {{ call: {'coin' if k == 5 else f'l{k + 1}'}.go, retry: "
                                      "{ attempts: 3, backoff: 0s..0s, jitter: none } } ]"})
              for k in range(2, 6)]
    text = (traffic(a="to: l2, rate: 10/s, mix: { go: 100% }, "
                      "retry: { attempts: 3, backoff: 0s..0s, jitter: none }")
            + components(*layers, coin(1)))
    yield Experiment("Retries in five layers", text,
                     {"RTY-5L": lambda r: judge.ratio(r.by_component("calls", "coin"),
                                                      r.count("valid", "go"))},
                     horizon=20, warmup=0, fast=True)
    for i, rate, p in (("FB-0.5-0.2", 0.5, 0.2), ("FB-0.3-0.5", 0.3, 0.5)):
        # Work that fails is asked for again at once and goes to the end of the queue.
        text = (traffic(a=f"to: s, rate: {rate}/s, mix: {{ job: 100% }}, "
                          "retry: { attempts: 1000, backoff: 0s..0s, jitter: none }")
                + components(service("s", {"job": "[ { work: exponential(1s) }, { call: coin.flip } ]"},
                                     discipline="fifo"), coin(p)))
        yield Experiment(f"Feedback {i}", text, {i: lambda r: r.mean_latency("job")},
                         horizon=100000, warmup=500)


STRATEGIES = {
    "no_retries": "",
    "three_retries": ", retry: { attempts: 4, backoff: 0s..0s, jitter: none }",
    "adaptive_10pct": ", retry: { attempts: 1000, backoff: 0s..0s, jitter: none, budget: 10%, "
                      "budget_burst: 5 }",
}


def budgets_of(rows, strategies):
    """The start counts: buckets are full, and a run has some 250,000 calls."""
    for i in rows:
        m = re.match(r"BRK22-(\w+)-(\d+)-([0-9.]+)-load$", i)
        if not m or m[1] not in strategies:
            continue
        clients, p = int(m[2]), float(m[3])
        text = (traffic(a="to: client, rate: 1000/s, mix: { go: 100% }")
                + components(service("client", {"go": f"[ {{ call: coin.ask{strategies[m[1]]} }} ]"},
                                     instances=clients),
                             coin(p, "erlang(stages=2 mean=20ms)")))
        yield Experiment(f"Retry budgets {i[:-5]}", text,
                         {i: lambda r: judge.ratio(r.by_component("calls", "coin"),
                                                   r.by_component("calls", "client")),
                          i[:-4] + "succ": lambda r: r.share("good")},
                         horizon=250, warmup=0, replications=8,
                         fast=i.startswith("BRK22-adaptive_10pct-100-0.1"))


def budgets(rows):
    yield from budgets_of(rows, STRATEGIES)


# The first pause is twice the base.
BACKOFFS = {"None": "backoff: 0s..0s, jitter: none",
            "Exponential": "backoff: 10ms..2s, jitter: none",
            "EqualJitter": "backoff: 10ms..2s, jitter: equal",
            "FullJitter": "backoff: 10ms..2s, jitter: full",
            "Decorr": "backoff: 5ms..2s, jitter: decorrelated"}


def contests(rows):
    """Clients that all want to write one row at once: a replication is one contest.  The row is
    read at the end of the first way, and written at the end of the third."""
    way = "normal(mean=10ms sd=2ms)"
    for i in rows:
        m = re.match(r"AWSBO-(\w+)-(\d+)-calls$", i)
        if not m:
            continue
        text = ("places: { here: {}, there: {} }\n"
                f"links:\n  net: {{ from: here, to: there, latency: {way}, back: {way}, "
                "source: by definition }\n"
                + traffic(a=f"from: {{ here: 100% }}, to: app, interarrival: 1000s, batch: {m[2]}, "
                            "mix: { write: 100% }, "
                            f"retry: {{ attempts: 1000, {BACKOFFS[m[1]]} }}")
                + components(service(
                    "app", {"write": f"[ {{ hold: row, optimistic: true, do: [ {{ wait: {way} }}, "
                                     f"{{ wait: {way} }} ] }} ]"},
                    resources="{ row: { count: 1 } }", **{"in": "there"})))
        yield Experiment(f"Contest {i[:-6]}", text,
                         {i: lambda r: judge.mean(r.count("attempts", "write")),
                          # The largest of fewer than a thousand.
                          i[:-5] + "time": lambda r: judge.mean(
                              r.quantiles(0.999, "write", times=1000))},
                         horizon=1500, warmup=0, replications=200,
                         tolerances={i[:-5] + "time": Tolerance(relative=0.1)}
                         if m[2] == "10" else {},
                         fast=i == "AWSBO-FullJitter-100-calls")


def collapses(rows):
    """A server that is slower the more it has to do: 1 s and 10 ms for each that is there, itself
    included.  40 calls a second, 80 from 20 s to 25 s; up to two retries, and nobody tells the
    server."""
    def text(retry):
        return ("places: { here: {}, there: {} }\n"
                "links:\n  net: { from: here, to: there, latency: exponential(100ms), "
                "back: exponential(100ms), source: by definition }\n"
                + traffic(a="from: { here: 100% }, to: s, rate: 40/s, mix: { go: 100% }, shape: [ { "
                            "spike: { at: 20s, to: 200%, hold: 5s } } ], timeout: 3s, "
                            f"retry: {{ attempts: 3, timeout: 3s, {retry} }}")
                + components(service("s", {"go": "[ { wait: 1.01s, contention: 0.990099% } ]"},
                                     **{"in": "there"})))

    yield Experiment("Collapse after a spike, pauses between retries",
                     text(COLLAPSE_PAUSES),
                     {"COLL-60..78-b": lambda r: good_rate(r, 60, 78)},
                     horizon=80, warmup=20, replications=100, batches=8)
    yield Experiment("Collapse after a spike, retries at once",
                     text("backoff: 0s..0s, jitter: none"),
                     {"COLL-10..20-n": lambda r: good_rate(r, 10, 20)},
                     horizon=80, warmup=20, replications=100, batches=8, fast=True)


COLLAPSE_PAUSES = "backoff: 20s..40s, jitter: full"


def good_rate(runs, begin, end):
    """Good answers a second to requests that came between two moments, one value a batch."""
    values = []
    for file in runs.files:
        bounds = file["time_bounds"][()]
        inside = (bounds[:, 0] >= begin - 1e-9) & (bounds[:, 1] <= end + 1e-9)
        values.append(float(file["series/good"][0, inside, 0].mean()))
    return judge.mean(values)


# --- caches -------------------------------------------------------------------------------------

def lookups(count, popularity, rate, settings):
    return (f"keys:\n  thing: {{ count: {count}, popularity: zipf({popularity:g}), size: 1kB }}\n"
            + traffic(a=f"to: front, rate: {rate:g}/s, mix: {{ go: 100% }}")
            + components(service("front", {"go": "[ { call: c.get, key: thing, when: { miss: "
                                                 "[ { call: c.set, key: thing } ] } } ]"}),
                         f"  c: {{ kind: cache, latency: 0s, {settings} }}\n"))


def caches(rows):
    for i in rows:
        if m := re.match(r"(?:CACHE-SIM-LRU|CHE-LRU-(\d+))-([0-9.]+)-(\d+)$", i):
            count, popularity, room = int(m[1] or 10000), float(m[2]), int(m[3])
        elif m := re.match(r"LRU-EX-(\d+)-(\d+)-([0-9.]+)$", i):
            count, room, popularity = int(m[1]), int(m[2]), float(m[3])
        else:
            continue
        yield Experiment(f"LRU {i}",
                         lookups(count, popularity, 1000, f"memory: {room}kB"),
                         {i: lambda r: r.hit_rate("c")}, replications=16,
                         # Long enough to forget what it began with: some times what it holds.
                         warmup=min(10 * room, 300000) / 1000 + 10,
                         horizon=100 if count > 10000 else 200,
                         fast=i == "CACHE-SIM-LRU-0.8-1000")
    for i in rows:
        if m := re.match(r"TTL-(FIX|RST)-([0-9.]+)-(\d+)$", i):
            rate, ttl = float(m[2]), int(m[3])
            sliding = ", sliding: true" if m[1] == "RST" else ""
            yield Experiment(f"Time to live {i}",
                             lookups(1, 0, rate, f"memory: 1MB, ttl: {ttl}s{sliding}"),
                             {i: lambda r: r.hit_rate("c")}, warmup=20 * ttl,
                             horizon=20000 / rate)
        if m := re.match(r"TTLZ-FIX-(\d+)-([0-9.]+)$", i):
            rate = 100 if m[2] == "0.8" else 1000
            yield Experiment(f"Time to live {i}",
                             lookups(m[1], float(m[2]), rate, "memory: 1GB, ttl: 60s"),
                             {i: lambda r: r.hit_rate("c")}, warmup=200, horizon=100000 / rate,
                             replications=16, fast=m[2] == "0.8")


# --- the day -------------------------------------------------------------------------------------

def sinusoid(runs, what):
    """Amplitude of the number present, or its lag behind the arrivals (h), by least squares; one
    value a batch."""
    values = []
    for file in runs.files:
        hours = file["time_bounds"][()].mean(axis=1) / 3600
        names = [n.decode() for n in file["component"][()]]
        y = file["series/in_flight"][0, :, names.index("s")]
        hours, y = hours[hours > 36], y[hours > 36]  # it began at the rate of midnight
        w = 2 * math.pi / 24
        basis = np.stack([np.ones_like(hours), np.cos(w * (hours - 12)), np.sin(w * (hours - 12))])
        _, a, b = np.linalg.lstsq(basis.T, y, rcond=None)[0]
        values.append(math.hypot(a, b) if what == "amp" else math.atan2(b, a) / w)
    return judge.mean(values)


def days(rows):
    for law, hours, step, ids, runs in (
            ("D", 1, "wait: 1h", ["MtDinf-1-amp", "MtDinf-1-lag"], 100),
            ("M", 6, f"wait: {exponential(21600)}", ["MtMinf-6-lag"], 300),
            ("D", 6, "wait: 6h", ["MtDinf-6-amp", "MtDinf-6-lag"], 300)):
        text = (traffic(a="to: s, rate: 10/h, mix: { go: 100% }, shape: [ { daily: { low: 50%, "
                          "peak: 150%, peak_at: \"12:00\" } } ]")
                + components(service("s", {"go": f"[ {{ {step} }} ]"})))
        yield Experiment(f"Number present over the day, {law} of {hours} h", text,
                         {i: lambda r, w=i.rsplit("-", 1)[1]: sinusoid(r, w) for i in ids},
                         horizon=3 * 86400, warmup=86400, drain="1d", replications=runs,
                         batches=16, fast=hours == 1)


# --- repair shops ------------------------------------------------------------------------------------

def repair_shops(rows):
    for prefix in sorted({i.rsplit("-", 1)[0] for i in rows if i.startswith("MRP-")}):
        _, machines, repairers, failure = prefix.split("-")
        repair = float(re.search(r"repair rate ([0-9.]+)", rows[prefix + "-A"].parameters)[1])
        text = (traffic(a=f"to: shop, users: {machines}, think: {exponential(1 / float(failure))}, "
                          "mix: { mend: 100% }")
                + components(service("shop", {"mend": f"[ {{ work: {exponential(1 / repair)} }} ]"},
                                     cores=repairers, discipline="fifo")))
        figures = {prefix + "-down": lambda r: r.in_flight("shop"),
                   prefix + "-A": lambda r, n=int(machines): judge.shifted(
                       r.in_flight("shop"), 1, -1 / n)}
        if repairers == "1":
            figures[prefix + "-all"] = lambda r: judge.shifted(r.utilisation("shop"), 1, -1)
        scale = 1 / float(failure)
        yield Experiment(f"Repair shop {prefix}", text, figures, warmup=20 * scale,
                         horizon=1000 * scale, drain="0s", fast=machines == "20")


def all_of(rows):
    for part in (retries, budgets, contests, collapses, caches, days, repair_shops):
        yield from part(rows)

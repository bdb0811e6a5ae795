"""Arrivals that are not Poisson, customers without patience, orders of service that interrupt,
servers that go away: words of the language beyond the plain station."""
import math
import re

import judge
from cases_call import STRATEGIES, budgets_of
from cases_queue import ASKS, HOSPITAL, SEEN, waits_of
from experiment import Experiment
from yaml_text import balanced, components, exponential, law, length, seconds, service, traffic


def renewal(gaps, work):
    """The station is asked twice at once: by a probe that says whether there is a wait, and by
    the request 2 ns later."""
    probe = "{ call: s.probe, timeout: 2ns, optional: true }"
    return (traffic(a=f"to: front, interarrival: {gaps}, mix: {{ go: 100% }}")
            + components(service("front", {"go": f"[ {probe}, {{ call: s.job }} ]"}),
                         service("s", {"probe": "[ { work: 1ns } ]", "job": f"[ {{ work: {work} }} ]"},
                                 discipline="fifo")))


def plain_renewal(gaps, work):
    return (traffic(a=f"to: s, interarrival: {gaps}, mix: {{ job: 100% }}")
            + components(service("s", {"job": f"[ {{ work: {work} }} ]"}, discipline="fifo")))


def gaps_law(kind, mean):
    if kind == "H2(4)":
        return balanced(mean, 4)
    if kind == "H2(2)":
        return balanced(mean, 2)
    return {"D": seconds(mean), "U": f"uniform(0s..{seconds(2 * mean)})",
            "E2": f"erlang(stages=2 mean={seconds(mean)})",
            "E4": f"erlang(stages=4 mean={seconds(mean)})"}[kind]


def renewals(rows):
    for prefix, kind, load, scv in (("DM1-50", "D", 0.5, 0), ("UM1-50", "U", 0.5, 0.33),
                                    ("DM1-80", "D", 0.8, 0), ("H2M1-80", "H2(4)", 0.8, 4),
                                    ("UM1-80", "U", 0.8, 0.33), ("H2M1-90", "H2(4)", 0.9, 4)):
        yield Experiment(f"G/M/1 {prefix}",
                         renewal(gaps_law(kind, 1 / load), exponential()),
                         {f"{prefix}-R": lambda r: r.mean_latency("go"),
                          f"{prefix}-T99": lambda r: r.latency(0.99, "go"),
                          f"{prefix}-Pw": lambda r: r.share("degraded", "go")},
                         fast=prefix == "DM1-50", **length(load, scv=scv, jobs=50000))
    for i, row in rows.items():
        m = re.match(r"GG1-(E2|E4|H2\(\d\))-(E2|E4|M|H2\(\d\))-(\d\d)-R$", i)
        if not m:
            continue
        load = int(m[3]) / 100
        ca, cs = (float(re.search(rf"{w} .*?scv ([0-9.]+)", row.parameters)[1])
                  for w in ("interarrival", "service"))
        figures = {i: lambda r: r.mean_latency("job")}
        bound = i[:-1] + "Kingman"
        if bound in rows:
            figures[bound] = lambda r: r.mean_latency("job", less=1.0)
        yield Experiment(f"G/G/1 {i[:-2]}", plain_renewal(gaps_law(m[1], 1 / load), law(m[2])),
                         figures, **length(load, scv=max(ca + cs - 1, 0.5), jobs=100000))


def bursts(rows):
    # Rounded, an exponential law of mean -1 / ln 0.8 that is not 0 is geometric of mean 5; a share
    # sqrt(0.8) of the batches is not empty.
    geometric, full = f"exponential({-1 / math.log(0.8):.9f})", math.sqrt(0.8)
    for i, rate, size, batch in (("BATCH-fixed5-50", 0.1, 5, "5"), ("BATCH-fixed2-80", 0.4, 2, "2"),
                                 ("BATCH-geometric5-50", 0.1 / full, 5, geometric),
                                 ("BATCH-geometric5-80", 0.16 / full, 5, geometric)):
        text = (traffic(a=f"to: s, rate: {rate:.12g}/s, batch: {batch}, mix: {{ job: 100% }}")
                + components(service("s", {"job": "[ { work: exponential(1s) } ]"},
                                     discipline="fifo")))
        yield Experiment(f"Batches {i}", text, {i: lambda r: r.mean_latency("job")},
                         fast=batch == "5", **length(min(rate * size, 0.8), scv=2 * size, jobs=50000))
    for i, low, high, at_low, at_high in (("MMPP-0.2-1.5", 0.2, 1.5, 100, 25),
                                          ("MMPP-0.1-3", 0.1, 3, 50, 5)):
        text = (traffic(a=f"to: s, rate: 1/s, modulated: [ {{ to: {low * 100:g}%, lasts: "
                          f"exponential({at_low}s) }}, {{ to: {high * 100:g}%, lasts: "
                          f"exponential({at_high}s) }} ], mix: {{ job: 100% }}")
                + components(service("s", {"job": "[ { work: exponential(1s) } ]"},
                                     discipline="fifo")))
        yield Experiment(f"Switched arrivals {i}", text, {i: lambda r: r.mean_latency("job")},
                         warmup=0, horizon=400000,
                         notes={i: "a warm-up would be at the level of t = 0"})


def impatience(rows):
    for prefix in sorted({i[:-4] for i in rows if i.startswith("ERLA-") and i.endswith("-pab")}):
        _, c, rate = prefix.split("-")
        mean = re.search(r"patience exp mean ([0-9.]+)", rows[prefix + "-pab"].parameters)[1]
        ops = {"job": "[ { work: exponential(1s) } ]"}
        more = {"cores": c, "workers": c, "patience": f"exponential({mean}s)", "discipline": "fifo"}
        horizon = max(50000 / float(rate), 1000)
        yield Experiment(f"Erlang A {prefix}",
                         traffic(a=ASKS.format(float(rate))) + components(service("s", ops, **more)),
                         {prefix + "-pab": lambda r: r.bad_share("job"),
                          prefix + "-EW": lambda r: judge.ratio(
                              r.by_component("queue", "s") * r.horizon,
                              r.by_component("calls", "s")),
                          prefix + "-occ": lambda r: r.utilisation("s")},
                         horizon=horizon, warmup=100, fast=c == "8")
        yield Experiment(f"Erlang A {prefix}, waiting",
                         traffic(a=ASKS.format(float(rate)), w=SEEN.format(float(rate)))
                         + components(service("s", {**ops, "seen": "[ { work: 1ns } ]"}, **more)),
                         {prefix + "-Pw": lambda r: r.bad_share("seen")},
                         horizon=horizon, warmup=100)


def interruptions(rows):
    for name, (rates, means), cores, ids, shift, probes in (
            ("2 classes", ([0.3, 0.5], [1, 1]), 1, [f"PRI-PR-2c-exp-T{k}" for k in (1, 2)], 0, 0),
            ("3 classes", ([0.2] * 3, [0.5, 1, 2]), 1, [f"PRI-PR-3c-T{k}" for k in (1, 2, 3)], 0,
             0),
            ("County Hospital, one doctor", HOSPITAL, 1, [f"PRI-HL-PR1-{k}" for k in (1, 2, 3)],
             -1 / 3, 2),
            ("County Hospital, two doctors", HOSPITAL, 2, [f"PRI-HL-PR2-{k}" for k in (1, 2, 3)],
             -1 / 3, 5)):
        yield waits_of(f"Priority, preemptive, {name}", "priority_preemptive", rates, means, cores,
                       ids, [shift] * len(ids), probes=probes)
    for load in (50, 80, 90):
        rate = load / 100
        text = (traffic(a=ASKS.format(rate)) + components(service(
            "s", {"job": f"[ {{ work: {law('lognormal scv4')} }} ]"}, discipline="lifo_preemptive")))
        yield Experiment(f"Last come, first served at {load}%", text,
                         {f"LCFSPR-{load}": lambda r: r.mean_latency("job")},
                         **length(rate, scv=4, jobs=100000))
    text = (traffic(a=ASKS.format(0.9)) + components(service(
        "s", {"job": "[ { work: exponential(1s) } ]"}, discipline="shortest_remaining")))
    yield Experiment("Shortest remaining first at 90%", text,
                     {"SRPT-90": lambda r: r.mean_latency("job")}, **length(0.9, jobs=100000))


def absences(rows):
    """A vacation is the work of one user who always wants some and always comes last."""
    for i, rate, vacation in (("VAC-D2-80", 0.8, "2s"), ("VAC-E2-50", 0.5, "exponential(2s)"),
                              ("VAC-E2-80", 0.8, "exponential(2s)")):
        text = (traffic(a=ASKS.format(rate), v="to: s, users: 1, think: 0s, mix: { away: 100% }")
                + components(service(
                    "s", {"job": "{ rank: 0, steps: [ { work: exponential(1s) } ] }",
                          "away": f"{{ rank: 1, steps: [ {{ work: {vacation} }} ] }}"},
                    discipline="priority")))
        yield Experiment(f"Vacations {i}", text, {i: lambda r: r.mean_latency("job", less=1.0)},
                         **length(rate, jobs=100000))


def set_ups(rows):
    """A worker is a server that is switched off as soon as it is idle."""
    for i, row in rows.items():
        m = re.match(r"SETUP(?:1-[0-9.]+-\d+|k-\d+-[0-9.]+-[0-9.]+-R)$", i)
        if not m:
            continue
        k = re.search(r"k=(\d+)", row.parameters)
        rate = float(re.search(r"lambda=([0-9.]+)", row.parameters)[1])
        mean = re.search(r"setup (?:exp )?mean ([0-9.]+)", row.parameters)[1]
        k = int(k[1]) if k else 1
        text = (traffic(a=ASKS.format(rate)) + components(service(
            "s", {"job": "[ { work: exponential(1s) } ]"}, cores=k, workers=k,
            worker_start=f"exponential({mean}s)", worker_idle="0s", discipline="fifo")))
        figures = {i: lambda r: r.mean_latency("job"),
                   i[:-1] + "S": lambda r: r.level("s.workers_starting")}
        yield Experiment(f"Set-up {i}", text, {k: f for k, f in figures.items() if k in rows},
                         fast=i == "SETUP1-1-70", warmup=4000, horizon=100000 / rate)


def returns(rows):
    for prefix, rate, c, pause in (("RETR-1-0.5", 0.5, 1, 1), ("RETR-5-4", 4, 5, 2)):
        text = (traffic(a=ASKS.format(rate) + ", retry: { attempts: 1000, pause: "
                          f"exponential({pause}s) }}",
                        w=SEEN.format(rate / 2).replace("seen: 100%", "seen: 100%"))
                + components(service("s", {"job": "[ { work: exponential(1s) } ]",
                                           "seen": "[ { work: 1ns } ]"},
                                     cores=c, workers=c, queue=0, discipline="fifo")))
        yield Experiment(f"Retrial queue {prefix}", text,
                         {prefix + "-orb": lambda r, a=rate: judge.shifted(
                             r.mean_latency("job"), -a, a),
                          prefix + "-pb": lambda r: r.bad_share("seen")},
                         horizon=60000 / rate, warmup=500, fast=c == 1,
                         notes={prefix + "-orb": "arrivals x mean latency, less those in service"})
    text = (traffic(a="to: s, users: 20, think: exponential(2s), mix: { job: 100% }")
            + components(service("s", {"job": "[ { work: exponential(1s) } ]"}, cores=10,
                                 workers=10, queue=0)))
    yield Experiment("Engset, 20 sources and 10 servers", text,
                     {"ENG-20-10": lambda r: r.share("refused", "job")}, horizon=8000, warmup=50)


def breakers(rows):
    yield from budgets_of(rows, {"breaker_10pct": STRATEGIES["three_retries"].replace(
        " }", ", stop_at: 10% }")})


def all_of(rows):
    for part in (renewals, bursts, impatience, interruptions, absences, set_ups, returns,
                 breakers):
        yield from part(rows)

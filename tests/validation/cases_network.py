"""Networks of stations: a request's route is written as steps with the right mean visits.

A product form depends on the visits alone: routes that differ from the Markov routing of the
references give the same figures (F. Kelly, "Reversibility and Stochastic Networks", 1979).  Means
of a class at a station are those of a station of its own that it passes on the way there.
"""
import judge
from experiment import Experiment
from yaml_text import components, exponential, length, service, traffic


def visits(call, mean):
    """Steps that make `mean` calls on average."""
    whole, part = int(mean + 1e-9), round(mean % 1, 9)
    steps = [f"{{ repeat: {whole}, do: [ {{ call: {call} }} ] }}"] if whole else []
    if 0 < part < 1:
        steps.append(f"{{ choose: [ {{ share: {part * 100:.9g}%, do: [ {{ call: {call} }} ] }}, "
                     f"{{ share: {(1 - part) * 100:.9g}%, do: [] }} ] }}")
    return steps


def station(name, mean, servers=1, discipline="fifo"):
    if servers == 0:
        return service(name, {"visit": f"[ {{ wait: {exponential(mean)} }} ]"})
    return service(name, {"visit": f"[ {{ work: {exponential(mean)} }} ]"}, cores=servers,
                   discipline=discipline)


def network(clients, stations, discipline="fifo"):
    """stations: (name, mean visits, service time, servers)."""
    steps = [s for name, v, _, _ in stations for s in visits(f"{name}.visit", v)]
    return (traffic(a=f"to: front, mix: {{ go: 100% }}, {clients}")
            + components(service("front", {"go": "[ " + ", ".join(steps) + " ]"}),
                         *(station(n, s, c, discipline) for n, _, s, c in stations)))


def by_station(prefix, stations, rows):
    figures = {}
    for name, _, _, servers in stations:
        k = name[1:]
        for what, figure in (
                ("U", lambda r, n=name, c=servers:
                 r.utilisation(n) if c else r.in_flight(n)),
                ("R", lambda r, n=name: r.sojourn(n)), ("Q", lambda r, n=name: r.in_flight(n)),
                ("X", lambda r, n=name: r.calls_rate(n))):
            if f"{prefix}-{what}{k}" in rows:
                figures[f"{prefix}-{what}{k}"] = figure
    return figures


def open_networks(rows):
    for prefix, rate, stations in (
            ("OJN-Bolch7.4", 4, [("s1", 5, 0.04, 1), ("s2", 2.5, 0.03, 1), ("s3", 2.5, 0.06, 1),
                                 ("s4", 1, 0.05, 1)]),
            ("OJN-Laz113", 0.3, [("s1", 121, 0.005, 1), ("s2", 70, 0.03, 1),
                                 ("s3", 50, 0.027, 1)])):
        yield Experiment(f"Open network {prefix}", network(f"rate: {rate}/s", stations),
                         by_station(prefix, stations, rows)
                         | {f"{prefix}-sysR": lambda r: r.mean_latency("go")},
                         horizon=30000 / rate if rate > 1 else 6000, warmup=300, budget=250,
                         fast=rate > 1)


def closed_networks(rows):
    stations = [("s1", 1, 0.5, 2), ("s2", 0.5, 0.6, 1), ("s3", 0.5, 0.8, 1), ("s4", 1, 1.0, 0)]
    yield Experiment("Closed network CQN-Bolch8.4", network("users: 3, think: 0s", stations),
                     by_station("CQN-Bolch8.4", stations, rows)
                     | {"CQN-Bolch8.4-sysX": lambda r: r.throughput("go"),
                        "CQN-Bolch8.4-sysR": lambda r: judge.ratio(
                            sum(r.by_component("in_flight", s) for s in ("s1", "s2", "s3", "s4"))
                            * r.horizon, r.count("answered", "go"))},
                     horizon=20000, warmup=100)
    stations = [("s1", 1, 1 / 0.8, 2), ("s2", 0.667, 1 / 0.6, 3), ("s3", 0.2, 1 / 0.4, 1)]
    yield Experiment("Closed network CQN-Bolch8.1", network("users: 3, think: 0s", stations),
                     by_station("CQN-Bolch8.1", stations, rows), horizon=20000, warmup=200)
    for n in (1, 5, 10, 20, 50, 100):
        stations = [("web", 1, 0.005, 1), ("app", 2, 0.010, 1), ("db", 1.5, 0.020, 1)]
        yield Experiment(f"Closed interactive system of {n}",
                         network(f"users: {n}, think: exponential(1s)", stations),
                         {f"CQN-web-{n}-X": lambda r: r.throughput("go"),
                          f"CQN-web-{n}-R": lambda r: r.mean_latency("go"),
                          f"CQN-web-{n}-Udb": lambda r: r.utilisation("db")},
                         horizon=max(1000, 20000 / n), warmup=60, fast=n == 20)
    for n in (10, 50, 100):
        stations = [("app", 1, 0.1, 4), ("db", 1, 0.05, 1)]
        yield Experiment(f"Closed system with four servers, {n} customers",
                         network(f"users: {n}, think: exponential(2s)", stations),
                         {f"CQN-ms-{n}-X": lambda r: r.throughput("go"),
                          f"CQN-ms-{n}-R": lambda r: r.mean_latency("go")},
                         horizon=max(1000, 20000 / n), warmup=60)
    stations = [("s1", 1, 5, 1), ("s2", 1, 2.5, 1)]
    yield Experiment("Closed cycle with room for all", network("users: 3, think: 0s", stations),
                     {f"BLK-1-R{k}": lambda r, k=k: r.sojourn(f"s{k}") for k in (1, 2)},
                     horizon=100000, warmup=500)


def several_classes(name, classes, stations):
    """classes: (clients' settings, [visits, service time by station]); stations: (name, servers)
    that share their processor.  Each class passes a station of its own on its way to each."""
    parts, ops, asks = [], {s: {} for s, _ in stations}, {}
    for k, (clients, route) in enumerate(classes, 1):
        steps = []
        for (s, _), (v, mean) in zip(stations, route):
            ops[s][f"c{k}"] = f"[ {{ work: {exponential(mean)} }} ]"
            parts.append(service(f"{s}c{k}", {"go": f"[ {{ call: {s}.c{k} }} ]"}))
            steps += visits(f"{s}c{k}.go", v)
        parts.append(service(f"front{k}", {f"go{k}": "[ " + ", ".join(steps) + " ]"}))
        asks[f"a{k}"] = f"to: front{k}, mix: {{ go{k}: 100% }}, {clients}"
    for s, servers in stations:
        if servers:
            parts.append(service(s, ops[s], cores=servers, discipline="processor_sharing"))
        else:
            parts.append(service(s, {op: t.replace("work:", "wait:") for op, t in ops[s].items()}))
    return name, traffic(**asks) + components(*parts)


def classes_of_customers(rows):
    def present(prefix, n_classes, n_stations):
        return {i: lambda r, k=k, s=s: r.in_flight(f"s{s}c{k}")
                for k in range(1, n_classes + 1) for s in range(1, n_stations + 1)
                if (i := f"{prefix}-Q{k}{s}") in rows}

    one = "users: 1, think: 0s"
    name, text = several_classes(
        "Closed classes CMC-Laz142",
        [(one, [(10, 0.1), (9, 1 / 3)]), (one, [(5, 0.4), (4, 1.0)])], [("s1", 1), ("s2", 1)])
    yield Experiment(name, text, present("CMC-Laz142", 2, 2)
                     | {f"CMC-Laz142-X{k}": lambda r, k=k: r.throughput(f"go{k}")
                        for k in (1, 2)}, horizon=60000, warmup=300, fast=True)
    name, text = several_classes(
        "Closed classes CMC-Schw",
        [("users: 15, think: exponential(1s)", [(1, 0.025)]),
         ("users: 5, think: exponential(15s)", [(1, 0.5)])], [("s1", 1)])
    yield Experiment(name, text,
                     {f"CMC-Schw-{w}{k}": lambda r, w=w, k=k: r.throughput(f"go{k}") if w == "X"
                      else r.mean_latency(f"go{k}") for k in (1, 2) for w in "XR"},
                     horizon=10000, warmup=200)
    name, text = several_classes(
        "Closed classes CMC-Bolch9.5",
        [("users: 2, think: 0s", [(1, 0.2), (0.6, 0.4), (0.4, 1)]),
         (one, [(1, 0.2), (0.3, 0.6), (0.7, 2)])], [("s1", 2), ("s2", 1), ("s3", 0)])
    yield Experiment(name, text, present("CMC-Bolch9.5", 2, 3), horizon=20000, warmup=100)
    name, text = several_classes(
        "Mixed network MIX-Bolch8.6",
        [("rate: 0.5/s", [(2, 0.4), (1, 0.6)]), ("rate: 0.25/s", [(2.5, 0.8), (1.5, 1.6)]),
         (one, [(1, 0.3), (0.5, 0.5)]), (one, [(1, 0.5), (0.4, 0.8)])], [("s1", 1), ("s2", 1)])
    yield Experiment(name, text, present("MIX-Bolch8.6", 4, 2), horizon=200000, warmup=10000,
                     budget=400)
    disks = [(v / 4, 0.035) for v in (1 / 0.9,)] * 4
    name, text = several_classes(
        "Closed classes CMC-JMVA",
        [("users: 40, think: exponential(5s)", [(1 / 0.9, 0.01)] + disks),
         ("users: 4, think: exponential(10s)", [(20, 0.1)] + [(5, 0.035)] * 4)],
        [("s2", 1), ("d1", 1), ("d2", 1), ("d3", 1), ("d4", 1)])
    yield Experiment(name, text,
                     {f"CMC-JMVA-X{k}": lambda r, k=k: r.throughput(f"go{k}") for k in (1, 2)}
                     | {f"CMC-JMVA-Q{k}2": lambda r, k=k: r.in_flight(f"s2c{k}")
                        for k in (1, 2)}, horizon=6000, warmup=200)


def all_of(rows):
    for part in (open_networks, closed_networks, classes_of_customers):
        yield from part(rows)

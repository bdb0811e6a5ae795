"""Single stations: M/M/c and its limits, M/G/1, M/D/c, processor sharing, priorities.

Waiting times are those of a second Poisson class that needs 1 ns of work: in a queue that serves in order of
arrival it waits as long as a request that comes at that moment would, and adds no load to speak of (PASTA:
R. Wolff 1982).  That it waited at all is that its answer took more than 2 ns.
"""
import re

import judge
from experiment import Experiment
from yaml_text import (balanced, components, exponential, law, length, relaxation, service,
                       traffic)

ASKS = "to: s, rate: {:.12g}/s, mix: {{ job: 100% }}"
# Rates and mean times of three classes; a second stands for an hour.
HOSPITAL = [0.2, 0.6, 1.2], [1 / 3] * 3
PROBE_WORK = 1e-9  # s: what a probe takes that does not wait
PROBES = "to: s, rate: {:.12g}/s, mix: {{ probe: 100% }}"
SEEN = "to: s, rate: {:.12g}/s, mix: {{ seen: 100% }}, good: {{ seen: 2ns }}"


def station(rate, work, probes=0.0, steps=None, **settings):
    """One station that serves in order of arrival, unless `discipline` says otherwise."""
    classes = {"a": ASKS.format(rate)}
    ops = {"job": steps or f"[ {{ work: {work} }} ]"}
    if probes:
        classes["b"] = PROBES.format(probes)
        classes["w"] = SEEN.format(probes)
        ops["probe"] = ops["seen"] = "[ { work: 1ns } ]"
    return traffic(**classes) + components(
        service("s", ops, **{"discipline": "fifo", **settings}))


def _numbers(text):
    return {k: float(v) for k, v in re.findall(r"(\w+)=([0-9.]+)", text)}


def _same(rows, prefix):
    """{suffix: id} of the rows whose id begins so."""
    return {i[len(prefix):]: i for i in rows if i.startswith(prefix)}


def _pick(ids, table):
    return {ids[k]: figure for k, figure in table.items() if k in ids}


def mm1(rows):
    for load in (70, 80, 90, 95):
        rate = load / 100
        ids = _same(rows, f"MM1-{load}-")
        table = {"R": lambda r: r.mean_latency("job"),
                 "Q": lambda r: r.in_flight("s"),
                 "U": lambda r: r.utilisation("s"),
                 "W95": lambda r: r.latency(0.95, "probe", less=PROBE_WORK)}
        for q in (50, 90, 95, 99, 99.9):
            table[f"T{q}"] = lambda r, q=q: r.latency(q / 100, "job")
        yield Experiment(f"M/M/1 at {load}%", station(rate, exponential()),
                         _pick(ids, {k: f for k, f in table.items() if k != "W95"}),
                         budget=600, **length(rate, jobs=200000))
        yield Experiment(f"M/M/1 at {load}%, waiting", station(rate, exponential(), probes=rate),
                         _pick(ids, {"W95": table["W95"]}), fast=load == 70,
                         **length(rate, jobs=100000))


def mmc(rows):
    for prefix in sorted({m[1] for i in rows if (m := re.match(r"(MM\d+-\d+-)(?:R|Wq|C|W99)$", i))}):
        ids = _same(rows, prefix)
        if prefix.startswith("MM1-"):
            continue
        p = _numbers(rows[ids["R"]].parameters)
        rate, c = p["lambda"], int(p["c"])
        # By simulation a wait of 0.3 us a request cannot be seen: Wq of c = 50 at 50% is left
        # to the closed form.
        table = {"R": lambda r: r.mean_latency("job"),
                 "C": lambda r: r.bad_share("seen"),
                 "W99": lambda r: r.latency(0.99, "probe", less=PROBE_WORK)}
        if rows[ids["Wq"]].expected > 1e-4:
            table["Wq"] = lambda r: r.mean_latency("probe")
        yield Experiment(f"M/M/{c} {prefix[:-1]}",
                         # Where requests are many, the queue changes slowly beside them.
                         station(rate, exponential(), probes=rate / (2 if c < 10 else 5), cores=c),
                         _pick(ids, table), fast=prefix == "MM10-80-", budget=600,
                         **length(rate, servers=c, jobs=100000))


def losses(rows):
    for row in rows.values():
        if row.model == "M/M/c/c (Erlang B)":
            c, offered = int(_numbers(row.parameters)["c"]), _numbers(row.parameters)["offered"]
            yield Experiment(f"Erlang B {offered:g} to {c}",
                             station(offered, exponential(), cores=c, workers=c, queue=0),
                             {row.id: lambda r: r.share("refused")}, horizon=50000 / offered,
                             warmup=100, fast=c == 10)
    for prefix in sorted({i[:-2] for i, r in rows.items() if r.model == "M/M/c/K"
                          and i.endswith("-R")}):
        ids = _same(rows, prefix + "-")
        p = _numbers(rows[ids["R"]].parameters)
        rate, mean, c, k = p["lambda"], 1 / p["mu"], int(p["c"]), int(p["K"])
        yield Experiment(f"M/M/{c}/{k} {prefix}",
                         station(rate, exponential(mean), cores=c, workers=c, queue=k - c),
                         _pick(ids, {"pK": lambda r: r.share("refused"),
                                     "R": lambda r: r.mean_latency("job"),
                                     "X": lambda r: r.throughput("job")}),
                         horizon=50000 / rate, warmup=500 * mean)
    for row in rows.values():
        if row.model == "M/D/1/K":
            p = _numbers(row.parameters)
            rate, k = p["lambda"], int(p["K"])
            yield Experiment(f"M/D/1/{k} at {rate:g}",
                             station(rate, "1s", workers=1, queue=k - 1),
                             {row.id: lambda r: r.share("refused")},
                             horizon=60000 / rate, warmup=2000)


LAWS_MG1 = [("E2 ", "E2", 0.5), ("E4 ", "E4", 0.25), ("M ", "M", 1), ("U(0,2)", "U(0,2)", 1 / 3),
            ("H2 balanced scv4", "H2", 4), ("lognormal scv2", "lognormal scv2", 2),
            ("lognormal scv10", "lognormal scv10", 10), ("Pareto", "Pareto 2.5", 0.8),
            ("Weibull", "Weibull", 5)]
BIMODAL = ("[ { choose: [ { share: 99%, do: [ { work: 0.5s } ] }, "
           "{ share: 1%, do: [ { work: 50.5s } ] } ] } ]")


def mg1(rows):
    for prefix in sorted({i[:-1] for i, r in rows.items() if r.model == "M/G/1 FCFS"
                          and i.endswith("-R")}):
        ids = _same(rows, prefix)
        parameters = rows[ids["R"]].parameters
        rate = _numbers(parameters)["lambda"]
        name = parameters.split("law ")[1]
        if name.startswith("bimodal"):
            text, scv = station(rate, "", steps=BIMODAL), 25
        else:
            _, key, scv = next(entry for entry in LAWS_MG1 if name.startswith(entry[0]))
            text = station(rate, law(key))
        yield Experiment(f"M/G/1 {prefix[:-1]}", text,
                         _pick(ids, {"R": lambda r: r.mean_latency("job"),
                                     "Q": lambda r: r.in_flight("s")}),
                         budget=400, fast=prefix == "MG1-02-70-",
                         **length(rate, scv=scv, jobs=200000 if scv > 3 else 100000))


def mdc(rows):
    for prefix in sorted({i[:-3] for i, r in rows.items() if r.model == "M/D/c"
                          and i.endswith("-Wq")}):
        ids = _same(rows, prefix + "-")
        p = _numbers(rows[ids["Wq"]].parameters)
        rate, c = p["lambda"], int(p["c"])
        yield Experiment(f"M/D/{c} {prefix}", station(rate, "1s", probes=rate / 2, cores=c),
                         _pick(ids, {"Wq": lambda r: r.mean_latency("probe"),
                                     "Pw": lambda r: r.bad_share("seen"),
                                     "W95": lambda r: r.latency(0.95, "probe", less=PROBE_WORK),
                                     "W99": lambda r: r.latency(0.99, "probe", less=PROBE_WORK)}),
                         fast=prefix == "MD4-50", **length(rate, servers=c, jobs=100000))


def sharing(rows):
    laws = {"D": "D", "M": "M", "H2": "H2", "lognormal": "lognormal scv10", "Pareto": "Pareto 2.2"}
    for row in rows.values():
        rate = _numbers(row.parameters).get("lambda")
        if row.model == "M/G/1-PS insensitivity":
            name = row.id.split("-")[1]
            yield Experiment(f"Processor sharing {row.id}",
                             station(rate, law(laws[name]), discipline="processor_sharing"),
                             {row.id: lambda r: r.mean_latency("job")}, budget=300,
                             fast=row.id == "PS-H2-50", **length(rate, scv=4, jobs=100000))
        if row.model.startswith("M/G/c egalitarian PS"):
            c = int(_numbers(row.parameters)["c"])
            yield Experiment(f"Processor sharing {row.id}",
                             station(rate, law("lognormal scv4"), cores=c,
                                     discipline="processor_sharing"),
                             {row.id: lambda r: r.mean_latency("job")},
                             **length(rate, servers=c, scv=2, jobs=100000))
    five = (traffic(a="to: s, rate: 0.75/s, mix: { job: 100% }",
                    b="to: s, rate: 0.01/s, mix: { five: 100% }")
            + components(service("s", {"job": "[ { work: exponential(1s) } ]",
                                       "five": "[ { work: 5s } ]"},
                                 discipline="processor_sharing")))
    yield Experiment("Processor sharing, a job of size 5", five,
                     {"PS-cond-5": lambda r: r.mean_latency("five")},
                     notes={"PS-cond-5": "load 0.75 of exponential jobs and 0.05 of jobs of size "
                                         "5: insensitive, so x / (1 - 0.8) all the same"},
                     **length(0.8, jobs=200000))


def mgc(rows):
    for prefix in ("MH22-70", "MH22-90", "MH25-70", "MH220-90"):
        p = _numbers(rows[prefix + "-R"].parameters)
        rate, c = p["lambda"], int(p["c"])
        yield Experiment(f"M/H2/{c} {prefix}",
                         station(rate, balanced(1, 4), probes=rate / 2, cores=c),
                         {prefix + "-R": lambda r: r.mean_latency("job"),
                          prefix + "-Pw": lambda r: r.bad_share("seen")},
                         **length(rate, servers=c, scv=4, jobs=100000))


def shortest(rows):
    for load in (50, 80, 90):
        rate = load / 100
        yield Experiment(f"Shortest job first at {load}%",
                         station(rate, exponential(), discipline="shortest"),
                         {f"SJF-{load}": lambda r: r.mean_latency("job")},
                         **length(rate, jobs=100000))


def infinite(rows):
    """The number present at the end of many short runs: those that are not answered by then."""
    for rate in (5, 20):
        text = (traffic(a=f"to: s, rate: {rate}/s, mix: {{ job: 100% }}")
                + components(service("s", {"job": f"[ {{ wait: {law('lognormal scv4')} }} ]"})))
        yield Experiment(f"M/G/infinity, {rate} present", text,
                         {f"MGinf-{rate}": lambda r: judge.variance(r.count("unfinished"))},
                         horizon=100, warmup=0, drain="0s", replications=12000,
                         notes={f"MGinf-{rate}": "variance over replications of the number in "
                                                 "flight after 100 mean service times"})


def waits_of(name, discipline, rates, means, cores, ids, shifts, fast=False, probes=0.0):
    """Latencies by class; class k has rank k.  With probes, the wait of the first class is
    theirs: it has less variance than latency less work, and nothing interrupts that class."""
    n = range(len(rates))
    classes = {f"c{k}": f"to: s, rate: {rates[k]:.12g}/s, mix: {{ j{k}: 100% }}" for k in n}
    ops = {f"j{k}": f"{{ rank: {k}, steps: [ {{ work: {exponential(means[k])} }} ] }}" for k in n}
    figures = {i: lambda r, k=k, by=by: judge.shifted(r.mean_latency(f"j{k}"), by)
               for k, (i, by) in enumerate(zip(ids, shifts))}
    if probes:
        classes["b"] = PROBES.format(probes)
        ops["probe"] = "{ rank: 0, steps: [ { work: 1ns } ] }"
        figures[ids[0]] = lambda r: r.mean_latency("probe", less=PROBE_WORK)
    text = traffic(**classes) + components(service("s", ops, discipline=discipline, cores=cores))
    load = sum(a * b for a, b in zip(rates, means)) / cores
    tau = relaxation(load * cores / means[-1], means[-1], cores)
    return Experiment(name, text, figures,
                      warmup=14 * tau + 20 * means[-1], fast=fast, budget=300,
                      horizon=max(80 * tau, 60000 / sum(rates)))


def priorities(rows):
    for name, (rates, means), cores, ids in (
            ("2 classes", ([0.3, 0.5], [1, 1]), 1, [f"PRI-NP-2c-exp-W{k}" for k in (1, 2)]),
            ("3 classes", ([0.2] * 3, [0.5, 1, 2]), 1, [f"PRI-NP-3c-W{k}" for k in (1, 2, 3)]),
            ("County Hospital, one doctor", HOSPITAL, 1, [f"PRI-HL-NP1-{k}" for k in (1, 2, 3)]),
            ("County Hospital, two doctors", HOSPITAL, 2, [f"PRI-HL-NP2-{k}" for k in (1, 2, 3)]),
            ("10 servers", ([2, 3, 3.5], [1] * 3), 10, [f"PRI-NP10-{k}" for k in (1, 2, 3)])):
        yield waits_of(f"Priority, not preemptive, {name}", "priority", rates, means, cores, ids,
                       [-m for m in means], fast=name == "3 classes")


def patience(rows):
    """A request that has not begun after D leaves: it holds a server for at most so long."""
    for row in rows.values():
        if row.group != "timeout":
            continue
        p = _numbers(row.parameters.replace("leave if wait reaches ", "D="))
        rate, c, d = p["lambda"], int(p["c"]), p["D"]
        steps = f"[ {{ hold: server, timeout: {d:g}s, do: [ {{ wait: exponential(1s) }} ] }} ]"
        text = (traffic(a=ASKS.format(rate))
                + components(service("s", {"job": steps},
                                     resources=f"{{ server: {{ count: {c} }} }}")))
        yield Experiment(f"M/M/{c}+D {row.id}", text, {row.id: lambda r: r.bad_share("job")},
                         horizon=50000 / rate, warmup=300, fast=c == 10)


def all_of(rows):
    for part in (mm1, mmc, losses, mg1, mdc, sharing, mgc, shortest, infinite, priorities,
                 patience):
        yield from part(rows)

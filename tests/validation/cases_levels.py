"""What is seen in levels over time: functions that start cold, limits, credits; and their price.

A cumulative level (environments begun so far) grows by a rate, which is read between the first
and the last bucket of a run: that the function was at work before the run began does not count."""
import re

import numpy as np

import judge
from experiment import Experiment
from references import Tolerance
from yaml_text import components, exponential, seconds, traffic

NOTES = {"SIMFAAS": "the idle environment used last goes first; there, the one begun last"}


def function(operation, **settings):
    lines = "".join(f"    {k}: {v}\n" for k, v in settings.items())
    return f"  f:\n    kind: function\n{lines}    operations: {{ go: [ {operation} ] }}\n"


def asks(rate, **more):
    return traffic(a=", ".join(["to: f", f"rate: {rate:.12g}/s", "mix: { go: 100% }"]
                               + [f"{k}: {v}" for k, v in more.items()]))


def _served(runs):
    """Requests of a replication, one value a batch."""
    return [(f["summary/valid"][0, :, 0] - f["summary/throttled"][0, :, 0]).mean()
            for f in runs.files]


def cold_share(runs):
    """Environments begun, of the requests served."""
    return judge.ratio(runs.growth("f.cold_starts") * runs.horizon, _served(runs))


def cold_from_start(runs):
    return judge.ratio(runs.highest("f.cold_starts"), _served(runs))


def _figures(prefix, ids):
    table = {"cold": cold_share,
             "inst": lambda r: r.level("f.environments"),
             "idle": lambda r: judge.mean(r.by_gauge("f.environments") - r.by_gauge("f.busy")),
             "rej": lambda r: r.share("throttled")}
    return {f"{prefix}-{k}": f for k, f in table.items() if f"{prefix}-{k}" in ids}


def _invocations(name, rows, prefix, rate, warm, cold, keep, **settings):
    """Requests that find an idle environment take `warm`, the others `cold`, on average."""
    served = function(f"{{ wait: {exponential(warm)} }}", timeout="1h", scale_rate="0/s",
                      cold_start=seconds(cold - warm), keep_warm=seconds(keep), **settings)
    # Some hours of a busy function, weeks of an idle one; many times its idle life before.
    horizon = max(40000 / rate, 100 * keep)
    return Experiment(f"{name} {prefix}", asks(rate) + components(served),
                      _figures(prefix, rows), horizon=horizon, warmup=20 * keep,
                      replications=8, batches=8, budget=300)


def functions(rows):
    """N. Mahmoudi and H. Khazaei's simulator of functions, and their measurements of one."""
    for i in rows:
        m = re.match(r"SIMFAAS-([0-9.]+)-(\d+)(-c(\d+))?-cold$", i)
        if m:
            limit = {"concurrency": m[4]} if m[4] else {}
            e = _invocations("SimFaaS", rows, i[:-5], float(m[1]), 1.991, 2.244, float(m[2]),
                             **limit)
            e.notes = {k: NOTES["SIMFAAS"] for k in e.figures}
            if m[4]:  # of a run from its start, where nothing goes; "order of magnitude"
                e.warmup, e.horizon = 0.0, 270000.0
                e.figures[i] = cold_from_start
                e.tolerances = {i: Tolerance(relative=0.9)}
            e.fast = i.startswith("SIMFAAS-0.9-60-")
            yield e
        m = re.match(r"LAMBDA-\d+-cold$", i)
        if m:
            rate, warm, cold = (float(x) for x in re.match(
                r".*Poisson ([0-9.]+)/s;warm mean ([0-9.]+) ms;cold mean ([0-9.]+) ms",
                rows[i].parameters).groups())
            yield _invocations("AWS Lambda", rows, i[:-5], rate, warm / 1e3, cold / 1e3, 600.0)


def kept_warm(rows):
    """Work that takes no time: a request is cold when none came for as long as idle life."""
    for i in rows:
        m = re.match(r"COLD-EX-([0-9.]+)$", i)
        if m:
            e = _invocations("Kept warm", rows, i, float(m[1]), 0.001, 0.002, 600.0)
            e.figures = {i: cold_share}
            e.fast = True
            yield e


def buckets(rows):
    """One token a second."""
    for i in rows:
        m = re.match(r"TB-([0-9.]+)-(\d+)$", i)
        if m:
            text = (asks(float(m[1]))
                    + components(f"  f: {{ kind: third_party, latency: 0s, limit: 1/s, burst: {m[2]} }}\n"))
            yield Experiment(f"Token bucket {i}", text, {i: lambda r: r.share("throttled")},
                             horizon=200000, warmup=2000, fast=m[2] == "3")


FULL = 5.4e6  # credits


def volume(size, asked, credits):
    return (traffic(a=f"to: d, interarrival: {seconds(1 / asked)}, mix: {{ read: 100% }}")
            + components("  d:\n    kind: database\n    cores: 64\n    connections: 100000\n"
                         f"    storage: {{ size: {round(float(size) * 2**30)}B, type: gp2, "
                         f"credits: {credits} }}\n    buffer_hit: 0%\n"
                         "    operations: { read: { work: 1ns, reads: 1 } }\n"))


def volumes(rows):
    """Credits fall, or rise, along a line, and stay: the time of the line follows from the mean."""
    for i in rows:
        m = re.match(r"GP2-(fill-)?([0-9.]+)$", i)
        if not m:
            continue
        filling, expected = bool(m[1]), rows[i].expected
        horizon = 1.2 * expected

        def time(r, filling=filling, horizon=horizon):
            mean = judge.mean(r.by_gauge("d.credits") / FULL)
            if filling:
                mean = judge.shifted(mean, 1.0, -1.0)
            return judge.shifted(mean, 0.0, 2 * horizon)

        text = volume(m[2], 1e-3 if filling else 3000, "0%" if filling else "100%")
        yield Experiment(f"Volume {i}", text, {i: time}, horizon=horizon, warmup=0,
                         replications=2, fast=filling)


REQUESTS = 100000  # of a run


def billable(runs):
    """Beyond what is free; a run may have a request more or less."""
    def of(f):
        compute = [n.decode() for n in f["cost/dimension"][()]].index("compute")
        return f["cost/quantity"][compute]
    used = float(np.mean([of(f) for f in runs.files]))
    return judge.Estimate(used - 400000, used / REQUESTS)


def prices(rows):
    """Three million requests a month of 730 h, as even as can be, at the prices of the example."""
    text = (traffic(a="to: f, interarrival: 0.876s, mix: { go: 100% }")
            + components(function(
                "{ wait: 1s }", memory="512MiB", timeout="1m", keep_warm="1h", cold_start="1ms",
                prices="{ requests: { value: $0.20/1M, free: 1M }, compute: "
                       "{ value: $0.00001667/GiB-s, free: 400000GiB-s } }")))
    figures = {"COST-L1": lambda r: judge.mean(r.per_run("cost/total")), "COST-L1a": billable}
    yield Experiment("Price of a function", text, {k: f for k, f in figures.items() if k in rows},
                     horizon=0.876 * REQUESTS, warmup=876, replications=2, batches=2,
                     tolerances={"COST-L1a": Tolerance(relative=1e-4)}, fast=True)


def all_of(rows):
    for part in (functions, kept_warm, buckets, volumes, prices):
        yield from part(rows)

"""One scenario, run until each of its figures is known well enough.

A batch is one process of headroom with many replications; more batches have other seeds, and
their replications are pooled.  An experiment stops when every interval is narrower than its
tolerance, or when its CPU time is spent.
"""
import dataclasses
import hashlib
import json
import math
import os
import pathlib
import resource
import subprocess
import tempfile
import typing

import h5py
import numpy as np

import judge

ROOT = pathlib.Path(os.environ.get("HR_SOURCE_DIR", pathlib.Path(__file__).parents[2]))
BUILD = pathlib.Path(os.environ.get("HR_BINARY_DIR", ROOT / "build/release"))
PROGRAM = pathlib.Path(os.environ.get("HR_PROGRAM", BUILD / "headroom"))
LEVELS = [0.5, 0.9, 0.95, 0.99, 0.999]
MOST_BATCHES = 12


def _level(level):
    return min(range(len(LEVELS)), key=lambda i: abs(LEVELS[i] - level))


class Runs:
    """The replications of one experiment, from the results files of its batches.  What it
    returns by replication is an array; `row` is a request class, "all" or a label."""

    def __init__(self, files, horizon):
        self.files = files
        self.horizon = horizon

    def _each(self, take):
        return np.concatenate([np.atleast_1d(take(f)) for f in self.files])

    @staticmethod
    def _index(file, names, name):
        found = [n.decode() for n in file[names][()]]
        return found.index(name)

    def _row(self, file, row):
        return self._index(file, "latency/request_class", row)

    def count(self, what, row="all"):
        """valid, good, failed, refused, timed_out, throttled, degraded, attempts ..."""
        return self._each(lambda f: f["summary/" + what][0, :, self._row(f, row)]).astype(float)

    def by_component(self, what, component):
        """utilisation, queue, in_flight, calls, hit_rate"""
        return self._each(lambda f: f[f"components/{what}_by_replication"]
                          [0, :, self._index(f, "component", component)])

    def mean_latencies(self, row="all"):
        return self._each(lambda f: f["latency/mean_by_replication"][0, :, self._row(f, row)])

    def per_run(self, path, *at):
        """A figure that is not kept by replication: one value a batch."""
        return np.array([float(f[path][(0, *at)]) for f in self.files])

    def by_gauge(self, label):
        """The mean over time of what a component shows, "api.environments"."""
        def of(f):
            if "gauges" not in f or label.encode() not in list(f["gauge"][()]):
                return np.zeros(f["replication"].size)  # zero in all runs
            return f["gauges/mean_by_replication"][0, :, self._index(f, "gauge", label)]
        return self._each(of)

    def growth(self, label):
        """How fast a cumulative level grows, 1/s: one value a batch."""
        def of(f):
            if "gauges" not in f or label.encode() not in list(f["gauge"][()]):
                return 0.0
            level = f["gauges/over_time"][0, :, self._index(f, "gauge", label)]
            middle = f["time_bounds"][()].mean(axis=1)
            return (level[-1] - level[0]) / (middle[-1] - middle[0])
        return self._each(of)

    def highest(self, label):
        """Of all replications: one value a batch."""
        return self._each(lambda f: f["gauges/most"][0, self._index(f, "gauge", label)])

    # --- estimates ---

    def mean_latency(self, row="all", less=0.0, times=1.0):
        """Weighted by requests, so that it is the mean of all of them."""
        n = self.count("answered", row)
        return judge.shifted(judge.ratio(times * self.mean_latencies(row) * n, n), -less)

    def quantiles(self, level, row="all", times=1.0):
        k = _level(level)
        return times * self._each(
            lambda f: f["latency/by_replication"][0, :, self._row(f, row), k])

    def latency(self, level, row="all", times=1.0, less=0.0):
        k = _level(level)
        pooled = np.average([f["latency/latency"][0, self._row(f, row), k] for f in self.files],
                            weights=[f["summary/valid"].shape[1] for f in self.files])
        found = judge.quantile(times * pooled, self.quantiles(level, row, times))
        return judge.shifted(found, -less)

    def share(self, what, row="all"):
        return judge.ratio(self.count(what, row), self.count("valid", row))

    def bad_share(self, row="all"):
        valid = self.count("valid", row)
        return judge.ratio(valid - self.count("good", row), valid)

    def amplification(self, row="all"):
        return judge.ratio(self.count("attempts", row), self.count("valid", row))

    def throughput(self, row="all"):
        return judge.mean(self.count("good", row) / self.horizon)

    def utilisation(self, component, times=1.0):
        return judge.mean(times * self.by_component("utilisation", component))

    def in_flight(self, component):
        return judge.mean(self.by_component("in_flight", component))

    def calls_rate(self, component):
        return judge.mean(self.by_component("calls", component) / self.horizon)

    def sojourn(self, component):
        """Mean time of a visit, by Little's law."""
        return judge.ratio(self.by_component("in_flight", component) * self.horizon,
                           self.by_component("calls", component))

    def level(self, gauge):
        return judge.mean(self.by_gauge(gauge))

    def hit_rate(self, component):
        return judge.mean(self.by_component("hit_rate", component))


Figure = typing.Callable[[Runs], judge.Estimate]


@dataclasses.dataclass
class Experiment:
    """A scenario without its horizon and warm-up, and the figures that are read from it."""
    name: str
    text: str
    figures: dict[str, Figure]  # by id of the reference
    horizon: float = 20000.0    # s, of one replication
    warmup: float = 200.0       # s
    replications: int = 32
    batches: int = 1            # at least so many; more where each gives one value
    budget: float = 150.0       # s of CPU
    fast: bool = False          # of the subset that continuous integration runs
    drain: str = "10m"
    options: tuple[str, ...] = ()
    tolerances: dict[str, object] = dataclasses.field(default_factory=dict)
    notes: dict[str, str] = dataclasses.field(default_factory=dict)

    def yaml(self):
        quoted = self.name.replace('"', "")
        return (f'headroom: 1\nname: "{quoted}"\nhorizon: {self.horizon:.9g}s\n'
                f"warmup: {self.warmup:.9g}s\ndrain: {self.drain}\n{self.text}")

    def key(self):
        program = hashlib.sha256(PROGRAM.read_bytes()).hexdigest()
        whole = f"{program} {self.yaml()} {self.replications} {self.options}"
        return hashlib.sha256(whole.encode()).hexdigest()


def _batch(experiment, seed, replications, folder):
    scenario = folder / "case.yaml"
    scenario.write_text(experiment.yaml(), encoding="utf-8")
    out = folder / str(seed)
    done = subprocess.run(
        [PROGRAM, "run", scenario, "-r", str(replications), "-j", "1", "--seed", str(seed),
         "-o", out, "--no-html", "-q", "--exit-zero", "--time", "1h", *experiment.options],
        capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{experiment.name}: headroom failed with {done.returncode}\n"
                           f"{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return h5py.File(out / "case.h5", "r")


def _cpu():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _verdicts(experiment, rows, runs):
    found = {}
    for row_id, figure in experiment.figures.items():
        with np.errstate(all="ignore"):
            estimate = figure(runs)
        verdict = judge.judge(rows[row_id], estimate, experiment.tolerances.get(row_id))
        found[row_id] = (estimate, verdict)
    return found


def run(experiment, rows, budget=None):
    """{id: (Estimate, Verdict)} and what it took."""
    began, files = _cpu(), []
    budget = experiment.budget if budget is None else budget
    with tempfile.TemporaryDirectory(prefix="headroom-validate-") as folder:
        replications, total = experiment.replications, 0
        while True:
            files.append(_batch(experiment, len(files) + 1, replications, pathlib.Path(folder)))
            total += replications
            runs = Runs(files, experiment.horizon)
            found = _verdicts(experiment, rows, runs)
            spent = _cpu() - began
            worst = max((v.short_of for _, v in found.values() if v.word == "too wide"),
                        default=0.0)
            if len(files) < experiment.batches:
                continue
            if worst == 0 or spent > budget or len(files) >= MOST_BATCHES + experiment.batches:
                break
            # The half-width falls as the root of the replications; at most double at a time.
            wanted = math.ceil(total * (min(worst, 9.0) ** 2 * 1.15 - 1))
            replications = max(experiment.replications, min(wanted, 2 * total))
            if experiment.batches > 1:
                replications = experiment.replications
        for file in files:
            file.close()
    return found, {"cpu": spent, "replications": total}


# --- kept between runs, so that an interrupted suite goes on where it was -----------------------

def _kept(experiment):
    return BUILD / "validation" / (hashlib.sha256(experiment.name.encode()).hexdigest()[:16]
                                   + ".json")


def recall(experiment):
    try:
        stored = json.loads(_kept(experiment).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if stored["key"] != experiment.key() or set(stored["found"]) != set(experiment.figures):
        return None
    return ({i: (judge.Estimate(*e), judge.Verdict(*v)) for i, (e, v) in stored["found"].items()},
            stored["took"])


def keep(experiment, found, took):
    path = _kept(experiment)
    path.parent.mkdir(parents=True, exist_ok=True)
    body = {"key": experiment.key(), "took": took, "found": {
        i: (dataclasses.astuple(e), dataclasses.astuple(v)) for i, (e, v) in found.items()}}
    path.write_text(json.dumps(body), encoding="utf-8")

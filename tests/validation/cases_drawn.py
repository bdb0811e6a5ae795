"""Figures by drawing from the engine's laws without a scenario: the laws themselves, and stale
reads of replicated stores (sim/theory/quorums.h)."""
import re
import subprocess

import judge
from experiment import BUILD
from references import Tolerance

# Order of enum hr_law_kind and of struct hr_law_figures.
KINDS = ["constant", "uniform", "exponential", "normal", "lognormal", "gamma", "erlang",
         "weibull", "pareto", "hyperexponential", "triangular"]
FIGURES = ["mean", "cv", "sd", "p50", "p90", "p95", "p99", "p999", "min", "max", "shape", "scale",
           "stages", "share", "mode"]
DRAWS = 700000  # in each of 32 sections


def law(kind, **figures):
    given = " ".join(str(figures.get(f, "nan")) for f in FIGURES)
    return f"{KINDS.index(kind)} {given}"


LAWS = {
    "VAR-1": law("exponential", mean=1), "VAR-2": law("erlang", stages=4, mean=1),
    "VAR-3": law("hyperexponential", mean=1, cv=2), "VAR-4": law("lognormal", mean=1, cv=2),
    "VAR-5": law("weibull", shape=0.5, scale=0.5), "VAR-6": law("gamma", shape=0.5, scale=2),
    "VAR-7": law("pareto", mean=1, shape=3.5), "VAR-8": law("uniform", min=0, max=2),
    "VAR-9": law("triangular", min=0, mode=1, max=2),
    "VARQ-lognormal": law("lognormal", mean=1, cv=2),
    "VARQ-Weibull": law("weibull", shape=0.5, scale=0.5),
    "VARQ-Pareto": law("pareto", mean=1, shape=2.5),
    "VARQ-Erlang-4": law("erlang", stages=4, mean=1),
    "VARQ-gamma": law("gamma", shape=0.5, scale=2),
}
HEAVY = {"VAR-3", "VAR-4", "VAR-5", "VAR-6", "VAR-7"}
QUANTILES = {"0.5": 2, "0.99": 3, "0.999": 4}

# share, minimum and shape of a Pareto law, rate of the exponential rest (ms).
SSD = "0.9122 0.235 10 1.66"
LEGS = {"LNKD-SSD": f"{SSD} {SSD}", "LNKD-DISK": f"0.38 1.05 1.51 0.183 {SSD}",
        "YMMR": "0.939 3 3.35 0.0028 0.982 1.5 3.8 0.0217"}
PAIRS, MORE_PAIRS = 100000, 400000  # the tail wants more
FAST = 0.05  # of them, for the fast subset


def visible(rows, store, r, w):
    tail = f"PBS-{store}-R{r}W{w}-t" in rows
    return "visible", MORE_PAIRS if tail else PAIRS, f"3 {r} {w} {LEGS[store]}"


def _sections(texts):
    done = subprocess.run([BUILD / "tests/theory_calls"], check=True, text=True,
                          capture_output=True, input="".join(t + "\n" for t in texts))
    return [[float(x) for x in line.split()] for line in done.stdout.splitlines()]


def _wanted(rows):
    """(id, call, place in a section, sections' stride, tolerance)"""
    for i in rows:
        if m := re.match(r"VARQ-(.*)-(0\.\d+)$", i):
            tolerance = Tolerance(relative=0.02) if m[2] == "0.999" else None
            yield i, ("law", DRAWS, LAWS["VARQ-" + m[1]]), QUANTILES[m[2]], 5, tolerance
        elif i in LAWS:
            yield i, ("law", DRAWS, LAWS[i]), 1, 5, Tolerance(relative=0.05) if i in HEAVY else None
        elif m := re.match(r"PBS-(LNKD-SSD|LNKD-DISK|YMMR)-R(\d)W(\d)-(P0|t)$", i):
            yield i, visible(rows, m[1], m[2], m[3]), int(m[4] == "t"), 2, None
        elif i == "PBS-PUB-3":
            yield i, visible(rows, "YMMR", 2, 1), 1, 2, Tolerance(relative=0.15)


def run(rows, chosen, fast=False):
    """{id: (Estimate, Verdict)} of the rows that are `chosen`."""
    wanted = [w for w in _wanted(rows) if chosen(rows[w[0]])]
    texts = list(dict.fromkeys(w[1] for w in wanted))
    share = FAST if fast else 1
    answers = dict(zip(texts, _sections(f"{name} {int(n * share)} {rest}"
                                        for name, n, rest in texts), strict=True))
    found = {}
    for row_id, text, place, stride, tolerance in wanted:
        estimate = judge.mean(answers[text][place::stride])
        found[row_id] = (estimate, judge.judge(rows[row_id], estimate, tolerance))
    if chosen(rows["RNG-SM64-0"]):
        halves = [int(x) for x in _sections(["words 0 3"])[0]]
        words = [str((a << 32) + b) for a, b in zip(halves[::2], halves[1::2])]
        same = " ".join(words) == rows["RNG-SM64-0"].words
        found["RNG-SM64-0"] = (judge.Estimate(float("nan")),
                               judge.Verdict("agrees" if same else "disagrees"))
    return found

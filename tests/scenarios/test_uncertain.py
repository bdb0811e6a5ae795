#!/usr/bin/python3
"""The e-commerce shop with three inputs known only as ranges: the report names the one that
explains most of the verdict, and a search by hand finds the same place where it flips.

The short form of the scenario, undisturbed, and one design.

ctest-labels: slow
ctest-timeout: 900
"""
import os
import pathlib
import subprocess
import sys
import tempfile

try:
    import h5py
except ImportError as e:
    print(f"{e} (scripts/setup --test)")
    sys.exit(77)

root = pathlib.Path(os.environ.get("HR_SOURCE_DIR", pathlib.Path(__file__).parents[2]))
program = pathlib.Path(os.environ.get("HR_PROGRAM", root / "build/release/headroom"))
RANGES = {"app.operations.home.steps.work": "40ms..1200ms", "payments.latency": "100ms..400ms",
          "recommendations.latency": "10ms..50ms"}
HALF_WAY = {"payments.latency": "250ms", "recommendations.latency": "30ms"}
OBJECTIVE = "availability >= 99.8%"
faults = []


def check(holds, what):
    print(("ok    " if holds else "FAULT ") + what)
    if not holds:
        faults.append(what)


def run(inputs, replications):
    """What the program prints, and its results."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [program, "run", root / "scenarios/ecommerce-core", "--quick", "-r", str(replications),
             "--without-disturbances", "--design", "tuned_autoscaling", "--no-html", "-o", folder]
            + [x for path, value in inputs.items() for x in ("--set", f"{path}={value}")],
            cwd=root, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
        check(done.returncode in (0, 1, 4), f"it runs (status {done.returncode})")
        with h5py.File(next(pathlib.Path(folder).glob("*.h5")), "r") as f:
            groups = {g: {k: v[()] for k, v in f[g].items()} for g in ("objectives", "ranges") if g in f}
    return " ".join(done.stdout.split()), groups


def objective(groups):
    return [x.decode() for x in groups["objectives"]["objective"]].index(OBJECTIVE)


out, found = run(RANGES, 10)
o = objective(found)
ranges = found["ranges"]
check(ranges["top"][0][o].decode() == "app.home work", "the CPU time of the home page explains most")
shares = sorted(zip(ranges["verdict_share"][0][o], (x.decode() for x in ranges["path"])))
check(shares[-1][1] == "app.operations.home.steps.work" and shares[-1][0] > 0.3 > shares[-2][0],
      f"and no other comes near: {shares}")
check(found["objectives"]["verdict"][0][o] == b"undecided", "so the verdict is undecided")
check("tuned_autoscaling breaks availability >= 99.8% if app.home work >" in out, "the report says where")

# --- the same by hand: five runs at each of a few places, half the range at a time ------------------
low, high = 0.040, 1.200
for _ in range(7):
    middle = (low + high) / 2
    _, there = run({"app.operations.home.steps.work": f"{1e3 * middle:.6f}ms", **HALF_WAY}, 5)
    value = there["objectives"]["value"][0][objective(there)]
    print(f"      at {1e3 * middle:.0f} ms: {value:.6f}")
    low, high = (middle, high) if value >= 0.998 else (low, middle)
flip, lo, hi = (ranges[x][0][o] for x in ("flip", "flip_lo", "flip_hi"))
print(f"      by hand {1e3 * low:.0f} to {1e3 * high:.0f} ms, told {1e3 * flip:.0f} ms"
      f" ({1e3 * lo:.0f} to {1e3 * hi:.0f} ms)")
# Both halve the range, from other places, to a sixty-fourth of it and less.
check(low - 1.16 / 64 <= flip <= high + 1.16 / 64, "a search by hand finds the same place")
check(lo <= high and low <= hi, "which is inside of the interval")
sys.exit(1 if faults else 0)

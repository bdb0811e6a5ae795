#!/usr/bin/python3
"""The day of the e-commerce shop answers its question, and its figures add up.

Row 1 of the list of systems: which design costs what, which one breaks, where and for how long.
Every design is simulated request by request over 24 hours.

ctest-labels: slow
ctest-timeout: 900
"""
import math
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
faults = []


def check(holds, what):
    print(("ok    " if holds else "FAULT ") + what)
    if not holds:
        faults.append(what)


def texts(group, name):
    return [x.decode() for x in group[name][:]]


def near(a, b, slack):
    return abs(a - b) <= slack


with tempfile.TemporaryDirectory() as folder:
    run = subprocess.run([program, "run", root / "scenarios/ecommerce-core", "-r", "1", "--no-html", "-o",
                          folder, "-v"], cwd=root, capture_output=True, text=True,
                         stdin=subprocess.DEVNULL, check=False)
    check(run.returncode == 0, f"the chosen design keeps everything (status {run.returncode})")
    file = h5py.File(next(pathlib.Path(folder).glob("*.h5")), "r")

out = " ".join(run.stdout.split())
designs = texts(file, "design")
fixed, tuned, bad = (designs.index(d) for d in
                     ("fixed_fleet", "tuned_autoscaling", "badly_tuned_autoscaling"))
objectives = texts(file["objectives"], "objective")
verdict = file["objectives/verdict"].asstr()[:]


def judged(design, objective):
    return verdict[design][next(i for i, o in enumerate(objectives) if o.startswith(objective))]


# --- which design breaks, and on what ---------------------------------------------------------
check(all(v != "broken" for v in verdict[tuned]), "well-tuned autoscaling breaks nothing")
check(judged(fixed, "cost") == "broken", "the over-provisioned fleet costs too much")
check(judged(fixed, "availability") == "kept", "and is available")
check(judged(bad, "availability") == "broken", "badly tuned autoscaling is not available")
check(judged(bad, "p99(checkout)") == "broken", "and slow")

# --- where, when and for how long: the chain of the break ---------------------------------------
chain = file["first_break/chain"].asstr()[bad]
for words in ("flash_sale begins", "app CPU above target", "app workers exhausted",
              "app alarm: scale out", "app in service", "availability below 99.8%"):
    check(words in chain, f"the chain tells: {words}")
order = [chain.find(w) for w in ("flash_sale begins", "workers exhausted", "availability below",
                                 "alarm: scale out", "in service")]
check(order == sorted(order), "in the order of what happened")
check(file["first_break/chain"].asstr()[tuned] == "", "the chosen design has no break to tell")

# --- recoveries ------------------------------------------------------------------------------------
r = file["recovery"]
rto = r["rto"][:]
phases = sum(r[p][:] for p in ("detect", "decide", "act", "restore", "warm_up"))
check(all(near(a, b, 1e-6) for a, b in zip(rto, phases) if math.isfinite(a)),
      "the phases of every recovery add up to its RTO")
named = texts(r, "disturbance")
zone = [x for x, n in zip(rto, named) if n == "zone_loss"]
check(len(zone) == 3 and all(60 <= x <= 300 for x in zone),
      f"the zone loss is survived within five minutes: {zone}")
check(all(r["alone"][i] == 1 for i in range(len(rto))), "every row is of a disturbance alone")
check(all(x == 0 for x, n in zip(r["rpo"][:], named) if n == "zone_loss"),
      "a synchronous standby loses nothing")

# --- the error budget --------------------------------------------------------------------------------
b = file["budget"]
of = b["of_design"][:]
bads = file["summary/valid"][:].sum(axis=1)[:, 0] - file["summary/good"][:].sum(axis=1)[:, 0]
for d, name in enumerate(designs):
    charged = sum(x for x, k in zip(b["bad"][:], of) if k == d)
    check(near(charged, bads[d], 0.5), f"{name}: bad requests are charged once: {charged}")

# --- the invoice ---------------------------------------------------------------------------------------
c = file["cost"]
of, amount = c["of_design"][:], c["amount"][:]
total = c["total"][:]
for d, name in enumerate(designs):
    lines = sum(round(100 * a) for a, k in zip(amount, of) if k == d)
    check(math.isfinite(total[d]) and lines == round(100 * total[d]),
          f"{name}: the invoice adds up to {total[d]:.2f}")
check(total[bad] < total[tuned] < total[fixed], "the dearest is the fixed fleet")
app = {d: a for d, a, p, m in zip(of, amount, texts(c, "component"), texts(c, "dimension"))
       if p == "app" and m == "instance"}
check(fixed in app, "servers are on the bill")
check("keeps all" in out and "tuned_autoscaling" in out.split("breaks")[0],
      "the first sentence names the answer")

print(f"{len(faults)} faults")
sys.exit(1 if faults else 0)

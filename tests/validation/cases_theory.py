"""Figures that sim/theory gives itself: what the program prints as theory must be right.

A call is "NAME NUMBERS" of theory_calls.c; `take` picks from what it answers.  Most of these rows
are simulated too; those that the language has no words for are here alone.
"""
import dataclasses
import re
import subprocess

import judge
from experiment import BUILD


@dataclasses.dataclass(frozen=True)
class Call:
    """The figure is answer[index] x scale + shift or, with weights, the sum of answer x weights."""
    row: str
    text: str
    index: int = 0
    scale: float = 1.0
    shift: float = 0.0
    weights: tuple[float, ...] = ()

    def take(self, line):
        answer = [float(x) for x in line.split()]
        if self.weights:
            return sum(a * w for a, w in zip(answer, self.weights, strict=True))
        return answer[self.index] * self.scale + self.shift


def _numbers(text):
    return {k: float(v) for k, v in re.findall(r"(\w+)=([0-9.e-]+)", text)}


def _floats(text):
    return [float(x) for x in re.findall(r"-?[0-9]*\.?[0-9]+(?:e-?[0-9]+)?", text)]


def _queue(row, p):
    i = row.id
    tail = i.rsplit("-", 1)[1]
    if m := re.match(r"MM1-(\d+)-(R|Q|U|[TW][0-9.]+)$", i):
        rate = p["lambda"]
        if tail == "U":
            return Call(i, f"mmc {rate} 1 1 0.5", 2)  # the load is the probability of waiting
        if tail in "RQ":
            return Call(i, f"mg1 {rate} 1 1", "RQ".index(tail))
        q = float(tail[1:]) / 100
        if tail[0] == "T":
            return Call(i, f"mm1_quantile {rate} 1 {q:.12g}")
        return Call(i, f"mmc {rate} 1 1 {q:.12g}", 3)
    if row.model == "M/M/c":
        return Call(i, f"mmc {p['lambda']} 1 {p['c']} 0.99", ["R", "Wq", "C", "W99"].index(tail))
    if row.model.startswith("M/M/c/c"):
        return Call(i, f"erlang_b {p['offered']} {p['c']}")
    if row.model == "M/M/c/K":
        return Call(i, f"mmck {p['lambda']} {p['mu']} {p['c']} {p['K']}",
                    ["pK", "R", "X"].index(tail))
    if row.model.startswith("Engset"):
        return Call(i, f"engset {p['A']} 1 {p['c']} {p['N']}")
    if row.model == "M/G/1 FCFS":
        scv = {"scv=0.333333": 1 / 3}.get(row.parameters.split("(")[-1].split(")")[0])
        if scv is None:
            scv = float(re.search(r"\(scv=([0-9.]+)\)", row.parameters)[1])
        return Call(i, f"mg1 {p['lambda']} 1 {scv:.17g}", "RQ".index(tail))
    if row.model == "M/D/c" and tail in ("Wq", "Pw"):
        return Call(i, f"mdc {p['lambda']} 1 {p['c']}", ["Wq", "Pw"].index(tail))
    if row.model == "M/D/c":
        return Call(i, f"md1_quantile {p['lambda']} 1 0.{tail[1:]}")
    if row.model == "M/D/1/K":
        return Call(i, f"md1k {p['lambda']} 1 {p['K']}")
    if row.model == "GI/M/1":
        mean = float(re.search(r"mean ([0-9.]+);", row.parameters)[1])
        mean = {1.11111111: 1 / 0.9}.get(mean, mean)
        kind = {"d": "0 {} 0", "u": "1 {} 0", "H": "3 {} 4"}[row.parameters[9]].format(mean)
        return Call(i, f"gm1 {kind} 1 0.99", ["R", "Pw", "T99"].index(tail))
    if row.model == "G/G/1 Kingman/VUT":
        mean, arrivals = re.search(r"mean ([0-9.]+) scv ([0-9.]+)", row.parameters).groups()
        service = re.search(r"service .* scv ([0-9.]+)", row.parameters)[1]
        mean = {"1.11111111": 1 / 0.9}.get(mean, float(mean))
        return Call(i, f"kingman {1 / mean:.17g} 1 {arrivals} {service}")
    if row.model.startswith("M/G/1-PS"):
        return Call(i, f"mg1_ps {p['lambda']} 1", 0, 5 if i == "PS-cond-5" else 1)
    if row.model.startswith("M/G/c egalitarian"):
        return Call(i, f"mmc {p['lambda']} 1 {p['c']} 0.5")
    if row.model.startswith("M/G/1 LCFS"):
        return Call(i, f"mg1_ps {p['lambda']} 1")
    if i.startswith("SJF-"):
        return Call(i, f"shortest_first {p['lambda']} 1")
    if i.startswith("SRPT-"):
        return Call(i, f"shortest_remaining {p['lambda']} 1")
    if row.model.startswith("M/M/c+M"):
        patience = row.parameters.split("mean ")[1]
        return Call(i, f"erlang_a {p['lambda']} 1 {p['c']} {patience}",
                    ["pab", "EW", "Pw", "occ"].index(tail))
    return None


def _priority(row):
    i = row.id
    if i.startswith(("PRI-NP-2c", "PRI-PR-2c")):
        classes = "0.3 1 2 0.5 1 2"
    elif i.startswith(("PRI-NP-3c", "PRI-PR-3c")):
        classes = "0.2 0.5 0.5 0.2 1 2 0.2 2 8"
    elif i.startswith("PRI-HL"):
        servers, mu, rates = i[9], 3, "0.2 0.6 1.2"
        preemptive = i[7:9] == "PR"
        of = int(i[-1]) - 1
        return Call(i, f"priority_mmc {of} {servers} {mu} {rates}", int(preemptive), 1.0,
                    -1 / 3 if preemptive else 0.0)
    elif i.startswith("PRI-NP10"):
        return Call(i, f"priority_mmc {int(i[-1]) - 1} 10 1 2 3 3.5")
    else:
        return None
    return Call(i, f"priority {int(i[-1]) - 1} {classes}", int("PR-" in i))


BATCHES = {"BATCH-fixed5-50": "batch 0.1 5 25 1", "BATCH-geometric5-50": "batch 0.1 5 45 1",
           "BATCH-geometric5-80": "batch 0.16 5 45 1", "BATCH-fixed2-80": "batch 0.4 2 4 1",
           "VAC-D2-80": "vacations 0.8 1 2 4", "VAC-E2-50": "vacations 0.5 1 2 8",
           "VAC-E2-80": "vacations 0.8 1 2 8", "SETUP1-0.1-30": "setup 0.3 1 10",
           "SETUP1-0.1-70": "setup 0.7 1 10", "SETUP1-1-70": "setup 0.7 1 1"}


def _networks(rows):
    jackson = "open_network 4 0.2 1 0.075 1 0.15 1 0.05 1"
    visits = [5, 2.5, 2.5, 1]
    lazowska = "open_network 0.3 0.605 1 2.1 1 1.35 1"
    for prefix, text, v, rate in (("OJN-Bolch7.4", jackson, visits, 4),
                                  ("OJN-Laz113", lazowska, [121, 70, 50], 0.3)):
        yield Call(f"{prefix}-sysR", text)
        for k, of in enumerate(v):
            yield Call(f"{prefix}-U{k + 1}", text, 1 + 3 * k)
            yield Call(f"{prefix}-R{k + 1}", text, 2 + 3 * k, 1 / of)
            yield Call(f"{prefix}-Q{k + 1}", text, 3 + 3 * k)
            yield Call(f"{prefix}-X{k + 1}", text, 1 + 3 * k,
                       rate * of / float(rows[f"{prefix}-U{k + 1}"].expected))
    text, visits = "closed_network 3 0 0.5 2 0.3 1 0.4 1 1 0", [1, 0.5, 0.5, 1]
    for k, of in enumerate(visits):
        yield Call(f"CQN-Bolch8.4-U{k + 1}", text, 1 + 3 * k)
        yield Call(f"CQN-Bolch8.4-R{k + 1}", text, 2 + 3 * k, 1 / of)
        yield Call(f"CQN-Bolch8.4-Q{k + 1}", text, 3 + 3 * k)
        yield Call(f"CQN-Bolch8.4-X{k + 1}", text, 0, of)
    yield Call("CQN-Bolch8.4-sysX", text)
    text = f"closed_network 3 0 1.25 2 {0.667 / 0.6:.17g} 3 0.5 1"
    for k, of in enumerate([1, 0.667, 0.2]):
        yield Call(f"CQN-Bolch8.1-Q{k + 1}", text, 3 + 3 * k)
        yield Call(f"CQN-Bolch8.1-X{k + 1}", text, 0, of)
    for n in (1, 5, 10, 20, 50, 100):
        text = f"closed_network {n} 1 0.005 1 0.02 1 0.03 1"
        yield Call(f"CQN-web-{n}-X", text)
        yield Call(f"CQN-web-{n}-Udb", text, 7)
    for n in (10, 50, 100):
        yield Call(f"CQN-ms-{n}-X", f"closed_network {n} 2 0.1 4 0.05 1")
    text = "closed_classes 2 2 1 1 1 0 1 3 1 0 2 4"
    for k in (1, 2):
        yield Call(f"CMC-Laz142-X{k}", text, k - 1)
        for s in (1, 2):
            yield Call(f"CMC-Laz142-Q{k}{s}", text, 2 * k + s - 1)
    text = "closed_classes 2 1 1 15 1 0.025 5 15 0.5"
    yield Call("CMC-Schw-X1", text)
    yield Call("CMC-Schw-X2", text, 1)
    # Visits of the CPU, and of all disks together: 1 / 0.9 and 1 / 0.05.
    demands = [" ".join([f"{cpu * v:.17g}"] + [f"{0.035 * v / 4:.17g}"] * 4)
               for cpu, v in ((0.01, 1 / 0.9), (0.1, 20))]
    text = f"closed_classes 2 5 1 1 1 1 1 40 5 {demands[0]} 4 10 {demands[1]}"
    for k in (1, 2):
        yield Call(f"CMC-JMVA-X{k}", text, k - 1)
        yield Call(f"CMC-JMVA-Q{k}2", text, 2 + 5 * (k - 1))
    yield Call("BLK-1-R1", "closed_network 3 0 5 1 2.5 1", 2)
    yield Call("BLK-1-R2", "closed_network 3 0 5 1 2.5 1", 5)


def _chain(moves, states):
    """Text of a Markov chain from {(from, to): rate}."""
    at = {s: k for k, s in enumerate(states)}
    return f"markov {len(states)} " + " ".join(
        f"{at[a]} {at[b]} {rate:.17g}" for (a, b), rate in moves.items())


def _blocking():
    """Two stations with little room: what the language has no words for, as chains."""
    # Work that finds the next station full is done again; half of what leaves 2 goes back to 1.
    states = [(a, b) for a in range(3) for b in range(2)]
    moves = {}
    for a, b in states:
        if a < 2:
            moves[(a, b), (a + 1, b)] = 0.5
        if a > 0 and b < 1:
            moves[(a, b), (a - 1, b + 1)] = 1.0
        if b > 0:
            moves[(a, b), (a, b - 1)] = 1.0
            if a < 2:
                moves[(a, b), (a + 1, b - 1)] = 1.0
    text = _chain(moves, states)
    yield Call("BLK-2-U1", text, weights=tuple(float(a > 0) for a, _ in states))
    yield Call("BLK-2-U2", text, weights=tuple(float(b > 0) for _, b in states))
    # Work that finds 5 there waits where it is (6: five there and one blocked).
    most = 120
    states = [(a, b) for a in range(most + 1) for b in range(7) if b < 6 or a > 0]
    moves = {}
    for a, b in states:
        if a < most:
            moves[(a, b), (a + 1, b)] = 0.7
        if a > 0 and b < 5:
            moves[(a, b), (a - 1, b + 1)] = 1.2
        if a > 0 and b == 5:
            moves[(a, b), (a, 6)] = 1.2
        if b == 6:
            moves[(a, b), (a - 1, 5)] = 1.0
        elif b > 0:
            moves[(a, b), (a, b - 1)] = 1.0
    text = _chain(moves, states)
    # One that is blocked is at station 1: of 6, five are at station 2.
    yield Call("BAS-0.7-5-R", text, weights=tuple((a + min(b, 5)) / 0.7 for a, b in states))
    yield Call("BAS-0.7-5-pb", text, weights=tuple(float(b == 6) for _, b in states))


def _balance(row, p):
    i = row.id
    if i.startswith("LB-RR-"):
        n, total = int(p["n"]), float(re.search(r"total lambda=([0-9.]+)", row.parameters)[1])
        return Call(i, f"gm1 2 {n / total:.17g} {n} 1 0.5")
    if i.startswith("LB-RND-"):
        total = float(re.search(r"total lambda=([0-9.]+)", row.parameters)[1])
        return Call(i, f"mg1 {total / p['n']:.17g} 1 1")
    if i.startswith("LB-MF-"):
        return Call(i, f"choices {p['lambda']} {p['d']}")
    if i.startswith("LB-JIQ-"):
        return Call(i, f"join_idle {p['lambda']} {p['r']}")
    if i.startswith(("FJ-NT-", "FJ-2-90")):
        return Call(i, f"fork_join {p['lambda']} 1 {p['n']}")
    if i.startswith("SM-"):
        n = int(p["n"])
        rate = 0.5 / sum(1 / k for k in range(1, n + 1))
        return Call(i, f"split_merge {rate:.17g} 1 {n}")
    return None


def _tail(row, p):
    i = row.id
    if i.startswith("QUO-"):
        _, n, k, what = i.split("-")
        return Call(i, f"quorum {n} {k} 1 0.99", int(what == "p99"))
    if i.startswith("FAN-E-"):
        _, _, n, what = i.split("-")
        return Call(i, f"quorum {n} {n} 1 0.99", int(what == "p99"))
    if re.match(r"FAN-\d", i):
        _, n, q = i.split("-", 2)
        return Call(i, f"fan_out_slow {n} {q}")
    if i.startswith("RED-"):
        return Call(i, f"redundancy {p['k']} {p['d']} {p['lambda']} 1")
    if re.match(r"VUL-0", i):
        return Call(i, f"replication {i[4:]} 1")
    return None


def _cache(row, p):
    i = row.id
    if m := re.match(r"(CHE-LRU|CHE-RND|LFU)-(\d+)-([0-9.]+)-(\d+)$", i):
        return Call(i, f"cache {m[2]} {m[3]} {m[4]}", ["CHE-LRU", "CHE-RND", "LFU"].index(m[1]))
    if m := re.match(r"LRU-EX-CHE-(\d+)-(\d+)-([0-9.]+)$", i):
        return Call(i, f"cache {m[1]} {m[3]} {m[2]}")
    if m := re.match(r"LRU-EX-(\d+)-(\d+)-([0-9.]+)$", i):
        return Call(i, f"cache_exact {m[1]} {m[3]} {m[2]}")
    if m := re.match(r"TTLZ-(FIX|OCC)-(\d+)-([0-9.]+)$", i):
        rate = re.search(r"rate=([0-9.]+)", row.parameters)[1]
        return Call(i, f"cache_ttl {m[2]} {m[3]} {rate} 60", int(m[1] == "OCC"))
    if m := re.match(r"TTL-FIX-([0-9.]+)-(\d+)$", i):
        return Call(i, f"cache_ttl 1 0 {m[1]} {m[2]}")
    return None


AVAILABILITY = {
    "AV-AWS-1": ("repair 3600 1", 0), "AV-AWS-2": ("series 3 0.9999", 0),
    "AV-AWS-3": ("k_of_n 2 1 0.99", 0), "AV-AWS-4": ("k_of_n 2 1 0.999", 0),
    "AV-DT-0.99": ("downtime 0.99", 0), "AV-DT-0.9999": ("downtime 0.9999", 0),
    "AV-DT-0.99999": ("downtime 0.99999", 0),
    "AV-P2-MTTF-0.002": ("time_to_loss 2 1 0.002 0.0416666666666666667", 0),
    "AV-CS-MTTF-0.002": ("cold_standby 0.002 0.0416666666666666667", 0),
    "AV-CS-A-0.002": ("cold_standby 0.002 0.0416666666666666667", 1),
    "AV-NR-P-2": ("time_to_loss 2 1 0.001 0", 0), "AV-NR-P-5": ("time_to_loss 5 4 0.001 0", 0),
    "HC-10-3-0": ("detection 10 0 3", 0), "HC-5-2-2": ("detection 5 2 2", 0),
    "RPO-24-0": ("backup 24 0 -1", 0), "RPO95-24-0": ("backup 24 0 0.95", 0),
    "RPO-6-0.5": ("backup 6 0.5 -1", 0), "RPO95-6-0.5": ("backup 6 0.5 0.95", 0),
    "TTL-DNS": ("backup 60 0 -1", 0), "SHUF-1": ("shards 8 2", 0),
    **{f"AV-2proc-{k}": (f"pair 0.0002 0.25 0.9 {30 / 3600:.17g} {10 / 60:.17g}", n)
       for n, k in enumerate(["p1", "p2", "p3", "p4", "p5", "A", "MTBF"])},
}


def _availability(row, p):
    i = row.id
    if i in AVAILABILITY:
        return Call(i, *AVAILABILITY[i])
    if m := re.match(r"AV-KN-(\d+)-(\d+)-([0-9.]+)$", i):
        return Call(i, f"k_of_n {m[1]} {m[2]} {m[3]}")
    if m := re.match(r"MRP-(\d+)-(\d+)-([0-9.]+)-(down|A|all)$", i):
        repair = re.search(r"repair rate ([0-9.]+)", row.parameters)[1]
        return Call(i, f"repairman {m[1]} {m[2]} {m[3]} {repair}",
                    ["down", "A", "all"].index(m[4]))
    if m := re.match(r"RAID-(\d+)-(\d)-", i):
        return Call(i, f"time_to_loss {m[1]} {m[2]} {p['lambda']} {p['mu']}")
    if i == "AV-FO-120":
        # 1 - A of an outage of 120 s at a rate of 0.00138889 an hour of working time.
        return Call(i, f"repair {1 / 0.00138888888888889:.17g} {120 / 3600:.17g}", 0, -1.0, 1.0)
    if i == "SHUF-2":
        return Call(i, "shards 8 2", 0, 1 / 784)
    return None


def calls(rows):
    """Every call that there is, one a row."""
    found = list(_networks(rows)) + list(_blocking()) + [
        Call("VUL-exp", "replication_threshold")] + [Call(i, text) for i, text in BATCHES.items()]
    for row in rows.values():
        p = _numbers(row.parameters)
        call = _priority(row)
        if row.group == "queue":
            call = call or _queue(row, p)
        elif row.group == "timeout":
            patience = re.search(r"reaches ([0-9.]+)", row.parameters)[1]
            call = Call(row.id, f"patience {p['lambda']} 1 {p['c']} {patience}")
        elif row.group in ("loadbalance", "forkjoin"):
            call = _balance(row, p)
        elif row.group == "tail":
            call = _tail(row, p)
        elif row.group == "cache":
            call = _cache(row, p)
        elif row.group == "availability":
            call = _availability(row, p)
        if call:
            found.append(call)
    return found


def run(rows):
    """{id: (Estimate, Verdict)} of every call."""
    wanted = calls(rows)
    program = BUILD / "tests/theory_calls"
    done = subprocess.run([program], input="".join(c.text + "\n" for c in wanted),
                          capture_output=True, text=True, check=True)
    found = {}
    for call, line in zip(wanted, done.stdout.splitlines(), strict=True):
        row = rows[call.row]
        value = float("nan") if line == "?" else call.take(line)
        room = row.exact.around(row.expected)
        agrees = abs(value - row.expected) <= room
        found[call.row] = (judge.Estimate(value),
                           judge.Verdict("agrees" if agrees else "disagrees"))
    return found

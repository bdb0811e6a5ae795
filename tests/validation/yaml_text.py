"""Scenario text: the few shapes that most cases share."""
import math


def seconds(x):
    """Time is counted in whole nanoseconds."""
    return f"{x:.9f}".rstrip("0").rstrip(".") + "s"


def exponential(mean=1.0):
    return f"exponential({seconds(mean)})"


def law(name):
    """A law of mean 1 s by the name that the references give it."""
    lognormal = "lognormal(mean=1s cv={:.17g})"
    return {
        "M": exponential(),
        "D": "1s",
        "E2": "erlang(stages=2 mean=1s)",
        "E4": "erlang(stages=4 mean=1s)",
        "U(0,2)": "uniform(0s..2s)",
        "H2": balanced(1.0, 4.0),
        "H2(4)": balanced(1.0, 4.0),
        "H2(2)": balanced(1.0, 2.0),
        "lognormal scv2": lognormal.format(math.sqrt(2)),
        "lognormal scv4": lognormal.format(2.0),
        "lognormal scv10": lognormal.format(math.sqrt(10)),
        "Weibull": "weibull(shape=0.5 scale=0.5s)",
        "Pareto 2.5": "pareto(shape=2.5 min=0.6s)",
        "Pareto 2.2": f"pareto(shape=2.2 min={seconds(1.2 / 2.2)})",
    }[name]


def balanced(mean, scv):
    """Hyperexponential of two branches that carry half of the work each."""
    return f"hyperexponential(mean={seconds(mean)} cv={math.sqrt(scv):.17g})"


def service(name, operations, **settings):
    """A component; `operations` maps a name to its steps, settings are written as they are."""
    lines = [f"  {name}:", "    kind: service"]
    lines += [f"    {k}: {v}" for k, v in settings.items()]
    lines.append("    operations:")
    lines += [f"      {op}: {steps}" for op, steps in operations.items()]
    return "\n".join(lines) + "\n"


def traffic(**classes):
    """Classes of traffic, each the text of its settings."""
    return "traffic:\n" + "".join(f"  {name}: {{ {text} }}\n" for name, text in classes.items())


def components(*texts):
    return "components:\n" + "".join(texts)


def relaxation(rate, mean, servers=1, scv=1.0):
    """Time in which M/M/c forgets how it began (P. Morse 1955), longer for variable work."""
    slow = (math.sqrt(servers / mean) - math.sqrt(rate)) ** 2
    return (1 + scv) / 2 / slow


def length(rate, mean=1.0, servers=1, scv=1.0, jobs=50000):
    """Horizon and warm-up of a replication: it has forgotten its start, and is long beside what
    it remembers."""
    tau = relaxation(rate, mean, servers, scv)
    return {"warmup": 14 * tau + 20 * mean, "horizon": max(jobs / rate, 80 * tau)}

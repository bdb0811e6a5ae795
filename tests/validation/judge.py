"""Does a simulated figure agree with a reference?

The interval has confidence 1 - 1e-6 (about 1,000 figures, one false alarm in 1,000 runs of the
suite); it must contain the expected value and be narrower, on either side, than the tolerance.

mean      Student-t over independent replications.
ratio     sum over sum; its variance from the residuals x - r y (W. Cochran, "Sampling
          Techniques", 3rd ed. 1977, ch. 6).
quantile  pooled over all replications; spread of the replications' own quantiles around it
          (sectioning: S. Asmussen, P. Glynn, "Stochastic Simulation", 2007, III.5).
variance  normal limit with the fourth moment (the same, III.3).
"""
import dataclasses
import functools
import math

import numpy as np

ALPHA = 1e-6
Z95 = 1.959963984540054
Z = 4.891638475699  # of the normal law at 1 - ALPHA / 2


@dataclasses.dataclass(frozen=True)
class Estimate:
    value: float
    half: float = 0.0  # half-width of the interval; 0: known exactly


@dataclasses.dataclass(frozen=True)
class Verdict:
    word: str      # "agrees", "disagrees", "too wide"
    short_of: float = 1.0  # half-width over tolerance: > 1 wants longer runs


def _t_tail(t, n):
    """P(T > t) with n degrees of freedom: composite Simpson over the angle atan(t / sqrt n), in
    which the density is cos^(n - 1)."""
    low, high = math.atan(t / math.sqrt(n)), math.pi / 2
    angle = np.linspace(low, high, 4001)
    weight = np.ones(4001)
    weight[1:-1:2], weight[2:-1:2] = 4, 2
    area = (np.cos(angle) ** (n - 1) * weight).sum() * (high - low) / 12000
    scale = math.exp(math.lgamma((n + 1) / 2) - math.lgamma(n / 2)) / math.sqrt(math.pi)
    return scale * area


@functools.lru_cache(maxsize=None)
def t_quantile(n, alpha=ALPHA):
    """Two-sided: P(|T| > t) = alpha."""
    low, high = 0.0, 1e7
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if _t_tail(middle, n) > alpha / 2 else (low, middle)
    return high


def _half(deviations):
    n = len(deviations)
    if n < 2:
        return math.inf
    return t_quantile(n - 1) * math.sqrt(float(np.sum(deviations ** 2)) / (n - 1) / n)


def mean(x):
    x = np.asarray(x, float)
    return Estimate(float(x.mean()), _half(x - x.mean()))


def ratio(x, y):
    x, y = np.asarray(x, float), np.asarray(y, float)
    r = float(x.sum() / y.sum())
    return Estimate(r, _half(x - r * y) / float(y.mean()))


def quantile(pooled, sections):
    sections = np.asarray(sections, float)
    if not np.isfinite(pooled):
        return Estimate(float(pooled), math.inf)
    return Estimate(float(pooled), _half(sections - pooled))


def variance(x):
    x = np.asarray(x, float)
    d = (x - x.mean()) ** 2
    return Estimate(float(d.sum() / (len(x) - 1)), Z * float(d.std()) / math.sqrt(len(x)))


def shifted(estimate, by, scale=1.0):
    return Estimate(estimate.value * scale + by, abs(scale) * estimate.half)


def added(a, b):
    """Of two figures that may depend on each other."""
    return Estimate(a.value + b.value, a.half + b.half)


def judge(row, estimate, tolerance=None):
    """The verdict on one simulated figure."""
    tolerance = tolerance or row.simulated
    if tolerance.upto is not None:  # a bound
        bound = row.expected * tolerance.upto
        return Verdict("agrees" if estimate.value <= bound else "disagrees")
    room = tolerance.around(row.expected)
    off = abs(estimate.value - row.expected)
    if row.near:
        agrees = off <= room or (estimate.half > room and off <= room + estimate.half)
    else:
        reference = row.error * Z / Z95
        # Printed with nine digits.
        agrees = off <= math.hypot(estimate.half, reference) + 1e-8 * abs(row.expected)
    if not agrees:
        return Verdict("disagrees")
    if estimate.half > room:
        return Verdict("too wide", estimate.half / room if room else math.inf)
    return Verdict("agrees", estimate.half / room if room else 0.0)

"""The published and exact figures that the program is held against: references.csv.

One row a figure: id, group, model, parameters, metric, expected, unit, source, kind, tolerance.
The tolerance is kept as it was written and read here, so that nobody widens it by the way.
"""
import csv
import dataclasses
import pathlib
import re

FILE = pathlib.Path(__file__).with_name("references.csv")
# Groups about data that are no part of the product: their rows are listed and not counted.
WAITING = {"trace"}
# What is known only near the truth is judged by its tolerance alone.
NEAR = {"numeric-approx", "published-approx", "exact-limit", "formula", "published-formula",
        "published-sim rerun", "published-measurement", "published-qualitative"}
NUMBER = r"([0-9.]+(?:e-?[0-9]+)?)"


@dataclasses.dataclass(frozen=True)
class Tolerance:
    """|observed - expected| may be up to absolute + relative x scale."""
    absolute: float = 0.0
    relative: float = 0.0
    least: float = 0.0       # "max(0.001, 5% rel)"
    of_rest: bool = False    # relative to 1 - expected
    upto: float | None = None  # the simulated figure is at most expected x upto

    def around(self, expected):
        scale = 1 - expected if self.of_rest else abs(expected)
        return max(self.absolute + self.relative * scale, self.least)


@dataclasses.dataclass(frozen=True)
class Row:
    """One reference figure."""
    id: str
    group: str
    model: str
    parameters: str
    metric: str
    expected: float
    unit: str
    source: str
    kind: str
    tolerance: str
    words: str = ""  # what is expected, as written

    @property
    def counted(self):
        return self.group not in WAITING

    @property
    def near(self):
        """Judged by tolerance alone: an approximation, a measurement, or a simulation without a
        stated error (what PBS-PUB gives is its authors' own)."""
        return (self.kind in NEAR or self.id.startswith("PBS-PUB")
                or ("independent" in self.kind and self.error == 0))

    @property
    def error(self):
        """95% half-width that the source states for its own figure; 0 if it states none."""
        found = re.search(r"\+-" + NUMBER, self.source)
        return float(found[1]) if found else 0.0

    @property
    def simulated(self):
        return simulated_tolerance(self.tolerance)

    @property
    def exact(self):
        """Tolerance of a call of sim/theory: what is said of planners, else that of nine
        printed digits."""
        said = re.search(r"plan+er (?:output )?(?:exact )?" + NUMBER, self.tolerance)
        return Tolerance(relative=float(said[1]) if said else 1e-6, least=1e-15)


def simulated_tolerance(text):
    part = text.split("simulat")[-1] if "simulat" in text else text
    if "<= this*" in part:
        return Tolerance(upto=float(re.search(r"<= this\*" + NUMBER, part)[1]))
    if text.startswith("exact") or text == "0.01":
        return Tolerance(absolute=0.01 if text == "0.01" else 0.0)
    if found := re.search(r"max\(" + NUMBER + ", " + NUMBER + "% rel", part):
        return Tolerance(relative=float(found[2]) / 100, least=float(found[1]))
    found = re.search("abs " + NUMBER + r"(?: \+ " + NUMBER + "% rel)?", part)
    if found and "unavailability" not in part:
        return Tolerance(absolute=float(found[1]), relative=float(found[2] or 0) / 100)
    if found := re.search("(?:rel|within) " + NUMBER + "%", part):
        return Tolerance(relative=float(found[1]) / 100, of_rest="1-A" in part)
    return None  # words only: the case says what it means


def _number(text):
    """NaN for what is a sentence or several numbers."""
    try:
        return float(text)
    except ValueError:
        return float("nan")


def load():
    with FILE.open(newline="", encoding="utf-8") as file:
        rows = [Row(**{**r, "words": r["expected"], "expected": _number(r["expected"])})
                for r in csv.DictReader(file)]
    assert len({r.id for r in rows}) == len(rows), "an id is there twice"
    return {r.id: r for r in rows}

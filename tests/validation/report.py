"""The report of the suite: results/reference/validation.md and .html, and the terminal's lines."""
import dataclasses
import html
import math

import judge
import reasons


@dataclasses.dataclass
class Line:
    """What is known of one row: simulated, by theory, or why neither."""
    row: object
    simulated: tuple | None = None  # Estimate, Verdict
    theory: tuple | None = None
    note: str = ""

    @property
    def expressed(self):
        return self.simulated is not None or self.theory is not None

    @property
    def verdict(self):
        words = [found[1].word for found in (self.simulated, self.theory) if found]
        for word in ("disagrees", "too wide"):
            if word in words:
                return word
        return "agrees" if words else "not expressed"


def number(x):
    if math.isnan(x):
        return "the same words"
    return f"{x:.6g}"


def interval(found):
    if not found:
        return ""
    estimate, _ = found
    if math.isinf(estimate.half):
        return f"{number(estimate.value)}, no interval"
    half = f"{estimate.half:.2g}"
    return f"{number(estimate.value)} ± {half}" if estimate.half else number(estimate.value)


def groups(lines):
    found = {}
    for line in lines:
        found.setdefault(line.row.group, []).append(line)
    return found


def totals(lines):
    counted = [line for line in lines if line.row.counted]
    return {"rows": len(lines), "counted": len(counted),
            "expressed": sum(line.expressed for line in counted),
            "simulated": sum(line.simulated is not None for line in counted),
            "agrees": sum(line.verdict == "agrees" for line in counted),
            "disagrees": sum(line.verdict == "disagrees" for line in counted),
            "too wide": sum(line.verdict == "too wide" for line in counted)}


def summary(lines):
    t = totals(lines)
    share = 100 * t["expressed"] / t["counted"] if t["counted"] else 0
    wide = f", {t['too wide']} not known well enough" if t["too wide"] else ""
    return (f"{t['expressed']} of {t['counted']} reference figures are expressed ({share:.1f}%), "
            f"{t['simulated']} of them by simulation: {t['agrees']} agree, "
            f"{t['disagrees']} disagree{wide}.")


RULE = (
    "Each simulated figure has an interval of confidence 1 - 1e-6 from independent replications. "
    "A figure agrees when the interval contains the published value and is narrower, on either "
    "side, than the tolerance of the reference. Approximations, and measurements and simulations "
    "whose source states no error, are judged by the tolerance alone; where the source states the "
    "error of its own figure, it is added to ours. Figures by sim/theory must have the digits that "
    "are printed. No tolerance is ours: they are those of the table of references, "
    "tests/validation/references.csv, which has the sources.")
WAITING = ("Groups that are about data which are no part of the product are listed and not "
           "counted: trace.")


def table_of_groups(lines):
    yield ["group", "rows", "expressed", "simulated", "agree", "disagree"]
    for name, of in groups(lines).items():
        yield [name + ("" if of[0].row.counted else " (not counted)"), str(len(of)),
               str(sum(line.expressed for line in of)),
               str(sum(line.simulated is not None for line in of)),
               str(sum(line.verdict == "agrees" for line in of)),
               str(sum(line.verdict == "disagrees" for line in of))]


COLUMNS = ["reference", "figure", "expected", "simulated", "by theory", "verdict"]


def cells(line):
    row = line.row
    expected = row.words if math.isnan(row.expected) else number(row.expected)
    unit = "" if row.unit in ("1", "-") else " " + row.unit
    return [row.id, f"{row.model}: {row.metric}", expected + unit, interval(line.simulated),
            interval(line.theory), line.verdict]


# --- Markdown -------------------------------------------------------------------------------------

def _cell(text):
    return text.replace("|", "\\|")


def _table(rows):
    rows = list(rows)
    out = ["| " + " | ".join(map(_cell, rows[0])) + " |", "|" + " --- |" * len(rows[0])]
    return out + ["| " + " | ".join(map(_cell, r)) + " |" for r in rows[1:]]


def markdown(lines, command):
    out = ["# Validation", "", summary(lines), "", f"Made by `{command}`.", "", RULE, "", WAITING,
           "", *_table(table_of_groups(lines)), ""]
    for name, of in groups(lines).items():
        shown = [line for line in of if line.expressed]
        if shown:
            out += [f"## {name}", "", *_table([COLUMNS] + [cells(line) for line in shown]), ""]
    notes = [line for line in lines if line.note and line.expressed]
    if notes:
        out += ["## Notes", ""] + [f"- {line.row.id}: {line.note}" for line in notes] + [""]
    missing = {}
    for line in lines:
        if not line.expressed:
            missing.setdefault(reasons.reason(line.row.id), []).append(line.row.id)
    out += ["## Not expressed", ""]
    for why, ids in sorted(missing.items(), key=lambda entry: -len(entry[1])):
        out += [f"- {why} ({len(ids)}): {', '.join(ids)}"]
    return "\n".join(out) + "\n"


# --- HTML -------------------------------------------------------------------------------------------

STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --soft: #57606a; --line: #d8dee4;
        --good: #1a7f37; --bad: #b3261e; --wide: #8a5a00; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --paper: #0d1117; --soft: #9aa4af; --line: #30363d;
          --good: #4ac26b; --bad: #ff8f86; --wide: #e3b341; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
       max-width: 1100px; margin: 32px auto; padding: 0 16px; }
h1 { font-size: 26px; margin: 0 0 8px; } h2 { font-size: 18px; margin: 32px 0 8px; }
p { max-width: 78ch; } .soft { color: var(--soft); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 13px; }
th { text-align: left; font-weight: 600; color: var(--soft); border-bottom: 2px solid var(--line);
     position: sticky; top: 0; background: var(--paper); }
th, td { padding: 4px 8px; vertical-align: top; } td { border-bottom: 1px solid var(--line); }
td.n { white-space: nowrap; } .agrees { color: var(--good); } .disagrees { color: var(--bad);
font-weight: 600; } .wide { color: var(--wide); } code { font-size: 13px; }
"""


def _html_table(rows, verdict=None):
    rows = list(rows)
    yield "<table><thead><tr>" + "".join(f'<th scope="col">{html.escape(c)}</th>'
                                         for c in rows[0]) + "</tr></thead><tbody>"
    for r in rows[1:]:
        parts = []
        for k, text in enumerate(r):
            style = ' class="n"' if 2 <= k <= 4 else ""
            if k == verdict:
                mark = {"agrees": "✓ ", "disagrees": "✗ "}.get(text, "")
                style = f' class="n {text.split()[-1]}"'
                text = mark + text
            parts.append(f"<td{style}>{html.escape(text)}</td>")
        yield "<tr>" + "".join(parts) + "</tr>"
    yield "</tbody></table>"


def page(lines, command):
    out = ['<!doctype html><html lang="en"><head><meta charset="utf-8">',
           '<meta name="viewport" content="width=device-width, initial-scale=1">',
           "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
           "style-src 'unsafe-inline'\">",
           f"<title>headroom: validation</title><style>{STYLE}</style></head><body><main>",
           f"<h1>Validation</h1><p>{html.escape(summary(lines))}</p>",
           f'<p class="soft">Made by <code>{html.escape(command)}</code>. {html.escape(RULE)} '
           f"{html.escape(WAITING)}</p>", *_html_table(table_of_groups(lines))]
    for name, of in groups(lines).items():
        shown = [line for line in of if line.expressed]
        if shown:
            out += [f"<h2>{html.escape(name)}</h2>",
                    *_html_table([COLUMNS] + [cells(line) for line in shown], verdict=5)]
    out += ["<h2>Not expressed</h2>",
            *_html_table([["reference", "figure", "why"]] +
                         [[line.row.id, f"{line.row.model}: {line.row.metric}",
                           reasons.reason(line.row.id)] for line in lines if not line.expressed])]
    return "\n".join(out) + "</main></body></html>\n"


def terminal(line):
    row = line.row
    found = line.simulated or line.theory
    mark = {"agrees": "✓", "disagrees": "✗", "too wide": "?"}.get(line.verdict, "-")
    how = "" if line.simulated else " (theory)"
    return (f"  {mark} {row.id:<24} expected {number(row.expected):<12} "
            f"found {interval(found):<24} {line.verdict}{how}")

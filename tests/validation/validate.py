#!/usr/bin/python3
"""Hold the program against every reference figure: see scripts/validate --help."""
import argparse
import concurrent.futures
import os
import sys

import cases_drawn
import cases_theory
import experiment
import references
import report
import suite

FAST_BUDGET = 2.0  # s of CPU an experiment


def one(name, fast, resume):
    """In a process of its own, so that its CPU time is its own."""
    rows = references.load()
    wanted = next(e for e in suite.experiments(rows) if e.name == name)
    found = experiment.recall(wanted) if resume else None
    if found is None:
        found = experiment.run(wanted, rows, min(FAST_BUDGET, wanted.budget) if fast else None)
        if not fast:
            experiment.keep(wanted, *found)
    return name, found


def chosen(options, rows):
    every = suite.experiments(rows)
    if options.case:
        return [e for e in every if any(i in options.case for i in e.figures)]
    if options.group:
        every = [e for e in every if any(rows[i].group in options.group for i in e.figures)]
    return [e for e in every if e.fast] if options.fast else every


def simulate(options, rows, lines):
    wanted = sorted(chosen(options, rows), key=lambda e: -e.budget)
    failed = []
    with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        waiting = {pool.submit(one, e.name, options.fast, options.resume): e for e in wanted}
        for done in concurrent.futures.as_completed(waiting):
            e = waiting[done]
            try:
                _, (found, took) = done.result()
            except (RuntimeError, KeyError, ValueError, OSError) as error:
                failed.append(e.name)
                print(f"{e.name}: {error}", flush=True)
                continue
            print(f"{e.name}  ({took['replications']} replications, {took['cpu']:.1f} s)")
            for row_id, result in found.items():
                lines[row_id].simulated = result
                lines[row_id].note = e.notes.get(row_id, "")
                print(report.terminal(lines[row_id]), flush=True)
    return failed


def theory(options, rows, lines):
    def chosen_row(row):
        return ((not options.case or row.id in options.case)
                and (not options.group or row.group in options.group))

    for row_id, found in cases_theory.run(rows).items():
        if chosen_row(rows[row_id]):
            lines[row_id].theory = found
            if found[1].word != "agrees":
                print(report.terminal(lines[row_id]))
    for row_id, found in cases_drawn.run(rows, chosen_row, options.fast).items():
        lines[row_id].simulated = found
        print(report.terminal(lines[row_id]))


def write(options, lines):
    folder = options.output or experiment.ROOT / "results/reference"
    os.makedirs(folder, exist_ok=True)
    for name, text in (("validation.md", report.markdown(lines, options.command)),
                       ("validation.html", report.page(lines, options.command))):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
        print(f"saved  {os.path.join(folder, name)}")


def arguments():
    p = argparse.ArgumentParser(
        prog="scripts/validate", allow_abbrev=False,
        description="Simulates or computes every reference figure of "
                    "tests/validation/references.csv and writes the report "
                    "results/reference/validation.md and .html (whole suite only).")
    p.add_argument("--fast", action="store_true",
                   help="a minute of CPU: some cases of every group, run short; no report")
    p.add_argument("--group", action="append", help="only this group; may be repeated")
    p.add_argument("--case", action="append", help="only this reference; may be repeated")
    p.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes at a time")
    p.add_argument("--resume", action="store_true",
                   help="take what earlier runs of the same program and scenarios found")
    p.add_argument("--output", help="folder of the report; also of a part of the suite")
    options = p.parse_args()
    options.command = "scripts/validate"
    return options


def main():
    options, rows = arguments(), references.load()
    unknown = [i for i in options.case or [] if i not in rows]
    unknown += [g for g in options.group or [] if g not in {r.group for r in rows.values()}]
    if unknown:
        sys.exit(f"scripts/validate: there is no {', '.join(unknown)} in references.csv")
    lines = {i: report.Line(row) for i, row in rows.items()}
    theory(options, rows, lines)
    failed = simulate(options, rows, lines)
    part = options.fast or options.group or options.case
    shown = [line for line in lines.values() if line.expressed] if part else list(lines.values())
    if options.output or not part:
        write(options, list(lines.values()))
    print(report.summary(shown))
    bad = [line.row.id for line in lines.values()
           if line.verdict == "disagrees" or (line.verdict == "too wide" and not options.fast)]
    if bad or failed:
        print("not agreed: " + ", ".join(bad + failed))
    return 1 if bad or failed else 0


if __name__ == "__main__":
    sys.exit(main())

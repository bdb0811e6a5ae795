#!/usr/bin/python3
"""The page of a run passes tests/browser/check_page, also when every name in it is hostile.

ctest-labels: slow
ctest-timeout: 300
"""
import os
import pathlib
import subprocess
import sys
import tempfile

root = pathlib.Path(os.environ.get("HR_SOURCE_DIR", pathlib.Path(__file__).parents[2]))
program = pathlib.Path(os.environ.get("HR_PROGRAM", root / "build/release/headroom"))
scenarios = [root / "scenarios/examples/web-shop.yaml", root / "tests/cli/hostile.yaml"]

if not program.exists():
    print("the program is not built")
    sys.exit(77)
with tempfile.TemporaryDirectory() as folder:
    for scenario in scenarios:
        r = subprocess.run([program, "run", scenario, "--quick", "-r", "1"], cwd=folder, capture_output=True,
                           text=True, stdin=subprocess.DEVNULL, check=False)
        if r.returncode not in (0, 1, 4):  # kept, broken, undecided: all leave their results
            print(f"headroom run: status {r.returncode}\n{r.stdout}{r.stderr}")
            sys.exit(1)
    files = sorted(pathlib.Path(folder).rglob("*.html"))
    if not files:
        print(f"headroom run left no *.html\n{r.stdout}{r.stderr}")
        sys.exit(1)
    for file in files:
        if subprocess.run([root / "tests/browser/check_page", file], check=False).returncode != 0:
            sys.exit(1)

#!/usr/bin/python3
"""The results file of a run passes tests/results/check_h5.py.

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
scenario = root / "scenarios/examples/web-shop.yaml"

if not program.exists() or not scenario.exists():
    print("the program or the scenario is not there yet")
    sys.exit(77)
with tempfile.TemporaryDirectory() as folder:
    r = subprocess.run([program, "run", scenario, "--quick", "-r", "1"], cwd=folder, capture_output=True,
                       text=True, stdin=subprocess.DEVNULL, check=False)
    if r.returncode not in (0, 1, 4):  # kept, broken, undecided: all leave their results
        print(f"headroom run: status {r.returncode}\n{r.stdout}{r.stderr}")
        sys.exit(1)
    files = sorted(pathlib.Path(folder).rglob("*.h5"))
    if not files:
        print(f"headroom run left no *.h5\n{r.stdout}{r.stderr}")
        sys.exit(1)
    for file in files:
        if subprocess.run([root / "tests/results/check_h5.py", file], check=False).returncode != 0:
            sys.exit(1)

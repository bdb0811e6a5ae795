#!/usr/bin/python3
"""Every YAML block in the documentation passes `headroom check`.

A block whose fence says ```yaml part is an excerpt and is not checked.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

root = pathlib.Path(os.environ.get("HR_SOURCE_DIR", pathlib.Path(__file__).parents[2]))
program = pathlib.Path(os.environ.get("HR_PROGRAM", root / "build/release/headroom"))
FENCE = re.compile(r"^```ya?ml[ \t]*\n(.*?)^```", re.MULTILINE | re.DOTALL)

if not program.exists():
    print("the program is not built")
    sys.exit(77)

# What git ignores (build folders, results of runs) is not documentation.
pages = [p for p in sorted(root.rglob("*.md"))
         if not {"build", "node_modules", ".git"} & set(p.relative_to(root).parts)]
blocks = faults = 0
with tempfile.TemporaryDirectory() as folder:
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for found in FENCE.finditer(text):
            if not found[1].startswith("headroom:"):
                line = text.count("\n", 0, found.start()) + 1
                print(f"{page.relative_to(root)}:{line}: say ```yaml part, or make it whole")
                faults += 1
                continue
            blocks += 1
            line = text.count("\n", 0, found.start(1)) + 1
            file = pathlib.Path(folder, f"{page.stem}-line-{line}.yaml")
            file.write_text(found[1], encoding="utf-8")
            r = subprocess.run([program, "check", file], capture_output=True, text=True,
                               stdin=subprocess.DEVNULL, check=False)
            if r.returncode != 0:
                faults += 1
                print(f"{page.relative_to(root)}:{line}: check says {r.returncode}\n{r.stdout}{r.stderr}")
print(f"{blocks} blocks in {len(pages)} pages, {faults} faults")
sys.exit(1 if faults else 0)

#!/usr/bin/python3
"""Every group of reference figures is represented, and nothing that is found disagrees.

ctest-labels: slow
ctest-timeout: 900
The fast subset of scripts/validate: all calls of sim/theory, and some scenarios of each group.
"""
import os
import pathlib
import subprocess
import sys

try:
    import h5py  # noqa: F401
    import numpy  # noqa: F401
except ImportError:
    print("python3-h5py or python3-numpy is missing")
    sys.exit(77)

here = pathlib.Path(__file__).parent
done = subprocess.run(["/usr/bin/python3", here / "validate.py", "--fast"], env=os.environ,
                      check=False)
sys.exit(done.returncode)

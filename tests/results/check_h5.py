#!/usr/bin/python3
"""Open results files as a reader would, without help: xarray, ncdump, h5py.

    tests/results/check_h5.py FILE.h5...

Every variable has units (texts need none) and a long_name; every dimension has a name and a
coordinate with values, at the root and in each group opened alone; ncdump reads the header; the
file says what made it.
"""
import subprocess
import sys

try:
    import h5py
    import xarray
except ImportError as e:
    print(f"check_h5: {e} (scripts/setup --test)", file=sys.stderr)
    sys.exit(77)

REQUIRED_ATTRIBUTES = ("Conventions", "title", "history", "source", "schema_version", "seed",
                       "complete")
REQUIRED_COORDINATES = ("design", "time", "component", "request_class", "replication", "quantile")
REQUIRED_GROUPS = ("summary", "latency", "series")


def groups_of(file):
    found = []
    file.visititems(lambda name, item: found.append(name) if isinstance(item, h5py.Group) else None)
    return found


def check_hdf5(path):
    faults = []
    with h5py.File(path, "r") as f:
        for name in REQUIRED_ATTRIBUTES:
            if name not in f.attrs:
                faults.append(f"no attribute {name}")
        for name in REQUIRED_GROUPS:
            if name not in f:
                faults.append(f"no group {name}")

        def visit(name, item):
            if not isinstance(item, h5py.Dataset):
                return
            if not h5py.h5ds.is_scale(item.id):
                for i, d in enumerate(item.dims):
                    if len(d) == 0:
                        faults.append(f"{name}: dimension {i} has no scale")

        f.visititems(visit)
        return faults, groups_of(f)


def check_group(path, group):
    faults = []
    with xarray.open_dataset(path, engine="netcdf4", group=group) as ds:
        place = group or "/"
        for name, v in ds.variables.items():
            said = {**v.encoding, **v.attrs}
            if not said.get("long_name"):
                faults.append(f"{place}: {name} has no long_name")
            if v.dtype.kind in "fiuM" and not said.get("units"):
                faults.append(f"{place}: {name} has no units")
        for d in ds.dims:
            if d not in ds.coords:
                faults.append(f"{place}: dimension {d} has no coordinate")
            elif ds.coords[d].size != ds.sizes[d] or ds.coords[d].isnull().any():
                faults.append(f"{place}: coordinate {d} has no values")
        if not group:
            faults += [f"/: no coordinate {c}" for c in REQUIRED_COORDINATES if c not in ds.coords]
        if not group and "time" in ds.coords and ds["time"].dtype.kind != "f":
            faults.append(f"/: time is {ds['time'].dtype}, should stay a number of seconds")
        for v in ds.data_vars:
            ds[v].load()
    return faults


def check_ncdump(path):
    r = subprocess.run(["ncdump", "-h", path], capture_output=True, text=True, check=False)
    if r.returncode != 0:
        return [f"ncdump: {r.stderr.strip()}"]
    return ["ncdump: dimensions without a name (phony_dim)"] if "phony_dim" in r.stdout else []


def main(paths):
    bad = 0
    for path in paths:
        faults, groups = check_hdf5(path)
        for group in [None] + groups:
            try:
                faults += check_group(path, group)
            except Exception as e:  # whatever xarray says about a file is a fault of the file
                faults.append(f"{group or '/'}: xarray: {e}")
        faults += check_ncdump(path)
        for f in faults:
            print(f"{path}: {f}")
        if not faults:
            print(f"{path}: opens in xarray, ncdump and h5py, {len(groups)} groups")
        bad += bool(faults)
    return 1 if bad else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(sys.argv[1:]))

"""Holds src/platform/data/pythons.json and build-targets.json against cibuildwheel's list of identifiers.

    python3 scripts/update-build-targets.py path/to/cibuildwheel/cibuildwheel/resources/build-platforms.toml

The tables hold more than that list (Pythons and architectures that cibuildwheel does not have, marked so, and the end of support), so
that they are edited by hand; this says what is to be edited: identifiers that are new, gone, or in another order, folders that
changed. It ends with 1 when there is anything.
"""

import json
import sys
import tomllib
from pathlib import Path

DATA = Path("src/platform/data")


def main():
    configs = tomllib.loads(Path(sys.argv[1]).read_text())
    pythons = {row["tag"]: row for row in json.loads((DATA / "pythons.json").read_text())["pythons"]}
    table = json.loads((DATA / "build-targets.json").read_text())
    targets = {row["tag"]: row for row in table["targets"]}
    ours = [
        f"{python}-{target}"
        for block in table["blocks"]
        for target in block["targets"]
        for python in block["pythons"]
        if pythons[python].get("cibuildwheel") and targets[target].get("cibuildwheel", True)
    ]
    rows = [row for platform in ("linux", "macos", "windows") for row in configs[platform]["python_configurations"]]
    theirs = [row["identifier"] for row in rows]
    problems = [f"new: {each}" for each in theirs if each not in ours]
    problems += [f"gone: {each}" for each in ours if each not in theirs]
    if not problems and ours != theirs:
        place = next(i for i, pair in enumerate(zip(ours, theirs)) if pair[0] != pair[1])
        problems.append(f"order: {theirs[place]} comes where we have {ours[place]}")
    for row in rows:
        python = pythons.get(row["identifier"].split("-")[0])
        folder = row.get("path_str", "").rpartition("/")[2]
        if python and folder and python["folder"] != folder:
            problems.append(f"folder of {row['identifier']}: {folder}, not {python['folder']}")
    print("\n".join(problems) or f"{len(theirs)} identifiers, all as they are there")
    sys.exit(1 if problems else 0)


main()

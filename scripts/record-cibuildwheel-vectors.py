"""Writes test/vectors/cibuildwheel/identifiers.json: what cibuildwheel plans for many configurations.

Run from the repository's root, on x86_64 Linux, with a list of cases and a Python that has cibuildwheel installed:

    python3 scripts/record-cibuildwheel-vectors.py CASES.json

CASES.json is a list of {"name", "platform", "pyproject", "env"}; a case that has its answer ("exit", "identifiers" or "error")
already, recorded by the same cibuildwheel, keeps it.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

TARGET = Path("test/vectors/cibuildwheel/identifiers.json")
SOURCE = "cibuildwheel 4.2.0 (8832cf6b, 2026-08-18): --print-build-identifiers --platform P on x86_64 Linux"


def answer(case):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "pyproject.toml").write_text(case["pyproject"])
        run = subprocess.run(
            [sys.executable, "-m", "cibuildwheel", "--print-build-identifiers", "--platform", case["platform"]],
            cwd=folder,
            env={**{k: v for k, v in os.environ.items() if not k.startswith("CIBW_")}, **case["env"]},
            capture_output=True,
            text=True,
            check=False,
        )
    if run.returncode == 0:
        return {"exit": 0, "identifiers": run.stdout.split()}
    return {"exit": run.returncode, "error": run.stderr.strip().splitlines()[-1]}


def main():
    cases = json.loads(Path(sys.argv[1]).read_text())
    rows = []
    for case in cases:
        row = {key: case[key] for key in ("name", "platform", "pyproject", "env")}
        known = {key: case[key] for key in ("exit", "identifiers", "error") if key in case}
        rows.append({**row, **(known or answer(case))})
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join("  " + json.dumps(row) for row in rows)
    TARGET.write_text(f'{{\n"source": {json.dumps(SOURCE)},\n"cases": [\n{lines}\n]\n}}\n')


main()

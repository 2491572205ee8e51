"""Makes src/check/data/standard-library.json: the top-level modules of the standard library, which no new project may be named
after. Each Python lists its own; several are merged, as PyPI does.

    python scripts/update-standard-library.py python3.10 python3.11 python3.12 python3.13
"""

import json
import pathlib
import subprocess
import sys

target = pathlib.Path(__file__).parent.parent / "src" / "check" / "data" / "standard-library.json"
ask = "import json, platform, sys; print(json.dumps([platform.python_version(), sorted(sys.stdlib_module_names)]))"
answers = [json.loads(subprocess.check_output([python, "-I", "-c", ask])) for python in sys.argv[1:]]
names = {name for _, modules in answers for name in modules if not name.startswith("_")}
document = {
    "source": "sys.stdlib_module_names of CPython " + ", ".join(version for version, _ in answers),
    "modules": sorted(names),
}
target.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")

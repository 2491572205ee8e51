"""Makes src/openwrt/dependencies/data/import-names.json: what the modules of a project are called where it is not as the project.

    python scripts/update-import-names.py FOLDER...

Each FOLDER holds wheels; one a project is looked into. Their tests, examples and documents are left out, and private modules that only
their own project imports are kept, since a compiled one is often asked for by name. What no wheel at hand tells is listed below.
"""

import collections
import json
import pathlib
import re
import sys
import zipfile

target = pathlib.Path(__file__).parent.parent / "src" / "openwrt" / "dependencies" / "data" / "import-names.json"

# From the projects' own documentation.
OTHERS = {
    "antlr4-python3-runtime": "antlr4",
    "django-cors-headers": "corsheaders",
    "djangorestframework": "rest_framework",
    "mysqlclient": "MySQLdb",
    "pycrypto": "Crypto",
    "pyelftools": "elftools",
    "pymdown-extensions": "pymdownx",
    "pyusb": "usb",
    "python-augeas": "augeas",
    "python-engineio": "engineio",
    "python-gnupg": "gnupg",
    "python-magic": "magic",
    "python-socketio": "socketio",
    "ruamel-yaml": "ruamel.yaml _ruamel_yaml",
    "zope-event": "zope.event",
    "zope-interface": "zope.interface",
}

IDENTIFIER = re.compile(r"^[A-Za-z_]\w*$")
LEFT_OUT = re.compile(r"(^|[._])(tests?|docs?|examples?|benchmarks?|setup|src|__init__)([._]|$)|__mypyc$")


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def modules(wheel):
    names = [re.sub(r"^[^/]+\.data/(purelib|platlib)/", "", name) for name in zipfile.ZipFile(wheel).namelist()]
    packages = {name.rpartition("/")[0] for name in names if name.endswith("/__init__.py")}
    for name in names:
        *folders, last = name.split("/")
        stem, _, suffix = last.partition(".")
        if not re.search(r"(^|\.)(py|so)$", suffix) or not all(IDENTIFIER.match(part) for part in [*folders, stem]):
            continue
        path = []
        for folder in folders:
            path.append(folder)
            if "/".join(path) in packages:
                break
        else:
            path.append(stem)
        yield ".".join(path)


wheels = collections.defaultdict(list)
for folder in sys.argv[1:]:
    for wheel in sorted(pathlib.Path(folder).glob("*.whl")):
        wheels[normal(wheel.name.partition("-")[0])].append(wheel)
projects = dict(OTHERS)
for project, files in wheels.items():
    found = {name for name in modules(files[-1]) if not LEFT_OUT.search(name) and normal(name) != project}
    # What lies in more folders than anyone imports is a namespace of a vendor.
    if 0 < len(found) <= 6:
        projects[project] = " ".join(sorted(found))
document = {
    "source": "the top-level modules of the newest wheel of each project in a selection of PyPI, and the documentation of some that have none",
    "projects": dict(sorted(projects.items())),
}
target.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
print(len(projects))

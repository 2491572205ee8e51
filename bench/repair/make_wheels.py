"""Wheels of one module and more members, in the tag of the machine that they were built on.

    make_wheels.py FOLDER EXTENSION PLATFORM COUNT [MEMBER...]

Writes COUNT wheels that all hold the extension module, and the members (files) beside it.
"""

import base64
import hashlib
import os
import sys
import sysconfig
import zipfile

folder, extension, platform, count, *others = sys.argv[1:]
python = f"cp{sys.version_info.major}{sys.version_info.minor}"


def read(path):
    with open(path, "rb") as file:
        return file.read()


def make(name):
    info = f"{name}-1.0.dist-info"
    members = {
        f"{name}/__init__.py": b"from . import _graft\n",
        f"{name}/_graft{sysconfig.get_config_var('EXT_SUFFIX')}": read(extension),
        **{f"{name}/{os.path.basename(path)}": read(path) for path in others},
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n".encode(),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: bench\nRoot-Is-Purelib: false\nTag: {python}-{python}-{platform}\n".encode(),
    }
    record = "".join(
        f"{path},sha256={base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip('=')},{len(data)}\n"
        for path, data in members.items()
    )
    members[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    with zipfile.ZipFile(os.path.join(folder, f"{name}-1.0-{python}-{python}-{platform}.whl"), "w") as archive:
        for path, data in members.items():
            archive.writestr(zipfile.ZipInfo(path, (2020, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)


for number in range(int(count)):
    make(f"graft{number}")

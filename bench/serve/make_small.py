"""Writes 100 small wheels of one project: make_small.py FOLDER."""

import os
import sys
import zipfile

for number in range(100):
    name = f"small-1.{number}"
    info = f"{name}.dist-info"
    members = {
        "small/__init__.py": f"number = {number}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: small\nVersion: 1.{number}\nRequires-Python: >=3.9\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: bench\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": f"small/__init__.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n",
    }
    with zipfile.ZipFile(os.path.join(sys.argv[1], f"{name}-py3-none-any.whl"), "w") as archive:
        for path, text in members.items():
            archive.writestr(zipfile.ZipInfo(path, (2020, 1, 1, 0, 0, 0)), text)

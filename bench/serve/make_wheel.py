"""Writes a wheel of 1 GB that no compression makes smaller: make_wheel.py FOLDER."""

import base64
import hashlib
import os
import random
import sys
import zipfile

random.seed(11)
info = "big-1.0.dist-info"
rows = []
with zipfile.ZipFile(os.path.join(sys.argv[1], "big-1.0-py3-none-any.whl"), "w", zipfile.ZIP_STORED) as archive:

    def add(name, chunks):
        digest, size = hashlib.sha256(), 0
        with archive.open(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), "w", force_zip64=True) as member:
            for chunk in chunks:
                member.write(chunk)
                digest.update(chunk)
                size += len(chunk)
        rows.append(f"{name},sha256={base64.urlsafe_b64encode(digest.digest()).decode().rstrip('=')},{size}\n")

    for number in range(10):
        add(f"big/data{number}.bin", (random.randbytes(10_000_000) for _ in range(10)))
    add("big/__init__.py", [b""])
    add(f"{info}/METADATA", [b"Metadata-Version: 2.1\nName: big\nVersion: 1.0\n"])
    add(f"{info}/WHEEL", [b"Wheel-Version: 1.0\nGenerator: bench\nRoot-Is-Purelib: true\nTag: py3-none-any\n"])
    archive.writestr(zipfile.ZipInfo(f"{info}/RECORD", (2020, 1, 1, 0, 0, 0)), "".join(rows) + f"{info}/RECORD,,\n")

"""Writes a wheel of about 100 MB with 1,500 members, a third of the bytes incompressible, as large native wheels are."""

import base64
import hashlib
import os
import random
import sys
import zipfile

path = sys.argv[1]
random.seed(7)
words = [f"name_{number}" for number in range(4000)]
members = {f"bench/m{number:04}.py": " = ".join(random.choices(words, k=9000)).encode() for number in range(1490)}
for number in range(8):
    members[f"bench/data{number}.bin"] = random.randbytes(8_000_000)
members["bench-1.0.dist-info/METADATA"] = b"Metadata-Version: 2.1\nName: bench\nVersion: 1.0\n"
members["bench-1.0.dist-info/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: bench\nRoot-Is-Purelib: false\nTag: py3-none-linux_x86_64\n"
record = "".join(
    f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip('=')},{len(data)}\n"
    for name, data in members.items()
)
members["bench-1.0.dist-info/RECORD"] = (record + "bench-1.0.dist-info/RECORD,,\n").encode()
with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
    for name, data in members.items():
        archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)

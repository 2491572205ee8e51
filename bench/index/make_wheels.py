"""Small wheels, a hundred versions a project: make_wheels.py FOLDER COUNT BYTES [MEMBERS]."""

import os
import sys
import zipfile

folder, count, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
members = int(sys.argv[4]) if len(sys.argv) > 4 else 40
os.makedirs(folder, exist_ok=True)
body = os.urandom(size)
for number in range(count):
    project, version = divmod(number, 100)
    stem = f"proj{project}-1.{version}"
    with zipfile.ZipFile(f"{folder}/{stem}-cp312-cp312-manylinux_2_28_x86_64.whl", "w") as wheel:
        for part in range(members):
            wheel.writestr(f"proj{project}/m{part}.so", body[: size // members])
        wheel.writestr(
            f"{stem}.dist-info/METADATA",
            f"Metadata-Version: 2.1\nName: proj{project}\nVersion: 1.{version}\nRequires-Python: >=3.9\n\nx\n",
        )
        wheel.writestr(f"{stem}.dist-info/WHEEL", "Wheel-Version: 1.0\n")
        wheel.writestr(f"{stem}.dist-info/RECORD", "")

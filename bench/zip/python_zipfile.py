"""Python's zipfile as a contender: python_zipfile.py OPERATION FIXTURE OUTPUT"""

import json
import pathlib
import sys
import time
import zipfile

operation, fixture, output = sys.argv[1:]


def list_members():
    with zipfile.ZipFile(fixture) as archive:
        return f"{len(archive.infolist())} members, {sum(i.file_size for i in archive.infolist())} bytes"


def read_one():
    with zipfile.ZipFile(fixture) as archive:
        return f"{len(archive.read('package/large0.bin'))} bytes"


def inflate_all():
    total = 0
    with zipfile.ZipFile(fixture) as archive:
        for info in archive.infolist():
            with archive.open(info) as member:
                while chunk := member.read(1 << 20):
                    total += len(chunk)
    return f"{total} bytes"


def deflate_all():
    with zipfile.ZipFile(fixture) as archive, zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as new:
        contents = [(info.filename, archive.read(info)) for info in archive.infolist()]
        global started
        started = time.perf_counter()
        for name, content in contents:
            new.writestr(name, content)
    return f"{len(contents)} members"


operations = {"list": list_members, "read-one": read_one, "inflate-all": inflate_all, "deflate-all": deflate_all}
pathlib.Path(output).unlink(missing_ok=True)
started = time.perf_counter()
check = operations[operation]()
print(json.dumps({"seconds": time.perf_counter() - started, "check": check}))

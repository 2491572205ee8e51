"""What the parts of a library may hold, and how fast one thread makes the library of it.

usage: payloads.py prepare WHEEL FOLDER           make them; prints their sizes as JSON
       payloads.py join KIND FOLDER TARGET        join one, and print the time and the digest
"""
import gzip
import hashlib
import json
import os
import shutil
import struct
import subprocess
import sys
import time
import zipfile
import zlib

BLOCK = 1 << 20


def prepare(wheel, folder):
    os.makedirs(folder)
    with zipfile.ZipFile(wheel) as archive:
        member = max(archive.infolist(), key=lambda each: each.file_size)
        with open(wheel, "rb") as source:
            source.seek(member.header_offset)
            name, extra = struct.unpack("<26x2H", source.read(30))
            source.seek(member.header_offset + 30 + name + extra)
            with open(os.path.join(folder, "deflate"), "wb") as out:
                left = member.compress_size
                while left:
                    data = source.read(min(BLOCK, left))
                    left -= len(data)
                    out.write(data)
        raw = os.path.join(folder, "raw")
        with archive.open(member) as source, open(raw, "wb") as out, gzip.open(os.path.join(folder, "gzip"), "wb", 6) as zipped:
            for data in iter(lambda: source.read(BLOCK), b""):
                out.write(data)
                zipped.write(data)
    size = {kind: os.path.getsize(os.path.join(folder, kind)) for kind in ("deflate", "raw", "gzip")}
    made = [
        ("deflate", "the wheel's own deflate stream, stored", size["deflate"], size["deflate"]),
        ("raw", "raw bytes, deflated by the wheel", size["deflate"], size["raw"]),
        ("gzip", "gzip, stored", size["gzip"], size["gzip"]),
    ]
    if shutil.which("zstd"):
        zstd = os.path.join(folder, "zstd")
        subprocess.run(["zstd", "-q", "-9", "-T0", raw, "-o", zstd], check=True)
        length = os.path.getsize(zstd)
        made.append(("zstd", "zstd, stored (its program; no Python before 3.14 can read it)", length, length))
    print(json.dumps([dict(zip(("kind", "label", "wheelSize", "installed"), each)) for each in made]))


def join(kind, folder, target):
    start = time.perf_counter()
    digest = hashlib.sha256()
    with open(target, "wb") as out:
        for data in READERS[kind](os.path.join(folder, kind)):
            digest.update(data)
            out.write(data)
        out.flush()
        os.fsync(out.fileno())
    print(json.dumps({"seconds": time.perf_counter() - start, "check": digest.hexdigest()}))


def read_raw(path):
    with open(path, "rb") as file:
        yield from iter(lambda: file.read(BLOCK), b"")


def read_deflate(path):
    inflate = zlib.decompressobj(-15)
    for data in read_raw(path):
        yield inflate.decompress(data)
    yield inflate.flush()


def read_gzip(path):
    with gzip.open(path) as file:
        yield from iter(lambda: file.read(BLOCK), b"")


def read_zstd(path):
    with subprocess.Popen(["zstd", "-q", "-dc", path], stdout=subprocess.PIPE) as process:
        yield from iter(lambda: process.stdout.read(BLOCK), b"")


READERS = {"raw": read_raw, "deflate": read_deflate, "gzip": read_gzip, "zstd": read_zstd}

if __name__ == "__main__":
    {"prepare": prepare, "join": join}[sys.argv[1]](*sys.argv[2:])

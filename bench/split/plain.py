"""The plain method: parts as gzip files, inflated one after the other to a fixed name, and hashed in memory.

usage: plain.py prepare WHOLE FOLDER      make the parts from an installed package
       plain.py import FOLDER CACHE       import it
"""
import glob
import gzip
import hashlib
import json
import os
import resource
import shutil
import sys
import time

PART = 300 << 20


def prepare(whole, folder):
    os.makedirs(folder)
    shutil.copytree(os.path.join(whole, "bigspam"), os.path.join(folder, "bigspam"), ignore=shutil.ignore_patterns("*.so"))
    [library] = glob.glob(os.path.join(whole, "bigspam", "_big*.so"))
    digest = hashlib.sha256()
    parts = []
    with open(library, "rb") as source:
        while True:
            data = source.read(PART)
            if not data:
                break
            digest.update(data)
            path = os.path.join(folder, "part%d.gz" % len(parts))
            with gzip.open(path, "wb", compresslevel=1) as out:
                out.write(data)
            with open(path, "rb") as made:
                parts.append(hashlib.sha256(made.read()).hexdigest())
    with open(os.path.join(folder, "digests.json"), "w") as out:
        json.dump({"name": os.path.basename(library), "whole": digest.hexdigest(), "parts": parts}, out)


def import_it(folder, cache):
    start = time.perf_counter()
    with open(os.path.join(folder, "digests.json")) as file:
        digests = json.load(file)
    package = os.path.join(cache, "bigspam")
    os.makedirs(package)
    temporary = os.path.join(package, "library.tmp")
    for number, wanted in enumerate(digests["parts"]):
        path = os.path.join(folder, "part%d.gz" % number)
        with open(path, "rb") as part:
            assert hashlib.sha256(part.read()).hexdigest() == wanted
        with gzip.open(path, "rb") as part, open(temporary, "ab") as out:
            shutil.copyfileobj(part, out)
    with open(temporary, "rb") as whole:
        assert hashlib.sha256(whole.read()).hexdigest() == digests["whole"]
    os.rename(temporary, os.path.join(package, digests["name"]))
    for name in os.listdir(os.path.join(folder, "bigspam")):
        shutil.copy(os.path.join(folder, "bigspam", name), package)
    sys.path.insert(0, cache)
    import bigspam

    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peakMegabytes": peak, "check": str(bigspam.check())}))


if __name__ == "__main__":
    {"prepare": prepare, "import": import_it}[sys.argv[1]](*sys.argv[2:])

"""Makes the archive the zip benchmark works on: make_fixture.py PATH"""

import os
import random
import sys
import zipfile

random.seed(20261120)
WORDS = [f"{word}_{i}" for i in range(600) for word in ("self", "value", "result", "config", "return", "import")]
LINES = ["    " * random.randrange(4) + " ".join(random.choices(WORDS, k=random.randrange(3, 11))) + "\n" for _ in range(40_000)]


def text(size):
    lines = []
    while size > 0:
        lines.append(random.choice(LINES))
        size -= len(lines[-1])
    return "".join(lines)


with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as archive:
    for i in range(4):
        archive.writestr(f"package/large{i}.bin", os.urandom(50_000_000))
    for i in range(8):
        archive.writestr(f"package/medium{i}.bin", os.urandom(5_000_000))
    for i in range(2000):
        archive.writestr(f"package/source/module{i:04}.py", text(120_000))

"""Writes a file of so many megabytes that deflates to about a third: make_bytes.py FILE MEGABYTES."""

import random
import sys

path, megabytes = sys.argv[1], int(sys.argv[2])
random.seed(3)
words = [random.randbytes(random.randrange(3, 12)) for _ in range(30000)]
with open(path, "wb") as file:
    for _ in range(megabytes):
        piece = b"".join(random.choices(words, k=160000))
        file.write(piece[:1000000].ljust(1000000, b"\0"))

"""Inflates a file from its parts: segments side by side, straight to their offsets, with little memory.

The parts joined are one raw deflate stream (RFC 1951). Each segment starts at a block boundary on a whole byte, and
needs the 32 KiB of output before it, its window, to start from. The SHA-256 of the whole follows the segments by reading
back what was written, so that it is the file that is verified and not what should have been in it.
"""

import collections
import hashlib
import os
import threading
import zlib

from .sources import HEADER

WINDOW = 1 << 15
READ = 1 << 16
WRITE = 1 << 20
MOST_THREADS = 8


class Damaged(Exception):
    """The parts do not inflate to what they should."""


def inflate(file, parts, windows, target):
    """Writes `file` to the existing `target`; gives the SHA-256 of what can be read from there.

    `parts` are the parts, and `windows` the windows or None, each with `open()` for what can be read at any offset.
    """
    slices = []
    stop = 0
    for part, chunk in zip(parts, file["chunks"]):
        start, stop = stop, stop + chunk["size"] - HEADER.size
        slices.append((part, start, stop))
    ends = file["segments"][1:] + [(stop, file["size"])]
    segments = [(*start, *end) for start, end in zip(file["segments"], ends)]
    work = _Work(slices, windows, target, segments)
    threads = _start(work.run, min(_cores(), MOST_THREADS, len(segments)))
    with open(target, "rb+", buffering=0) as output:
        threads += _start(lambda: work.write_back(output.fileno()), 1)
        try:
            if len(threads) < 2:
                # No thread could be had.
                work.run()
            return work.hash(output)
        finally:
            work.stop()
            for thread in threads:
                thread.join()


def hash_stream(stream):
    """The SHA-256 of what an open file still holds, in hexadecimal."""
    whole = hashlib.sha256()
    for data in iter(lambda: stream.read(WRITE), b""):
        whole.update(data)
    return whole.hexdigest()


class _Work:
    """What the threads of one inflation share. Each takes the next segment until none is left or one has failed."""

    def __init__(self, slices, windows, target, segments):
        self.slices = slices
        self.windows = windows
        self.target = target
        self.segments = segments
        self.waiting = collections.deque(range(len(segments)))
        self.written = [threading.Event() for _ in segments]
        self.stopped = threading.Event()
        self.error = None

    def run(self):
        try:
            with open(self.target, "rb+", buffering=0) as output:
                while not self.stopped.is_set():
                    try:
                        index = self.waiting.popleft()
                    except IndexError:
                        return
                    self.write_segment(index, output)
                    self.written[index].set()
        except BaseException as error:
            self.error = error
            self.stop()

    def write_segment(self, index, output):
        start, offset, stop, end = self.segments[index]
        output.seek(offset)
        if index == 0:
            inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        else:
            inflater = zlib.decompressobj(-zlib.MAX_WBITS, self.window(index))
        try:
            for data in _read_slices(self.slices, start, stop):
                full = False
                while (data or full) and not self.stopped.is_set():
                    made = inflater.decompress(data, WRITE)
                    data, full = inflater.unconsumed_tail, len(made) == WRITE
                    offset += len(made)
                    if offset > end:
                        raise Damaged
                    _write_all(output, made)
        except zlib.error:
            raise Damaged
        if offset != end and not self.stopped.is_set():
            raise Damaged

    def window(self, index):
        with self.windows.open() as file:
            file.seek((index - 1) * WINDOW)
            return file.read(WINDOW)

    def write_back(self, output):
        """Sends to the disk what was written, while the rest is made: the last flush then has little to do."""
        while not self.stopped.wait(0.1):
            try:
                getattr(os, "fdatasync", os.fsync)(output)
            except OSError:
                # The flush at the end tells.
                return

    def hash(self, output):
        whole = hashlib.sha256()
        buffer = bytearray(WRITE)
        for written, (_, offset, _, end) in zip(self.written, self.segments):
            written.wait()
            if self.error is not None:
                raise self.error
            _hash_range(output, whole, end - offset, buffer)
        return whole.hexdigest()

    def stop(self):
        self.stopped.set()
        for written in self.written:
            written.set()


def _start(run, count):
    threads = []
    for _ in range(count):
        thread = threading.Thread(target=run, daemon=True)
        try:
            thread.start()
        except RuntimeError:
            break
        threads.append(thread)
    return threads


def _cores():
    try:
        return len(os.sched_getaffinity(0))
    except (AttributeError, OSError):
        return os.cpu_count() or 1


def _read_slices(slices, start, stop):
    """The bytes from `start` to `stop` of the joined slices, in pieces."""
    for part, first, last in slices:
        if last <= start or first >= stop:
            continue
        position, end = max(start, first), min(stop, last)
        with part.open() as file:
            file.seek(HEADER.size + position - first)
            while position < end:
                data = file.read(min(READ, end - position))
                if not data:
                    raise Damaged
                position += len(data)
                yield data


def _write_all(output, data):
    view = memoryview(data)
    while view:
        view = view[output.write(view) :]


def _hash_range(file, whole, size, buffer):
    view = memoryview(buffer)
    while size > 0:
        count = file.readinto(view[: min(size, len(buffer))])
        if not count:
            return
        whole.update(view[:count])
        size -= count

"""Compiles the sources that come in on standard input, one after the other, and writes what became of each to standard output.

Runs in the interpreter whose bytecode is wanted, Python 2.7 included, and imports next to nothing: names that live in loaded
modules would show in the bytes that marshal writes.

First it writes its magic number (4 bytes) and its hexversion (u32). A request is two u32, the lengths of the path on the device
and of the source, and then both; an answer is u32 status, u32 length and so many bytes. Integers are little-endian. Status 0: a
bytecode file (legacy or hash-checked, PEP 552), behind it what the module says of sources, in lines; 1: line, column and words of a
syntax error, apart by tabs.
"""
import sys

# The working directory is nobody's library.
sys.path[:] = [path for path in sys.path if path]

import gc
import marshal
import struct

if sys.version_info[0] == 2:
    import imp

    MAGIC = imp.get_magic()
    SOURCE, SINK = sys.stdin, sys.stdout
    TEXT = (str, unicode)
else:
    from importlib._bootstrap_external import MAGIC_NUMBER as MAGIC

    SOURCE, SINK = sys.stdin.buffer, sys.stdout.buffer
    TEXT = (str,)

# Python 2.7 and 3.3 to 3.6 know no hash-checked files. Theirs carry the time of the source, which nobody compares without one.
CHECKED_HASH = 3


def header(source):
    if sys.version_info >= (3, 7):
        import _imp

        return MAGIC + struct.pack('<I', CHECKED_HASH) + _imp.source_hash(int.from_bytes(MAGIC, 'little'), source)
    if sys.version_info[0] == 3:
        return MAGIC + struct.pack('<II', 0, len(source) & 0xFFFFFFFF)
    return MAGIC + struct.pack('<I', 0)


READS_SOURCE = frozenset(['getsource', 'getsourcelines', 'getsourcefile', 'findsource'])
LONGEST_NAME = 200


def mentions(code, found):
    """Names of Python files among the constants of a module, and the calls that read sources."""
    for value in code.co_consts:
        if isinstance(value, type(code)):
            mentions(value, found)
        elif isinstance(value, tuple):
            for each in value:
                mention(each, found)
        else:
            mention(value, found)
    for name in code.co_names:
        if name in READS_SOURCE:
            found.add('call ' + name)


def mention(value, found):
    if isinstance(value, TEXT) and value.endswith('.py') and 3 < len(value) < LONGEST_NAME and '\n' not in value:
        found.add('file ' + value)


def compiled(path, source):
    if sys.version_info[0] == 2:
        # What opening with mode U does.
        text = source.replace(b'\r\n', b'\n').replace(b'\r', b'\n')
        if text and text[-1:] != b'\n':
            text += b'\n'
    else:
        text = source
    code = compile(text, path, 'exec', 0, 1)
    found = set()
    mentions(code, found)
    body = header(source) + marshal.dumps(code)
    lines = '\n'.join(sorted(found))
    if not isinstance(lines, bytes):
        lines = lines.encode('utf-8', 'surrogatepass')
    return struct.pack('<I', len(body)) + body + lines


def problem(error):
    line = getattr(error, 'lineno', None) or 0
    column = getattr(error, 'offset', None) or 0
    words = getattr(error, 'msg', None) or str(error) or type(error).__name__
    text = '%d\t%d\t%s' % (line, column, words)
    return text if isinstance(text, bytes) else text.encode('utf-8', 'replace')


def answer(path, source):
    try:
        return 0, compiled(path, source)
    except (SyntaxError, ValueError, TypeError, OverflowError, MemoryError, RuntimeError) as error:
        return 1, problem(error)


def serve():
    # What is compiled has no cycles, and is gone with its answer.
    gc.disable()
    SINK.write(MAGIC + struct.pack('<I', sys.hexversion))
    SINK.flush()
    while True:
        head = SOURCE.read(8)
        if len(head) < 8:
            return
        path_length, source_length = struct.unpack('<II', head)
        path = SOURCE.read(path_length)
        if sys.version_info[0] == 3:
            path = path.decode('utf-8')
        status, body = answer(path, SOURCE.read(source_length))
        SINK.write(struct.pack('<II', status, len(body)) + body)
        SINK.flush()


if sys.platform == 'win32':
    import msvcrt
    import os

    msvcrt.setmode(0, os.O_BINARY)
    msvcrt.setmode(1, os.O_BINARY)
serve()

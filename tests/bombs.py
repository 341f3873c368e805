#!/usr/bin/env python3
"""Feeds muddle small files that unpack to gigabytes, lines without end and JSON without bottom, and measures its memory.

    tests/bombs.py MUDDLE

Each has to end as documented, with less memory than twice the limit on a document allows. Ends with "N passed, N failed".
Needs gzip, zstd, bzip2 and xz; a packer that is missing is passed over. Needs Linux.
"""

import multiprocessing
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

PROJECT = pathlib.Path(__file__).resolve().parent.parent
TOKENIZER = str(PROJECT / "fixtures/tokenizers/bytelevel.json")
# The default of --max-document-bytes, and what everything else may take.
LIMIT, BASE = 256, 64
SECONDS = 120


def pack(packer, unit, times):
    """Members of 100 MB or so each, one after the other: what they unpack to in all is as long, and no time is lost."""
    done = subprocess.run([packer, "-c", "-1"], input=unit, stdout=subprocess.PIPE, check=True)
    return done.stdout * times


def run(command):
    with tempfile.TemporaryFile() as said, open(os.devnull, "wb") as null:
        child = subprocess.Popen(["timeout", str(SECONDS), *command], stdin=subprocess.DEVNULL, stdout=null, stderr=said)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        return child.returncode, said.read().decode("utf-8", "replace"), used.ru_maxrss / 1024, used.ru_utime + used.ru_stime


def cases(folder):
    """Name, file, further options, exit code, what is said, and the most memory in MB."""
    mega = 1 << 20

    def file(name, data):
        """Made in a process of its own: a child's peak counts what its parent held."""
        path = folder / name
        maker = multiprocessing.get_context("fork").Process(target=lambda: path.write_bytes(data()))
        maker.start()
        maker.join()
        return path

    too_long = "allow more with --max-document-bytes"
    for packer, suffix in (("gzip", "gz"), ("zstd", "zst"), ("xz", "xz"), ("bzip2", "bz2")):
        if not shutil.which(packer):
            print(f"passed over: no {packer}")
            continue
        zeros = file(f"zeros.{suffix}", lambda: pack(packer, bytes(100 * mega), 100))
        for more in ([], ["--documents", "line"], ["--documents", "file"], ["--input-format", "jsonl"], ["--max-document-bytes", "1M"]):
            most = BASE + (1 if "1M" in more else LIMIT)
            yield f"10 GB of zeros, {packer}, {' '.join(more)}", zeros, more, 1, too_long, most
        breaks = file(f"breaks.txt.{suffix}", lambda: pack(packer, b"\n" * (100 * mega), 10))
        yield f"1 GB of line breaks, {packer}", breaks, [], 0, "no records", BASE
        yield f"1 GB of line breaks in a file, {packer}", breaks, ["--documents", "file"], 0, "no records", BASE
    line = lambda: pack("gzip", b"word " * (20 * mega), 10)
    yield "a line of 1 GB", file("line.txt.gz", line), [], 1, too_long, BASE + LIMIT
    whole = lambda: pack("gzip", b'{"text":"', 1) + line() + pack("gzip", b'"}\n', 1)
    yield "a JSON line of 1 GB", file("line.jsonl.gz", whole), [], 1, too_long, BASE + LIMIT
    yield "skipped", folder / "line.jsonl.gz", ["--on-error", "skip"], 0, "skipped", BASE + LIMIT
    words = lambda: pack("gzip", b"word " * (8 * mega), 5)
    within = lambda: pack("gzip", b'{"text":"', 1) + words() + pack("gzip", b'"}\n', 1)
    yield "a JSON line of 200 MB, within the limit", file("within.jsonl.gz", within), ["--limit", "1"], 0, "", None
    for opening in ("[", '{"x":'):
        deep = lambda opening=opening: '{"x":' + opening * 100_000
        yield f"{opening} 10^5 deep, not closed", file("open.jsonl", lambda: deep().encode()), [], 1, "open.jsonl:1:", BASE
        closing = ("]" if opening == "[" else "}") * 100_000
        closed = lambda: deep() + "1" + closing + ',"text":"a"}'
        yield f"{opening} 10^5 deep", file("deep.jsonl", lambda: closed().encode()), [], 1, "more than 128 levels deep", BASE
    keys = lambda: "{" + ",".join(f'"key{at}":{at}' for at in range(1_000_000)) + ',"text":"One."}\n'
    yield "10^6 keys", file("keys.jsonl", lambda: keys().encode()), [], 0, "", BASE + 40
    same = lambda: "{" + '"text":"a",' * 1_000_000 + '"x":1}\n'
    yield "10^6 times one key", file("same.jsonl", lambda: same().encode()), [], 1, "is there twice", BASE + 40
    array = lambda: b"[" + b'{"text":"a"},' * 3_000_000 + b"{}]"
    yield "one array of 10^6 records", file("array.jsonl", array), [], 1, "one JSON array", BASE


def main():
    muddle, failed, passed = os.path.abspath(sys.argv[1]), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for name, path, more, code, says, most in cases(pathlib.Path(folder)):
            command = [muddle, "corrupt", "-t", TOKENIZER, "-n", "mask", "-j2", *more, str(path)]
            found, said, memory, seconds = run(command)
            lines = [line for line in said.splitlines() if code == 1 or "records from" not in line]
            problem = None
            if found != code or says not in said or (code == 1 and len(lines) != 1):
                problem = f"exit {found}: {said[:300]!r}"
            elif most is not None and memory > most:
                problem = f"{memory:.0f} MB are more than {most}"
            failed, passed = failed + bool(problem), passed + (not problem)
            size = path.stat().st_size / 1e6
            print(f"{'failed: ' if problem else ''}{name}: {size:.2f} MB on disk, {memory:.0f} MB, {seconds:.1f} s{': ' + problem if problem else ''}", flush=True)
    print(f"{passed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())

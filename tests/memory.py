#!/usr/bin/env python3
"""Runs muddle on inputs whose documents hold next to nothing, and holds its memory to a bound.

    tests/memory.py [--megabytes 150] [--scale 1.0] MUDDLE

Prints peak memory and seconds of each. Ends with "N passed, N failed". Needs Linux.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import time

PROJECT = pathlib.Path(__file__).resolve().parent.parent
TOKENIZER = str(PROJECT / "fixtures/tokenizers/bytelevel.json")


def feed(pipe, line, count):
    """Writes a line so many times."""
    block = line * (1 << 16)
    try:
        while count > 0:
            lines = min(count, 1 << 16)
            pipe.write(block[: lines * len(line)])
            count -= lines
        pipe.close()
    except BrokenPipeError:
        pass


def run(command, line=None, count=0):
    """Exit code, peak memory in MB, seconds, the summary on stderr, which a hint may follow."""
    start = time.monotonic()
    with tempfile.TemporaryFile() as stderr:
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=stderr)
        if line:
            feed(child.stdin, line, count)
        else:
            child.stdin.close()
        _, status, usage = os.wait4(child.pid, 0)
        stderr.seek(max(0, stderr.seek(0, os.SEEK_END) - 4096))
        lines = stderr.read().decode(errors="replace").strip().split("\n")
    summary = next((line for line in reversed(lines) if " from " in line), lines[-1])
    return os.waitstatus_to_exitcode(status), usage.ru_maxrss / 1024, time.monotonic() - start, summary


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("muddle")
    parser.add_argument("--megabytes", type=float, default=150)
    parser.add_argument("--scale", type=float, default=1.0)
    arguments = parser.parse_args()
    corrupt = [arguments.muddle, "corrupt", "-t", TOKENIZER, "-n", "mask"]
    jsonl = [*corrupt, "--input-format", "jsonl"]
    scaled = lambda count: int(count * arguments.scale)
    with tempfile.TemporaryDirectory() as folder:
        files = [os.path.join(folder, f"{number}.txt") for number in range(scaled(20_000))]
        for name in files:
            pathlib.Path(name).write_text("One.\n")
        cases = [
            ("documents without text", jsonl, b'{"text":""}\n', scaled(20_000_000)),
            ("lines that are skipped", [*jsonl, "--on-error", "skip"], b"{}\n", scaled(20_000_000)),
            ("files of one word", [*corrupt, *files], None, len(files)),
            ("documents of one byte", [*corrupt, "--documents", "line"], b"a\n", scaled(60_000_000)),
        ]
        failed = 0
        for name, command, line, count in cases:
            code, megabytes, seconds, summary = run(command, line, count)
            fine = code == 0 and megabytes <= arguments.megabytes and f" from {count} document" in summary
            failed += not fine
            print(f"{'ok' if fine else 'FAILED'}: {count} {name}: {megabytes:.0f} MB, {seconds:.1f} s; {summary[:100]}", flush=True)
    print(f"{len(cases) - failed} passed, {failed} failed")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Runs muddle while things fail around it, and holds every run to the rule.

    tests/faults.py [--calls 200] [--signals 40] MUDDLE

The rule: exit 0 done or closed pipe, 1 data or I/O, 2 usage, 128 and the signal's number interrupted; one line on stderr for
an error; nothing partial under a final name; an older file under it untouched unless the run was done; no temporary file left (after SIGKILL,
or where memory runs out, one whose name begins with a dot); no panic, no hang. Ends with "N passed, N failed". What needs
strace, a small file system or root is passed over with a notice where it is missing. Needs Linux.
"""

import argparse
import collections
import os
import pathlib
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

PROJECT = pathlib.Path(__file__).resolve().parent.parent
TOKENIZER = str(PROJECT / "fixtures/tokenizers/bytelevel.json")
OLDER = b"older\n"
SECONDS = 60


class Bench:
    """A folder with an input, the right output of it, and the counts."""

    def __init__(self, muddle, folder):
        self.muddle, self.folder = muddle, pathlib.Path(folder)
        self.passed, self.failed = collections.Counter(), 0
        english = (PROJECT / "fixtures/texts/english.txt").read_bytes()
        self.text = self.folder / "text.txt"
        self.text.write_bytes(english * 12)
        # Long enough for a signal to find it at work.
        self.long = self.folder / "long.txt"
        with open(self.long, "wb") as long:
            for number in range(10_000):
                long.write(b"Number %d.\n\n" % number + english)
        self.right = subprocess.run(self.command(self.text), stdout=subprocess.PIPE, check=True).stdout

    def command(self, text, *more):
        return [self.muddle, "corrupt", "-t", TOKENIZER, "-n", "mask", "-q", "-j1", *map(str, more), str(text)]

    def fresh(self, older=True):
        """An empty folder, with an older output."""
        folder = self.folder / "out"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        if older:
            (folder / "out.jsonl").write_bytes(OLDER)
        return folder

    def count(self, group, problem, what=""):
        if problem:
            self.failed += 1
            print(f"failed: {group}: {what}: {problem}", flush=True)
        else:
            self.passed[group] += 1

    def run(self, command, **more):
        """Runs to the end. A hang gives None."""
        more.setdefault("stdin", subprocess.DEVNULL)
        try:
            return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=SECONDS, **more)
        except subprocess.TimeoutExpired:
            return None

    def judge(self, done, folder, codes=(0, 1), right=None, older=OLDER, leftover=False):
        """What is wrong with an end, by the rule; None where nothing is."""
        if done is None:
            return "hangs"
        said = done.stderr.decode("utf-8", "replace")
        if done.returncode not in codes:
            return f"exit {done.returncode}: {said[:300]!r}"
        problem = judge_words(done.returncode, said)
        if folder is not None:
            problem = problem or self.judge_folder(done.returncode, folder, right or self.right, older, leftover)
        return problem

    def judge_folder(self, code, folder, right, older, leftover):
        names = set(os.listdir(folder)) - {"out.jsonl"}
        if names and not (leftover and all(name.startswith(".") for name in names)):
            return f"left behind: {sorted(names)}"
        output = folder / "out.jsonl"
        found = output.read_bytes() if output.exists() else None
        if code == 0 and found != right:
            return f"exit 0, but the output is not right: {found if found is None else len(found)} bytes"
        if code != 0 and found != older:
            return f"exit {code}, but the older output changed"
        return None


def judge_words(code, said):
    if code == 1 and not (said.startswith("error: ") and said.count("\n") == 1 and said.endswith("\n")):
        return f"no single line of error: {said[:400]!r}"
    if (code == 0 or code > 128) and said:
        return f"exit {code}, but stderr says {said[:300]!r}"
    if "panicked" in said or "at fault" in said:
        return f"panic: {said[:300]!r}"
    return None


def full_disks(bench):
    for option in ("-o", "--stats"):
        done = bench.run(bench.command(bench.text, option, "/dev/full"))
        bench.count("full disk", bench.judge(done, None, codes=(1,)), option)
    with open("/dev/full", "wb") as full:
        for command in (bench.command(bench.text), [bench.muddle, "sentences", str(bench.text)], [bench.muddle, "man"],
                        [bench.muddle, "completions", "bash"], [bench.muddle, "--help"]):
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=full, stderr=subprocess.PIPE, timeout=SECONDS)
            bench.count("full disk", bench.judge(done, None, codes=(1,)), f"stdout of {command[1]}")
    small = bench.folder / "small"
    small.mkdir()
    size = ["-o", "size=64k"]
    if subprocess.run(["mount", "-t", "tmpfs", *size, "none", str(small)], stderr=subprocess.DEVNULL).returncode:
        print("passed over: no small file system can be mounted")
        return
    try:
        for name in ("out.jsonl", "out.jsonl.gz", "out.jsonl.zst"):
            (small / "out.jsonl").write_bytes(OLDER)
            done = bench.run(bench.command(bench.long, "-o", small / name))
            bench.count("small file system", bench.judge(done, small, codes=(1,)), name)
    finally:
        subprocess.run(["umount", str(small)], check=True)


# The first error of each is injected into as many calls as asked for, the others into the first few.
CALLS = {
    "write": "ENOSPC EIO EDQUOT EINTR EAGAIN", "fsync": "EIO ENOSPC", "rename": "EIO EACCES", "openat": "EIO EMFILE EACCES",
    "read": "EIO EINTR EBADF", "chmod": "EPERM", "statx": "EIO", "clone3": "EAGAIN", "mmap": "ENOMEM",
}
FEW = 25


def injected(bench, calls):
    if not shutil.which("strace"):
        print("passed over: no strace")
        return
    # Many writes need much output, many reads much input.
    blank = bench.folder / "blank.txt"
    blank.write_bytes(bench.text.read_bytes() + b"\n" * (60 << 20))
    copies = ["--copies", "400"]
    many = subprocess.run(bench.command(bench.text, *copies), stdout=subprocess.PIPE, check=True).stdout
    cases = {"write": (bench.text, copies, many), "read": (blank, [], bench.right)}
    for call, errors in CALLS.items():
        case = cases.get(call, (bench.text, [], bench.right))
        for turn, error in enumerate(errors.split()):
            count = 0
            while count < (calls if turn == 0 else min(calls, FEW)) and inject(bench, call, error, count + 1, case):
                count += 1
            print(f"injected {error} into {count} calls of {call}", flush=True)


def inject(bench, call, error, at, case):
    """One call fails; false where there is none so late."""
    text, more, right = case
    folder = bench.fresh()
    log = bench.folder / "strace.log"
    strace = ["strace", "-f", "-qq", "--seccomp-bpf", "-o", str(log), "-e", f"trace={call}"]
    strace += ["-e", f"inject={call}:error={error}:when={at}"]
    done = bench.run(strace + bench.command(text, *more, "-o", folder / "out.jsonl"))
    if "(INJECTED)" not in log.read_text(errors="replace"):
        return False
    said = done.stderr.decode("utf-8", "replace") if done else ""
    if done and (call == "mmap" or "error while loading shared libraries" in said):
        # Before the program begins errors are the loader's, and a process that gets no memory is ended by the allocator.
        problem = bench.judge_folder(done.returncode, folder, right, OLDER, leftover=call == "mmap")
    else:
        problem = bench.judge(done, folder, (0, 1), right)
    # Calls are counted by thread, so the line of the error may meet the same fate as the records.
    if call == "write" and not said and problem and "no single line" in problem:
        problem = bench.judge_folder(done.returncode, folder, right, OLDER, leftover=False)
    bench.count(f"injected {call}", problem, f"{error} at call {at}")
    return True


def streams(bench):
    shell = lambda tail: ["bash", "-c", 'exec "$@" ' + tail, "bash"]
    for tail, codes in ((">&-", (0, 1)), ("<&-", (0, 1)), ("2>&-", (0,)), (">&- <&- 2>&-", (0, 1))):
        folder = bench.fresh()
        done = bench.run(shell(tail) + bench.command(bench.text, "-o", folder / "out.jsonl"))
        bench.count("closed streams", bench.judge(done, folder, codes), tail)
        done = bench.run(shell(tail) + bench.command(bench.text))
        bench.count("closed streams", bench.judge(done, None, codes), f"{tail}, records to stdout")
    done = bench.run(shell("0>/dev/null") + bench.command("-"))
    bench.count("closed streams", bench.judge(done, None, (1,)), "stdin open for writing")
    done = bench.run(shell("1</dev/null") + bench.command(bench.text))
    bench.count("closed streams", bench.judge(done, None, (1,)), "stdout open for reading")
    done = bench.run(shell(f"< {bench.folder}") + bench.command("-"))
    bench.count("closed streams", bench.judge(done, None, (1,)), "stdin a folder")
    for command in (bench.command(bench.long), [bench.muddle, "sentences", str(bench.long)], [bench.muddle, "man"]):
        for taken in (0, 1, 100_000):
            child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            child.stdout.read(taken)
            child.stdout.close()
            said = child.stderr.read().decode()
            code = child.wait(SECONDS)
            bench.count("closed pipe", f"exit {code}: {said!r}" if code or said else None, f"{command[1]} after {taken} bytes")


def signals(bench, count):
    right = subprocess.run(bench.command(bench.long), stdout=subprocess.PIPE, check=True).stdout
    start = time.monotonic()
    subprocess.run(bench.command(bench.long, "-o", bench.fresh() / "out.jsonl"), check=True)
    whole, rng = time.monotonic() - start, random.Random(0)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGKILL):
        ends = collections.Counter()
        for _ in range(count):
            folder = bench.fresh()
            started = time.monotonic()
            child = subprocess.Popen(bench.command(bench.long, "-o", folder / "out.jsonl"), stderr=subprocess.PIPE)
            # Not before the program watches: until then a signal ends it as it ends any.
            time.sleep(0.02 + rng.random() * whole * 1.05)
            child.send_signal(number)
            sent = time.monotonic()
            try:
                said = child.communicate(timeout=SECONDS)[1]
            except subprocess.TimeoutExpired:
                child.kill()
                bench.count("signals", "hangs", number.name)
                continue
            late = time.monotonic() - sent
            done = subprocess.CompletedProcess([], child.returncode, b"", said)
            killed = number == signal.SIGKILL
            problem = bench.judge(done, folder, (0, -9) if killed else (0, 128 + number), right, leftover=killed and done.returncode != 0)
            if late > 5 and done.returncode > 128:
                problem = problem or f"took {late:.1f} s to end"
            ends[done.returncode] += 1
            bench.count(f"signals {number.name}", problem, f"after {sent - started:.3f} s of {whole:.3f}")
        print(f"{number.name}: " + ", ".join(f"{times} × exit {code}" for code, times in sorted(ends.items())))
    folder = bench.fresh()
    nohup = ["bash", "-c", 'trap "" HUP; exec "$@"', "bash"] + bench.command(bench.long, "-o", folder / "out.jsonl")
    child = subprocess.Popen(nohup, stderr=subprocess.PIPE)
    time.sleep(whole / 2)
    child.send_signal(signal.SIGHUP)
    done = subprocess.CompletedProcess([], child.wait(SECONDS), b"", child.stderr.read())
    bench.count("signals", bench.judge(done, folder, (0,), right), "SIGHUP under nohup")


def limited(bench):
    def limit(kind, soft):
        return lambda: resource.setrlimit(kind, (soft, soft))

    for files in (4, 5, 6, 7, 8, 10, 12, 16):
        folder = bench.fresh()
        done = bench.run(bench.command(bench.text, "-o", folder / "out.jsonl"), preexec_fn=limit(resource.RLIMIT_NOFILE, files))
        codes = (0,) if files == 16 else (0, 1, 127)
        problem = None if done and done.returncode == 127 else bench.judge(done, folder, codes)
        bench.count("ulimit -n", problem, files)
    for size in (0, 1, 4096, 100_000):
        for name in ("-o", "--stats"):
            folder = bench.fresh()
            done = bench.run(bench.command(bench.text, name, folder / "out.jsonl"), preexec_fn=limit(resource.RLIMIT_FSIZE, size))
            if name == "--stats" and done and done.returncode == 0:
                continue
            bench.count("ulimit -f", bench.judge(done, folder, (1,)), f"{name} {size}")
    for megabytes in (8, 12, 16, 24, 32, 48, 64, 96, 128, 160, 192, 256, 384, 512, 1024):
        folder = bench.fresh()
        done = bench.run(bench.command(bench.text, "-o", folder / "out.jsonl"), preexec_fn=limit(resource.RLIMIT_AS, megabytes << 20))
        code = done.returncode if done else None
        said = done.stderr.decode("utf-8", "replace") if done else ""
        # Before the program begins, the loader; within it, the allocator.
        if code == 127 or code == -11 and not said or code == 1 and "memory allocation" in said:
            problem = bench.judge_folder(1, folder, bench.right, OLDER, leftover=True)
        else:
            problem = bench.judge(done, folder, (0, 1))
        print(f"ulimit -v {megabytes} MB: exit {code} {said[:100]!r}")
        bench.count("ulimit -v", problem, f"{megabytes} MB")


def folders(bench):
    for why, target in (("missing folder", "no/where/out.jsonl"), ("folder that is a file", "text.txt/out.jsonl")):
        done = bench.run(bench.command(bench.text, "-o", bench.folder / target))
        bench.count("folders", bench.judge(done, None, (1,)), why)
    if os.path.isdir("/proc/self"):
        done = bench.run(bench.command(bench.text, "-o", "/proc/out.jsonl"))
        bench.count("folders", bench.judge(done, None, (1,)), "a file system that takes no files")
    folder = bench.fresh()
    sealed = subprocess.run(["mount", "--bind", "-o", "ro", str(folder), str(folder)], stderr=subprocess.DEVNULL).returncode == 0
    if sealed:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(folder)], stderr=subprocess.DEVNULL, check=False)
        done = bench.run(bench.command(bench.text, "-o", folder / "out.jsonl"))
        bench.count("folders", bench.judge(done, folder, (1,)), "read-only")
        subprocess.run(["umount", str(folder)], check=True)
    else:
        print("passed over: no read-only file system can be mounted")
    gone = bench.folder / "gone"
    for arguments in (["-o", "out.jsonl"], []):
        script = 'mkdir -p "$0" && cd "$0" && rmdir "$0" && exec "$@"'
        done = bench.run(["bash", "-c", script, str(gone), *bench.command(bench.text, *arguments)])
        bench.count("folders", bench.judge(done, None, (1,) if arguments else (0,)), "deleted working directory")


def same_file(bench):
    folder = bench.fresh(older=False)
    text = folder / "text.txt"
    whole = bench.text.read_bytes()
    text.write_bytes(whole)
    (folder / "inner").mkdir()
    os.symlink(text, folder / "link")
    os.link(text, folder / "hard")
    shell = lambda tail: ["bash", "-c", 'exec "$@" ' + tail, "bash"]
    for name in ("text.txt", "link", "hard", "inner/../text.txt", "./text.txt"):
        for source, tail in ((text, ""), ("-", f"< '{text}'"), ("-", f"< '{folder}/link'")):
            done = bench.run(shell(tail) + bench.command(source, "-o", folder / name), stdin=None, cwd=folder)
            problem = bench.judge(done, None, (1,)) or (text.read_bytes() != whole and "the input changed") or None
            bench.count("input that is the output", problem, f"{name} {tail}")
    for tail, source in ((f">> '{text}'", text), (f">> '{text}' < '{text}'", "-"), (f"1<> '{folder}/hard'", text)):
        for command in (bench.command(source), [bench.muddle, "sentences", str(source)]):
            done = bench.run(shell(tail) + command, stdin=None)
            problem = bench.judge(done, None, (1,)) or (text.read_bytes() != whole and "the input changed") or None
            bench.count("input that is the output", problem, f"{command[1]} {tail}")
    done = bench.run(bench.command(text, "-o", folder / "x", "--stats", folder / "inner/../x"))
    bench.count("input that is the output", bench.judge(done, None, (1,)), "records and statistics in one file")
    mine = folder / "tokenizer.json"
    shutil.copy(TOKENIZER, mine)
    for named in (mine, folder):
        done = bench.run([bench.muddle, "corrupt", "-t", str(named), "-n", "mask", "-o", str(mine), str(text)])
        bench.count("input that is the output", bench.judge(done, None, (1,)), "the tokenizer")


def changing(bench):
    """Input that shrinks or grows while it is read: any end by the rule will do, none may hang."""
    for what in ("shrinks", "grows", "is replaced", "shrinks packed"):
        source = bench.folder / ("changing.gz" if "packed" in what else "changing.txt")
        source.write_bytes(bench.long.read_bytes())
        if "packed" in what:
            source.unlink()
            subprocess.run(["sh", "-c", f"gzip -c '{bench.long}' > '{source}'"], check=True)
        folder = bench.fresh()
        child = subprocess.Popen(bench.command(source, "-o", folder / "out.jsonl"), stderr=subprocess.PIPE)
        time.sleep(0.15)
        if what == "grows":
            with open(source, "ab") as file:
                for _ in range(50):
                    file.write(b"One more.\n\n" * 1000)
                    time.sleep(0.01)
        elif what == "is replaced":
            os.replace(shutil.copy(bench.text, bench.folder / "other"), source)
        else:
            os.truncate(source, 1000)
        try:
            said = child.communicate(timeout=SECONDS)[1]
            code = child.returncode
            problem = f"exit {code}" if code not in (0, 1) else judge_words(code, said.decode())
            left = set(os.listdir(folder)) - {"out.jsonl"}
            problem = problem or (f"left behind: {left}" if left else None)
            if "packed" in what and code == 0:
                problem = problem or "a file cut short passed for whole"
        except subprocess.TimeoutExpired:
            child.kill()
            problem = "hangs"
        bench.count("changing input", problem, what)


def surroundings(bench):
    for what, environment in (("empty", {}), ("odd locale", {"LC_ALL": "xx_YY.KOI8-R", "LANG": "\udcff"}), ("no home", {"HOME": ""}),
                              ("dumb terminal", {"TERM": "dumb"})):
        folder = bench.fresh()
        done = bench.run(bench.command(bench.text, "-o", folder / "out.jsonl"), env=environment)
        bench.count("environment", bench.judge(done, folder, (0,)), what)
        done = bench.run([bench.muddle, "corrupt", "-t", "nobody/nothing", "-n", "mask", str(bench.text)], env=environment)
        bench.count("environment", bench.judge(done, None, (1,)), f"{what}, hub id")
    for name in (b"\xff\xfe.txt", b"line\nbreak.txt", b"\x1b[31mred.txt", b"-.txt", "é".encode() * 120, b"x" * 255):
        folder = bench.fresh(older=False)
        source = os.path.join(os.fsencode(folder), name)
        shutil.copy(bench.text, source)
        arguments = [os.fsencode(part) for part in bench.command(bench.text)[:-1]]
        done = bench.run(arguments + [b"-o", os.path.join(os.fsencode(folder), b"out.jsonl"), b"--", source])
        os.remove(source)
        bench.count("names", bench.judge(done, folder, (0,)), f"input {name[:20]!r}")
        output = os.path.join(os.fsencode(folder), name)
        os.remove(folder / "out.jsonl")
        done = bench.run(arguments + [b"-o", output, os.fsencode(bench.text)])
        if done and os.path.exists(output):
            os.rename(output, folder / "out.jsonl")
        bench.count("names", bench.judge(done, folder, (0,)), f"output {name[:20]!r}")
        done = bench.run(arguments + [source + b"?"])
        problem = bench.judge(done, None, (1,)) or ("control characters" if b"\x1b" in done.stderr else None)
        bench.count("names", problem, f"missing {name[:20]!r}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--calls", type=int, default=200)
    parser.add_argument("--signals", type=int, default=40)
    parser.add_argument("--only", help="the name of one group")
    parser.add_argument("muddle")
    args = parser.parse_args()
    groups = {
        "full_disks": full_disks, "streams": streams, "limited": limited, "folders": folders, "same_file": same_file,
        "changing": changing, "surroundings": surroundings, "signals": lambda bench: signals(bench, args.signals),
        "injected": lambda bench: injected(bench, args.calls),
    }
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(os.path.abspath(args.muddle), folder)
        for name, group in groups.items():
            if args.only in (None, name):
                group(bench)
    for group, count in bench.passed.items():
        print(f"{count:6} {group}")
    print(f"{sum(bench.passed.values())} passed, {bench.failed} failed")
    return bench.failed > 0


if __name__ == "__main__":
    sys.exit(main())

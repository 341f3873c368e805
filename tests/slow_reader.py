"""A consumer that stops reading: muddle waits, takes no more memory, and goes on when it reads again.

    cargo build --release && python tests/slow_reader.py [seconds, 60]

Linux alone: memory and processor time come from /proc.
"""

import hashlib
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MUDDLE = ROOT / "target/release/muddle"
PATIENCE = float(sys.argv[1]) if len(sys.argv) > 1 else 60


def state(process):
    """Resident KiB, and ticks of processor time."""
    folder = Path("/proc") / str(process.pid)
    resident = next(line for line in (folder / "status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(resident.split()[1]), sum(map(int, (folder / "stat").read_text().rsplit(")")[1].split()[11:13]))


def run(command, pause):
    """The hash of what is written, and what the process took before and after a pause of its reader."""
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        written = hashlib.sha256(process.stdout.read(1 << 20))
        time.sleep(5)
        before = state(process)
        time.sleep(pause)
        after = state(process)
        while part := process.stdout.read(1 << 20):
            written.update(part)
    assert process.returncode == 0, process.returncode
    return written.hexdigest(), before, after


def main():
    good = True
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "large.txt"
        text.write_text((ROOT / "fixtures/texts/english.txt").read_text() * 10_000)
        for more in (["--output-format", "jsonl"], ["--output-format", "arrow"], ["--pack", "best-fit"]):
            tokenizer = ROOT / "fixtures/tokenizers/bytelevel.json"
            command = list(map(str, [MUDDLE, "corrupt", "-q", "-t", tokenizer, "--preset", "bart", *more, text]))
            (paused, before, after), (plain, _, _) = run(command, PATIENCE), run(command, 0)
            fine = paused == plain and after[0] <= before[0] + 1024 and after[1] <= before[1] + 2
            print(f"{' '.join(more):<24} {before[0] / 1024:.1f} MiB, after {PATIENCE:.0f} s {after[0] / 1024:.1f} MiB, "
                  f"{after[1] - before[1]} ticks of processor time; {'fine' if fine else 'WRONG'}")
            good &= fine
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()

"""The texts below a folder as Ray tasks, one shard each, on machines that share the files.

    python muddle_ray.py SHARDS OUT -t tokenizer.json --preset bart TEXTS

Records go to files, never through Ray. A task whose worker or node dies is tried again and goes on where it ended.
"""

import subprocess
import sys

import ray

CPUS = 2


class Interrupted(Exception):
    """A signal ended the run: worth another try."""


class Failed(Exception):
    """Data or command line are at fault: another try would fail, too."""


@ray.remote(num_cpus=CPUS, max_retries=3, retry_exceptions=[Interrupted])
def run(shard, out, options):
    command = ["muddle", "corrupt", "-j", str(CPUS), "--shard", shard, "--output-dir", out, "--resume", *options]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True)
    if done.returncode < 0 or done.returncode > 128:
        raise Interrupted(f"shard {shard}: ended with {done.returncode}")
    if done.returncode:
        raise Failed(f"shard {shard}: {done.stderr[-2000:]}")
    return f"shard {shard}: {done.stderr.strip()}"


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    shards, out, *options = sys.argv[1:]
    ray.init()
    for line in ray.get([run.remote(f"{shard}/{shards}", out, options) for shard in range(int(shards))]):
        print(line)


if __name__ == "__main__":
    main()

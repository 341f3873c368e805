"""The texts below a folder as Spark tasks, one path each, on machines that share the files.

    spark-submit muddle_shards.py OUT TEXTS -t tokenizer.json --preset bart

Records go to files, never through Spark. A path whose executor dies is tried again elsewhere: what is complete stays, what
is not was never there. A path that fails, fails the job with muddle's own words. MUDDLE names the binary, which every
executor needs (spark-submit --files muddle brings it along).
"""

import json
import os
import subprocess
import sys

from pyspark.sql import SparkSession

COUNTS = ["documents", "used", "skipped", "empty", "records"]
TAIL = 2000


def plan(muddle, out, texts, options):
    """Inputs, checked with their outputs before any work."""
    command = [muddle, "corrupt", "-q", "--dry-run", "--output-dir", out, *options, texts]
    done = subprocess.run(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    if done.returncode:
        sys.exit(done.stderr[-TAIL:].rstrip())
    return sorted(json.loads(done.stderr)["inputs"])


def make(muddle, out, texts, options, path):
    """Makes one output, or finds it complete; returns what it holds."""
    # Below the folder that all paths share, as in one run over it.
    names = ["--output-dir", out, "--relative-to", texts]
    command = [muddle, "corrupt", "-q", "-j", "1", *names, "--resume", "--stats", "-", *options, path]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{path}: muddle ended with {done.returncode}: {done.stderr[-TAIL:].rstrip()}")
    stats = json.loads(done.stdout)
    return {count: stats[count] + stats["kept"][count] for count in COUNTS}


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    out, texts, *options = sys.argv[1:]
    # Every machine has to mean the same files.
    out, texts, muddle = os.path.abspath(out), os.path.abspath(texts), os.environ.get("MUDDLE", "muddle")
    paths = plan(muddle, out, texts, options)
    spark = SparkSession.builder.appName("muddle").getOrCreate()
    tasks = spark.sparkContext.parallelize(paths, len(paths))
    made = tasks.map(lambda path: make(muddle, out, texts, options, path)).collect()
    total = {count: sum(counts[count] for counts in made) for count in COUNTS}
    spark.stop()
    print(json.dumps({"outputs": len(made), **total}))
    if len(made) != len(paths) or total["documents"] != total["used"] + total["skipped"] + total["empty"]:
        sys.exit("the counts do not add up")


if __name__ == "__main__":
    main()

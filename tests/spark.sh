#!/usr/bin/env bash
# examples/spark/muddle_shards.py on a cluster on the loopback interface: a worker and its executor are killed while running,
# the paths they had are tried again, and the outputs are those of one run; a poisoned input fails the job by path and line.
# Not part of the test suite: needs Java 17 and pip, which gets pyspark into a folder of its own. MUDDLE names the binary.
set -euo pipefail
repository=$(cd "$(dirname "$0")/.." && pwd)
. "$repository/tests/engines.sh"
MUDDLE=$(realpath "${MUDDLE:-$repository/target/release/muddle}")
export MUDDLE
work=$(mktemp -d /tmp/muddle-spark.XXXX)
pids=()
finish() {
    for pid in "${pids[@]}"; do kill -KILL "$pid" 2>/dev/null || true; done
    [ -n "${KEEP:-}" ] || rm -rf "$work"
}
trap finish EXIT

venv=${SPARK_VENV:-$work/venv}
[ -d "$venv" ] || { python3 -m venv "$venv" && "$venv/bin/pip" install --quiet pyspark; }
SPARK_HOME=$("$venv/bin/python" -c 'import os, pyspark; print(os.path.dirname(pyspark.__file__))')
export SPARK_HOME PYSPARK_PYTHON="$venv/bin/python" SPARK_LOCAL_IP=127.0.0.1
export SPARK_WORKER_DIR="$work/spark" SPARK_LOG_DIR="$work/log"
mkdir -p "$work/log"

"$SPARK_HOME/bin/spark-class" org.apache.spark.deploy.master.Master --host 127.0.0.1 --port 17077 --webui-port 18080 \
    >"$work/log/master.log" 2>&1 &
pids+=($!)
for _ in $(seq 60); do grep -q 'New state: ALIVE' "$work/log/master.log" && break; sleep 0.5; done
for worker in 1 2; do
    "$SPARK_HOME/bin/spark-class" org.apache.spark.deploy.worker.Worker --host 127.0.0.1 --cores 1 --memory 1g \
        --webui-port $((18080 + worker)) --work-dir "$work/worker$worker" spark://127.0.0.1:17077 \
        >"$work/log/worker$worker.log" 2>&1 &
    pids+=($!)
done
first_worker=${pids[1]}
for _ in $(seq 60); do
    [ "$(cat "$work"/log/worker*.log | grep -c 'Successfully registered')" = 2 ] && break
    sleep 0.5
done

make_texts "$work/texts" 24 "${REPEAT:-60}"
options=(-t "$repository/fixtures/tokenizers/bytelevel.json" --preset bart)
"$MUDDLE" corrupt -q -j 2 "${options[@]}" --output-dir "$work/single" "$work/texts"
job() {
    "$SPARK_HOME/bin/spark-submit" --master spark://127.0.0.1:17077 --executor-memory 512m --executor-cores 1 \
        "$repository/examples/spark/muddle_shards.py" "$@" "${options[@]}"
}

start=$SECONDS
job "$work/out" "$work/texts" >"$work/log/job.out" 2>"$work/log/job.err" &
running=$!
# The first worker dies with everything on it, while a path of its executor is written.
is_under() {
    local at=$1
    while [ "${at:-1}" -gt 1 ] && [ "$at" != "$2" ]; do at=$(ps -o ppid= -p "$at" | tr -d ' '); done
    [ "${at:-1}" = "$2" ]
}
victim=
while [ -z "$victim" ] && kill -0 "$running" 2>/dev/null; do
    for pid in $(pgrep -f -- "corrupt -q -j 1 --output-dir $work/out"); do
        is_writing "$pid" && is_under "$pid" "$first_worker" && victim=$pid && break
    done
done
executor=$(pgrep -P "$first_worker")
path=$(tr '\0' '\n' <"/proc/$victim/cmdline" | tail -1)
kill -KILL "$first_worker" $executor "$victim"
echo "killed worker 1, its executor and the run under it after $(find "$work/out" -name '*.jsonl' | wc -l) outputs," \
    "$(find "$work/out" -name '.*.muddle-*' | wc -l) unfinished"
wait "$running" || { tail -20 "$work/log/job.err"; exit 1; }
cat "$work/log/job.out"
grep -h 'Lost executor' "$work/log/job.err" | cut -c1-160
check_equal "$work/single" "$work/out"
echo "$(find "$work/out" -name '*.jsonl' | wc -l) outputs equal those of one run, $((SECONDS - start)) s; tried again: ${path#"$work"/}"

printf '{"text":"One."}\n{"text":7}\n' >"$work/texts/1/poisoned.jsonl"
if job "$work/poisoned" "$work/texts" >"$work/log/job.out" 2>"$work/log/job.err"; then
    echo 'a poisoned input did not fail the job'
    exit 1
fi
grep -ho "error: $work/texts/1/poisoned.jsonl:2:9: .*" "$work/log/job.err" | head -1

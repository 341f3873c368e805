#!/bin/sh
# The texts below a folder in shards, some at a time, with GNU parallel:
#   muddle_parallel.sh OUT TEXTS -t tokenizer.json --preset bart
# Run it again after anything: what is complete stays. SSHLOGIN=node1,node2 spreads the shards over machines that share
# the files.
set -eu
out=$1 texts=$2
shift 2
shards=${SHARDS:-8}

# A shard that failed is tried once more, which goes on where it ended; then the others end and the job fails.
seq -f "%g/$shards" 0 $((shards - 1)) |
    parallel --will-cite --quote --jobs "${JOBS:-100%}" ${SSHLOGIN:+--sshlogin "$SSHLOGIN"} --retries 2 --halt soon,fail=1 \
        "${MUDDLE:-muddle}" corrupt -q -j 1 --shard {} --output-dir "$out" --resume "$@" "$texts"

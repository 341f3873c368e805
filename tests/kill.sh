#!/usr/bin/env bash
# Kills runs over many inputs at random moments, resumes them, and holds the outputs against those of a run nobody killed.
# Not part of the test suite: takes a minute. MUDDLE names the binary, ROUNDS how often.
set -euo pipefail
cd "$(dirname "$0")/.."
muddle=${MUDDLE:-target/release/muddle} rounds=${ROUNDS:-50}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir -p "$work/in/a" "$work/in/b"
for i in $(seq 1 60); do
    for _ in $(seq 1 $((i % 7 + 1))); do
        cat fixtures/texts/english.txt fixtures/texts/german.txt
        echo
    done >"$work/in/$([ $((i % 2)) = 0 ] && echo a || echo b)/$i.txt"
done
corrupt=("$muddle" corrupt -q -j 2 -t fixtures/tokenizers/bytelevel.json --preset bart --resume "$work/in" --output-dir)
hashes() {
    (cd "$1" && find . -type f | sort | xargs sha256sum)
}

start=$(date +%s%N)
"${corrupt[@]}" "$work/whole"
took=$((($(date +%s%N) - start) / 1000000))
hashes "$work/whole" >"$work/expected"
kills=0 leftovers=0 kept=0
for round in $(seq 1 "$rounds"); do
    rm -rf "$work/out"
    mkdir "$work/out"
    "${corrupt[@]}" "$work/out" &
    pid=$!
    # At any moment from the start to a little after the end.
    moment=$((RANDOM * took / 32768))
    sleep "$((moment / 1000)).$(printf %03d $((moment % 1000)))"
    if kill -KILL "$pid" 2>/dev/null; then kills=$((kills + 1)); fi
    wait "$pid" 2>/dev/null || true
    leftovers=$((leftovers + $(find "$work/out" -name '.*.muddle-*' | wc -l)))
    kept=$((kept + $(find "$work/out" -path '*/.muddle/*' -name '[!.]*.json' | wc -l)))
    "${corrupt[@]}" "$work/out"
    hashes "$work/out" | diff -q "$work/expected" - >/dev/null || { echo "round $round: other outputs"; exit 1; }
done
echo "$kills of $rounds runs killed, $leftovers unfinished files left by them, $kept outputs kept of $((60 * rounds)): all equal, nothing left"
[ "$kills" -gt 0 ] && [ "$leftovers" -gt 0 ] && [ "$kept" -gt 0 ]

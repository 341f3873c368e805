"""Hold `span:layout=t5` against T5's mask of random spans, written anew from its description.

    cargo build && python tests/span_check.py [path of the muddle binary]

A short text is corrupted many times by both; each draw is the set of hidden
positions. Two-sample chi-square at alpha 1e-6 (5 deviations of its normal
approximation): the same law for layout=t5, another one for layout=uniform,
which the same test has to reject. Standard library alone; nothing is fetched.
"""

import json
import math
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOKENIZER = ROOT / "fixtures/tokenizers/unigram.json"
TEXT = "the the the the the the the the the the the\n"
COPIES = 40_000
RATIO, MEAN = 0.4, 2.0


def segments(items, count, rng):
    """Items cut into so many parts of at least one, every way as likely."""
    cuts = [0, *sorted(rng.sample(range(1, items), count - 1)), items]
    return [end - start for start, end in zip(cuts, cuts[1:])]


def t5_mask(length, rng):
    """Clean and hidden stretches in turn: the first is clean, the last hidden."""
    noise = min(max(round(length * RATIO), 1), length - 1)
    spans = max(round(noise / MEAN), 1)
    hidden, clean = segments(noise, spans, rng), segments(length - noise, spans, rng)
    return "".join("." * a + "x" * b for a, b in zip(clean, hidden))


def muddle(layout):
    binary = sys.argv[1] if len(sys.argv) > 1 else ROOT / "target/debug/muddle"
    noise = f"span:ratio={RATIO},mean={MEAN},layout={layout}"
    command = [binary, "corrupt", "-t", TOKENIZER, "-n", noise, "--max-length", "64", "--copies", str(COPIES), "-q"]
    run = subprocess.run(list(map(str, command)), input=TEXT, check=True, capture_output=True, text=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def mask(record, sentinels):
    """Which tokens a record hides: the input with each sentinel as long as its span in the labels."""
    lengths, last = Counter(), None
    for label in record["labels"][:-1]:
        last = label if label in sentinels else last
        lengths[last] += label not in sentinels
    return "".join("x" * lengths[id] if id in sentinels else "." for id in record["input_ids"][:-1])


def distance(one, other):
    """Deviations of a two-sample chi-square from what it is for one law."""
    a, b = Counter(one), Counter(other)
    outcomes = set(a) | set(b)
    square = sum((a[mask] - b[mask]) ** 2 / (a[mask] + b[mask]) for mask in outcomes)
    freedom = len(outcomes) - 1
    return (square - freedom) / math.sqrt(2 * freedom), len(outcomes)


def main():
    vocabulary = {token["content"]: token["id"] for token in json.loads(TOKENIZER.read_text())["added_tokens"]}
    sentinels = {id for name, id in vocabulary.items() if name.startswith("<extra_id_")}
    draws = {layout: [mask(record, sentinels) for record in muddle(layout)] for layout in ("t5", "uniform")}
    length = len(draws["t5"][0])
    rng = random.Random(1)
    theirs = [t5_mask(length, rng) for _ in range(COPIES)]
    good = True
    for layout, same in (("t5", True), ("uniform", False)):
        off, outcomes = distance(draws[layout], theirs)
        good &= (off < 5) == same
        print(f"layout={layout}: {length} tokens, {outcomes} placements, {off:+.2f} deviations from T5's law")
    sys.exit(0 if good else "span_check.py: not as it must be")


main()

#!/usr/bin/env python3
"""Holds that a change keeps every record: hashes of stdout and exit codes over several hundred combinations of tokenizer,
input, recipe, packing, labels, padding and --meta.

    tests/same_records.py freeze BINARY HASHES [FOLDER]     writes the hashes that a binary gives
    tests/same_records.py check BINARY HASHES [FOLDER]      compares; exit 1 and a list where one differs

FOLDER may hold more material: tokenizers/*.tokenizer.json and corpora/*.txt. Run it with a binary from before the change and
then with one from after it.
"""

import hashlib
import itertools
import json
import pathlib
import random
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOKENIZERS = [
    ROOT / "fixtures/tokenizers" / name
    for name in ("bytelevel.json", "wordpiece.json", "unigram.json", "llama_like.json", "fallback.json", "baked.json", "folder")
]
INPUTS = sorted((ROOT / "fixtures/texts").glob("*.txt")) + [ROOT / "fixtures/texts/english.jsonl"]
RECIPES = [
    ["--preset", "bert"],
    ["--preset", "bert-wwm"],
    ["--preset", "bart"],
    ["-n", "mask:ratio=0.3,count=exact,unit=word,mask=0.5,random=0.5"],
    ["-n", "mask:ratio=0.4@0.5", "-n", "mask:ratio=0.2,mask=0,random=0.7"],
    ["-n", "delete:ratio=0.3"],
    ["-n", "delete:unit=word,count=exact,ratio=0.5", "-n", "infill@0.7"],
    ["-n", "infill"],
    ["-n", "infill:unit=token,lambda=1.2,random=0.4,ratio=0.5"],
    ["-n", "permute"],
    ["-n", "permute:ratio=0.4@0.8", "-n", "delete:ratio=0.2"],
    ["-n", "rotate"],
    ["-n", "rotate:unit=word", "-n", "mask:ratio=0.3"],
    ["-n", "rotate:unit=sentence", "-n", "permute", "-n", "infill"],
    ["-n", "permute", "-n", "rotate:unit=sentence"],
    ["-n", "infill", "-n", "permute", "-n", "infill:ratio=0.2"],
]
PACKINGS = [
    [],
    ["--max-length", "48"],
    ["--pack", "sentence", "--max-length", "64"],
    ["--pack", "document", "--max-length", "40"],
    ["--pack", "stream", "--max-length", "96"],
    ["--window", "3", "--stride", "1", "--max-length", "128"],
]
LABELS = [[], ["--labels", "full"], ["--labels", "masked"]]
PADDINGS = [[], ["--pad", "max"], ["--pad", "longest", "--batch-size", "5"], ["--pad-multiple", "8"], ["--label-pad", "-7", "--pad", "max"]]
OTHERS = [
    [],
    ["--meta"],
    ["--copies", "3", "--meta"],
    ["--seed", "18446744073709551615"],
    ["--sentences", "uax29"],
    ["--sentences", "line", "--documents", "line"],
    ["--documents", "file"],
    ["--allow-special-in-text"],
    ["--limit", "2"],
    ["--lang", "de"],
]
COMBINATIONS = 600


def combinations(folder):
    """A fixed sample of all combinations: each value of each axis many times."""
    tokenizers, inputs = list(TOKENIZERS), list(INPUTS)
    if folder:
        tokenizers += sorted((folder / "tokenizers").glob("*.tokenizer.json"))
        inputs += sorted((folder / "corpora/lang").glob("*.txt")) + sorted((folder / "corpora").glob("*.md"))
    draw = random.Random(1)
    axes = [tokenizers, inputs, RECIPES, PACKINGS, LABELS, PADDINGS, OTHERS]
    cycles = [itertools.cycle(draw.sample(axis, len(axis))) for axis in axes]
    for at in range(COMBINATIONS):
        row = [next(cycle) for cycle in cycles]
        if at % 7 == 6:
            for cycle in draw.sample(cycles, 3):
                next(cycle)
        tokenizer, text, recipe, *rest = row
        special = ["--mask-token", "<unk>", "--pad-token", "<unk>"] if "t5" in tokenizer.name or "mistral" in tokenizer.name else []
        yield ["-t", str(tokenizer), *recipe, *itertools.chain(*rest), *special, str(text)]


def outcome(binary, arguments):
    run = subprocess.run([binary, "corrupt", "-q", "-j", "2", *arguments], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return f"{run.returncode} {hashlib.sha256(run.stdout).hexdigest()[:24]} {len(run.stdout)}"


def name(arguments):
    """The arguments, without the places of files."""
    return " ".join(pathlib.Path(a).name if a.startswith("/") else a for a in arguments)


def main():
    if len(sys.argv) not in (4, 5) or sys.argv[1] not in ("freeze", "check"):
        sys.exit(__doc__)
    action, binary, hashes = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    folder = pathlib.Path(sys.argv[4]) if len(sys.argv) == 5 else None
    found = {name(arguments): outcome(binary, arguments) for arguments in combinations(folder)}
    records = sum(int(text.split()[2]) > 0 for text in found.values())
    print(f"{len(found)} combinations, {records} with records, {sum(not t.startswith('0') for t in found.values())} refused")
    if action == "freeze":
        hashes.write_text(json.dumps(found, indent=1))
        return
    expected = json.loads(hashes.read_text())
    different = [key for key in expected if found.get(key) != expected[key]]
    for key in different:
        print(f"differs: {key}\n  {expected[key]}\n  {found.get(key)}")
    if different or len(found) != len(expected):
        sys.exit(f"{len(different)} of {len(expected)} combinations differ")
    print("all as before")


main()

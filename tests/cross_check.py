"""Hold muddle's records against the collators of transformers, on the same ids.

    pip install transformers tokenizers numpy
    cargo build && python tests/cross_check.py [path of the muddle binary]

Masking: selection rate, shares and positions of both, each against what was
asked, at alpha 1e-6 (5 standard errors of a share; chi-square by its normal
approximation for positions). Padding: the collators must make of unpadded
records the very arrays that muddle writes padded. Languages: --lang-token has
to end records as MBartTokenizer does, for every code of mbart-large-cc25, and
join sentences by eos. Skipped with a notice where transformers is not
installed. Nothing is fetched: tokenizers are fixtures, or made here.
"""

import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOKENIZER = ROOT / "fixtures/tokenizers/bytelevel.json"
TEXT = ROOT / "fixtures/texts/english.txt"
COPIES = 400

try:
    import numpy as np
    from transformers import (DataCollatorForLanguageModeling, DataCollatorForSeq2Seq,
                              DataCollatorForTokenClassification, MBartTokenizer, PreTrainedTokenizerFast)
    from transformers.models.mbart.tokenization_mbart import FAIRSEQ_LANGUAGE_CODES
except ImportError as missing:
    print(f"cross_check.py: skipped, {missing.name} is not installed")
    sys.exit(0)


def muddle(*arguments):
    binary = sys.argv[1] if len(sys.argv) > 1 else ROOT / "target/debug/muddle"
    command = [binary, "corrupt", "-t", TOKENIZER, "--max-length", "128", "-q", *arguments, TEXT]
    run = subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def tokenizer():
    return PreTrainedTokenizerFast(tokenizer_file=str(TOKENIZER), bos_token="<s>", eos_token="</s>", cls_token="<s>",
                                   sep_token="</s>", pad_token="<pad>", unk_token="<unk>", mask_token="<mask>")


def share(name, count, of, expected):
    """Prints a share; whether it is within 5 standard errors of what was asked."""
    off = (count / of - expected) / math.sqrt(expected * (1 - expected) / of)
    print(f"  {name:<44} {count / of:.5f} for {expected:.5f}  ({off:+.2f} standard errors)")
    return abs(off) < 5


def describe(who, clean, inputs, labels, tok, candidates):
    """Laws of masked examples: rows of clean ids, of inputs and of labels."""
    print(f"{who}: {len(inputs)} examples")
    body = np.concatenate([np.asarray(row[1:-1]) for row in clean])
    input_ids = np.concatenate([np.asarray(row[1:-1]) for row in inputs])
    label_ids = np.concatenate([np.asarray(row[1:-1]) for row in labels])
    chosen = label_ids != -100
    masked, same = chosen & (input_ids == tok.mask_token_id), chosen & (input_ids == body)
    changed = chosen & ~masked & ~same
    n = int(chosen.sum())
    good = share("chosen", n, len(body), 0.15)
    good &= share("of these masked", int(masked.sum()), n, 0.8 + 0.1 * (tok.mask_token_id in candidates) / len(candidates))
    good &= share("of these as they were", int(same.sum()), n, 0.1 + 0.1 / len(candidates))
    good &= bool((label_ids[chosen] == body[chosen]).all() and (input_ids[~chosen] == body[~chosen]).all())
    special = int(np.isin(input_ids[changed], tok.all_special_ids).sum())
    print(f"  special ids among {int(changed.sum())} random ones: {special}")
    # Positions: the first tokens of every example, each chosen as often as any.
    counts = np.zeros(40)
    long = [row for row in labels if len(row) >= 42]
    for row in long:
        counts += np.asarray(row[1:41]) != -100
    square = float(((counts - len(long) * 0.15) ** 2 / (len(long) * 0.15 * 0.85)).sum())
    print(f"  positions 1 to 40: chi-square {square:.1f} for 40 degrees")
    return good and abs(square - 40) < 5 * math.sqrt(80), special


def check_masking(tok):
    clean = [row["labels"] for row in muddle("-n", "mask:ratio=0", "--labels", "full", "--copies", str(COPIES))]
    ours = muddle("-n", "mask", "--copies", str(COPIES))
    vocabulary = set(range(len(tok))) - set(tok.all_special_ids)
    good, special = describe("muddle", clean, [row["input_ids"] for row in ours], [row["labels"] for row in ours], tok,
                             vocabulary)
    collator = DataCollatorForLanguageModeling(tokenizer=tok, mlm=True, mlm_probability=0.15, return_tensors="np", seed=1)
    inputs, labels = [], []
    for row in clean:
        batch = collator([{"input_ids": row}])
        inputs.append(batch["input_ids"][0])
        labels.append(batch["labels"][0])
    theirs, _ = describe("transformers", clean, inputs, labels, tok, set(range(len(tok))))
    return good and special == 0 and theirs


def check_padding(tok):
    good = True
    for name, collator, noises in (
        ("DataCollatorForSeq2Seq", DataCollatorForSeq2Seq, ["-n", "permute", "-n", "infill"]),
        ("DataCollatorForTokenClassification", DataCollatorForTokenClassification, ["-n", "mask"]),
    ):
        for multiple in (1, 8):
            rows = muddle(*noises, "--copies", "3")
            padded = muddle(*noises, "--copies", "3", "--pad", "longest", "--batch-size", "8", "--pad-multiple", multiple)
            collate = collator(tokenizer=tok, return_tensors="np", pad_to_multiple_of=multiple)
            batches = 0
            for at in range(0, len(rows), 8):
                theirs, ours = collate([dict(row) for row in rows[at:at + 8]]), padded[at:at + 8]
                for key in ("input_ids", "attention_mask", "labels"):
                    good &= np.array_equal(theirs[key], np.asarray([row[key] for row in ours]))
                batches += 1
            print(f"{name}, multiples of {multiple}: {batches} batches of {len(rows)} records, equal so far: {good}")
    return good


def check_languages():
    pieces = ["▁the", "▁ferry", "▁leaves", "▁it", "▁rains", ".", "▁"]
    special = [(token, 0.0) for token in ("<s>", "<pad>", "</s>", "<unk>")]
    tok = MBartTokenizer(vocab=special + [(piece, -float(at)) for at, piece in enumerate(pieces, 1)], src_lang="en_XX")
    sentences, good = ["the ferry leaves.", "it rains."], True
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "tokenizer.json"
        tok._tokenizer.save(str(file))
        for code in FAIRSEQ_LANGUAGE_CODES:
            tok.src_lang = code
            first, last = (tok(sentence).input_ids for sentence in sentences)
            expected = first[:-1] + last
            for lang in (code, code.split("_")[0]):
                record = {"text": " ".join(sentences), "lang": lang}
                binary = sys.argv[1] if len(sys.argv) > 1 else ROOT / "target/debug/muddle"
                command = [binary, "corrupt", "-q", "-t", file, "--lang-token", "{lang}", "--lang-field", "lang",
                           "--input-format", "jsonl", "-n", "none"]
                run = subprocess.run(list(map(str, command)), input=json.dumps(record), check=True, capture_output=True,
                                     text=True)
                good &= json.loads(run.stdout)["input_ids"] == expected
    print(f"MBartTokenizer: {len(FAIRSEQ_LANGUAGE_CODES)} codes, all equal: {good}")
    return good


if __name__ == "__main__":
    tok = tokenizer()
    outcome = [check_masking(tok), check_padding(tok), check_languages()]
    print("agrees" if all(outcome) else "DIFFERS")
    sys.exit(0 if all(outcome) else 1)

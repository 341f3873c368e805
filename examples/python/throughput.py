"""What arrives at a trainer, in turn: from muddle through a pipe, and from the collators of transformers.

    pip install pyarrow numpy orjson torch transformers
    cargo build --release
    python examples/python/throughput.py bert.json bart.json text.jsonl [rounds]

Rates are millions of input tokens a second of processor time, muddle's and Python's together, so other work on the
machine does not count; in brackets by the clock, which is what a consumer on a core of its own waits for. Loading, and
the start of Python's own workers, are left out. Collators get ids that are tokenized already, muddle gets raw text.
"""

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import orjson
import torch
from transformers import DataCollatorForLanguageModeling, PreTrainedTokenizerFast

from muddle_stream import MuddleDataset

MUDDLE = os.environ.get("MUDDLE", Path(__file__).resolve().parent.parent.parent / "target/release/muddle")
BATCH = 64
torch.set_num_threads(1)


def processor_time():
    """Of this process and of those that it has waited for."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def measured(work):
    """Seconds of processor time and by the clock, and what came out."""
    processor, clock = processor_time(), time.perf_counter()
    made = work()
    return np.array([processor_time() - processor, time.perf_counter() - clock]), made


def command(tokenizer, recipe, text, form):
    return [MUDDLE, "corrupt", "-q", "-j1", "-t", tokenizer, *recipe.split(), "--output-format", form, text]


def to_null(tokenizer, recipe, text):
    subprocess.run(command(tokenizer, recipe, text, "arrow"), check=True, stdout=subprocess.DEVNULL)


def from_json(tokenizer, recipe, text):
    with subprocess.Popen(command(tokenizer, recipe, text, "jsonl"), stdout=subprocess.PIPE) as process:
        return sum(len(orjson.loads(line)["input_ids"]) for line in process.stdout)


def batches(tokenizer, recipe, text):
    records = MuddleDataset([text], tokenizer, recipe, command=MUDDLE, batches=True)
    return sum(batch.column("input_ids").values.to_numpy().size for batch in records)


def dicts(tokenizer, recipe, text):
    return sum(len(record["input_ids"]) for record in MuddleDataset([text], tokenizer, recipe, command=MUDDLE))


def tensors(workers):
    """Padded batches, as a training loop has them."""
    def work(tokenizer, recipe, text):
        recipe = f"{recipe} --pad longest --batch-size {BATCH}"
        records = MuddleDataset([text], tokenizer, recipe, command=MUDDLE)
        loader = torch.utils.data.DataLoader(records, batch_size=BATCH, num_workers=workers)
        return sum(int(batch["attention_mask"].sum()) for batch in loader)
    return work


def collator(tokenizer, text, tensors):
    """Masks by transformers, windows that are tokenized already."""
    names = {"mask_token": "[MASK]", "pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    collate = DataCollatorForLanguageModeling(PreTrainedTokenizerFast(tokenizer_file=tokenizer, **names),
                                              return_tensors=tensors)
    windows = [record["input_ids"].tolist() for record in MuddleDataset([text], tokenizer, "-n none", command=MUDDLE)]

    def work():
        for at in range(0, len(windows), BATCH):
            collate([{"input_ids": ids} for ids in windows[at:at + BATCH]])
        return sum(map(len, windows))
    return work


def first_record(tokenizer, recipe, text):
    stream = iter(MuddleDataset([text], tokenizer, recipe, command=MUDDLE))
    seconds, _ = measured(lambda: next(stream))
    stream.close()
    return seconds[1]


WAYS = {"to /dev/null": to_null, "JSONL, orjson": from_json, "Arrow batches": batches, "dicts of arrays": dicts,
        "DataLoader, in process": tensors(0), "DataLoader, 1 worker": tensors(1), "DataLoader, 2 workers": tensors(2)}


def table(name, tokenizer, recipe, text, rounds):
    little = Path(tempfile.mkdtemp()) / "little.jsonl"
    with open(text, "rb") as whole:
        little.write_bytes(whole.readline())
    kinds = ("np", "pt") if name == "BERT" else ()
    collators = {f"collator, {kind}": collator(tokenizer, text, kind) for kind in kinds}
    tokens, taken = batches(tokenizer, recipe, text), {}
    for _ in range(rounds):
        for way, work in WAYS.items():
            loading, _ = measured(lambda: work(tokenizer, recipe, little))
            seconds, _ = measured(lambda: work(tokenizer, recipe, text))
            taken.setdefault(way, []).append(seconds - loading)
        for way, work in collators.items():
            taken.setdefault(way, []).append(measured(work)[0])
    print(f"{name}: {recipe}, {tokens / 1e6:.1f} million tokens, {rounds} rounds, medians")
    for way, seconds in taken.items():
        processor, clock = tokens / 1e6 / np.median(seconds, axis=0)
        print(f"  {way:<24} {processor:6.2f}  ({clock:.2f})")
    latency = statistics.median(first_record(tokenizer, recipe, text) for _ in range(rounds))
    print(f"  the first record after {1000 * latency:.0f} ms, loading included")
    shutil.rmtree(little.parent)


if __name__ == "__main__":
    bert, bart, text = sys.argv[1:4]
    rounds = int(sys.argv[4]) if len(sys.argv) > 4 else 3
    table("BERT", bert, "--preset bert", text, rounds)
    table("BART", bart, "--preset bart", text, rounds)

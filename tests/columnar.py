#!/usr/bin/env python3
"""Holds muddle's Arrow and Parquet against the tools that read and write them.

    pip install pyarrow polars duckdb datasets
    tests/columnar.py [--mutations 10000] [--data TEXT.jsonl --tokenizer TOKENIZER] MUDDLE

Writing: pyarrow, datasets, polars and duckdb see in each file the records of the JSONL run, with the types documented.
Reading: Parquet of every type of text, codec and writer gives the documents of the same JSONL. Mutated files end in
records or in one line that names the file, without a panic, a hang or much memory. With --data: sizes and load times.
Ends with "N passed, N failed".
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parent.parent
TOKENIZER = ROOT / "fixtures/tokenizers/bytelevel.json"
TEXT = ROOT / "fixtures/texts/english.jsonl"
MAX_MB = 400
SECONDS = 20

passed = failed = 0


def check(name, holds, detail=""):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    if not holds:
        print(f"FAILED: {name} {detail}"[:600], flush=True)


def run(*arguments, **options):
    return subprocess.run([str(argument) for argument in arguments], capture_output=True, **options)


def corrupt(muddle, *options, text=TEXT, tokenizer=TOKENIZER):
    made = run(muddle, "corrupt", "-q", "-t", tokenizer, *options, text)
    if made.returncode:
        raise SystemExit(made.stderr.decode())
    return made.stdout


def bare(record):
    """A record without what JSON leaves out and columns hold as null."""
    if isinstance(record, dict):
        return {key: bare(value) for key, value in record.items() if value is not None}
    return [bare(value) for value in record] if isinstance(record, list) else record


def readers(path):
    """By tool, what gives the records of a file as plain lists."""
    import datasets
    import duckdb
    import polars

    kind = path.suffix[1:]
    datasets.disable_progress_bars()
    load = lambda: datasets.load_dataset(kind, data_files=str(path), cache_dir=str(path) + ".cache")["train"].to_list()
    if kind == "arrow":
        table = lambda: pa.ipc.open_stream(pa.memory_map(str(path))).read_all()
        return {
            "pyarrow": lambda: table().to_pylist(),
            "datasets": load,
            "datasets from_file": lambda: datasets.Dataset.from_file(str(path)).to_list(),
            "polars": lambda: polars.read_ipc_stream(path).to_dicts(),
            "duckdb": lambda: (lambda records: duckdb.sql("from records").to_arrow_table().to_pylist())(table()),
        }
    return {
        "pyarrow": lambda: pq.read_table(path).to_pylist(),
        "datasets": load,
        "polars": lambda: polars.read_parquet(path).to_dicts(),
        "duckdb": lambda: duckdb.sql(f"from '{path}'").to_arrow_table().to_pylist(),
    }


def schema_of(path):
    return pa.ipc.open_stream(str(path)).schema if path.suffix == ".arrow" else pq.read_schema(path)


def writing(muddle, folder):
    recipes = {
        "plain": ["-n", "mask", "--copies", "40", "--max-length", "64"],
        "meta": ["-n", "infill@0.5", "-n", "permute", "--meta"],
        "padded": ["-n", "infill", "--pad", "longest", "--batch-size", "7", "--label-pad", "-9"],
        "packed": ["-n", "delete", "--pack", "best-fit", "--meta", "--max-length", "256"],
        "empty": ["-n", "mask", "--skip", "1000000"],
    }
    for name, options in recipes.items():
        expected = [json.loads(line) for line in corrupt(muddle, *options).splitlines()]
        for suffix in ["arrow", "parquet"]:
            path = folder / f"{name}.{suffix}"
            corrupt(muddle, *options, "-o", path)
            schema = schema_of(path)
            types = {field.name: str(field.type).replace("element:", "item:") for field in schema}
            whole = "list<item: int32>"
            for column, kind in {"input_ids": whole, "attention_mask": "list<item: int8>", "labels": whole}.items():
                check(f"{path.name} {column}", types[column] == kind, types)
            check(f"{path.name} lens", ("seq_lens" in types) == (name == "packed"), types)
            made = json.loads(schema.metadata[b"muddle"])
            check(f"{path.name} metadata", made["options"]["output_format"] == suffix and made["version"], made)
            one, three = (corrupt(muddle, *options, "--output-format", suffix, "-j", j) for j in "13")
            check(f"{path.name} threads", one == three == path.read_bytes())
            if name == "empty":
                check(f"{path.name} rows", readers(path)["pyarrow"]() == [])
                continue
            for tool, read in readers(path).items():
                check(f"{path.name} by {tool}", bare(read()) == expected)


def reading(muddle, folder):
    documents = [json.loads(line) for line in TEXT.read_text().splitlines()]
    texts = [document["text"] for document in documents] * 30
    source = folder / "texts.jsonl"
    source.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    expected = corrupt(muddle, "-n", "infill", text=source)
    path = folder / "texts.parquet"
    same = lambda name, *options: check(f"reading {name}", corrupt(muddle, "-n", "infill", *options, text=path) == expected)
    for kind in [pa.string(), pa.large_string(), pa.string_view(), pa.binary()]:
        pq.write_table(pa.table({"id": range(len(texts)), "text": pa.array(texts, kind)}), path)
        same(str(kind))
    table = pa.table({"text": pa.array(texts)})
    pq.write_table(table.set_column(0, "text", table["text"].dictionary_encode()), path)
    same("dictionary")
    for codec in ["none", "snappy", "gzip", "zstd"]:
        for options in [{}, {"use_dictionary": False}, {"data_page_version": "2.0"}, {"row_group_size": 7},
                        {"data_page_size": 100}, {"use_dictionary": False, "column_encoding": {"text": "DELTA_BYTE_ARRAY"}},
                        {"use_dictionary": False, "column_encoding": {"text": "DELTA_LENGTH_BYTE_ARRAY"}}]:
            pq.write_table(table, path, compression=codec, **options)
            same(f"{codec} {options}")
    for codec, word in {"brotli": b"brotli", "lz4": b"lz4"}.items():
        pq.write_table(table, path, compression=codec)
        refused = run(muddle, "corrupt", "-t", TOKENIZER, "-n", "infill", path)
        check(codec, refused.returncode == 1 and word in refused.stderr and refused.stderr.count(b"\n") == 1, refused.stderr)
    nested = pa.array([{"body": text, "n": 1} for text in texts])
    pq.write_table(pa.table({"doc": nested}), path)
    same("nested", "--text-field", "doc.body")
    import duckdb
    import polars
    polars.DataFrame({"text": texts}).write_parquet(path)
    same("polars")
    duckdb.sql(f"copy (select * from read_json('{source}')) to '{path}' (format parquet)")
    same("duckdb")


def mutated(sound, draw):
    """A file with one or some things wrong; most of what can go wrong lies in the footer and in page headers."""
    data = bytearray(sound)
    footer = int.from_bytes(sound[-8:-4], "little") + 8
    anywhere = lambda: draw.choice([draw.randrange(len(data)), len(data) - 1 - draw.randrange(min(footer, len(data)))])
    kind = draw.randrange(6)
    if kind == 0:
        del data[draw.randrange(len(data)):]
    elif kind == 1:
        data[anywhere()] ^= 1 << draw.randrange(8)
    elif kind == 2:
        for _ in range(draw.randrange(2, 9)):
            data[anywhere()] = draw.choice([0, 0xff, 0x7f, 0x80, draw.randrange(256)])
    elif kind == 3:
        one, other, length = anywhere(), anywhere(), draw.randrange(1, 64)
        data[one:one + length], data[other:other + length] = data[other:other + length], data[one:one + length]
    elif kind == 4:
        start = anywhere()
        del data[start:start + draw.randrange(1, 32)]
    else:
        start = anywhere()
        data[start:start] = bytes(draw.randrange(256) for _ in range(draw.randrange(1, 16)))
    return bytes(data)


def mutations(muddle, folder, count):
    texts = [json.loads(line)["text"][:300] for line in TEXT.read_text().splitlines()]
    table = pa.table({"id": range(len(texts)), "text": texts, "lang": ["en", None] * (len(texts) // 2) + ["en"] * (len(texts) % 2)})
    sounds = []
    for options in [{"compression": "zstd"}, {"compression": "snappy", "row_group_size": 4},
                    {"compression": "gzip", "data_page_version": "2.0"}, {"compression": "none", "use_dictionary": False}]:
        pq.write_table(table, folder / "sound.parquet", **options)
        sounds.append((folder / "sound.parquet").read_bytes())
    ours = {}
    for suffix in ["parquet", "arrow"]:
        corrupt(muddle, "-n", "infill", "--meta", "-o", folder / f"ours.{suffix}")
        ours[suffix] = (folder / f"ours.{suffix}").read_bytes()
    draw = random.Random(1)
    outcomes = {}
    for turn in range(count):
        what = ["text", "text", "parquet", "arrow"][turn % 4]
        sound = draw.choice(sounds) if what == "text" else ours[what]
        path = folder / f"mutated.{'parquet' if what == 'text' else what}"
        path.write_bytes(mutated(sound, draw))
        command = [muddle, "sentences", "-q", "--lang-field", "lang", path] if what == "text" else \
            [muddle, "inspect", "-q", "-t", TOKENIZER, "--show", "0", "-j", "1", path]
        # One that hangs is ended by a signal, which is no exit code that is taken.
        limit = lambda: resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        ended = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=limit)
        error = ended.stderr.read().decode(errors="replace")
        _, status, usage = os.wait4(ended.pid, 0)
        code, megabytes = os.waitstatus_to_exitcode(status), usage.ru_maxrss / 1024
        fine = code in (0, 1) and megabytes < MAX_MB and (code == 0 or error.count("\n") == 1)
        fine = fine and "internal error" not in error and "memory allocation" not in error
        check(f"mutation {turn} of {what}", fine, f"{code} {megabytes:.0f} MB {error}")
        if not fine:
            kept = folder.parent / f"mutation-{turn}{path.suffix}"
            kept.write_bytes(path.read_bytes())
            print(f"  kept as {kept}")
        outcomes[(what, code)] = outcomes.get((what, code), 0) + 1
    print("mutations by kind and exit code:", outcomes)


def measures(muddle, folder, data, tokenizer):
    import datasets
    datasets.disable_progress_bars()
    for suffix in ["jsonl", "jsonl.zst", "parquet", "arrow"]:
        path = folder / f"corpus.{suffix}"
        start = time.monotonic()
        corrupt(muddle, "--preset", "bart", "-o", path, text=data, tokenizer=tokenizer)
        wrote = time.monotonic() - start
        tokens = json.loads(run(muddle, "inspect", "--json", "-q", "-t", tokenizer, path).stdout)["tokens"]
        kind = {"jsonl": "json", "jsonl.zst": "json"}.get(suffix, suffix)
        start = time.monotonic()
        try:
            datasets.load_dataset(kind, data_files=str(path), cache_dir=str(folder / f"cache-{suffix}"))
            loaded = f"{time.monotonic() - start:.2f} s"
        except Exception as error:
            loaded = type(error).__name__
        print(f"{suffix}: {path.stat().st_size / tokens:.2f} bytes/token of {tokens}, written in {wrote:.2f} s, load_dataset {loaded}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("muddle")
    parser.add_argument("--mutations", type=int, default=10_000)
    parser.add_argument("--data")
    parser.add_argument("--tokenizer")
    parser.add_argument("--only", choices=["writing", "reading", "mutations", "measures"])
    arguments = parser.parse_args()
    muddle = str(Path(arguments.muddle).resolve())
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        parts = {
            "writing": lambda: writing(muddle, folder),
            "reading": lambda: reading(muddle, folder),
            "mutations": lambda: mutations(muddle, folder, arguments.mutations),
        }
        if arguments.data:
            parts["measures"] = lambda: measures(muddle, folder, arguments.data, arguments.tokenizer)
        for name, part in parts.items():
            if arguments.only in (None, name):
                start = time.monotonic()
                part()
                print(f"{name}: {time.monotonic() - start:.0f} s", flush=True)
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()

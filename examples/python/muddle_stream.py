"""Records for a trainer, made by muddle while it trains: no files of noise, another noise each epoch.

    pip install pyarrow numpy        # and torch, to put a DataLoader around it

    dataset = MuddleDataset(["corpus.jsonl.zst"], "bert-base-uncased", "--preset bert --pad max", epoch=0)
    for batch in torch.utils.data.DataLoader(dataset, batch_size=32, num_workers=2):
        loss = model(**batch).loss

Each worker runs a muddle of its own on its share of the text and reads records from a pipe. What a record holds is a
function of its text, the seed and the epoch, so any number of ranks and workers sees the same records.
"""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from os import PathLike, fspath

import numpy as np
import pyarrow as pa

try:
    from torch.utils.data import IterableDataset, get_worker_info
except ImportError:  # Read without torch: one worker.
    IterableDataset, get_worker_info = object, lambda: None

OWN = {"--seed", "--epoch", "--shard", "--skip", "--skip-documents", "--limit"}
STDERR_TAIL = 2000
PIPE_BYTES = 1 << 20
LENS = {"seq_lens", "label_lens"}


class MuddleError(RuntimeError):
    """muddle ended with an error: what it said, and its exit code (negative: the signal that killed it)."""

    def __init__(self, code: int, stderr: str) -> None:
        super().__init__(f"muddle ended with exit code {code}: {stderr.strip() or 'it said nothing'}")
        self.code = code


class MuddleDataset(IterableDataset):
    """The records of one epoch: dicts of arrays of 64-bit integers, or whole Arrow batches.

    paths:     what muddle takes as inputs: files, folders.
    tokenizer: what muddle takes as a tokenizer: a file, its folder, a cached hub id.
    recipe:    any other options of `muddle corrupt`, as typed or as a list: "--preset bart --max-length 1024".
    seed, epoch: what noise is a function of, beside the text. Workers that outlive an epoch (persistent_workers) do not
               hear of `set_epoch`.
    rank, world: which of how many trainers this is; each of their DataLoader's workers takes an equal share.
    share:     what is shared out: "documents" (always possible), or "inputs" (no input is read twice; needs at least as
               many as there are workers of all ranks).
    batches:   yield pyarrow.RecordBatch, as they come, without a copy.
    """

    def __init__(self, paths: Sequence[str | PathLike], tokenizer: str | PathLike, recipe: str | Sequence[str], *,
                 seed: int = 0, epoch: int = 0, rank: int = 0, world: int = 1, share: str = "documents",
                 batches: bool = False, threads: int = 1, command: str | PathLike = "muddle") -> None:
        super().__init__()
        self.recipe = shlex.split(recipe) if isinstance(recipe, str) else list(recipe)
        taken = sorted(OWN & {option.split("=")[0] for option in self.recipe})
        if taken:
            raise ValueError(f"recipe: {taken[0]} is settled by the loader, for each worker (leave it out)")
        self.paths, self.tokenizer, self.command = [fspath(path) for path in paths], fspath(tokenizer), fspath(command)
        self.seed, self.epoch, self.rank, self.world = seed, epoch, rank, world
        self.share, self.batches, self.threads = share, batches, threads
        self.set_epoch(epoch)

    def set_epoch(self, epoch: int) -> None:
        """The epoch of the next iteration, from its first record."""
        self.load_state_dict({"epoch": epoch, "skip_documents": 0, "skip": 0})

    def state_dict(self) -> dict[str, int]:
        """Where this worker is: what muddle skips to go on from there."""
        return {"epoch": self.epoch, "skip_documents": self._documents, "skip": self._records}

    def load_state_dict(self, state: dict[str, int]) -> None:
        """The next iteration goes on from there; ranks, workers, paths and recipe must be the same."""
        self.epoch, self._documents, self._records = state["epoch"], state["skip_documents"], state["skip"]
        self._starts = self._documents, self._records

    def arguments(self) -> list[str]:
        """The command line of this worker."""
        worker = get_worker_info()
        at, workers = (worker.id, worker.num_workers) if worker else (0, 1)
        shard = f"{self.rank * workers + at}/{self.world * workers}" + ":documents" * (self.share == "documents")
        options = {"-t": self.tokenizer, "--seed": self.seed, "--epoch": self.epoch, "--shard": shard,
                   "--skip-documents": self._starts[0], "--skip": self._starts[1], "-j": self.threads, "--output-format": "arrow"}
        settled = [f"{name}={value}" if name[1] == "-" else f"{name}{value}" for name, value in options.items()]
        return [self.command, "corrupt", "-q", *settled, *self.recipe, "--", *self.paths]

    def __iter__(self) -> Iterator[dict[str, np.ndarray] | pa.RecordBatch]:
        arguments = self.arguments()
        (self._documents, self._records), self._starts = self._starts, (0, 0)
        with tempfile.TemporaryFile() as stderr:
            process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=stderr,
                                       pipesize=PIPE_BYTES)
            try:
                yield from self._read(process.stdout)
                code = process.wait()
            except pa.ArrowInvalid:  # Cut off: the exit code says why.
                code = process.wait() or 1
            finally:  # Also where the consumer has had enough.
                process.stdout.close()
                process.terminate()
                process.wait()
            stderr.seek(0)
            said = stderr.read().decode(errors="replace")[-STDERR_TAIL:]
        if code != 0:
            raise MuddleError(code, said)
        sys.stderr.write(said)

    def _read(self, pipe) -> Iterator[dict[str, np.ndarray] | pa.RecordBatch]:
        for batch, metadata in pa.ipc.open_stream(pipe).iter_batches_with_custom_metadata():
            if metadata is not None:  # Where documents can be skipped, which is faster than skipping records.
                position = json.loads(metadata["muddle"])
                self._documents, self._records = position["skip_documents"], position["skip"]
            if self.batches:
                self._records += batch.num_rows
                yield batch
                continue
            columns = {name: rows(column) for name, column in zip(batch.schema.names, batch.columns)}
            for at in range(batch.num_rows):
                self._records += 1
                yield {name: column[at] for name, column in columns.items()}


def rows(column: pa.Array) -> list:
    """A column by row: lists of numbers as parts of one array, anything else as Python has it."""
    if not (pa.types.is_list(column.type) and pa.types.is_integer(column.type.value_type)):
        return column.to_pylist()
    offsets = column.offsets.to_numpy()
    values = column.values.to_numpy()[: offsets[-1]].astype(np.int64)
    return [values[start:end] for start, end in zip(offsets, offsets[1:])]


def collate(records: Sequence[dict[str, np.ndarray]]) -> dict[str, np.ndarray | list]:
    """A batch, as `DataLoader(…, collate_fn=collate)` makes it of `--pack best-fit --pad max`: one array a column, and a
    list where rows differ in length, as `seq_lens` do."""
    columns = {name: [record[name] for record in records] for name in records[0]}
    same = {name for name in columns.keys() - LENS if len({np.shape(row) for row in columns[name]}) == 1}
    return {name: np.stack(column) if name in same else column for name, column in columns.items()}


def segments(seq_lens: np.ndarray, width: int) -> np.ndarray:
    """Of a record of `--pack best-fit`: the number of the window that each id belongs to, -1 for padding.

    Ids attend to each other where these are equal: `segments[:, None] == segments[None, :]`.
    """
    found = np.full(width, -1)
    found[: seq_lens.sum()] = np.repeat(np.arange(len(seq_lens)), seq_lens)
    return found

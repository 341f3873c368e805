"""Holds the loader against what the command writes.

    pip install pyarrow numpy        # and datasets; torch and transformers to train
    cargo build && python examples/python/test_muddle_stream.py

MUDDLE names another binary. Tests whose packages are not there are skipped and counted as such. Nothing is fetched: the
tokenizers and texts are fixtures.
"""

import importlib.util
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import unittest
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from unittest import mock

import numpy as np
import pyarrow as pa

import muddle_stream
from muddle_stream import MuddleDataset, MuddleError, collate, rows, segments

ROOT = Path(__file__).resolve().parent.parent.parent
MUDDLE = os.environ.get("MUDDLE", ROOT / "target/debug/muddle")
BART, BERT = ROOT / "fixtures/tokenizers/bytelevel.json", ROOT / "fixtures/tokenizers/wordpiece.json"
TEXT = ROOT / "fixtures/texts/english.txt"
RECIPES = ["--preset bart --max-length 64", "--preset bart --max-length 64 --pack best-fit", "-n mask --window 1",
           "--preset bart --pad longest --batch-size 4 --max-length 64", "-n none --pack stream --max-length 32",
           "-n mask --window 1 --shuffle 5"]


def has(*packages):
    return all(importlib.util.find_spec(package) for package in packages)


def dataset(recipe="-n mask --window 1", paths=(TEXT,), **more):
    return MuddleDataset(paths, BART, recipe, command=MUDDLE, **more)


def written(recipe, *more):
    """The records that the command writes as JSONL."""
    command = [MUDDLE, "corrupt", "-q", "-t", BART, *recipe.split(), *more, TEXT]
    run = subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def large(folder):
    """A text of which no process is done before somebody reads."""
    path = Path(folder) / "large.txt"
    path.write_text(TEXT.read_text() * 5000)
    return path


def plain(records):
    return [{name: np.asarray(column).tolist() for name, column in record.items()} for record in records]


class Streaming(unittest.TestCase):
    def test_records_are_those_of_the_command(self):
        for recipe in RECIPES:
            with self.subTest(recipe):
                found, expected = plain(dataset(recipe)), written(recipe)
                self.assertGreater(len(expected), 10)
                self.assertEqual(found, expected)

    def test_batches_hold_the_same(self):
        batches = list(dataset(batches=True))
        self.assertIsInstance(batches[0], pa.RecordBatch)
        self.assertEqual(sum((batch.to_pylist() for batch in batches), []), written("-n mask --window 1"))

    def test_epochs_and_seeds_draw_anew(self):
        recipe = "-n mask --window 1"
        self.assertEqual(plain(dataset(epoch=1, seed=2)), written(recipe, "--epoch", "1", "--seed", "2"))
        again = dataset()
        first = plain(again)
        self.assertEqual(plain(again), first)
        again.set_epoch(1)
        self.assertEqual(plain(again), written(recipe, "--epoch", "1"))

    def test_rows_of_a_sliced_column_are_its_own(self):
        column = pa.array([[1], [2, 3], [], [4, 5, 6]], pa.list_(pa.int32()))
        self.assertEqual([row.tolist() for row in rows(column[1:])], [[2, 3], [], [4, 5, 6]])
        self.assertEqual(rows(pa.array(["a", "b"])), ["a", "b"])

    def test_options_that_the_loader_settles_are_refused(self):
        for option in ["--seed 7", "--epoch=2", "--shard 0/2:documents", "--skip 3", "--skip-documents 3", "--limit 10"]:
            with self.assertRaisesRegex(ValueError, f"recipe: {option.split('=')[0].split()[0]} is settled"):
                dataset(f"-n mask {option}")

    def test_packed_records_of_one_width_are_batched(self):
        records = list(dataset("--preset bart --max-length 64 --pack best-fit --pad max"))[:4]
        batch = collate(records)
        self.assertEqual(batch["input_ids"].shape, (4, 64))
        self.assertEqual([len(lens) for lens in batch["seq_lens"]], [len(record["seq_lens"]) for record in records])

    def test_segments_tell_windows_apart(self):
        self.assertEqual(segments(np.array([2, 3]), 7).tolist(), [0, 0, 1, 1, 1, -1, -1])


class Shares(unittest.TestCase):
    def test_any_number_of_ranks_and_workers_together_see_every_record(self):
        # By the bytes of its first sentence each record is one of its own.
        expected = sorted(map(json.dumps, written("--preset bart --max-length 64")))
        for world, workers in [(1, 1), (2, 1), (1, 2), (2, 4), (8, 1)]:
            found = []
            for rank in range(world):
                for worker in range(workers):
                    info = mock.Mock(id=worker, num_workers=workers)
                    with mock.patch.object(muddle_stream, "get_worker_info", lambda info=info: info):
                        found += plain(dataset("--preset bart --max-length 64", rank=rank, world=world))
            self.assertEqual(sorted(map(json.dumps, found)), expected, (world, workers))

    def test_inputs_can_be_shared_out(self):
        paths = [TEXT.parent / name for name in ("english.txt", "german.txt", "french.txt")]
        whole = plain(dataset(paths=paths))
        parts = [plain(dataset(paths=paths, share="inputs", rank=rank, world=3)) for rank in range(3)]
        self.assertTrue(all(parts))
        self.assertEqual(sorted(map(json.dumps, sum(parts, []))), sorted(map(json.dumps, whole)))
        with self.assertRaisesRegex(MuddleError, "exit code 2: .*fewer inputs than parts"):
            list(dataset(paths=paths, share="inputs", rank=1, world=4))


class Resuming(unittest.TestCase):
    def test_what_was_saved_at_any_record_goes_on_there(self):
        draw = random.Random(1)
        for recipe in RECIPES:
            whole = plain(dataset(recipe, epoch=3))
            for stop in draw.sample(range(1, len(whole) + 1), 3):
                with self.subTest(recipe, stop=stop):
                    first = dataset(recipe)
                    first.set_epoch(3)
                    stream = iter(first)
                    seen = plain(next(stream) for _ in range(stop))
                    state = json.loads(json.dumps(first.state_dict()))
                    stream.close()
                    self.assertEqual(state["epoch"], 3)
                    second = dataset(recipe)
                    second.load_state_dict(state)
                    self.assertEqual(second.state_dict(), state)
                    with redirect_stderr(StringIO()):  # Where nothing is left, muddle says so.
                        self.assertEqual(seen + plain(second), whole)
                    # The iteration after that is a whole one.
                    self.assertEqual(plain(second), whole)


    def test_documents_are_skipped_where_records_do_not_depend_on_others(self):
        with tempfile.TemporaryDirectory() as folder:
            paths = [large(folder)]
            recipes = [("-n mask", True), ("-n mask --shuffle 9", True), ("-n mask --pad longest", False)]
            for recipe, by_documents in recipes:
                with self.subTest(recipe):
                    first = dataset(recipe, paths=paths)
                    stream = iter(first)
                    plain(next(stream) for _ in range(3000))
                    state = first.state_dict()
                    expected = plain(next(stream) for _ in range(50))
                    stream.close()
                    self.assertEqual(state["skip_documents"] > 500, by_documents, state)
                    second = dataset(recipe, paths=paths)
                    second.load_state_dict(state)
                    stream = iter(second)
                    self.assertEqual(plain(next(stream) for _ in range(50)), expected)
                    stream.close()


    @unittest.skipUnless(has("torch", "torchdata"), "needs torch and torchdata")
    def test_workers_of_a_stateful_loader_go_on_where_they_were(self):
        from torchdata.stateful_dataloader import StatefulDataLoader

        for workers in (0, 2):
            def loader():
                records = dataset("-n mask --pad max --max-length 32 --pack sentence")
                return StatefulDataLoader(records, batch_size=4, num_workers=workers)

            with self.subTest(workers=workers):
                first = loader()
                batches = iter(first)
                for _ in range(5):
                    next(batches)
                state = first.state_dict()
                expected = [batch["input_ids"].tolist() for batch in batches]
                second = loader()
                second.load_state_dict(state)
                self.assertGreater(len(expected), 5)
                self.assertEqual([batch["input_ids"].tolist() for batch in second], expected)


class Failing(unittest.TestCase):
    def started(self, folder):
        """An iterator that has given out a record, and the process that it comes from."""
        processes, popen = [], subprocess.Popen
        with mock.patch("subprocess.Popen", lambda *a, **m: processes.append(popen(*a, **m)) or processes[-1]):
            stream = iter(dataset(paths=[large(folder)]))
            next(stream)
        return stream, processes[0]

    def test_closing_early_is_quiet_and_leaves_no_process(self):
        with tempfile.TemporaryDirectory() as folder, redirect_stderr(StringIO()) as said:
            stream, process = self.started(folder)
            self.assertIsNone(process.poll())
            stream.close()
        self.assertIsNotNone(process.returncode)
        self.assertEqual(said.getvalue(), "")

    def test_errors_are_raised_with_what_was_said(self):
        with self.assertRaisesRegex(MuddleError, "exit code 1: error: nowhere.txt") as raised:
            list(dataset(paths=["nowhere.txt"]))
        self.assertEqual(raised.exception.code, 1)
        with self.assertRaisesRegex(MuddleError, "exit code 2: .*maks"):
            list(dataset("-n maks"))

    def test_a_fault_in_the_middle_is_raised_behind_the_records_before_it(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "broken.jsonl"
            line = json.dumps({"text": "It rains. " * 50}) + "\n"
            path.write_text(line * 20_000 + "{\n" + line)
            stream = iter(dataset("-n mask --max-length 32", paths=[path]))
            seen = 0
            with self.assertRaisesRegex(MuddleError, "broken.jsonl:20001"):
                for _ in stream:
                    seen += 1
            self.assertGreater(seen, 0)

    def test_a_killed_process_is_an_error(self):
        with tempfile.TemporaryDirectory() as folder:
            stream, process = self.started(folder)
            process.kill()
            with self.assertRaisesRegex(MuddleError, "exit code -9"):
                list(stream)

    def test_a_killed_consumer_ends_the_process(self):
        script = f"""if True:
            import subprocess, sys, time
            sys.path.insert(0, {str(Path(__file__).parent)!r})
            import muddle_stream
            class Told(subprocess.Popen):
                def __init__(self, *arguments, **more):
                    super().__init__(*arguments, **more)
                    print(self.pid, flush=True)
            subprocess.Popen = Told
            stream = iter(muddle_stream.MuddleDataset(sys.argv[1:], {str(BART)!r}, "-n mask", command={str(MUDDLE)!r}))
            next(stream)
            print("reads", flush=True)
            time.sleep(60)"""
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-c", script, large(folder)]
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as consumer:
                producer = Path("/proc") / consumer.stdout.readline().strip()
                self.assertEqual(consumer.stdout.readline(), "reads\n")
                self.assertTrue(producer.exists())
                consumer.kill()
            for _ in range(600):
                if not producer.exists() or (producer / "stat").read_text().split()[2] == "Z":
                    return
                time.sleep(0.05)
        self.fail("muddle goes on without a reader")


@unittest.skipUnless(has("datasets"), "datasets is not installed")
class Files(unittest.TestCase):
    def test_load_dataset_reads_what_is_written(self):
        import datasets
        datasets.disable_progress_bars()
        recipe = "--preset bart --max-length 64 --pack best-fit"
        with tempfile.TemporaryDirectory() as folder:
            for kind, name in [("json", "records.jsonl"), ("json", "records.jsonl.gz"), ("arrow", "records.arrow")]:
                written(recipe, "-o", str(Path(folder) / name))
                loaded = datasets.load_dataset(kind, data_files=str(Path(folder) / name), split="train",
                                               cache_dir=str(Path(folder) / "cache"))
                self.assertEqual(loaded.to_list(), written(recipe), name)


@unittest.skipUnless(has("torch", "transformers"), "torch and transformers are not installed")
class Training(unittest.TestCase):
    """Tiny models with random weights, on the processor: their loss falls, so what they are given can be learned."""

    def losses(self, model, records, steps, arguments=lambda batch: batch):
        import torch
        torch.manual_seed(0)
        optimizer, found = torch.optim.AdamW(model.parameters(), lr=3e-3), []
        for epoch in range(10_000):
            records.set_epoch(epoch)
            for batch in torch.utils.data.DataLoader(records, batch_size=16, num_workers=2 * (epoch == 0)):
                loss = model(**arguments(batch)).loss
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                found.append(loss.item())
                if len(found) == steps:
                    return found

    def falls(self, losses):
        first, last = np.mean(losses[:5]), np.mean(losses[-5:])
        print(f"{self.id()}: loss {first:.2f}, after {len(losses)} steps {last:.2f}", file=sys.stderr)
        self.assertLess(last, 0.8 * first)

    def bert(self):
        import torch
        from transformers import BertConfig, BertForMaskedLM
        torch.manual_seed(0)
        return BertForMaskedLM(BertConfig(vocab_size=2000, hidden_size=64, num_hidden_layers=2, num_attention_heads=2,
                                          intermediate_size=128, max_position_embeddings=512))

    def test_a_tiny_bert_learns(self):
        records = MuddleDataset([TEXT], BERT, "--preset bert --max-length 64 --pad max", command=MUDDLE)
        self.falls(self.losses(self.bert(), records, 80))

    def test_a_tiny_bart_learns(self):
        from transformers import BartConfig, BartForConditionalGeneration
        size = {"d_model": 64, "encoder_layers": 1, "decoder_layers": 1, "encoder_attention_heads": 2,
                "decoder_attention_heads": 2, "encoder_ffn_dim": 128, "decoder_ffn_dim": 128}
        model = BartForConditionalGeneration(BartConfig(vocab_size=2000, max_position_embeddings=128, **size))
        self.falls(self.losses(model, dataset("--preset bart --max-length 64 --pad max"), 80))

    def test_the_readme_trains(self):
        block = (ROOT / "README.md").read_text().split("```python\n")[1].split("```")[0]
        path = f"{Path(MUDDLE).parent}:{os.environ['PATH']}"
        model, here = self.bert(), os.getcwd()
        os.chdir(ROOT)
        try:
            with mock.patch.dict(os.environ, PATH=path):
                said = {"model": model}
                exec(block, said)
        finally:
            os.chdir(here)
        self.assertGreater(said["loss"].item(), 0)

    def packed(self, records):
        """Records of `--pack best-fit` in a batch: ids attend to those of their window, whose positions begin at 0."""
        import torch
        ids, labels = (torch.tensor(np.stack([record[name] for record in records])) for name in ("input_ids", "labels"))
        parts = torch.tensor(np.stack([segments(record["seq_lens"], ids.shape[1]) for record in records]))
        together = (parts[:, :, None] == parts[:, None, :])[:, None]
        lengths = [row.unique_consecutive(return_counts=True)[1] for row in parts]
        positions = torch.stack([torch.cat([torch.arange(length) for length in row]) for row in lengths])
        return {"input_ids": ids, "labels": labels, "attention_mask": together, "position_ids": positions}

    def test_a_tiny_bert_learns_from_packed_windows_as_from_single_ones(self):
        import torch
        recipe = "-n mask --documents line --max-length {} --pad max --pack {}"
        paths = [ROOT / "fixtures/texts/lines.txt", ROOT / "fixtures/texts/english.txt"]
        records = MuddleDataset(paths, BERT, recipe.format(128, "best-fit"), command=MUDDLE)
        model, record = self.bert(), next(iter(records))
        self.assertGreater(len(record["seq_lens"]), 1)
        model.eval()
        together = model(**self.packed([record])).logits[0]
        ends = np.cumsum(record["seq_lens"])
        for start, end in zip(ends - record["seq_lens"], ends):
            alone = model(input_ids=torch.tensor(record["input_ids"][None, start:end])).logits[0]
            self.assertLess((together[start:end] - alone).abs().max().item(), 1e-4)
        model.train()
        losses, optimizer = [], torch.optim.AdamW(model.parameters(), lr=3e-3)
        for epoch in range(25):
            records.set_epoch(epoch)
            stream = torch.utils.data.DataLoader(records, batch_size=4, collate_fn=self.packed, drop_last=True)
            for batch in stream:
                losses.append(model(**batch).loss)
                optimizer.zero_grad()
                losses[-1].backward()
                optimizer.step()
        self.falls([loss.item() for loss in losses])


if __name__ == "__main__":
    unittest.main()

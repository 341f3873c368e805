#!/usr/bin/env python3
"""Runs muddle on damaged tokenizer files and counts how each run ends.

    tests/hostile.py [--count 10000] [--seed 0] [--jobs 2] [--keep FOLDER] MUDDLE TOKENIZER...

Every run is a process of its own with 4 GB of address space and 10 seconds of processor time. Allowed is an exit of 0, or
one of 1 with one line that begins with "error: ". Everything else is a fault: it is printed, and with --keep its file is
kept. Ends with "N passed, N failed". Needs Linux.
"""

import argparse
import base64
import collections
import concurrent.futures
import copy
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import threading

TEXT = (
    "Dr. Smith's naïve 2nd probe, 測試 – проба…\n\tdone 🙂 <mask> </s> [SEP]  a  b\n\n"
    + "word " * 300 + "\n\n" + "x" * 20_000 + "\n\n" + "é" * 5_000 + " \u0301\u0301 \0 \x01 \u200b ﬁ Ⅷ 한글 ไทย\n"
)
MEMORY = 4 << 30
SECONDS = 10

NUMBERS = [0, 1, -1, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**63, 2**64 - 1, 2**64, -(2**63), 1e308, -0.0, 0.5, 1e-300, 10**40]
STRINGS = ["", " ", "\0", "a", "▁", "##", "Ġ", "\ud7ff", "\U0010ffff", "[UNK]", "x" * 100_000, "▁" * 10_000, "BPE", "e\u0301" * 500]
PATTERNS = [
    "", "(", "(a*)*$", "(a|a)*b", "(x+x+)+y", "(?=(x+))\\1y", "(?:(?=a){1000}){1000}", "((a{1000}){1000}){1000}",
    "(?:(?:(?=x)?){1000}){1000}", "[\\s\\S]{0,100000}", "\\p{L}{10000}", "(?<=a{1000})b", "\\G", "$", "^", "\\b", "(?!)",
    "(?:" * 200 + "a" + ")" * 200, "(" * 5000, "[" * 5000, "a{99999999999}", "(?i)" + "\\w" * 3000, "\\1", "(?P<a>x)(?P<a>y)",
    "(?:(?:(?:(?:(?=.)){999}){999}){999}){999}", "x*", "x*?", "(?>x+)x", ".*", "(?s).*", "|" * 10000, "(?:x|xx|xxx)+$",
]
GROWTH = [
    {"type": "Sequence", "normalizers": [{"type": "Replace", "pattern": {"String": "a"}, "content": "aa"}] * 60},
    {"type": "Sequence", "normalizers": [{"type": "Replace", "pattern": {"Regex": "."}, "content": "bcdefghij" * 50}] * 8},
    {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁" * 100_000}] * 60},
    {"type": "Replace", "pattern": {"String": ""}, "content": "x" * 100_000},
    {"type": "Replace", "pattern": {"String": "x"}, "content": "y" * 1_000_000},
    {"type": "Sequence", "normalizers": [{"type": "ByteLevel"}] * 60},
    {"normalizers": [{"pattern": {"String": "a"}, "content": "aa"}] * 60},
]


def charsmap(rng, bases):
    kind = rng.randrange(6)
    found = [b["normalizer"] for b in bases if "Precompiled" in json.dumps(b.get("normalizer"))[:400]]
    good = None
    for normalizer in found:
        for member in normalizer.get("normalizers", [normalizer]):
            good = member.get("precompiled_charsmap", good)
    raw = bytearray(base64.b64decode(good)) if good and kind < 4 else bytearray(rng.randbytes(rng.randrange(0, 60)))
    for _ in range(rng.choice([1, 4, 50])):
        if raw and kind < 3:
            raw[rng.randrange(len(raw))] = rng.choice([0, 255, rng.randrange(256)])
    if kind == 3:
        raw = raw[: rng.randrange(len(raw) + 1)]
    if kind == 4:
        size = rng.choice([0, 4, 8, 2**31, 2**32 - 4, 2**32 - 1, 3])
        raw = bytearray(size.to_bytes(4, "little")) + raw
    text = base64.b64encode(bytes(raw)).decode()
    if kind == 5:
        text = rng.choice([text[:-1], text + "=", "!" * 40, "", "AAAA", "////////", "gICAgA==", text + "\n"])
    normalizer = {"type": "Precompiled", "precompiled_charsmap": text}
    if rng.random() < 0.3:
        del normalizer["type"]
    if rng.random() < 0.3:
        normalizer = {"type": "Sequence", "normalizers": [normalizer] * rng.choice([1, 3])}
        if rng.random() < 0.3:
            del normalizer["type"]
    return normalizer


def nested(depth, inside, key):
    for _ in range(depth):
        inside = {"type": "Sequence", key: [inside]}
    return inside


def component(rng, file, bases):
    """Puts a part into the file that is made to hurt."""
    pattern = {rng.choice(["Regex", "Regex", "String"]): rng.choice(PATTERNS)}
    behavior = rng.choice(["Isolated", "Removed", "MergedWithPrevious", "MergedWithNext", "Contiguous", "Odd"])
    kind = rng.randrange(14)
    if kind == 0:
        file["normalizer"] = {"type": "Replace", "pattern": pattern, "content": rng.choice(["", "z", "xyz" * 100])}
    elif kind == 1:
        file["pre_tokenizer"] = {"type": "Split", "pattern": pattern, "behavior": behavior, "invert": rng.random() < 0.5}
    elif kind == 2:
        file["normalizer"] = charsmap(rng, bases)
    elif kind == 3:
        file["normalizer"] = copy.deepcopy(rng.choice(GROWTH))
    elif kind == 4:
        length = rng.choice(NUMBERS)
        file["pre_tokenizer"] = rng.choice([
            {"type": "FixedLength", "length": length}, {"type": "CharDelimiterSplit", "delimiter": rng.choice(STRINGS[:8])},
            {"type": "Metaspace", "replacement": rng.choice(STRINGS[:8]), "prepend_scheme": rng.choice(["always", "first", "odd"])},
            {"type": "Digits", "individual_digits": True}, {"type": "UnicodeScripts"}, {"type": "Punctuation", "behavior": behavior},
            {"type": "Whitespace"}, {"type": "BertPreTokenizer"}, {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": 3},
        ])
    elif kind == 5:
        depth = rng.choice([5, 60, 126, 2000])
        file["normalizer"] = nested(depth, {"type": "NFC"}, "normalizers")
    elif kind == 6:
        depth = rng.choice([5, 60, 126, 2000])
        file["pre_tokenizer"] = nested(depth, {"type": "Whitespace"}, "pretokenizers")
    elif kind == 7:
        content = rng.choice(STRINGS)
        count = rng.choice([1, 3, 5000])
        flags = {f: rng.random() < 0.5 for f in ["single_word", "lstrip", "rstrip", "normalized", "special"]}
        start = rng.choice([0, 5, 2000, 2**31, 2**32 - 1, -1])
        tokens = [{"id": start + i, "content": content + ("" if i == 0 else str(i)), **flags} for i in range(count)]
        file["added_tokens"] = tokens if rng.random() < 0.5 else list(file.get("added_tokens") or []) + tokens
    elif kind == 8:
        ids = [rng.choice(NUMBERS[:8]) for _ in range(rng.choice([0, 1, 3, 10_000]))]
        file["post_processor"] = {
            "type": "TemplateProcessing",
            "single": [{"SpecialToken": {"id": "X", "type_id": 0}}] * rng.choice([0, 1, 1000]) + [{"Sequence": {"id": "A", "type_id": 0}}] * rng.choice([0, 1, 2]),
            "pair": [], "special_tokens": {"X": {"id": "X", "ids": ids, "tokens": ["X"] * len(ids)}},
        }
    elif kind == 9:
        file["model"]["max_input_chars_per_word"] = rng.choice(NUMBERS)
        file["model"]["continuing_subword_prefix"] = rng.choice(STRINGS)
    elif kind == 10:
        for key in ["byte_fallback", "fuse_unk", "ignore_merges"]:
            file["model"][key] = rng.random() < 0.5
        file["model"]["unk_token"] = rng.choice([None, "<unk>", "nope", ""])
        file["model"]["unk_id"] = rng.choice([None, 0, 5, 10**6, 2**32 + 1, -1])
        file["model"]["end_of_word_suffix"] = rng.choice([None, "", "</w>", "x" * 1000])
    elif kind == 11:
        file["model"]["type"] = rng.choice(["BPE", "Unigram", "WordPiece", "WordLevel", "Odd", None])
    elif kind == 12:
        file["decoder"] = rng.choice([
            {"type": "Replace", "pattern": pattern, "content": "z" * 1000}, {"type": "Strip", "content": "x", "start": 2**63, "stop": -1},
            {"type": "CTC", "pad_token": "", "word_delimiter_token": "", "cleanup": True}, nested(100, {"type": "Fuse"}, "decoders"),
        ])
    else:
        other = rng.choice(bases)
        part = rng.choice(["model", "normalizer", "pre_tokenizer", "post_processor", "decoder", "added_tokens"])
        file[part] = copy.deepcopy(other.get(part))


def damage_vocabulary(rng, file):
    """Makes vocabulary and merges disagree."""
    vocab, merges = file["model"].get("vocab"), file["model"].get("merges")
    for _ in range(rng.choice([1, 5, 100])):
        kind = rng.randrange(9)
        if isinstance(vocab, dict) and vocab and kind < 5:
            key = rng.choice(list(vocab)) if len(vocab) < 3000 else next(iter(vocab))
            if kind == 0:
                del vocab[key]
            elif kind == 1:
                vocab[key] = rng.choice(NUMBERS)
            elif kind == 2:
                vocab[key] = rng.randrange(len(vocab) * 4)
            elif kind == 3:
                vocab[rng.choice(STRINGS)] = rng.randrange(len(vocab) * 2)
            else:
                vocab[key + "y"] = vocab.pop(key)
        elif isinstance(vocab, list) and vocab and kind < 5:
            at = rng.randrange(len(vocab))
            vocab[at] = [
                [rng.choice(STRINGS), -1.0], ["a", rng.choice(NUMBERS)], [], ["a"], [1, 2], None, ["", 0.0], vocab[at - 1], ["a", 1, 2],
            ][rng.randrange(9)]
        elif isinstance(merges, list) and merges:
            at = rng.randrange(len(merges))
            if kind == 5:
                merges[at] = rng.choice(["a b", "a", "", ["a", "b"], ["a"], ["a", "b", "c"], None, ["", ""], ["", "a"], 3, "a b c"])
            elif kind == 6:
                del merges[at]
            elif kind == 7:
                merges.insert(at, merges[rng.randrange(len(merges))])
            else:
                merges[at], merges[0] = merges[0], merges[at]
        if rng.random() < 0.02 and isinstance(vocab, dict):
            file["model"]["vocab"] = rng.choice([{}, [], None, {"a": 0}])


def places(node, depth=0):
    """Every (parent, key) but for most of the vocabulary."""
    keys = list(node) if isinstance(node, dict) else list(range(len(node)))
    if len(keys) > 40:
        keys = random.Random(len(keys)).sample(keys, 8)
    for key in keys:
        yield node, key
        if isinstance(node[key], (dict, list)) and depth < 6:
            yield from places(node[key], depth + 1)


def damage_structure(rng, file):
    """Removes, swaps and replaces values anywhere."""
    for _ in range(rng.choice([1, 1, 2, 5])):
        found = list(places(file))
        if not found:
            return
        parent, key = rng.choice(found)
        kind = rng.randrange(8)
        if kind == 0:
            del parent[key]
        elif kind == 1:
            other, at = rng.choice(found)
            try:
                parent[key] = copy.deepcopy(other[at])
            except (KeyError, IndexError):
                pass
        elif kind == 2:
            parent[key] = rng.choice(NUMBERS)
        elif kind == 3:
            parent[key] = rng.choice(STRINGS)
        elif kind == 4:
            parent[key] = rng.choice([None, True, False, [], {}, [[]], [None], {"type": "Sequence"}])
        elif kind == 5:
            deep = parent[key]
            for _ in range(rng.choice([3, 100])):
                deep = [deep]
            parent[key] = deep
        elif kind == 6 and isinstance(parent, dict):
            parent[rng.choice(["type", "Type", "", "vocab", key + "_"])] = parent[key]
        elif isinstance(parent[key], str):
            parent[key] = parent[key] * rng.choice([2, 1000])


def damage_bytes(rng, data):
    data = bytearray(data)
    kind = rng.randrange(7)
    if kind == 0:
        for _ in range(rng.choice([1, 8, 200])):
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    elif kind == 1:
        del data[rng.randrange(len(data)) :]
    elif kind == 2:
        start = rng.randrange(len(data))
        del data[start : start + rng.choice([1, 10, 1000])]
    elif kind == 3:
        start, to = rng.randrange(len(data)), rng.randrange(len(data))
        data[to:to] = data[start : start + rng.choice([1, 10, 1000])]
    elif kind == 4:
        at = rng.randrange(len(data))
        data[at:at] = rng.choice([b"[" * 100_000, b'{"a":' * 100_000, b"\xff", b"\0", b"9" * 400, b"-", b"\\ud800", b'"'])
    elif kind == 5:
        at = data.find(b'"', rng.randrange(min(len(data), 3000)))
        data[at:at] = b'"model":{"type":"BPE","vocab":{},"merges":[]},'
    else:
        data = bytearray(rng.choice([b"", b"null", b"[]", b"{}", b'"x"', b"1e999", b"\xef\xbb\xbf" + bytes(data), b"\xff\xfe" + bytes(data)]))
    return bytes(data)


def mutation(seed, index, bases):
    rng = random.Random(f"{seed}/{index}")
    kind = rng.choice(["bytes", "structure", "vocabulary", "component", "component"])
    data, parsed = rng.choice(bases)
    if kind == "bytes":
        return kind, damage_bytes(rng, data)
    file = json.loads(data)
    if kind == "structure":
        damage_structure(rng, file)
    elif kind == "vocabulary":
        damage_vocabulary(rng, file)
    else:
        component(rng, file, [parsed for _, parsed in bases])
        if rng.random() < 0.3:
            component(rng, file, [parsed for _, parsed in bases])
    sys.setrecursionlimit(20_000)
    return kind, json.dumps(file, ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass")


def limits():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run(muddle, tokenizer, text):
    """How a run ends, its seconds, and its peak memory in MB, which is never less than that of this script."""
    arguments = [muddle, "corrupt", "-t", tokenizer, "-n", "delete", "-q", "-j1", "--max-length", "4096", text]
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said, preexec_fn=limits)
        stuck = threading.Timer(90, child.kill)
        stuck.start()
        _, status, used = os.wait4(child.pid, 0)
        stuck.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        stderr = said.read().decode("utf-8", "replace")
    seconds, memory = used.ru_utime + used.ru_stime, used.ru_maxrss // 1024
    code, lines = child.returncode, stderr.splitlines()
    if code < 0 or code > 128 and seconds > SECONDS - 1:
        outcome = f"fault: ended by signal {-code}, {seconds:.0f} s, {memory} MB: {stderr[:200]}"
    elif code == 0 and not stderr:
        outcome = "ok"
    elif code == 0 and all(line.startswith("warning: ") for line in lines):
        outcome = "ok, warned"
    elif code == 1 and len(lines) == 1 and stderr.startswith("error: ") and len(stderr) < 4000:
        outcome = "refused after a panic that was caught" if "panicked" in stderr else "refused"
    elif code == 2 and len(lines) == 1 and "--max-length" in stderr:
        outcome = "refused"
    else:
        outcome = f"fault: exit {code}, {len(stderr)} bytes: {stderr[:200]}"
    return outcome, seconds, memory


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep")
    parser.add_argument("muddle")
    parser.add_argument("tokenizers", nargs="+")
    args = parser.parse_args()
    bases = []
    for path in args.tokenizers:
        with open(path, "rb") as file:
            data = file.read()
        # Small files come oftener: their runs are quicker.
        bases += [(data, json.loads(data))] * (1 if len(data) > 200_000 else 6)
    counts, slowest, failed = collections.Counter(), (0, ""), 0
    with tempfile.TemporaryDirectory() as folder:
        text = os.path.join(folder, "text.txt")
        with open(text, "w") as file:
            file.write(TEXT)

        def one(index):
            kind, data = mutation(args.seed, index, bases)
            path = os.path.join(folder, f"{index}.json")
            with open(path, "wb") as file:
                file.write(data)
            result = run(args.muddle, path, text)
            if result[0].startswith("fault") and args.keep:
                os.replace(path, os.path.join(args.keep, f"{index}.json"))
            else:
                os.remove(path)
            return index, kind, *result

        with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
            for index, kind, outcome, seconds, memory in pool.map(one, range(args.first, args.first + args.count)):
                if outcome.startswith("fault"):
                    failed += 1
                    print(f"{index} ({kind}): {outcome}", flush=True)
                    outcome = "fault"
                counts[outcome] += 1
                counts[f"of {kind}"] += 1
                slowest = max(slowest, (seconds, index))
    for outcome, count in sorted(counts.items()):
        print(f"{count:6} {outcome}")
    print(f"slowest {slowest[0]:.1f} s ({slowest[1]})")
    print(f"{args.count - failed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())

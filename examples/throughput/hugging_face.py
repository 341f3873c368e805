"""What a pipeline of transformers takes from text to windows: seconds of processor time, loading apart.

The benchmark starts it: a tokenizer file, a text of one document a line, and which special tokens to mask with, where the
collator is to mask (BERT); transformers has none that hides spans, so elsewhere this ends with windows of ids.
"""

import sys
import time

from transformers import DataCollatorForLanguageModeling, PreTrainedTokenizerFast

DOCUMENTS, WINDOW, BATCH = 1000, 510, 64

path, text, *names = sys.argv[1:]
special = dict(zip(["mask_token", "pad_token", "cls_token", "sep_token"], names))
tokenizer = PreTrainedTokenizerFast(tokenizer_file=path, **special)
collate = DataCollatorForLanguageModeling(tokenizer, return_tensors="np") if names else len
around = ([tokenizer.cls_token_id], [tokenizer.sep_token_id]) if names else ([], [])
documents = open(text, encoding="utf-8").read().split("\n")

started = time.process_time()
for at in range(0, len(documents), DOCUMENTS):
    windows = []
    for ids in tokenizer(documents[at:at + DOCUMENTS], add_special_tokens=False)["input_ids"]:
        cut = range(0, len(ids), WINDOW)
        windows += [{"input_ids": around[0] + ids[begin:begin + WINDOW] + around[1]} for begin in cut]
    for begin in range(0, len(windows), BATCH):
        collate(windows[begin:begin + BATCH])
print(time.process_time() - started)

"""Writes clip-tokenizer.json: what transformers' AutoTokenizer makes of texts with a vocabulary of ours.

node --conditions=@megapairs/source train-clip-tokenizer.ts FOLDER
python make_clip_tokenizer.py FOLDER   (transformers 5.23)
"""

import json
import sys
from pathlib import Path

from transformers import AutoTokenizer, CLIPTokenizerFast

TEXTS = [
    "", " ", "a", "A", "a red square", "A RED SQUARE on a green background.", "it's  a\tdog's tail, isn't it?",
    "three blue circles left of a striped star", "zebra", "unseen words: quixotic, jabberwocky", "naïve café", "cafe\u0301",
    "日本語の写真", "Привет, мир!", "ελληνικά ΣΑΣ", "🙂 👍🏽", "10 of 25 (100%)", "<|endoftext|>", "x" * 200, "red " * 100,
]

folder = Path(sys.argv[1])
tokenizer = AutoTokenizer.from_pretrained(folder)
fast = CLIPTokenizerFast.from_pretrained(folder)
ids = [tokenizer(t, truncation=True)["input_ids"] for t in TEXTS]
assert ids == [fast(t, truncation=True)["input_ids"] for t in TEXTS]
facts = {"pad": tokenizer.pad_token_id, "bos": tokenizer.bos_token_id, "eos": tokenizer.eos_token_id, "size": len(tokenizer)}
out = Path(__file__).parent / "clip-tokenizer.json"
corpus = json.loads((folder / "texts.json").read_text())
out.write_text(json.dumps({"corpus": corpus, **facts, "texts": TEXTS, "ids": ids}, indent=1) + "\n")

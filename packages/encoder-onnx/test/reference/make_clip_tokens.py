"""Writes clip-tokens.json: what transformers' CLIPTokenizer makes of some 200 texts with OpenAI's vocabulary.

python make_clip_tokens.py bpe_simple_vocab_16e6.txt.gz   (transformers 5.23)
"""

import gzip
import json
import random
import sys
from pathlib import Path

from transformers import CLIPTokenizer
from transformers.convert_slow_tokenizer import bytes_to_unicode

HAND = [
    "", " ", "\n\t ", "a", "A", "a photo of a cat", "A PHOTO OF A CAT", "it's", "they're we've I'm you'll he'd don't",
    "ITS' 'S ' s", "rock'n'roll", "naïve café", "cafe\u0301", "ﬁancée Ångström", "ÆØÅ æøå ß ẞ", "İstanbul I ı i̇",
    "日本語の写真", "一张红色的方块照片", "한국어 문장입니다", "Привет, мир!", "ελληνικά σίγμας ΣΑΣ", "שלום עולם", "مرحبا بالعالم",
    "हिन्दी में वाक्य", "ภาษาไทย", "🙂", "👍🏽", "👨‍👩‍👧‍👦 family", "🇫🇷🇯🇵", "smile 🙂 and wave 👋🏿!", "♥ ★ ☂ ♞", "→ ← ↑ ↓",
    "&amp; &lt;b&gt; &quot;x&quot; &#39;", "<b>bold</b> <br/>", "<|endoftext|>", "<|startoftext|> hi <|endoftext|> there",
    "<|endoftext", "100%", "3.14159", "1,000,000", "v2.0.1-beta+build.7", "12 34 5678 ２０２４ ½ ² Ⅳ", "$5.99 €10 £20 ¥300",
    "foo@example.com", "https://example.com/a?b=c&d=e#f", "C:\\Users\\me", "snake_case_name", "camelCaseName", "#hashtag @mention",
    "...", "!!!", "?!?!", "—–-", "“quoted” ‘text’", "\"double\" 'single' `back`", "(a) [b] {c} <d>", "a\u00a0b", "a\u200bb",
    "a\u200db", "\ufeffbom", "tab\tseparated", "new\nline\r\nwindows", "  leading and trailing  ", "multiple     spaces",
    "x" * 50, "ab" * 60, "supercalifragilisticexpialidocious", "antidisestablishmentarianism pneumonoultramicroscopic",
    "Zürich–Genève", "e\u0323\u0301", "\u1e69 s\u0323\u0307", "Ǆ ǅ ǆ", "ﷺ", "𝒻𝒶𝓃𝒸𝓎 𝟙𝟚𝟛", "ａｂｃ　ＡＢＣ", "a/b\\c|d", "~^°§¶", "\x00nul", "\x7f del",
    "word " * 100, "日" * 90, "🙂" * 40, "Look for another image that shows the same dog, but on a beach.",
    "The same, but in blue", "An image of the building at night", "What if it were snowing?", "Remove the person on the left.",
]
WORDS = """red green blue dog cat car house tree photo picture image of on in with and the a an is are same other left right
big small old new it's don't we'll 2 10 café naïve 北京 🙂 , . ! ? - & % ( ) " : ; U.S.A. T-shirt mother-in-law iPhone""".split()

path = Path(sys.argv[1])
lines = gzip.open(path, "rt", encoding="utf-8").read().split("\n")
merges = [tuple(line.split()) for line in lines[1 : 49152 - 256 - 2 + 1]]
symbols = list(bytes_to_unicode().values())
names = symbols + [s + "</w>" for s in symbols] + ["".join(m) for m in merges] + ["<|startoftext|>", "<|endoftext|>"]
tokenizer = CLIPTokenizer(vocab={n: i for i, n in enumerate(names)}, merges=merges, model_max_length=77)
assert tokenizer("a photo of a cat")["input_ids"] == [49406, 320, 1125, 539, 320, 2368, 49407]

draw = random.Random(5)
texts = HAND + [" ".join(draw.choices(WORDS, k=draw.randint(2, 24))) for _ in range(200 - len(HAND))]
ids = [tokenizer(t, truncation=True, max_length=77)["input_ids"] for t in texts]
out = Path(__file__).parent / "clip-tokens.json"
out.write_text(json.dumps([{"text": t, "ids": i} for t, i in zip(texts, ids)], ensure_ascii=True) + "\n")
print(len(texts))

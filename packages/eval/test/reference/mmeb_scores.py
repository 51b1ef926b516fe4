"""Precision@1 of a published model on MMEB's 36 data sets, and its paper's means of them.

    python mmeb_scores.py VLM2VEC > mmeb-scores.json

VLM2VEC is a clone of TIGER-AI-Lab/VLM2Vec @ 6e1e1d4. The numbers by data set are its
experiments/public/all_scores/v2.0.1/VLM2Vec-V2.0-Qwen2VL-2B.json; the means are those that papers print
for VLM2Vec-V2 (row "VLM2Vec-V2" of the tables of later work, whose runs differ by 0.2 at most).
"""

import json
import sys
from pathlib import Path

file = Path(sys.argv[1]) / "experiments/public/all_scores/v2.0.1/VLM2Vec-V2.0-Qwen2VL-2B.json"
image = json.loads(file.read_text())["metrics"]["image"]
print(json.dumps({
    "precision@1": {name: scores["precision@1"] for name, scores in image.items()},
    "printed": {
        "classification": 62.9, "VQA": 56.3, "retrieval": 69.5, "grounding": 77.3,
        "IND": 68.8, "OOD": 59.9, "overall": 64.9,
    },
}, indent=2))

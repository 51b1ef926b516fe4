"""Scores of seeded rankings over the real annotations by the authors' own code, as it is.

    python official_scores.py --annotations BENCHMARKS --circo CIRCO --cirplant CIRPLANT \
        --genecis GENECIS --vlm2vec VLM2VEC > official-scores.json

BENCHMARKS holds circo, cirr, fashioniq and genecis in their official layouts; the others are clones
of miccunifi/CIRCO @ 267b5c9, Cuberick-Orion/CIRPLANT @ cd5798d, facebookresearch/genecis @ 0c5c968,
TIGER-AI-Lab/VLM2Vec @ 28fdbdd (branch v1).

CIRCO: compute_metrics of src/evaluation.py. CIRR: eval_test_scoring_step_CIRR, taken out of
model/OSCAR/OSCAR_CIRPLANT.py by name, since its module needs Lightning; target_hard is scored by
giving it {target_hard: 1}. GeneCIS: get_recall of utils/metric_utils.py, load_cropped_image of
datasets/vaw_dataset.py. MMEB: get_pred of evaluation/eval_utils.py; a hit is a
prediction of 0, as in eval.py. FashionIQ: the authors released no scorer of recall; numpy below.

A ranking sorts all candidates by (index * stride + offset) mod 1,000,003, with stride and offset out
of the SHA-256 of "{seed}:{query id}", so that any language can make it again; targets have a key 24
times smaller, so that scores are neither 0 nor 1.
"""

import argparse
import ast
import contextlib
import hashlib
import json
import pprint
import sys
import tempfile
import types
from pathlib import Path

import numpy as np

SEED = 7
MODULUS = 1_000_003
PULL = 24


def rank(query, candidates, pulled, depth=None):
    digest = hashlib.sha256(f"{SEED}:{query}".encode()).hexdigest()
    stride, offset = int(digest[:5], 16) + 1, int(digest[5:10], 16)
    keys = {
        one: (index * stride + offset) % MODULUS // (PULL if one in pulled else 1)
        for index, one in enumerate(candidates)
    }
    return sorted(candidates, key=keys.__getitem__)[:depth]


def load(path):
    return json.loads(Path(path).read_text())


def circo(annotations, official):
    sys.path.insert(0, str(official / "src"))
    import evaluation

    val = load(annotations / "circo/annotations/val.json")
    gallery = sorted({image for row in val for image in row["gt_img_ids"] + [row["reference_img_id"]]})
    ranks = [5, 10, 25, 50]
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        info = folder / "COCO2017_unlabeled/annotations/image_info_unlabeled2017.json"
        info.parent.mkdir(parents=True)
        info.write_text('{"images": []}')
        (folder / "annotations").symlink_to((annotations / "circo/annotations").resolve())

        def score(predictions):
            with contextlib.redirect_stdout(sys.stderr):
                means, recalls, aspects = evaluation.compute_metrics(folder, predictions, ranks)
            scores = {f"mAP@{k}": means[k] for k in ranks} | {f"R@{k}": recalls[k] for k in ranks}
            return {"scores": scores, "mAP@10 by aspect": aspects}

        seeded = {str(row["id"]): rank(row["id"], gallery, set(row["gt_img_ids"]), 50) for row in val}
        example = load(annotations / "circo/submission_examples/submission_val.json")
        return {"circo": score(seeded), "circo example submission": score(example)}


def cirr(annotations, official):
    source = (official / "model/OSCAR/OSCAR_CIRPLANT.py").read_text()
    name = "eval_test_scoring_step_CIRR"
    node = next(n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef) and n.name == name)
    module = {"pprint": pprint.pprint}
    exec(compile(ast.Module([node], []), "OSCAR_CIRPLANT.py", "exec"), module)
    rows = load(annotations / "cirr/captions/cap.rc2.val.json")
    gallery = list(load(annotations / "cirr/image_splits/split.rc2.val.json"))
    rankings, subsets = [], []
    for row in rows:
        pulled = set(row["img_set"]["members"]) | set(row["target_soft"])
        ranking = rank(row["pairid"], gallery, pulled)
        ranking.remove(row["reference"])
        rankings.append(ranking)
        subsets.append([one for one in row["img_set"]["members"] if one != row["reference"]])

    def score(targets):
        with contextlib.redirect_stdout(sys.stderr):
            logged = dict(module[name](types.SimpleNamespace(log=lambda *_: None), targets, subsets, rankings))
        return {"scores": {
            f"{short}@{k}": logged[f"{long}_top{k}_correct_composition"]
            for short, long, ranks in [("R", "recall", [1, 5, 10, 50]), ("Rs", "recall_inset", [1, 2, 3])]
            for k in ranks
        }}

    return {
        "cirr": score([{row["target_hard"]: 1.0} for row in rows]),
        "cirr target_soft": score([row["target_soft"] for row in rows]),
    }


def fashioniq(annotations):
    groups = {}
    for category in ["dress", "shirt", "toptee"]:
        rows = load(annotations / f"fashioniq/captions/cap.{category}.val.json")
        gallery = load(annotations / f"fashioniq/image_splits/split.{category}.val.json")
        places = []
        for index, row in enumerate(rows):
            ranking = rank(f"{category}/{index}", gallery, {row["target"]})
            places.append(ranking.index(row["target"]))
        groups[category] = {f"R@{k}": float(np.mean(np.array(places) < k)) for k in [10, 50]}
    mean = {name: float(np.mean([group[name] for group in groups.values()])) for name in ["R@10", "R@50"]}
    return {"fashioniq": {"scores": mean, "groups": groups}}


def genecis(annotations, official):
    import torch
    from PIL import Image

    sys.path.insert(0, str(official))
    sys.modules["config"] = types.SimpleNamespace(visual_genome_images="")
    from datasets.vaw_dataset import VAWDataset
    from utils.metric_utils import get_recall

    groups = {}
    for task in ["focus_attribute", "change_attribute", "focus_object", "change_object"]:
        rows = load(annotations / f"genecis/{task}.json")
        orders = torch.tensor([
            [int(one) for one in rank(f"{task}/{index}", [str(n) for n in range(1 + len(row["gallery"]))], set())]
            for index, row in enumerate(rows)
        ])
        targets = torch.zeros(len(rows), dtype=torch.long)
        groups[task] = {f"R@{k}": float(get_recall(orders[:, :k], targets)) for k in [1, 2, 3]}
    mean = {name: float(np.mean([group[name] for group in groups.values()])) for name in ["R@1", "R@2", "R@3"]}

    crops = []
    with tempfile.TemporaryDirectory() as folder:
        loader = VAWDataset(transform=None, image_dir=folder)
        for width, height, box in [
            (400, 300, [100, 90, 60, 50]),
            (400, 300, [10, 5, 60, 50]),
            (400, 300, [350, 270, 50, 30]),
            (400, 300, [0, 0, 400, 300]),
            (333, 500, [0.0, 1.6666666666666667, 200.5, 140.16666666666669]),
            (333, 500, [50.25, 70.75, 33, 121]),
            (64, 64, [10, 10, 5, 5]),
        ]:
            y, x = np.mgrid[0:height, 0:width]
            pixels = np.stack([x % 256, y % 256, 1 + x // 256 + 16 * (y // 256)], -1).astype(np.uint8)
            Image.fromarray(pixels).save(Path(folder) / "1.jpg", format="PNG")
            crop = np.asarray(loader.load_cropped_image({"image_id": "1", "instance_bbox": box}))
            rows_inside, columns_inside = np.nonzero(crop[:, :, 2])
            top, left = rows_inside.min(), columns_inside.min()
            first = crop[top, left].astype(int)
            crops.append({
                "imageWidth": width, "imageHeight": height, "box": box,
                "crop": {
                    "left": int(first[0] + 256 * ((first[2] - 1) % 16)),
                    "top": int(first[1] + 256 * ((first[2] - 1) // 16)),
                    "width": int(columns_inside.max() - left + 1),
                    "height": int(rows_inside.max() - top + 1),
                    "side": crop.shape[0], "padLeft": int(left), "padTop": int(top),
                },
            })
    return {"genecis": {"scores": mean, "groups": groups}, "genecis crops": crops}


def mmeb(official):
    """Small whole numbers, so that ties are many and exact."""
    sys.path.insert(0, str(official / "evaluation"))
    from eval_utils import get_pred

    rows = []
    for index in range(40):
        digest = hashlib.sha256(f"{SEED}:mmeb:{index}".encode()).digest()
        query = np.array([1 + one % 2 for one in digest[:3]], dtype=np.float64)
        candidates = np.array([one % 2 for one in digest[3:18]], dtype=np.float64).reshape(5, 3)
        scores, pred = get_pred(query, candidates)
        rows.append({"scores": [float(one) for one in scores], "hit": int(pred == 0)})
    return {"mmeb": rows}


parser = argparse.ArgumentParser()
for name in ["annotations", "circo", "cirplant", "genecis", "vlm2vec"]:
    parser.add_argument(f"--{name}", type=Path, required=True)
args = parser.parse_args()
print(json.dumps(
    circo(args.annotations, args.circo)
    | cirr(args.annotations, args.cirplant)
    | fashioniq(args.annotations)
    | genecis(args.annotations, args.genecis)
    | mmeb(args.vlm2vec),
    indent=2,
))

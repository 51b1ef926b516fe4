"""Training of a composed retriever by torch, ten steps on one batch: python make_clip_training.py > clip-training.json

torch 2.15, transformers 5.24; run make_clip.py before: the model is clip/. Everything is computed in
float64. The loss is InfoNCE, one direction: query = unit(image feature + text feature), candidates =
unit(image feature) of all positives and hard negatives, cosines / 0.02, mean over queries.

clip-training.json
  input_ids          int[4][9]: the texts of the four queries
  queries            int[4][2]: rows of features each query is the sum of. Rows count pictures first (0 to
                     11), then texts (12 to 15)
  candidates         int[12]: rows of features of the candidates
  positives          int[4]: for each query, the place in `candidates` of its positive
  temperature, learningRate, betas, epsilon, weightDecay, clipNorm: settings. Decay is 0 for weights of
                     fewer than two axes; gradients are scaled down together to a norm of clipNorm
  losses             float[11]: before each step and after the last
  gradientNorms      float[10]: before clipping
  float32            per weight, [d, s] after ten steps in float32 by torch instead: d = the L2 norm of the
                     difference to the float64 weights, divided by the L2 norm of those; s = the same,
                     divided by the L2 norm of what ten steps changed. What no float32 can keep: gradients
                     of k_proj.bias are 0 but for rounding, which AdamW blows up to full steps.
clip-training/batch.safetensors      pixel_values F32 [12, 3, 16, 16]: queries' pictures, positives, others
clip-training/gradients.safetensors  F32: the loss by every weight before the first step (not clipped)
clip-training/trained.safetensors    F32: the weights after ten steps
"""

import json
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from transformers import CLIPModel

HERE = Path(__file__).parent
OUT = HERE / "clip-training"
SETTINGS = {"temperature": 0.02, "learningRate": 1e-3, "betas": [0.9, 0.999], "epsilon": 1e-8, "weightDecay": 0.01, "clipNorm": 1.0}
STEPS = 10

torch.manual_seed(1)
pixels = torch.randn(12, 3, 16, 16)
ids = torch.randint(0, 60, (4, 9))
ids[:, 0] = 62
for row, end in enumerate([8, 3, 5, 2]):
    ids[row, end:] = 60
queries = [[row, 12 + row] for row in range(4)]
# Hard negatives of query n: its own picture, as MegaPairs has it, and picture 8 + n.
candidates = [4, 5, 6, 7, 0, 8, 1, 9, 2, 10, 3, 11]
positives = [0, 1, 2, 3]


def train(dtype):
    model = CLIPModel.from_pretrained(HERE / "clip", dtype=dtype).train()

    def loss_of():
        image = model.get_image_features(pixels.to(dtype)).pooler_output
        rows = torch.cat([image, model.get_text_features(ids).pooler_output])
        first, second = torch.tensor(queries).T
        query, candidate = F.normalize(rows[first] + rows[second], dim=-1), F.normalize(rows[candidates], dim=-1)
        return F.cross_entropy(query @ candidate.T / SETTINGS["temperature"], torch.tensor(positives))

    named = dict(model.named_parameters())
    groups = [{"params": [w for w in named.values() if w.dim() >= 2], "weight_decay": SETTINGS["weightDecay"]},
              {"params": [w for w in named.values() if w.dim() < 2], "weight_decay": 0.0}]
    optimiser = torch.optim.AdamW(groups, lr=SETTINGS["learningRate"], betas=SETTINGS["betas"], eps=SETTINGS["epsilon"])
    losses, norms, gradients = [], [], {}
    for step in range(STEPS):
        optimiser.zero_grad()
        loss = loss_of()
        loss.backward()
        losses.append(loss.item())
        if step == 0:
            gradients = {k: (torch.zeros_like(w) if w.grad is None else w.grad.clone()) for k, w in named.items()}
        norms.append(torch.nn.utils.clip_grad_norm_(named.values(), SETTINGS["clipNorm"]).item())
        optimiser.step()
    with torch.no_grad():
        losses.append(loss_of().item())
    return losses, norms, gradients, {k: w.detach() for k, w in named.items()}


def main():
    OUT.mkdir(exist_ok=True)
    before = {k: w.double() for k, w in CLIPModel.from_pretrained(HERE / "clip").named_parameters()}
    losses, norms, gradients, trained = train(torch.float64)
    single = train(torch.float32)[3]
    norm = lambda t: t.double().norm().item()
    float32 = {k: [norm(single[k] - w) / norm(w), norm(single[k] - w) / max(norm(w - before[k]), 1e-30)] for k, w in trained.items()}
    save = lambda name, tensors: save_file({k: v.detach().float().contiguous() for k, v in tensors.items()}, OUT / f"{name}.safetensors")
    save("batch", {"pixel_values": pixels})
    save("gradients", gradients)
    save("trained", trained)
    print(json.dumps({"input_ids": ids.tolist(), "queries": queries, "candidates": candidates, "positives": positives, **SETTINGS,
                      "losses": losses, "gradientNorms": norms, "float32": float32}))


if __name__ == "__main__":
    main()

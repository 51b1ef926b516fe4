"""Training of the MLLM form in small by torch, ten steps on one batch: python make_llava_training.py > llava-training.json

torch 2.15, transformers 5.24; run make_llava.py before: the model is llava/. As make_clip_training.py,
where keys are explained; what differs:

Each row is one prompt with one picture, and its feature the hidden state of the last position behind the
final norm. Rows 0 to 3 are the queries, picture and text; rows 4 to 15 the candidates, a picture alone.

llava-training.json
  input_ids, attention_mask   int[16][14]: left-padded, four image tokens (60) in each row
  queries            int[4][2]: the row of each query and -1 for none
  candidates         int[12], positives int[4], settings, losses, gradientNorms, float32: as there
llava-training/batch.safetensors      pixel_values F32 [16, 3, 16, 16]: the picture of each row
llava-training/gradients.safetensors  F32, by checkpoint name; weights the loss does not depend on (the last
                                      vision layer, post_layernorm, lm_head) are left out
llava-training/trained.safetensors    F32: those weights after ten steps. The others do not change
"""

import json
from pathlib import Path

import torch
import torch.nn.functional as F
from make_clip_training import SETTINGS, STEPS
from make_llava import checkpoint_names, features_of, norm_in_double, random_rows
from safetensors.torch import save_file
from transformers import LlavaForConditionalGeneration
from transformers.models.mistral.modeling_mistral import MistralRMSNorm

HERE = Path(__file__).parent
OUT = HERE / "llava-training"
OUT.mkdir(exist_ok=True)
MistralRMSNorm.forward = norm_in_double

torch.manual_seed(2)
pictures = torch.randn(12, 3, 16, 16)
ids, mask = random_rows([(5, 5), (3, 3), (6, 4), (4, 1)] + [(2, 2)] * 12, 14, 8)
ids[4:] = ids[4].clone()  # the same prompt for every candidate
shown = [0, 1, 2, 3, 4, 5, 6, 7, 0, 8, 1, 9, 2, 10, 3, 11]  # as in make_clip_training.py
pixels = pictures[shown]
queries = [[row, -1] for row in range(4)]
candidates = list(range(4, 16))
positives = [0, 1, 2, 3]


def train(dtype):
    model = LlavaForConditionalGeneration.from_pretrained(HERE / "llava", dtype=dtype).train()

    def loss_of():
        rows = F.normalize(features_of(model, ids, mask, pixels.to(dtype)), dim=-1)
        return F.cross_entropy(rows[:4] @ rows[candidates].T / SETTINGS["temperature"], torch.tensor(positives))

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
            gradients = {k: w.grad.clone() for k, w in named.items() if w.grad is not None}
        norms.append(torch.nn.utils.clip_grad_norm_(named.values(), SETTINGS["clipNorm"]).item())
        optimiser.step()
    with torch.no_grad():
        losses.append(loss_of().item())
    pick = lambda weights: checkpoint_names({k: weights[k].detach() for k in gradients})
    return losses, norms, pick(gradients), pick(named)


before = checkpoint_names({k: w.double() for k, w in LlavaForConditionalGeneration.from_pretrained(HERE / "llava").named_parameters()})
losses, norms, gradients, trained = train(torch.float64)
single = train(torch.float32)[3]
norm = lambda t: t.double().norm().item()
float32 = {k: [norm(single[k] - w) / norm(w), norm(single[k] - w) / max(norm(w - before[k]), 1e-30)] for k, w in trained.items()}
save = lambda name, tensors: save_file({k: v.float().contiguous() for k, v in tensors.items()}, OUT / f"{name}.safetensors")
save("batch", {"pixel_values": pixels})
save("gradients", gradients)
save("trained", trained)
print(json.dumps({"input_ids": ids.tolist(), "attention_mask": mask.tolist(), "queries": queries, "candidates": candidates,
                  "positives": positives, **SETTINGS, "losses": losses, "gradientNorms": norms, "float32": float32}))

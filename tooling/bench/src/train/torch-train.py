"""Training steps by torch, eager, float32 on the CPU: request as JSON in argv[1], measurement as JSON on stdout."""

import json
import resource
import sys
import time

import torch
import transformers
from safetensors.torch import load_file
from transformers import CLIPModel

work = json.loads(sys.argv[1])["work"]
torch.set_num_threads(work["threads"])
model = CLIPModel.from_pretrained(work["model"]).train()
batch = load_file(work["batchFile"])
pixels, ids = batch["pixel_values"], batch["input_ids"].long()
weights = list(model.parameters())
groups = [
    {"params": [w for w in weights if w.dim() >= 2], "weight_decay": 0.01},
    {"params": [w for w in weights if w.dim() < 2], "weight_decay": 0.0},
]
optimiser = torch.optim.AdamW(groups, lr=1e-6)
steps, gradients, first = [], [], None
cpu = 0.0
for step in range(work["steps"] + 1):
    began, began_cpu = time.perf_counter(), time.process_time()
    optimiser.zero_grad()
    loss = model(input_ids=ids, pixel_values=pixels, return_loss=True).loss
    loss.backward()
    passed = time.perf_counter()
    norm = torch.nn.utils.clip_grad_norm_(weights, 1.0)
    optimiser.step()
    ended = time.perf_counter()
    if step == 0:
        first = (loss.item(), norm.item())
        continue
    steps.append(ended - began)
    gradients.append(passed - began)
    cpu += time.process_time() - began_cpu
print(json.dumps({
    "stepSeconds": steps,
    "gradientSeconds": gradients,
    "cpuSeconds": cpu / len(steps),
    "peakMiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    "loss": first[0],
    "gradientNorm": first[1],
    "facts": {"torch": torch.__version__, "transformers": transformers.__version__, "attention": model.config._attn_implementation},
}))

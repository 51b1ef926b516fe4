"""Ten steps of torch optimisers: python make_optimisers.py > optimisers.json (torch 2, float32)."""

import json

import torch
from torch.optim.swa_utils import get_ema_multi_avg_fn

generator = torch.Generator().manual_seed(7)
shapes = {"w": (3, 4), "b": (4,)}
start = {k: torch.randn(s, generator=generator) for k, s in shapes.items()}
gradients = [{k: torch.randn(s, generator=generator) for k, s in shapes.items()} for _ in range(10)]
rates = [0.01 * (1 - step / 20) for step in range(10)]


def run(make, clip=None, average=None):
    values = {k: v.clone().requires_grad_() for k, v in start.items()}
    optimiser = make(values)
    norms = []
    averages = {k: v.detach().clone() for k, v in values.items()}
    for gradient, rate in zip(gradients, rates):
        for key, value in values.items():
            value.grad = gradient[key].clone()
        if clip is not None:
            norms.append(float(torch.nn.utils.clip_grad_norm_(values.values(), clip)))
        for group in optimiser.param_groups:
            group["lr"] = rate
        optimiser.step()
        if average is not None:
            get_ema_multi_avg_fn(average)(list(averages.values()), [v.detach() for v in values.values()], None)
    numbers = lambda tensors: {k: v.detach().flatten().tolist() for k, v in tensors.items()}
    return {"norms": norms, **numbers(values), **({} if average is None else {"averages": numbers(averages)})}


def groups(v):
    return [{"params": [v["w"]], "weight_decay": 0.1}, {"params": [v["b"]], "weight_decay": 0.0}]


print(json.dumps({
    "shapes": shapes,
    "start": {k: v.flatten().tolist() for k, v in start.items()},
    "gradients": [{k: v.flatten().tolist() for k, v in g.items()} for g in gradients],
    "rates": rates,
    "adamW": run(lambda v: torch.optim.AdamW(v.values())),
    "adamWDecayClip": run(lambda v: torch.optim.AdamW(groups(v), betas=(0.9, 0.98), eps=1e-6), clip=1.0),
    "adamWAverage": run(lambda v: torch.optim.AdamW(v.values()), average=0.9),
    "sgd": run(lambda v: torch.optim.SGD(v.values())),
    "sgdMomentum": run(lambda v: torch.optim.SGD(v.values(), momentum=0.9)),
}))

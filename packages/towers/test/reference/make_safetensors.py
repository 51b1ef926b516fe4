"""Files by the format's own writer, and roundings by torch: python make_safetensors.py > safetensors.json

safetensors 0.8, torch 2.15. `files`: each whole file in base64 and its tensors as float32 bits;
`rounding`: float32 bits and what torch makes of them in float16 and bfloat16.
"""

import base64
import json
import struct

import numpy as np
import torch
from safetensors.torch import save

torch.manual_seed(0)
bits = lambda t: t.float().contiguous().view(torch.int32).flatten().numpy().astype(np.uint32).tolist()


def pack(tensors, metadata=None):
    return {
        "base64": base64.b64encode(save(tensors, metadata)).decode(),
        "tensors": {k: {"dims": list(v.shape), "bits": bits(v)} for k, v in tensors.items() if v.is_floating_point()},
    }


odd = torch.tensor([0.0, -0.0, 1.0, -2.5, float("inf"), float("-inf"), 65504.0, 6e-8, 1e-5, 3e38])
names = {"b.weight": torch.randn(2, 3), "a": torch.randn(5), "scale": torch.tensor(2.6592), "empty": torch.zeros(0, 3), "é \"x\"": odd}
files = {
    "float32": pack(names, {"format": "pt"}),
    "bare": pack({"w": torch.randn(3)}),
    "mixed": pack({"f16": torch.randn(7).half(), "bf16": torch.randn(2, 4).bfloat16(), "f32": torch.randn(3),
                   "ids": torch.arange(5), "flags": torch.tensor([True, False])}),
    "float16": pack({k: v.half() for k, v in names.items()}, {"format": "pt"}),
    "bfloat16": pack({k: v.bfloat16() for k, v in names.items()}, {"format": "pt"}),
}

# Random patterns, halfway cases of both types and their neighbours, the ends of each range.
rng = np.random.default_rng(0)
words = rng.integers(0, 2**32, 300, dtype=np.uint32).tolist()
half_range = (rng.standard_normal(300).astype(np.float32) * np.float32(10.0) ** rng.integers(-8, 5, 300).astype(np.float32))
words += half_range.astype(np.float32).view(np.uint32).tolist()
for base in [0x3F800000, 0x3F802000, 0x3F810000, 0x33000000, 0x33800000, 0x33C00000, 0x387FC000, 0x387FE000, 0x38800000,
             0x477FE000, 0x477FEFFF, 0x477FF000, 0x47800000, 0x7F7F0000, 0x7F7F7FFF, 0x7F7F8000, 0x7F800000, 0, 1]:
    for step in [0, 0x1000, 0x1001, 0x0FFF, 0x8000, 0x8001, 0x7FFF]:
        words += [base + step, base + step + 0x80000000]
words = [w & 0xFFFFFFFF for w in words]
values = torch.from_numpy(np.array(words, dtype=np.uint32).view(np.float32).copy())
numbers = ~values.isnan()
words, values = [w for w, n in zip(words, numbers.tolist()) if n], values[numbers]
short = lambda t: t.view(torch.int16).numpy().astype(np.uint16).tolist()
rounding = {"float32": words, "float16": short(values.half()), "bfloat16": short(values.bfloat16())}

print(json.dumps({"files": files, "rounding": rounding}))

"""A small random CLIPModel as transformers saves it, and what it makes of fixed inputs:

python make_clip.py > clip-features.json     (torch 2.15, transformers 5.24)

Writes clip/config.json and clip/model.safetensors. `cases`: changes to the config, and the projected
features of both towers with these weights, in float64.
"""

import copy
import json
from pathlib import Path

import torch
from transformers import CLIPConfig, CLIPModel

torch.manual_seed(0)
text = dict(vocab_size=64, hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2,
            max_position_embeddings=12, bos_token_id=62, eos_token_id=60, pad_token_id=60)
vision = dict(hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4, image_size=16, patch_size=8)
config = CLIPConfig(text_config=text, vision_config=vision, projection_dim=12)
model = CLIPModel(config)
for name, weight in model.named_parameters():  # spread, so that different inputs give different features
    if name == "logit_scale":
        continue
    near = 1.0 if "norm" in name and name.endswith("weight") else 0.0
    torch.nn.init.normal_(weight, mean=near, std=0.15 if weight.dim() > 1 else 0.1)
folder = Path(__file__).parent / "clip"
model.save_pretrained(folder)

ids = torch.randint(0, 60, (5, 9))
ids[:, 0] = 62
for row, end in enumerate([8, 3, 5, 1, 7]):
    ids[row, end:] = 60
ids[1, 6] = 63  # behind its end mark, and the highest number: with eos_token_id 2 the mark
pixels = torch.randn(3, 3, 16, 16)
short = ids[3:4, :4]


def features(changes):
    altered = copy.deepcopy(config)
    for part, values in changes.items():
        for key, value in values.items():
            setattr(getattr(altered, part), key, value)
    double = CLIPModel(altered).double().eval()
    double.load_state_dict({k: v.double() for k, v in model.state_dict().items()})
    with torch.no_grad():
        image = double.get_image_features(pixels.double()).pooler_output
        texts = [double.get_text_features(i).pooler_output.tolist() for i in (ids, short)]
    return {"changes": changes, "image": image.tolist(), "text": texts[0], "short": texts[1]}


cases = [
    features({}),
    features({"text_config": {"hidden_act": "gelu"}, "vision_config": {"hidden_act": "gelu"}}),
    features({"text_config": {"eos_token_id": 2, "hidden_act": "gelu_pytorch_tanh"}, "vision_config": {"layer_norm_eps": 0.01}}),
]
print(json.dumps({"pixels": pixels.flatten().tolist(), "ids": ids.tolist(), "short": short.tolist(), "cases": cases}))

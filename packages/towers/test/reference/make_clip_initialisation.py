"""Spread of every initial weight of CLIPModel: python make_clip_initialisation.py > clip-initialisation.json

torch 2.15, transformers 5.24. For each config: name to [dims, mean, standard deviation].
"""

import json

import torch
from transformers import CLIPConfig, CLIPModel

torch.manual_seed(0)
text = dict(vocab_size=99, hidden_size=64, intermediate_size=96, num_hidden_layers=3, num_attention_heads=4,
            max_position_embeddings=20, eos_token_id=98, bos_token_id=97, pad_token_id=98)
vision = dict(hidden_size=48, intermediate_size=80, num_hidden_layers=2, num_attention_heads=4, image_size=32, patch_size=8)
CONFIGS = [
    dict(projection_dim=32, text_config=text, vision_config=vision),
    dict(projection_dim=32, initializer_factor=3.0, logit_scale_init_value=1.5, text_config=text | dict(initializer_factor=0.5),
         vision_config=vision | dict(initializer_factor=2.0, initializer_range=0.05)),
]
cases = []
for config in CONFIGS:
    with torch.no_grad():
        weights = CLIPModel(CLIPConfig(**config)).state_dict()
    spread = {k: [list(v.shape), v.mean().item(), v.std(correction=0).item()] for k, v in weights.items()}
    cases.append({"config": dict(config, model_type="clip"), "weights": spread})
print(json.dumps(cases))

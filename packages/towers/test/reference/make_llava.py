"""A small random LlavaForConditionalGeneration (CLIP vision tower, Mistral decoder), and what it makes of
fixed inputs: python make_llava.py > llava-features.json     (torch 2.15, transformers 5.24)

Writes llava/config.json and llava/model.safetensors as transformers saves them. `cases`: changes to the
config, and the hidden state of the last position behind the final norm, in float64; `initial`: name to
[dims, mean, standard deviation] of every weight as transformers begins it.
"""

import copy
import json
from pathlib import Path

import torch
from transformers import LlavaConfig, LlavaForConditionalGeneration
from transformers.models.llama.modeling_llama import LlamaRMSNorm
from transformers.models.mistral.modeling_mistral import MistralRMSNorm

IMAGE = 60


def norm_in_double(self, states):  # transformers' own goes through float32, whatever the states are
    return self.weight * states * torch.rsqrt(states.pow(2).mean(-1, keepdim=True) + self.variance_epsilon)


def checkpoint_names(weights):
    """Names of parameters to those of checkpoints on the hub, which transformers 4 and 5 load."""
    out = {}
    for name, weight in weights.items():
        name = name.removeprefix("model.")
        name = name.replace("vision_tower.", "vision_tower.vision_model.").replace("language_model.", "language_model.model.")
        out["language_model." + name if name.startswith("lm_head") else name] = weight
    return out


def random_rows(lengths, width, seed):
    """Left-padded rows of tokens with the four of a picture each; mask."""
    generator = torch.Generator().manual_seed(seed)
    ids, mask = torch.zeros(len(lengths), width, dtype=torch.long), torch.zeros(len(lengths), width, dtype=torch.long)
    for row, (before, after) in enumerate(lengths):
        tokens = torch.randint(3, 59, (before + 4 + after,), generator=generator)
        tokens[0] = 1
        tokens[before:before + 4] = IMAGE
        ids[row, width - len(tokens):], mask[row, width - len(tokens):] = tokens, 1
    return ids, mask


def features_of(model, ids, mask, pixels):
    return model.model(input_ids=ids, attention_mask=mask, pixel_values=pixels).last_hidden_state[:, -1]


def main():
    torch.manual_seed(0)
    vision = dict(model_type="clip_vision_model", hidden_size=16, intermediate_size=32, num_hidden_layers=3, num_attention_heads=2,
                  image_size=16, patch_size=8)
    text = dict(model_type="mistral", hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
                num_key_value_heads=2, vocab_size=64, max_position_embeddings=64, sliding_window=None, rope_theta=1000.0)
    config = LlavaConfig(vision_config=vision, text_config=text, image_token_index=IMAGE, image_seq_length=4)
    model = LlavaForConditionalGeneration(config)
    initial = {k: [list(v.shape), v.mean().item(), v.std(correction=0).item()] for k, v in checkpoint_names(model.state_dict()).items()}
    for name, weight in model.named_parameters():
        near = 1.0 if "norm" in name and name.endswith("weight") else 0.0
        torch.nn.init.normal_(weight, mean=near, std=0.15 if weight.dim() > 1 else 0.1)
    folder = Path(__file__).parent / "llava"
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)

    ids, mask = random_rows([(3, 5), (1, 9), (6, 1)], 14, 7)
    pixels = torch.randn(3, 3, 16, 16)
    # Case "full": as many image tokens as patches and the class mark.
    wide_ids, wide_mask = ids.clone(), mask.clone()
    for row in range(3):
        wide_ids[row, (ids[row] == IMAGE).nonzero()[0] - 1] = IMAGE

    def case(top, text_changes, vision_changes, ids, mask):
        altered = copy.deepcopy(config)
        for part, changes in [(altered, top), (altered.text_config, text_changes), (altered.vision_config, vision_changes)]:
            for key, value in changes.items():
                setattr(part, key, value)
        double = LlavaForConditionalGeneration(altered).double().eval()
        double.load_state_dict({k: v.double() for k, v in model.state_dict().items()})
        with torch.no_grad():
            states = features_of(double, ids, mask, pixels.double())
            # A row without a picture: the first, its image tokens put in place of others.
            words = torch.where(ids == IMAGE, 5, ids)
            alone = double.model(input_ids=words[:1], attention_mask=mask[:1]).last_hidden_state[:, -1]
        return {"changes": {**top, "text_config": text_changes, "vision_config": vision_changes}, "input_ids": ids.tolist(),
                "attention_mask": mask.tolist(), "features": states.tolist(), "words": words[:1].tolist(), "alone": alone.tolist()}

    MistralRMSNorm.forward = LlamaRMSNorm.forward = norm_in_double
    cases = [
        case({}, {}, {}, ids, mask),
        case({"projector_hidden_act": "gelu_pytorch_tanh"}, {"sliding_window": 6, "rms_norm_eps": 0.01}, {"hidden_act": "gelu"}, ids, mask),
        case({"vision_feature_select_strategy": "full", "vision_feature_layer": 1}, {}, {}, wide_ids, wide_mask),
        case({"vision_feature_layer": -1}, {"rope_parameters": {"rope_theta": 50.0, "rope_type": "default"}}, {}, ids, mask),
    ]
    print(json.dumps({"pixels": pixels.flatten().tolist(), "cases": cases, "initial": initial}))


if __name__ == "__main__":
    main()

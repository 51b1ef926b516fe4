"""Tiny random models as torch exports them, and what torch says of their gradients.

python make_exported.py   (torch 2.15, transformers 5.24, onnx 1.23, onnxscript 0.7)
Writes ../fixtures/NAME.onnx and exported.json: of each model the loss, the sum of tanh of all outputs
on inputs of sin(i), or of ids 5 i mod 23, and of the gradients by each parameter that the file keeps
the name and shape of: the L2 norm, and the product with sin(i + 1). float64.
"""

import copy
import json
import logging
import warnings
from pathlib import Path

import onnx
import torch
import transformers as T

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)
torch.manual_seed(0)
HERE = Path(__file__).parent
small = dict(hidden_size=8, intermediate_size=16, num_hidden_layers=2, num_attention_heads=2)
vision = dict(**small, image_size=16, patch_size=8)
decoder = dict(**small, num_key_value_heads=1, vocab_size=29, max_position_embeddings=16)
ids = torch.arange(16).mul(5).remainder(23).reshape(2, 8)
pixels = lambda size: torch.arange(2 * 3 * size * size).double().sin().float().reshape(2, 3, size, size)
# name, model, input, attention, operator set, by torch.export
MODELS = [
    ("llama", T.LlamaModel(T.LlamaConfig(**decoder)), ids, "sdpa", 23, True),
    ("qwen3", T.Qwen3Model(T.Qwen3Config(**decoder, head_dim=4)), ids, "sdpa", 18, True),
    ("siglip-text", T.SiglipTextModel(T.SiglipTextConfig(**small, vocab_size=29, max_position_embeddings=8)), ids, "sdpa", 18, True),
    ("siglip-vision", T.SiglipVisionModel(T.SiglipVisionConfig(**vision)), pixels(16), "eager", 17, False),
    ("dinov3", T.DINOv3ViTModel(T.DINOv3ViTConfig(**vision, num_register_tokens=2)), pixels(16), "sdpa", 23, True),
    ("dinov3-convnext", T.DINOv3ConvNextModel(T.DINOv3ConvNextConfig(hidden_sizes=[4, 4, 8, 8], depths=[1] * 4, image_size=64)), pixels(64), "eager", 17, False),
]


class Output(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model
        self.options = {"use_cache": False} if hasattr(model.config, "use_cache") else {}

    def forward(self, x):
        result = self.model(x, **self.options)
        return result.last_hidden_state if getattr(result, "pooler_output", None) is None else result.pooler_output


def gradients(model, x):
    exact = Output(copy.deepcopy(model).double())
    exact.model.set_attn_implementation("eager")
    loss = exact(x.double() if x.is_floating_point() else x).tanh().sum()
    loss.backward()
    found = {}
    for name, value in exact.named_parameters():
        if value.grad is not None:
            flat = value.grad.flatten()
            found[name] = [flat.norm().item(), (flat * torch.arange(1, len(flat) + 1).double().sin()).sum().item()]
    return loss.item(), found


reference = {}
for name, model, x, attention, opset, by_export in MODELS:
    model.eval()
    with torch.no_grad():
        for value in model.parameters():
            value.add_(torch.randn_like(value) * 0.1)  # Else exporters merge parameters that are equal.
    loss, found = gradients(model, x)
    model.set_attn_implementation(attention)
    path = HERE.parent / "fixtures" / f"{name}.onnx"
    torch.onnx.export(Output(model), (x,), path, dynamo=by_export, opset_version=opset, **({"external_data": False, "verbose": False} if by_export else {}))
    file = onnx.load(path)
    for node in file.graph.node:
        del node.metadata_props[:]
    for value in [*file.graph.value_info, *file.graph.input, *file.graph.output, *file.graph.initializer]:
        del value.metadata_props[:]
    del file.graph.value_info[:], file.graph.metadata_props[:], file.metadata_props[:]
    onnx.save(file, path)
    kept = {each.name: list(each.dims) for each in file.graph.initializer}
    shapes = {f"model.{key}": list(value.shape) for key, value in model.named_parameters()}
    reference[name] = {"loss": loss, "gradients": {key: pair for key, pair in found.items() if kept.get(key) == shapes[key]}}
(HERE / "exported.json").write_text(json.dumps(reference, indent=1) + "\n")

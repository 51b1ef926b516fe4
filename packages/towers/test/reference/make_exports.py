"""The reference CLIP as two exporters write it: python make_exports.py     (torch 2.15, onnx 1.23, onnxscript 0.7)

Run make_clip.py before. Writes ../fixtures/clip-{torchscript,dynamo}/{vision,text}_model.onnx: by the
exporter that optimum uses (operator set 14, matrices unnamed and transposed, LayerNorm in primitives) and
by torch 2's own; and ../fixtures/clip-torchscript/external.onnx with external.bin, weights beside the file.
"""

import copy
import warnings
from pathlib import Path

import onnx
import torch
from transformers import CLIPModel

warnings.filterwarnings("ignore")
HERE = Path(__file__).parent
OUT = HERE.parent / "fixtures"
model = CLIPModel.from_pretrained(HERE / "clip", attn_implementation="eager").eval()


class Vision(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.vision_model, self.visual_projection = model.vision_model, model.visual_projection

    def forward(self, pixel_values):
        return self.visual_projection(self.vision_model(pixel_values=pixel_values).pooler_output)


class Text(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.text_model, self.text_projection = model.text_model, model.text_projection

    def forward(self, input_ids):
        return self.text_projection(self.text_model(input_ids=input_ids).pooler_output)


ids = torch.randint(0, 60, (2, 7))
ids[:, -1] = 60
TOWERS = [("vision", Vision(), torch.randn(2, 3, 16, 16), "pixel_values", "image_embeds", {0: "batch_size"}),
          ("text", Text(), ids, "input_ids", "text_embeds", {0: "batch_size", 1: "sequence_length"})]
for name, tower, example, data, output, axes in TOWERS:
    for kind in ["torchscript", "dynamo"]:
        path = OUT / f"clip-{kind}" / f"{name}_model.onnx"
        path.parent.mkdir(parents=True, exist_ok=True)
        names = dict(input_names=[data], output_names=[output])
        if kind == "torchscript":
            torch.onnx.export(tower, (example,), str(path), dynamo=False, opset_version=14,
                              dynamic_axes={data: axes, output: {0: "batch_size"}}, **names)
        else:
            sizes = {axis: torch.export.Dim(each, min=1, max=4096 if axis == 0 else 12) for axis, each in axes.items()}
            torch.onnx.export(tower, (example,), str(path), dynamo=True, dynamic_shapes=(sizes,), external_data=False,
                              optimize=True, verbose=False, **names)
        exported = onnx.load(path)
        for node in exported.graph.node:
            node.ClearField("doc_string")
            del node.metadata_props[:]
        for value in [*exported.graph.input, *exported.graph.output, *exported.graph.initializer]:
            del value.metadata_props[:]
        del exported.graph.value_info[:]
        onnx.save(exported, path)

external = onnx.load(OUT / "clip-torchscript" / "text_model.onnx")
onnx.save(copy.deepcopy(external), OUT / "clip-torchscript" / "external.onnx", save_as_external_data=True, location="external.bin", size_threshold=256)

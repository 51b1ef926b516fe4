"""Writes ../fixtures/{clip,clip-joint,siglip,dinov2,vit}: tiny random models in the Hugging Face ONNX layout,
and ../fixtures/embeddings.json: what torch computes with them for fixed texts and pictures.

python make_fixtures.py && oxfmt ../fixtures   (torch 2.15, transformers 5.23, onnxscript 0.7, onnxruntime 1.32, tokenizers 0.23)
"""

import json
import shutil
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.float16 import convert_float_to_float16
from PIL import Image
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from transformers import (CLIPConfig, CLIPModel, CLIPTokenizer, Dinov2Config, Dinov2Model, PreTrainedTokenizerFast,
                          SiglipConfig, SiglipModel, ViTConfig, ViTModel)
from transformers.models.bit.image_processing_pil_bit import BitImageProcessorPil
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil
from transformers.models.vit.image_processing_pil_vit import ViTImageProcessorPil

warnings.filterwarnings("ignore")
HERE = Path(__file__).parent
OUT = HERE.parent / "fixtures"
WORDS = """a red square the same but blue picture of small large green circle on top left right of yellow
triangle look for another image that shows more of it with fewer shapes and a darker background""".split()
TEXTS = ["a red square", "The same, but BLUE!", "", "naïve café — 日本語 🙂", "it's the dog's 2nd picture",
         " ".join(WORDS * 4)]


def save_pictures():
    rng = np.random.default_rng(7)
    pictures = {}
    for name, (width, height) in {"wide": (50, 37), "tall": (33, 61), "exact": (32, 32)}.items():
        y, x = np.mgrid[0:height, 0:width]
        waves = np.stack([np.sin(x / 5 + k) + np.cos(y / (3 + k)) for k in range(3)], -1)
        data = np.clip(127 + 50 * waves + rng.normal(0, 6, waves.shape), 0, 255).astype(np.uint8)
        pictures[name] = Image.fromarray(data)
        pictures[name].save(OUT / f"{name}.png", optimize=True)
    return pictures


def clip_tokenizer():
    """CLIP's own kind of byte-pair vocabulary, trained on WORDS: 512 symbols, 60 merges, 2 specials."""
    from transformers.convert_slow_tokenizer import bytes_to_unicode
    symbols = list(bytes_to_unicode().values())
    pairs = CLIPTokenizer().backend_tokenizer
    trainer = trainers.BpeTrainer(vocab_size=10**6, initial_alphabet=symbols, end_of_word_suffix="</w>", max_token_length=6)
    learner = Tokenizer(models.BPE(end_of_word_suffix="</w>"))
    learner.pre_tokenizer = pairs.pre_tokenizer
    learner.train_from_iterator([" ".join(WORDS)] * 50, trainer)
    merges = [tuple(m) for m in json.loads(learner.to_str())["model"]["merges"]][:60]
    names = symbols + [s + "</w>" for s in symbols] + ["".join(m) for m in merges]
    names += ["<|startoftext|>", "<|endoftext|>"]
    return CLIPTokenizer(vocab={n: i for i, n in enumerate(names)}, merges=merges, model_max_length=77)


def siglip_tokenizer():
    """A unigram vocabulary with SigLIP's canonicalisation: lower case, no punctuation, </s> at the end."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([
        normalizers.Lowercase(), normalizers.Replace(Regex(r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~]"), ""),
        normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.UnigramTrainer(vocab_size=120, special_tokens=["<unk>", "</s>"], unk_token="<unk>")
    tokenizer.train_from_iterator([" ".join(WORDS)] * 50, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="<unk>", eos_token="</s>", pad_token="</s>",
                                   model_max_length=64, padding_side="right")


class Tower(torch.nn.Module):
    """A tower with named tensors out, as the exports on the hub have them."""

    def __init__(self, call, module):
        super().__init__()
        self.call, self.module = call, module

    def forward(self, *inputs):
        return self.call(self.module, *inputs)


def export(folder, name, call, module, inputs, outputs, dynamic):
    path = OUT / folder / "onnx" / f"{name}.onnx"
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(Tower(call, module).eval(), tuple(inputs.values()), str(path), input_names=list(inputs),
                      output_names=outputs, dynamic_shapes=(tuple(dynamic),), dynamo=True, external_data=False,
                      optimize=True, verbose=False)
    model = onnx.load(path)
    for node in model.graph.node:
        node.ClearField("doc_string")
        del node.metadata_props[:]
    for value in list(model.graph.input) + list(model.graph.output) + list(model.graph.initializer):
        del value.metadata_props[:]
    del model.graph.value_info[:]
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)
    return path


def variants(path):
    half = convert_float_to_float16(onnx.load(path), keep_io_types=True)
    onnx.save(half, path.with_name(path.stem + "_fp16.onnx"))
    quantize_dynamic(path, path.with_name(path.stem + "_quantized.onnx"), weight_type=QuantType.QUInt8)


def randomise(model):
    """Spread the weights so that different inputs give clearly different embeddings."""
    for name, parameter in model.named_parameters():
        if parameter.dim() > 1:
            torch.nn.init.normal_(parameter, std=0.15)
        elif "weight" not in name:
            torch.nn.init.normal_(parameter, std=0.05)
    return model.eval()


def unit(tensor):
    return torch.nn.functional.normalize(tensor, dim=-1).tolist()


def write(folder, config, tokenizer, processor):
    (OUT / folder).mkdir(parents=True, exist_ok=True)
    config.save_pretrained(OUT / folder)
    processor.save_pretrained(OUT / folder)
    path = OUT / folder / "preprocessor_config.json"
    if not path.exists():  # transformers 5 may write processor_config.json; the hub has this name
        (OUT / folder / "processor_config.json").rename(path)
    settings = json.loads(path.read_text())
    settings = settings.get("image_processor", settings)
    kind = settings.get("image_processor_type", type(processor).__name__)
    settings["image_processor_type"] = kind.replace("Pil", "")
    path.write_text(json.dumps(settings, indent=2) + "\n")
    if tokenizer is not None:
        tokenizer.save_pretrained(OUT / folder)


def clip(pictures):
    torch.manual_seed(1)
    tokenizer = clip_tokenizer()
    size = len(tokenizer)
    text = dict(vocab_size=size, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
                max_position_embeddings=77, bos_token_id=size - 2, eos_token_id=size - 1, pad_token_id=size - 1)
    vision = dict(hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, image_size=32, patch_size=8)
    config = CLIPConfig(text_config=text, vision_config=vision, projection_dim=24, attn_implementation="eager")
    model = randomise(CLIPModel(config))
    model.set_attn_implementation("eager")
    processor = CLIPImageProcessorPil(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32})
    write("clip", config, tokenizer, processor)
    batch, length = torch.export.Dim("batch_size", min=1, max=4096), torch.export.Dim("sequence_length", min=2, max=77)
    ids = torch.randint(0, 600, (2, 11))
    ids[:, -1] = size - 1
    pixels = torch.randn(3, 3, 32, 32)
    features = lambda out: out if isinstance(out, torch.Tensor) else out.pooler_output
    text_of = lambda m, i: features(m.get_text_features(input_ids=i))
    image_of = lambda m, p: features(m.get_image_features(pixel_values=p))
    variants(export("clip", "text_model", text_of, model, {"input_ids": ids}, ["text_embeds"], [{0: batch, 1: length}]))
    variants(export("clip", "vision_model", image_of, model, {"pixel_values": pixels}, ["image_embeds"], [{0: batch}]))

    write("clip-joint", config, tokenizer, processor)
    def joint(m, i, p, a):
        out = m(input_ids=i, pixel_values=p, attention_mask=a)
        return out.logits_per_image, out.logits_per_text, out.text_embeds, out.image_embeds
    texts = torch.export.Dim("text_batch_size", min=1, max=4096)
    images = torch.export.Dim("image_batch_size", min=1, max=4096)
    export("clip-joint", "model", joint, model,
           {"input_ids": ids, "pixel_values": pixels, "attention_mask": torch.ones_like(ids)},
           ["logits_per_image", "logits_per_text", "text_embeds", "image_embeds"],
           [{0: texts, 1: length}, {0: images}, {0: texts, 1: length}])

    raw = []
    for t in TEXTS:
        tokens = tokenizer([t], truncation=True, max_length=77, return_tensors="pt")
        raw.append(features(model.get_text_features(**tokens))[0])
    ids = [tokenizer(t, truncation=True, max_length=77)["input_ids"] for t in TEXTS]
    seen = {n: features(model.get_image_features(processor(p, return_tensors="pt")["pixel_values"]))[0]
            for n, p in pictures.items()}
    composed = [{"image": n, "text": TEXTS[k], "embedding": unit(seen[n] + raw[k])} for n, k in [("wide", 1), ("tall", 4)]]
    return {"tokens": ids, "text": unit(torch.stack(raw)), "image": {n: unit(v) for n, v in seen.items()}, "composed": composed}


def siglip(pictures):
    torch.manual_seed(2)
    tokenizer = siglip_tokenizer()
    text = dict(vocab_size=len(tokenizer), hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
                max_position_embeddings=64, projection_size=32, pad_token_id=1, eos_token_id=1)
    vision = dict(hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, image_size=32, patch_size=8)
    config = SiglipConfig(text_config=text, vision_config=vision)
    model = randomise(SiglipModel(config))
    model.set_attn_implementation("eager")
    processor = SiglipImageProcessorPil(size={"height": 32, "width": 32})
    write("siglip", config, tokenizer, processor)
    batch = torch.export.Dim("batch_size", min=1, max=4096)
    ids, pixels = torch.randint(0, 100, (2, 64)), torch.randn(3, 3, 32, 32)
    text_of = lambda m, i: (lambda o: (o.last_hidden_state, o.pooler_output))(m.text_model(input_ids=i))
    image_of = lambda m, p: (lambda o: (o.last_hidden_state, o.pooler_output))(m.vision_model(pixel_values=p))
    names = ["last_hidden_state", "pooler_output"]
    export("siglip", "text_model", text_of, model, {"input_ids": ids}, names, [{0: batch}])
    export("siglip", "vision_model", image_of, model, {"pixel_values": pixels}, names, [{0: batch}])
    tokens = tokenizer(TEXTS, padding="max_length", truncation=True, max_length=64, return_tensors="pt")
    return {"tokens": tokens["input_ids"].tolist(), "text": unit(model.text_model(tokens["input_ids"]).pooler_output),
            "image": {n: unit(model.vision_model(processor(p, return_tensors="pt")["pixel_values"]).pooler_output[0])
                      for n, p in pictures.items()}}


def backbone(folder, model, processor, pictures):
    randomise(model)
    model.set_attn_implementation("eager")
    write(folder, model.config, None, processor)
    batch = torch.export.Dim("batch_size", min=1, max=4096)
    image_of = lambda m, p: (lambda o: (o.last_hidden_state, o.pooler_output))(m(pixel_values=p))
    export(folder, "model", image_of, model, {"pixel_values": torch.randn(3, 3, 32, 32)},
           ["last_hidden_state", "pooler_output"], [{0: batch}])
    out = {n: model(processor(p, return_tensors="pt")["pixel_values"]) for n, p in pictures.items()}
    return {"image": {n: unit(o.last_hidden_state[0, 0]) for n, o in out.items()},
            "mean": {n: unit(o.last_hidden_state[0, 1:].mean(0)) for n, o in out.items()},
            "pooler": {n: unit(o.pooler_output[0]) for n, o in out.items()}}


with torch.no_grad():
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    pictures = save_pictures()
    size = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, image_size=32, patch_size=8)
    torch.manual_seed(3)
    dinov2 = Dinov2Model(Dinov2Config(mlp_ratio=2, **size))
    bit = BitImageProcessorPil(size={"shortest_edge": 40}, crop_size={"height": 32, "width": 32}, resample=3,
                               image_mean=[0.485, 0.456, 0.406], image_std=[0.229, 0.224, 0.225])
    torch.manual_seed(4)
    vit = ViTModel(ViTConfig(intermediate_size=48, **size))
    reference = {"texts": TEXTS, "clip": clip(pictures), "siglip": siglip(pictures),
                 "dinov2": backbone("dinov2", dinov2, bit, pictures),
                 "vit": backbone("vit", vit, ViTImageProcessorPil(size={"height": 32, "width": 32}), pictures)}
    rounded = json.loads(json.dumps(reference), parse_float=lambda s: round(float(s), 7))
    (OUT / "embeddings.json").write_text(json.dumps(rounded) + "\n")

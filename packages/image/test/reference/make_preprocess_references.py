"""Writes preprocess-references.json beside this file: what Pillow and transformers make of pictures.

    python make_preprocess_references.py && oxfmt .     # Pillow 13.0.0, transformers 5.23.0, torchvision 0.29.2

Pictures are given by size and seed, by the formula of `picture` below and of ../picture.ts.
"""

import base64, hashlib, json, pathlib
import numpy as np
from PIL import Image
from transformers.models.bit.image_processing_bit import BitImageProcessor
from transformers.models.bit.image_processing_pil_bit import BitImageProcessorPil
from transformers.models.clip.image_processing_clip import CLIPImageProcessor
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
from transformers.models.deit.image_processing_deit import DeiTImageProcessor
from transformers.models.deit.image_processing_pil_deit import DeiTImageProcessorPil
from transformers.models.dinov3_vit.image_processing_dinov3_vit import DINOv3ViTImageProcessor
from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil
from transformers.models.siglip.image_processing_siglip import SiglipImageProcessor
from transformers.models.vit.image_processing_pil_vit import ViTImageProcessorPil
from transformers.models.vit.image_processing_vit import ViTImageProcessor

PROCESSORS = {
    "CLIPImageProcessor": (CLIPImageProcessorPil, CLIPImageProcessor),
    "SiglipImageProcessor": (SiglipImageProcessorPil, SiglipImageProcessor),
    "BitImageProcessor": (BitImageProcessorPil, BitImageProcessor),
    "ViTImageProcessor": (ViTImageProcessorPil, ViTImageProcessor),
    "DeiTImageProcessor": (DeiTImageProcessorPil, DeiTImageProcessor),
}
IMAGENET = {"image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}
CONFIGS = {
    "CLIP": {"image_processor_type": "CLIPImageProcessor"},
    "CLIP, as first published": {"feature_extractor_type": "CLIPFeatureExtractor", "size": 224, "crop_size": 224,
        "do_center_crop": True, "do_normalize": True, "do_resize": True, "resample": 3,
        "image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711]},
    "SigLIP": {"image_processor_type": "SiglipImageProcessor", "size": {"height": 224, "width": 224}, "resample": 3,
        "rescale_factor": 0.00392156862745098, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]},
    "DINOv2": {"image_processor_type": "BitImageProcessor", "size": {"shortest_edge": 256}, "resample": 3,
        "crop_size": {"height": 224, "width": 224}, **IMAGENET},
    "ViT": {"image_processor_type": "ViTImageProcessor"},
    "ViT, number as size": {"feature_extractor_type": "ViTFeatureExtractor", "size": 192},
    "DeiT": {"image_processor_type": "DeiTImageProcessor", **IMAGENET},
    "small CLIP": {"image_processor_type": "CLIPImageProcessor", "size": {"shortest_edge": 37}, "crop_size": {"height": 31, "width": 35}},
    "crop beyond the picture": {"image_processor_type": "CLIPImageProcessor", "size": {"shortest_edge": 24}, "crop_size": {"height": 41, "width": 33}},
    "no rescale": {"image_processor_type": "ViTImageProcessor", "size": {"height": 20, "width": 33}, "do_rescale": False, "do_normalize": False},
    "no resize": {"image_processor_type": "CLIPImageProcessor", "do_resize": False, "crop_size": 40, "do_normalize": False},
    "lanczos": {"image_processor_type": "SiglipImageProcessor", "size": {"height": 33, "width": 29}, "resample": 1},
}
SIZES = [(512, 384), (383, 511), (97, 61), (31, 224), (900, 13), (13, 700), (224, 224), (1, 5), (640, 241)]


def picture(width, height, seed):
    y, x, c = np.meshgrid(*(np.arange(n, dtype=np.uint32) for n in (height, width, 3)), indexing="ij")
    h = x * np.uint32(374761393) + y * np.uint32(668265263) + c * np.uint32(2246822519) + np.uint32(seed)
    h = (h ^ (h >> np.uint32(13))) * np.uint32(1274126177)
    smooth = (x * 5 + y * 3 + c * 60) % 256
    return np.where(((x >> 4) + (y >> 4)) % 2 == 1, h >> np.uint32(24), smooth).astype(np.uint8)


def sha256(array):
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


preprocessed = []
for name, config in CONFIGS.items():
    kind = config.get("image_processor_type") or config["feature_extractor_type"].replace("FeatureExtractor", "ImageProcessor")
    slow, fast = (cls.from_dict(dict(config)) for cls in PROCESSORS[kind])
    for seed, (width, height) in enumerate(SIZES):
        image = Image.fromarray(picture(width, height, seed))
        tensor = slow(image, return_tensors="np")["pixel_values"][0].astype(np.float32)
        raw = {"do_rescale": False, "do_normalize": False, "return_tensors": "np"}
        pixels = slow(image, **raw)["pixel_values"][0]
        other = fast(image, **raw)["pixel_values"][0]
        distance = np.abs(pixels.astype(int) - np.asarray(other).astype(int))
        preprocessed.append({
            "name": name, "config": config, "width": width, "height": height, "seed": seed,
            "shape": list(tensor.shape), "sha256": sha256(tensor),
            **({"pixels": base64.b64encode(np.ascontiguousarray(pixels, dtype=np.uint8).tobytes()).decode()} if pixels.size < 4000 and seed in (0, 2) else {}),
            "torchvision": {"most": int(distance.max()), "mean": round(float(distance.mean()), 4)},
        })

# DINOv3's has no Pillow twin: it scales before it resizes, in float, so its tensors are kept as they are. The keys are
# those that its class saves; without a mean and a standard deviation, for the defaults.
DINOV3 = {"crop_size": None, "data_format": "channels_first", "default_to_square": True, "device": None,
    "disable_grouping": None, "do_center_crop": None, "do_convert_rgb": None, "do_normalize": True, "do_rescale": True,
    "do_resize": True, "image_processor_type": "DINOv3ViTImageProcessorFast", "input_data_format": None, "resample": 2,
    "rescale_factor": 0.00392156862745098, "return_tensors": None, "size": {"height": 7, "width": 9}}
dinov3 = []
for seed, (width, height) in enumerate(SIZES):
    processor = DINOv3ViTImageProcessor.from_dict({key: value for key, value in DINOV3.items() if value is not None})
    tensor = processor(Image.fromarray(picture(width, height, seed)), return_tensors="np")["pixel_values"][0]
    tensor = np.ascontiguousarray(tensor, dtype="<f4")
    dinov3.append({"width": width, "height": height, "seed": seed, "tensor": base64.b64encode(tensor.tobytes()).decode()})

resized = []
for number, name in [(1, "lanczos"), (2, "bilinear"), (3, "bicubic"), (4, "box"), (5, "hamming")]:
    for seed, (width, height, to_width, to_height) in enumerate(
        [(97, 61, 40, 33), (40, 33, 97, 61), (61, 97, 61, 20), (3, 400, 50, 7), (200, 3, 1, 1), (33, 33, 33, 34)]
    ):
        image = Image.fromarray(picture(width, height, seed)).resize((to_width, to_height), number)
        resized.append({"interpolation": name, "width": width, "height": height, "seed": seed,
            "toWidth": to_width, "toHeight": to_height, "sha256": sha256(np.asarray(image))})

def lines(rows):
    return "[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]"


here = pathlib.Path(__file__).with_name("preprocess-references.json")
here.write_text(f'{{"preprocessed": {lines(preprocessed)},\n"dinov3": {{"config": {json.dumps(DINOV3)}, "tensors": {lines(dinov3)}}},\n"resized": {lines(resized)}}}\n')
most = max(p["torchvision"]["most"] for p in preprocessed)
print(len(preprocessed), len(resized), "torchvision differs by at most", most,
      "mean", np.mean([p["torchvision"]["mean"] for p in preprocessed]))

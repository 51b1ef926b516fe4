"""Writes pngs.json: pictures encoded by Pillow, with their decoded pixels.

/path/to/python test/reference/make_pngs.py > test/reference/pngs.json
"""

import base64
import io
import json
import sys

import PIL
from PIL import Image


def picture(mode: str) -> Image.Image:
    image = Image.new(mode, (13, 9))
    image.putdata([
        tuple((x * 19 + y * y * 7 + channel * 83) % 256 for channel in range(len(mode)))
        for y in range(9) for x in range(13)
    ])
    return image


def entry(mode: str) -> dict:
    image = picture(mode)
    file = io.BytesIO()
    image.save(file, "PNG")
    return {
        "mode": mode,
        "width": image.width,
        "height": image.height,
        "file": base64.b64encode(file.getvalue()).decode(),
        "rgb": base64.b64encode(image.convert("RGB").tobytes()).decode(),
    }


json.dump({"pillow": PIL.__version__, "pictures": [entry("RGB"), entry("RGBA")]}, sys.stdout, indent=2)
sys.stdout.write("\n")

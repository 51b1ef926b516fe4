"""Makes npy.json: files as numpy writes them. Run: python test/reference/npy.py"""

import base64
import io
import json
import pathlib

import numpy

values = [[0.0, -0.0, 1.0], [0.1, -65504.0, 6.1e-5], [5.9604645e-08, 3.14159, -2.5]]


def file_of(array, **options):
    buffer = io.BytesIO()
    numpy.lib.format.write_array(buffer, array, **options)
    return base64.b64encode(buffer.getvalue()).decode()


float32 = numpy.array(values, dtype="<f4")
float16 = numpy.array(values, dtype="<f2")
reference = {
    "numpy": numpy.__version__,
    "float32": {"file": file_of(float32, version=(1, 0)), "values": float32.flatten().tolist()},
    "float32Version2": {"file": file_of(float32, version=(2, 0)), "values": float32.flatten().tolist()},
    "float16": {"file": file_of(float16), "values": float16.astype("<f4").flatten().tolist()},
    "empty": {"file": file_of(numpy.zeros((0, 3), dtype="<f4")), "values": []},
    "unsupported": {
        "float64": file_of(numpy.zeros((2, 2))),
        "bigEndian": file_of(numpy.zeros((2, 2), dtype=">f4")),
        "fortranOrder": file_of(numpy.asfortranarray(numpy.ones((2, 3), dtype="<f4"))),
        "vector": file_of(numpy.zeros(3, dtype="<f4")),
    },
}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(reference, indent=2) + "\n")

"""Writes models.json: ONNX files as the onnx package makes and checks them, in base64, with what is in them;
and external.json: one with its weights in a file beside it.

python make_models.py   (onnx 1.23)
"""

import base64
import json
import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

T = TensorProto


def typed(name, data_type, values):
    """A tensor in the field of numbers that its type has, not in raw bytes."""
    return helper.make_tensor(name, data_type, [len(values)], values, raw=False)


def base(nodes, inputs, outputs, initializers=(), **kwargs):
    graph = helper.make_graph(nodes, "reference", inputs, outputs, list(initializers))
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8, producer_name="onnx", **kwargs)
    onnx.checker.check_model(model, full_check=True)
    return base64.b64encode(model.SerializeToString(deterministic=True)).decode()


x = helper.make_tensor_value_info("x", T.FLOAT, ["n", 2])
y = helper.make_tensor_value_info("y", T.FLOAT, ["n", 3])
weights = numpy_helper.from_array(np.arange(6, dtype=np.float32).reshape(2, 3), "w")
models = {"matmul": base([helper.make_node("MatMul", ["x", "w"], ["y"], name="first")], [x], [y], [weights])}

kinds = {"float32": (T.FLOAT, [1.5, -2]), "float64": (T.DOUBLE, [0.1, -3]), "float16": (T.FLOAT16, [1.5, -2]),
         "bfloat16": (T.BFLOAT16, [1.5, -2]), "int8": (T.INT8, [-1, 2]), "uint8": (T.UINT8, [1, 255]),
         "int16": (T.INT16, [-300, 5]), "uint16": (T.UINT16, [3, 65535]), "int32": (T.INT32, [-70000, 1]),
         "uint32": (T.UINT32, [1, 2**32 - 1]), "int64": (T.INT64, [-(2**62), 3]), "uint64": (T.UINT64, [2**64 - 1, 3]),
         "bool": (T.BOOL, [True, False]), "string": (T.STRING, [b"a", "é".encode()])}
models["data-types"] = base([helper.make_node("Identity", ["float32"], ["y"])], [],
                            [helper.make_tensor_value_info("y", T.FLOAT, [2])],
                            [typed(name, kind, values) for name, (kind, values) in kinds.items()])

branch = lambda value: helper.make_graph(
    [helper.make_node("Constant", [], ["r"], value=numpy_helper.from_array(np.array([value], np.float32), "c"))],
    f"branch-{value}", [], [helper.make_tensor_value_info("r", T.FLOAT, [1])])
models["attributes"] = base(
    [helper.make_node("If", ["cond"], ["a"], then_branch=branch(1), else_branch=branch(2)),
     helper.make_node("LeakyRelu", ["a"], ["b"], alpha=0.25),
     helper.make_node("Unsqueeze", ["b", "axes"], ["c"]),
     helper.make_node("Conv", ["c", "k"], ["d"], kernel_shape=[1], pads=[0, 0], auto_pad="NOTSET", group=1),
     helper.make_node("Cast", ["d"], ["y"], to=T.FLOAT)],
    [helper.make_tensor_value_info("cond", T.BOOL, [])], [helper.make_tensor_value_info("y", T.FLOAT, [1, 1, 1])],
    [numpy_helper.from_array(np.array([0, 1]), "axes"), numpy_helper.from_array(np.ones((1, 1, 1), np.float32), "k")])
(Path(__file__).parent / "models.json").write_text(json.dumps(models, indent=2) + "\n")

with tempfile.TemporaryDirectory() as folder:
    shape = numpy_helper.from_array(np.array([3, 2]), "shape")
    nodes = [helper.make_node("Reshape", ["w", "shape"], ["v"]), helper.make_node("MatMul", ["x", "w"], ["y"])]
    model = onnx.load_from_string(base64.b64decode(base(nodes, [x], [y], [weights, shape])))
    onnx.save_model(model, f"{folder}/model.onnx", save_as_external_data=True, location="model.onnx_data", size_threshold=0)
    files = {key: base64.b64encode(Path(f"{folder}/model.{key}").read_bytes()).decode() for key in ("onnx", "onnx_data")}
(Path(__file__).parent / "external.json").write_text(json.dumps(files, indent=2) + "\n")

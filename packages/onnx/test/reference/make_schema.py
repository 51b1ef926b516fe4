"""Writes src/definition/onnx-schema.json: the messages of onnx.proto as a protobufjs descriptor.

python make_schema.py ../../src/definition/onnx-schema.json   (onnx 1.19 or later)
"""

import json
import sys

from google.protobuf.descriptor import FieldDescriptor as F
from onnx import onnx_ml_pb2

SCALARS = {F.TYPE_FLOAT: "float", F.TYPE_DOUBLE: "double", F.TYPE_INT32: "int32", F.TYPE_INT64: "int64",
           F.TYPE_UINT64: "uint64", F.TYPE_STRING: "string", F.TYPE_BYTES: "bytes"}


def camel(name):
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


def field_json(field):
    if field.type == F.TYPE_ENUM:
        type_name = "int32"
    elif field.type == F.TYPE_MESSAGE:
        type_name = field.message_type.full_name.removeprefix("onnx.")
    else:
        type_name = SCALARS[field.type]
    out = {"type": type_name, "id": field.number}
    repeated = field.is_repeated if hasattr(field, "is_repeated") else field.label == F.LABEL_REPEATED
    if repeated:
        out = {"rule": "repeated", **out, "options": {"packed": bool(field.is_packed)}}
    return out


def message_json(message):
    fields = {camel(f.name): field_json(f) for f in sorted(message.fields, key=lambda f: f.number)}
    out = {"fields": fields}
    if message.nested_types:
        out["nested"] = {m.name: message_json(m) for m in message.nested_types}
    return out


file = onnx_ml_pb2.DESCRIPTOR
messages = sorted(file.message_types_by_name.items())
schema = {"nested": {name: {"edition": "proto2", **message_json(m)} for name, m in messages}}
with open(sys.argv[1], "w") as out:
    json.dump(schema, out, indent=2)
    out.write("\n")

"""Gradients by torch of one small case for each rule: python make_gradients.py > gradients.json

torch 2, float64 unless the case says float32 (operators that ONNX Runtime has no float64 kernel of).
The loss is the sum of the output times fixed random weights. Products may differ in the last digit
from one build of torch to the next.
"""

import json

import torch
import torch.nn.functional as F

CASES = {}


def case(name, fn, dtype="float64", low=-1.5, high=1.5, **shapes):
    generator = torch.Generator().manual_seed(len(CASES))
    kind = getattr(torch, dtype)
    inputs = {}
    for key, shape in shapes.items():
        value = torch.rand(shape, generator=generator, dtype=torch.float64) * (high - low) + low
        inputs[key] = (value * 1000).round().div(1000).to(kind).requires_grad_()
    y = fn(**inputs)
    weights = (torch.rand(y.shape, generator=generator, dtype=torch.float64) * 2 - 1) * 1000
    weights = weights.round().div(1000).to(kind)
    (y * weights).sum().backward()
    pack = lambda t: {"dims": list(t.shape), "data": t.detach().flatten().tolist()}
    CASES[name] = {
        "dataType": dtype,
        "inputs": {k: pack(v) for k, v in inputs.items()},
        "weights": pack(weights),
        "gradients": {k: pack(v.grad) for k, v in inputs.items()},
    }


mm = lambda a, b: a @ b
case("MatMul", mm, a=(3, 4), b=(4, 2))
case("MatMul batch by matrix", mm, a=(2, 3, 4), b=(4, 2))
case("MatMul batch by batch", mm, a=(2, 3, 2, 4), b=(2, 3, 4, 2))
case("MatMul broadcast", mm, a=(2, 1, 3, 4), b=(3, 4, 2))
case("MatMul matrix by batch", mm, a=(3, 4), b=(2, 4, 2))
case("MatMul vector by matrix", mm, a=(4,), b=(4, 2))
case("MatMul matrix by vector", mm, a=(2, 3, 4), b=(4,))
case("MatMul vector by batch", mm, a=(4,), b=(2, 4, 3))
case("MatMul vector by vector", mm, a=(4,), b=(4,))
case("Gemm", lambda a, b, c: 0.5 * a @ b + 2 * c, a=(3, 4), b=(4, 2), c=(2,))
case("Gemm transA", lambda a, b, c: a.T @ b + c, a=(4, 3), b=(4, 2), c=(3, 1))
case("Gemm transB", lambda a, b, c: 3 * a @ b.T + c, a=(3, 4), b=(2, 4), c=(3, 2))
case("Gemm transA transB", lambda a, b: 0.5 * a.T @ b.T, a=(4, 3), b=(2, 4))
conv = lambda **k: (lambda x, w, b: F.conv2d(x, w, b, **k))
case("Conv patches", conv(stride=(2, 3)), "float32", x=(2, 2, 4, 6), w=(3, 2, 2, 3), b=(3,))
case("Conv same", conv(padding=1), "float32", x=(2, 2, 4, 5), w=(3, 2, 3, 3), b=(3,))
case("Conv general", conv(stride=2, padding=1, dilation=(1, 2)), "float32", x=(1, 2, 6, 8), w=(2, 2, 3, 2), b=(2,))
case("Conv 1-D", lambda x, w: F.conv1d(x, w, stride=2), "float32", x=(2, 2, 6), w=(3, 2, 3))
case("Conv groups", lambda x: F.conv2d(x, torch.arange(1, 17, dtype=torch.float32).reshape(4, 1, 2, 2), groups=2), "float32", x=(1, 2, 3, 3))
case("Add", lambda a, b: a + b, a=(2, 3, 4), b=(3, 1))
case("Sub", lambda a, b: a - b, a=(3, 1), b=(2, 1, 4))
case("Mul", lambda a, b: a * b, a=(2, 3), b=(2, 1))
case("Mul by itself", lambda x: x * x, x=(2, 3))
case("Div", lambda a, b: a / b, low=0.5, high=2.0, a=(2, 1, 3), b=(4, 1))
case("Sum", lambda a, b, c: a + b + c, a=(2, 3), b=(3,), c=(2, 1))
case("Neg", lambda x: -x, x=(2, 3))
case("Reshape", lambda x: x.reshape(3, 4), x=(2, 2, 3))
case("Flatten", lambda x: x.reshape(2, 6), x=(2, 2, 3))
case("Transpose", lambda x: x.permute(2, 0, 1), x=(2, 3, 4))
case("Concat", lambda a, b: torch.cat([a, b, a], 1), a=(2, 1, 2), b=(2, 3, 2))
case("Slice", lambda x: x[1:3, -2:], x=(4, 3))
case("Slice by steps", lambda x: x[:, 1::2].flip(0), x=(3, 5))
case("Split", lambda x: x.split([1, 3], 1)[1], x=(2, 4))
case("Split in equal parts", lambda x: (lambda p: p[0] * p[2])(x.split(2, 1)), x=(2, 6))
case("Gather rows", lambda x: x[torch.tensor([[0, 2, 2], [-1, 0, 2]])], x=(4, 3))
case("Gather columns", lambda x: x[:, torch.tensor([[1, 1], [3, 0]])], x=(2, 4, 2))
case("Gather one", lambda x: x[:, 0], x=(2, 3, 2))
case("GatherElements", lambda x: x.gather(1, torch.tensor([[1, 1, 0], [2, 0, 0]])), x=(2, 3))
case("Squeeze", lambda x: x.squeeze(1), x=(2, 1, 3))
case("Unsqueeze", lambda x: x[:, None, :, None], x=(2, 3))
case("Expand", lambda x: x.expand(2, 3, 4), x=(3, 1))
case("Where", lambda a, b: torch.where(torch.tensor([[True, False, True], [False, True, False]]), a, b), a=(2, 3), b=(1, 3))
case("Cast", lambda x: x.float().double(), x=(2, 3))
case("Softmax", lambda x: x.softmax(-1), x=(2, 5))
case("Softmax axis", lambda x: x.softmax(1), x=(2, 4, 3))
case("LogSoftmax", lambda x: x.log_softmax(-1), x=(2, 5))
case("LayerNormalization", lambda x, scale, bias: F.layer_norm(x, (5,), scale, bias), x=(2, 3, 5), scale=(5,), bias=(5,))
case("LayerNormalization two axes", lambda x, scale: F.layer_norm(x, (3, 4), scale), x=(2, 3, 4), scale=(3, 4))
case("Gelu", lambda x: F.gelu(x), "float32", x=(3, 4))
case("Gelu tanh", lambda x: F.gelu(x, approximate="tanh"), "float32", x=(3, 4))
case("Gelu as exported", lambda x: F.gelu(x), "float32", x=(3, 4))
case("QuickGelu as exported", lambda x: x * torch.sigmoid(1.702 * x), x=(3, 4))
case("Erf", lambda x: torch.erf(x), "float32", x=(3, 4))
case("Sigmoid", lambda x: x.sigmoid(), x=(2, 3))
case("Tanh", lambda x: x.tanh(), x=(2, 3))
case("Relu", lambda x: x.relu(), x=(3, 4))
case("Softplus", lambda x: F.softplus(x), "float32", x=(3, 4))
case("ReduceSum", lambda x: x.sum(1, keepdim=True), x=(2, 3, 4))
case("ReduceSum all", lambda x: x.sum(), x=(2, 3))
case("ReduceMean", lambda x: x.mean((0, 2)), x=(2, 3, 4))
case("ReduceMax", lambda x: x.amax(-1), x=(3, 4))
case("ReduceMin", lambda x: x.amin(0, keepdim=True), x=(3, 4))
case("ReduceL2", lambda x: x.norm(dim=-1, keepdim=True), x=(3, 4))
case("Sqrt", lambda x: x.sqrt(), low=0.5, x=(2, 3))
case("Pow square", lambda x: x ** 2, x=(2, 3))
case("Pow root", lambda x: x ** -0.5, low=0.5, x=(2, 3))
case("Pow by element", lambda x: x ** torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64), low=0.5, x=(2, 3))
case("Exp", lambda x: x.exp(), x=(2, 3))
case("Log", lambda x: x.log(), low=0.5, x=(2, 3))
case("Abs", lambda x: x.abs(), x=(2, 3))
case("Reciprocal", lambda x: 1 / x, low=0.5, x=(2, 3))
case("Sin", lambda x: x.sin(), x=(2, 3))
case("Cos", lambda x: x.cos(), "float32", x=(2, 3))
case("Clip", lambda x: x.clamp(-0.5, 0.75), x=(3, 4))
case("Identity and Dropout", lambda x: x + 0, x=(2, 3))
case("fan-out", lambda x: x.exp() * x + x.sum(0), x=(2, 3))
case("shapes as exported", lambda x: x.reshape(2, 3, 2, 2).transpose(1, 2), x=(2, 3, 4))
case("CastLike", lambda x: x.float().double(), x=(2, 3))
case("GatherND", lambda x: x[torch.tensor([0, -1, 0, 1]), torch.tensor([2, 0, 2, 2])], x=(2, 3, 2))
case("Tile", lambda x: x.repeat(2, 1, 3), x=(2, 3, 2))
case("Pow by both", lambda x, exponent: x ** exponent, low=0.5, x=(2, 3), exponent=(3,))
case("Conv depthwise", conv(padding=1, stride=2, groups=4), "float32", x=(2, 4, 5, 5), w=(4, 1, 3, 3), b=(4,))
case("Conv in groups", conv(padding=1, groups=2, dilation=(1, 2)), "float32", x=(2, 4, 4, 6), w=(6, 2, 3, 2), b=(6,))
case("MaxPool", lambda x: F.max_pool2d(x, 3, stride=2, padding=1), x=(2, 2, 6, 5))
case("AveragePool", lambda x: F.avg_pool2d(x, 2), "float32", x=(2, 2, 4, 6))
case("AveragePool padded", lambda x: F.avg_pool2d(x, 3, stride=2, padding=1, count_include_pad=False), "float32", x=(1, 2, 6, 5))
case("AveragePool padded and counted", lambda x: F.avg_pool2d(x, 3, stride=2, padding=1), "float32", x=(1, 2, 6, 5))
case("GlobalAveragePool", lambda x: F.adaptive_avg_pool2d(x, 1), "float32", x=(2, 3, 2, 2))
case("RMSNormalization", lambda x, scale: F.rms_norm(x, (5,), scale, 1e-5), x=(2, 3, 5), scale=(5,))
case("Swish", lambda x: F.silu(x), x=(3, 4))
case("Swish steep", lambda x: x * torch.sigmoid(1.702 * x), x=(3, 4))
case("HardSwish", lambda x: F.hardswish(x), low=-4, high=4, x=(3, 5))


def attention(mask=None, causal=False, scale=None, grouped=False):
    def fn(q, k, v, m=None):
        bias = mask if m is None else m
        return F.scaled_dot_product_attention(q, k, v, bias, is_causal=causal, scale=scale, enable_gqa=grouped)
    return fn


truth = torch.tensor([[True, True, False], [True, False, True], [True, True, True], [False, False, True]])
case("Attention", attention(), q=(2, 2, 3, 4), k=(2, 2, 3, 4), v=(2, 2, 3, 4))
case("Attention masked", attention(), q=(1, 2, 3, 4), k=(1, 2, 4, 4), v=(1, 2, 4, 2), m=(1, 1, 3, 4))
case("Attention by truth", attention(truth, scale=0.7), q=(2, 1, 4, 2), k=(2, 1, 3, 2), v=(2, 1, 3, 2))
case("Attention causal in groups", attention(causal=True, grouped=True), q=(1, 4, 3, 2), k=(1, 2, 3, 2), v=(1, 2, 3, 2))
heads = lambda t, n: t.unflatten(-1, (n, -1)).transpose(1, 2)
case("Attention of three axes", lambda q, k, v: attention()(heads(q, 2), heads(k, 2), heads(v, 2)).transpose(1, 2).flatten(2), q=(2, 3, 8), k=(2, 4, 8), v=(2, 4, 6))


def rotate(x, interleaved, dims):
    angle = torch.arange(1, 7, dtype=torch.float32).reshape(1, 3, 2) / 4
    c, s = angle.cos()[:, None], angle.sin()[:, None]
    turned, rest = x[..., :dims], x[..., dims:]
    a, b = (turned[..., ::2], turned[..., 1::2]) if interleaved else turned.chunk(2, -1)
    parts = (a * c - b * s, a * s + b * c)
    return torch.cat([torch.stack(parts, -1).flatten(-2) if interleaved else torch.cat(parts, -1), rest], -1)


case("RotaryEmbedding", lambda x: rotate(x, False, 4), "float32", x=(2, 2, 3, 4))
case("RotaryEmbedding interleaved in part", lambda x: rotate(x, True, 4), "float32", x=(2, 2, 3, 6))
case("Einsum", lambda a, b: torch.einsum("bhid,bhjd->bhij", a, b), a=(2, 2, 3, 4), b=(2, 2, 5, 4))
case("Einsum of one", lambda a: torch.einsum("bij->j", a), a=(2, 3, 4))
case("Einsum of three", lambda a, b, c: torch.einsum("ij,jk,k->ik", a, b, c), a=(2, 3), b=(3, 4), c=(4,))
case("CumSum", lambda x: x.cumsum(1), x=(2, 4))
case("CumSum exclusive from behind", lambda x: x.flip(0).cumsum(0).flip(0) - x, x=(4, 2))
case("Trilu", lambda x: x.tril(-1), x=(2, 4, 4))
case("Max", lambda a, b: torch.maximum(a, b), a=(2, 3), b=(3,))
case("Min", lambda a, b, c: torch.minimum(torch.minimum(a, b), c), a=(2, 3), b=(2, 1), c=(3,))
case("BatchNormalization", lambda x, scale, bias: F.batch_norm(x, torch.tensor([0.1, -0.2, 0.3], dtype=x.dtype), torch.tensor([0.5, 1.0, 2.0], dtype=x.dtype), scale, bias), x=(2, 3, 2, 2), scale=(3,), bias=(3,))
case("Einsum implied", lambda a, b: torch.einsum("ij,jk", a, b), a=(2, 3), b=(3, 4))
case("Einsum to a number", lambda a, b: torch.einsum("ij,ij->", a, b), a=(2, 3), b=(2, 3))

print(json.dumps(CASES))

"""Reads the float32 weights out of an ONNX file without the onnx package."""
import numpy as np

MODEL_GRAPH, GRAPH_INITIALISER = 7, 5
TENSOR_DIMENSION, TENSOR_TYPE, TENSOR_NAME, TENSOR_BYTES = 1, 2, 8, 9
FLOAT = 1


def _varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def _fields(data):
    """Number and content of every field of a protocol buffer message."""
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        kind = tag & 7
        if kind == 0:
            value, at = _varint(data, at)
        else:
            length, at = _varint(data, at) if kind == 2 else ({1: 8, 5: 4}[kind], at)
            value, at = data[at:at + length], at + length
        yield tag >> 3, value


def read(path):
    """Arrays by name."""
    with open(path, "rb") as f:
        model = f.read()
    weights = {}
    for graph in (value for number, value in _fields(model) if number == MODEL_GRAPH):
        for tensor in (value for number, value in _fields(graph) if number == GRAPH_INITIALISER):
            fields = list(_fields(tensor))
            single = dict(fields)
            if single.get(TENSOR_TYPE) == FLOAT and TENSOR_BYTES in single:
                shape = [value for number, value in fields if number == TENSOR_DIMENSION]
                weights[single[TENSOR_NAME].decode()] = np.frombuffer(single[TENSOR_BYTES], "<f4").reshape(shape).copy()
    return weights

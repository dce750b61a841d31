"""Writing ONNX graphs: the one module that imports ``onnx``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator
from onnx.utils import Extractor

OPSET = 17
# Read by every onnxruntime since 1.15.
_IR_VERSION = 8


def ints(*values: int) -> NDArray[np.int64]:
    """Shapes, axes and indices, as ONNX wants them."""
    return np.array(values, np.int64)


class Graph:
    """A graph under construction; calling it adds a node and returns its output's name."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def __call__(self, op: str, *inputs: str | NDArray[Any], **attributes: Any) -> str:
        """Add a node; arrays become constants of the graph."""
        return self.outputs(1, op, *inputs, **attributes)[0]

    def outputs(
        self, count: int, op: str, *inputs: str | NDArray[Any], **attributes: Any
    ) -> list[str]:
        """Add a node of several outputs; their names."""
        names = [each if isinstance(each, str) else self._constant(each) for each in inputs]
        stem = f"{op.lower()}_{len(self._nodes)}"
        outputs = [stem, *(f"{stem}_{i}" for i in range(1, count))]
        self._nodes.append(helper.make_node(op, names, outputs, **attributes))
        return outputs

    def _constant(self, array: NDArray[Any]) -> str:
        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def model_bytes(self, outputs: Sequence[tuple[str, str, tuple[int | str, ...]]]) -> bytes:
        """The checked model, the same bytes for the same graph.

        Input is ``audio`` float32 [batch, samples]; ``outputs`` are (node output,
        public name, shape), all float32.
        """
        nodes = list(self._nodes)
        nodes += [helper.make_node("Identity", [inner], [name]) for inner, name, _ in outputs]
        graph = helper.make_graph(
            nodes,
            "tuiradio",
            [helper.make_tensor_value_info("audio", TensorProto.FLOAT, ["batch", "samples"])],
            [
                helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))
                for _, name, shape in outputs
            ],
            self._constants,
        )
        model = helper.make_model(
            graph,
            producer_name="tuiradio",
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=_IR_VERSION,
        )
        onnx.checker.check_model(model, full_check=True)
        return bytes(model.SerializeToString(deterministic=True))


def behind_front_end(model: bytes, shape: tuple[int | str, ...]) -> tuple[bytes, str]:
    """The part of a model that follows its log-mel, and the name of that, now its input.

    For measuring a finished file on a corpus that holds log-mels and no audio.
    """
    whole = onnx.load_model_from_string(model)
    # The front end ends with the model's first logarithm and its change of base.
    log = next(node.output[0] for node in whole.graph.node if node.op_type == "Log")
    name = next(node.output[0] for node in whole.graph.node if log in node.input)
    inner = helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))
    whole.graph.value_info.append(inner)
    outputs = [each.name for each in whole.graph.output]
    part = Extractor(whole).extract_model([name], outputs)
    onnx.checker.check_model(part, full_check=True)
    return bytes(part.SerializeToString(deterministic=True)), name


@dataclass(frozen=True, slots=True)
class Weight:
    """A constant that a node works with, and what is added behind it."""

    op: str
    weight: NDArray[Any]
    bias: NDArray[Any] | None


def weights(model: bytes) -> Iterator[Weight]:
    """The constants of each node in order; biases from the node itself or an ``Add`` behind it."""
    graph = onnx.load_model_from_string(model).graph
    values = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    for node in graph.node:
        if not all(name in values for name in node.input):
            continue
        if node.op_type == "Cast":
            values[node.output[0]] = values[node.input[0]]
        elif node.op_type == "Mul":
            values[node.output[0]] = values[node.input[0]] * values[node.input[1]]
    added = {
        node.input[0]: values[node.input[1]]
        for node in graph.node
        if node.op_type == "Add" and node.input[1] in values
    }
    for node in graph.node:
        constants = [values[name] for name in node.input if name in values]
        if constants and node.output[0] not in values:
            bias = constants[1] if len(constants) > 1 else added.get(node.output[0])
            yield Weight(node.op_type, constants[0], bias)


def run(model: bytes, audio: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """The outputs of a model by the reference implementation of ONNX: slow, to check with."""
    return list(ReferenceEvaluator(onnx.load_model_from_string(model)).run(None, {"audio": audio}))

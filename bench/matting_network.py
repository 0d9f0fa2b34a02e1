"""This file is a network of the shape of U²-Net, with weights of chance.

It costs what `u2net` costs (Qin et al., "U²-Net: Going Deeper with Nested U-Structure
for Salient Object Detection", Pattern Recognition 2020: the same blocks, channels and
dilations, 44 million weights, 320² in and out) and says nothing about pictures. So
time can be measured without a download of 176 MB.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

if TYPE_CHECKING:
    from pathlib import Path

SIDE = 320

# Stage: block, depth (0 for the flat one), channels in, in the middle, out.
ENCODER = (
    (7, 3, 32, 64),
    (6, 64, 32, 128),
    (5, 128, 64, 256),
    (4, 256, 128, 512),
    (0, 512, 256, 512),
    (0, 512, 256, 512),
)
DECODER = (
    (0, 1024, 256, 512),
    (4, 1024, 128, 256),
    (5, 512, 64, 128),
    (6, 256, 32, 64),
    (7, 128, 16, 64),
)


class Graph:
    """Nodes and weights of a network, one after the other."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []
        self._random = np.random.default_rng(1)
        self._names = 0

    def add(self, kind: str, *inputs: str, **how: object) -> str:
        """Add a node and return the name of what comes out."""
        self._names += 1
        name = f"t{self._names}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **how))
        return name

    def weight(self, values: np.ndarray) -> str:
        """Add numbers and return their name."""
        self._names += 1
        name = f"w{self._names}"
        self.weights.append(numpy_helper.from_array(values, name))
        return name

    def conv(self, x: str, taken: int, given: int, dilation: int = 1) -> str:
        """Add a convolution of 3 by 3 with its ReLU (batch norm is folded in)."""
        size = (given, taken, 3, 3)
        values = self._random.normal(0, (2 / (9 * taken)) ** 0.5, size)
        weight = self.weight(values.astype(np.float32))
        bias = self.weight(np.zeros(given, np.float32))
        how = {"pads": [dilation] * 4, "dilations": [dilation] * 2}
        return self.add("Relu", self.add("Conv", x, weight, bias, **how))

    def pool(self, x: str) -> str:
        """Add the halving of a plane, rounded up."""
        how = {"kernel_shape": [2, 2], "strides": [2, 2], "ceil_mode": 1}
        return self.add("MaxPool", x, **how)

    def resized(self, x: str, side: int) -> str:
        """Add the enlargement of planes to a side."""
        shape = self.add("Shape", x, end=2)
        wanted = self.weight(np.array([side, side], np.int64))
        sizes = self.add("Concat", shape, wanted, axis=0)
        return self.add("Resize", x, "", "", sizes, mode="linear")

    def join(self, a: str, b: str) -> str:
        """Add the putting together of channels."""
        return self.add("Concat", a, b, axis=1)

    def block(self, x: str, side: int, how: tuple[int, int, int, int]) -> str:
        """Add a residual U-block: down, a dilated bottom, up, and what came in."""
        depth, taken, middle, given = how
        start = self.conv(x, taken, given)
        if not depth:
            return self._flat(start, middle, given)
        sides, seen, current = [side], [], self.conv(start, given, middle)
        for _ in range(depth - 2):
            seen.append(current)
            sides.append(-(-sides[-1] // 2))
            current = self.conv(self.pool(current), middle, middle)
        seen.append(current)
        current = self.conv(current, middle, middle, 2)
        for number in reversed(range(depth - 1)):
            out = given if number == 0 else middle
            current = self.conv(self.join(current, seen[number]), 2 * middle, out)
            if number:
                current = self.resized(current, sides[number - 1])
        return self.add("Add", current, start)

    def _flat(self, start: str, middle: int, given: int) -> str:
        """Add the block that dilates instead of shrinking."""
        one = self.conv(start, given, middle)
        two = self.conv(one, middle, middle, 2)
        three = self.conv(two, middle, middle, 4)
        four = self.conv(three, middle, middle, 8)
        current = self.conv(self.join(four, three), 2 * middle, middle, 4)
        current = self.conv(self.join(current, two), 2 * middle, middle, 2)
        current = self.conv(self.join(current, one), 2 * middle, given)
        return self.add("Add", current, start)


def write_network(path: Path) -> None:
    """Write the network as an ONNX file (176 MB)."""
    graph, current, side = Graph(), "x", SIDE
    seen: list[tuple[str, int]] = []
    for how in ENCODER:
        current = graph.block(current, side, how)
        seen.append((current, side))
        if len(seen) < len(ENCODER):
            current, side = graph.pool(current), -(-side // 2)
    for how, (before, wide) in zip(DECODER, reversed(seen[:-1]), strict=True):
        larger = graph.resized(current, wide)
        current = graph.block(graph.join(larger, before), wide, how)
    last = graph.weight(np.full((1, 64, 3, 3), 0.01, np.float32))
    mask = graph.add("Sigmoid", graph.add("Conv", current, last, pads=[1, 1, 1, 1]))
    kinds = TensorProto.FLOAT
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "shape of u2net",
            [helper.make_tensor_value_info("x", kinds, [1, 3, SIDE, SIDE])],
            [helper.make_tensor_value_info(mask, kinds, [1, 1, SIDE, SIDE])],
            graph.weights,
        ),
        opset_imports=[helper.make_opsetid("", 17)],
    )
    model.ir_version = 8
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model.SerializeToString())

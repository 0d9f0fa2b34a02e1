"""This file is what a matrix stands for: combinations of values, and their names."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from assetgen.manifest.fields import Scalar

MOST = 100_000  # assets of one entry: more is a mistake, and fills the memory


def count(matrix: Mapping[str, Sequence[Scalar]]) -> int:
    """Return how many assets a matrix makes."""
    return math.prod(len(values) for values in matrix.values())


def combinations(
    name: str,
    matrix: Mapping[str, Sequence[Scalar]],
    text: Callable[[str, int], str],
) -> Iterator[tuple[str, dict[str, Scalar]]]:
    """Yield the name and the values of every asset, the last key turning fastest.

    `text` gives a value as it was written, from its key and its index, so that
    ``1.10`` stays ``1.10`` in a name.
    """
    keys = list(matrix)
    for picks in itertools.product(*(range(len(matrix[key])) for key in keys)):
        pairs = list(zip(keys, picks, strict=True))
        values = {key: matrix[key][index] for key, index in pairs}
        yield "-".join([name, *(text(key, index) for key, index in pairs)]), values

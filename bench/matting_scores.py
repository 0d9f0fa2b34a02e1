"""This file is how far a cut-out is from the truth, in the numbers of the benchmark."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from matting_sources import Plane, Truth

DARK = 18.0
SIGMA = 1.4  # of the gradient error, as in Rhemann et al., CVPR 2009
NEAR = 3  # pixels around a soft one in which fringe is looked for
MEASURES = ("SAD", "MSE", "grad", "fringe")


def encoded(image: Image.Image) -> bytes:
    """Return a picture as a PNG."""
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=1)
    return file.getvalue()


def score(made: Image.Image, truth: Truth) -> dict[str, float]:
    """Return how far a cut-out is from the truth.

    SAD in thousands of pixels, MSE in thousandths, the gradient error in thousands,
    and fringe: the mean ΔE (CIE 1976) on a dark ground where subject and ground meet.
    """
    bands = np.asarray(made.convert("RGBA"), dtype=float)
    alpha = bands[..., 3] / 255
    apart = alpha - truth.alpha
    shown = bands[..., :3] * alpha[..., None] + DARK * (1 - alpha[..., None])
    wanted = truth.colour + DARK * (1 - truth.alpha[..., None])
    near = meeting(truth.alpha)
    return {
        "SAD": float(np.abs(apart).sum() / 1000),
        "MSE": float((apart**2).mean() * 1000),
        "grad": float((steepness(alpha) - steepness(truth.alpha)).__pow__(2).sum())
        / 1000,
        "fringe": float(
            np.sqrt(((lab(shown[near]) - lab(wanted[near])) ** 2).sum(axis=-1)).mean()
        ),
    }


def meeting(alpha: Plane) -> Plane:
    """Return where subject and ground meet: a few pixels around every soft one."""
    soft = Image.fromarray(((alpha > 0) & (alpha < 1)).astype(np.uint8) * 255)
    from PIL import ImageFilter  # noqa: PLC0415  only here

    return np.asarray(soft.filter(ImageFilter.MaxFilter(2 * NEAR + 1))) > 0


def steepness(alpha: Plane) -> Plane:
    """Return the size of the gradient, by derivatives of a Gaussian."""
    reach = np.arange(-5, 6)
    bell = np.exp(-(reach**2) / (2 * SIGMA**2))
    bell /= bell.sum()
    slope = -reach / SIGMA**2 * bell

    def along(plane: Plane, kernel: Plane, axis: int) -> Plane:
        return np.apply_along_axis(np.convolve, axis, plane, kernel, "same")

    across = along(along(alpha, bell, 0), slope, 1)
    down = along(along(alpha, slope, 0), bell, 1)
    return np.hypot(across, down)


def lab(colours: Plane) -> Plane:
    """Return sRGB colours (0 to 255) in CIELAB, D65."""
    level = colours.clip(0, 255) / 255
    linear = np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)  # noqa: PLR2004  sRGB's own
    matrix = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    xyz = linear @ matrix.T / np.array([0.9505, 1.0, 1.089])
    root = np.where(xyz <= 216 / 24389, (24389 / 27 * xyz + 16) / 116, np.cbrt(xyz))
    x, y, z = root[..., 0], root[..., 1], root[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)

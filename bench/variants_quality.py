"""This file is how good the sizes look that bench/variants.py times.

Every contestant's files are decoded and held against exact Lanczos arithmetic on the
picture: floats, alpha multiplied in, no halving on the way. Both stand on mid-grey.
PSNR and SSIM are means over the pictures and sizes of a format; bytes are their sum.

    python bench/variants_quality.py --sharp DIR   # DIR holds node_modules/sharp
    python bench/variants_quality.py --whole       # all 24 pictures, not four

Needs numpy and scikit-image (`pip install -e .[test]`).
"""

from __future__ import annotations

import argparse
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image
from skimage.metrics import structural_similarity
from variants import compose, contestants, measured, sharp_modules, wanted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Pixels = NDArray[np.float64]

GROUND = 128.0
SMALLEST_WINDOW = 7  # of SSIM, in pixels


@dataclass
class Marks:
    """What the files of one contestant in one format came to."""

    psnr: list[float] = field(default_factory=list)
    ssim: list[float] = field(default_factory=list)
    bytes: int = 0


def reference(source: Image.Image, size: int) -> Pixels:
    """Return the picture `size` wide, exactly, on mid-grey; 0 to 255."""
    pixels = np.asarray(source.convert("RGBA"), np.float32)
    alpha = pixels[..., 3] / 255
    box = (size, round(source.height * size / source.width))

    def shrunk(plane: NDArray[np.float32]) -> Pixels:
        made = Image.fromarray(plane).resize(box, Image.Resampling.LANCZOS)
        return np.asarray(made, np.float64)

    cover = np.clip(shrunk(alpha), 0, 1)
    bands = [shrunk(pixels[..., band] * alpha) for band in range(3)]
    shown = [band + (1 - cover) * GROUND for band in bands]
    return np.clip(np.stack(shown, -1), 0, 255)


def shown(file: Path) -> Pixels:
    """Return a file's pixels on mid-grey, 0 to 255."""
    with Image.open(file) as image:
        pixels = np.asarray(image.convert("RGBA"), np.float64)
    alpha = pixels[..., 3:] / 255
    return pixels[..., :3] * alpha + (1 - alpha) * GROUND


def judge(marks: Marks, exact: Pixels, file: Path) -> None:
    """Add what one file came to."""
    found = shown(file)
    error = float(((found - exact) ** 2).mean())
    marks.psnr.append(10 * np.log10(255**2 / max(error, 1e-9)))
    window = min(SMALLEST_WINDOW, *(side - 1 + side % 2 for side in found.shape[:2]))
    marks.ssim.append(
        structural_similarity(
            exact, found, channel_axis=-1, data_range=255, win_size=window
        )
    )
    marks.bytes += file.stat().st_size


def main() -> None:
    """Make every contestant's files once, judge them, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sharp", type=Path, help="folder with node_modules/sharp")
    parser.add_argument("--whole", action="store_true", help="all pictures")
    parser.add_argument("--sources", type=Path, help="keep the pictures here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        room = Path(place)
        folder = options.sources or room / "sources"
        compose(folder, quick=not options.whole)
        modules = sharp_modules(options.sharp)
        names = list(contestants(folder, room, "all", modules))
        names.remove("ours, spread")  # the same files
        for name in names:
            command = contestants(folder, room / name, "all", modules)[name]
            measured(command, room / name)
        report(folder, room, names)


def report(folder: Path, room: Path, names: list[str]) -> None:
    """Print one line a contestant and format."""
    marks: dict[tuple[str, str], Marks] = defaultdict(Marks)
    for source in sorted(folder.glob("*.png")):
        with Image.open(source) as picture:
            sizes = sorted({size for _, size in wanted(icons=False)})
            exact = {size: reference(picture, size) for size in sizes}
        for form, size in wanted(icons=False):
            for name in names:
                file = room / name / f"{source.stem}-{size}.{form}"
                judge(marks[form, name], exact[size], file)
    print(f"{'':6}{'':14}{'PSNR dB':>9}{'least':>8}{'SSIM':>9}{'least':>8}{'kB':>8}")
    for (form, name), one in sorted(marks.items()):
        print(
            f"{form:6}{name:14}{np.mean(one.psnr):9.2f}{min(one.psnr):8.2f}"
            f"{np.mean(one.ssim):9.4f}{min(one.ssim):8.4f}{one.bytes / 1000:8.0f}"
        )


if __name__ == "__main__":
    main()

"""Shows what every platform set makes of one picture, for somebody's eyes.

    python bench/sheet.py coin.png                    # every set, sheet.png
    python bench/sheet.py coin.png ios android --to app.png

Every picture, and every one inside an ico or icns, stands half on a light ground and
half on a dark one; small ones are also shown enlarged, pixel for pixel. What a set
refuses stands there as the words it is refused with.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

from assetgen.manifest.sets import platform_names

CELL, LABEL, ACROSS = 168, 14, 9
SMALL = 80  # pixels: what is shown enlarged
LIGHT, DARK, PAPER, INK = "#F2F2F2", "#1E1E1E", "#8A8A8A", "#000000"
PICTURES = {".png", ".jpg", ".webp", ".avif", ".ico", ".icns"}


@dataclass(frozen=True)
class Shot:
    """A picture with what stands below it; without one, words alone."""

    label: str
    image: Image.Image | None = None


def shots(name: str, picture: Path, given: str) -> list[Shot]:
    """Build one set of a picture, and return all that it published."""
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        used = f"{{set: {name}, base: 'https://example.org/'{given}}}"
        (root / "assets.yaml").write_text(
            "version: 1\nassets:\n  icon: {source: " + str(picture.resolve())
            + f", master: false, variants: {used}}}\n"
        )  # fmt: skip
        command = [sys.executable, "-m", "assetgen", "build"]
        made = subprocess.run(
            command, cwd=root, capture_output=True, text=True, check=False
        )
        if made.returncode:
            return [Shot(f"{name}: " + " ".join(made.stderr.split())[:160])]
        paths = sorted(p for p in root.glob("output/**/*") if p.suffix in PICTURES)
        return [shot for path in paths for shot in _read(name, path)]


def _read(name: str, path: Path) -> list[Shot]:
    image = Image.open(io.BytesIO(path.read_bytes()))
    if path.suffix == ".ico":
        sizes = sorted(image.info["sizes"])
        frames = [image.ico.getimage(size) for size in sizes]
    elif path.suffix == ".icns":
        sizes = sorted({one[0] * one[2] for one in image.info["sizes"]})
        found = {one[0] * one[2]: one for one in image.info["sizes"]}
        frames = [image.icns.getimage(found[size]) for size in sizes]
    else:
        frames = [image]
    return [
        Shot(f"{name} {path.name} {frame.width}x{frame.height}", frame)
        for frame in frames
    ]


def drawn(shot: Shot) -> Image.Image:
    """Return one cell of the sheet."""
    cell = Image.new("RGB", (CELL, CELL + 2 * LABEL), PAPER)
    pen = ImageDraw.Draw(cell)
    if shot.image is not None:
        image = shot.image.convert("RGBA")
        times = (CELL - 8) // max(image.size)
        if max(image.size) <= SMALL:
            sides = (image.width * times, image.height * times)
            image = image.resize(sides, Image.Resampling.NEAREST)
        image.thumbnail((CELL - 8, CELL - 8), Image.Resampling.LANCZOS, None)
        ground = Image.new("RGB", image.size, LIGHT)
        ground.paste(DARK, (image.width // 2, 0, image.width, image.height))
        ground.paste(image, (0, 0), image)
        cell.paste(ground, ((CELL - image.width) // 2, (CELL - image.height) // 2))
    words = [shot.label[at : at + 27] for at in range(0, len(shot.label), 27)]
    top = CELL if shot.image is not None else 4
    for line, text in enumerate(words[:2] if shot.image is not None else words):
        pen.text((3, top + line * LABEL), text, INK)
    return cell


def sheet(cells: list[Image.Image]) -> Image.Image:
    """Return all cells in rows."""
    high = CELL + 2 * LABEL
    rows = -(-len(cells) // ACROSS)
    made = Image.new("RGB", (ACROSS * CELL, rows * high), PAPER)
    for number, cell in enumerate(cells):
        made.paste(cell, (number % ACROSS * CELL, number // ACROSS * high))
    return made


def main() -> None:
    """Draw the sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("picture", type=Path)
    parser.add_argument("sets", nargs="*", default=list(platform_names()))
    parser.add_argument("--to", type=Path, default=Path("sheet.png"))
    parser.add_argument("--given", default="", help="such as `small: ./16.png`")
    asked = parser.parse_args()
    given = f", {asked.given}" if asked.given else ""
    found = [one for name in asked.sets for one in shots(name, asked.picture, given)]
    sheet([drawn(shot) for shot in found]).save(asked.to)
    print(f"{len(found)} pictures: {asked.to}")


if __name__ == "__main__":
    main()

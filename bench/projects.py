"""This file is the projects that the benchmarks build: many assets, made quickly."""

from __future__ import annotations

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import TYPE_CHECKING

from measure import assetgen

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

BRAND = """\
name: Sty
colors: {primary: "#EC4899", accent: "#F59E0B"}
exclude: [text, typography, logos, people]
"""
HEAD = """\
version: 1
defaults: {provider: flat, aspect_ratio: 1:1, master: false,
           variants: [{width: 24, formats: [png]}]}
assets:
"""
WIDTHS = (16, 24, 48, 72, 96, 120)


def sources(folder: Path, assets: int, files: int) -> None:
    """Write a project whose assets are files of its own, of about 50 kB each.

    With one file each asset publishes its picture as it is, with more also small ones.
    """
    (folder / "brand").mkdir(parents=True)
    picture = _noise(130)
    with ThreadPoolExecutor(4) as pool:
        paths = [folder / "brand" / f"icon-{n:05}.png" for n in range(assets)]
        list(pool.map(lambda path: path.write_bytes(picture), paths))
    lines = ["version: 1\n"]
    if files > 1:
        sizes = ", ".join(
            f"{{width: {width}, formats: [png]}}" for width in WIDTHS[: files - 1]
        )
        lines.append(f"defaults: {{variants: [{sizes}]}}\n")
    lines.append("assets:\n")
    lines += [
        f"  icon-{n:05}: {{source: brand/icon-{n:05}.png}}\n" for n in range(assets)
    ]
    (folder / "assets.yaml").write_text("".join(lines))


def prompts(assets: int, changed: int | None = None, word: str = "red") -> str:
    """Return a manifest of drawn assets; `changed` has `word` in its prompt."""
    lines = [HEAD]
    lines += [
        f"  icon-{n:05}:\n"
        "    prompt: |\n"
        f"      Premium 3D render of {word if n == changed else 'reward'} badge "
        f"{n} on a pure\n"
        "      white background, polished rose-gold ({{ brand.colors.primary }}) with\n"
        "      a 5-pointed star and soft light.\n"
        f"    alt: Badge number {n}\n"
        "    tags: [badge]\n"
        for n in range(assets)
    ]
    return "".join(lines)


def build(folder: Path, env: Mapping[str, str]) -> None:
    """Build a project for the first time; what this takes is nobody's result."""
    print(f"  setting up {folder.name} …", file=sys.stderr)
    subprocess.run(
        [*assetgen(), "build", "-q"], cwd=folder, env=env, check=True, timeout=3600
    )


def ninja(folder: Path) -> None:
    """Give ninja the same files to watch: each one published, copied to one more."""
    outputs = sorted(
        path.relative_to(folder)
        for path in (folder / "output").rglob("*")
        if path.name != "index.json" and path.is_file()
    )
    rows = ["rule copy\n  command = cp $in $out\n"]
    rows += [f"build copies/{path.name}: copy {path}\n" for path in outputs]
    (folder / "build.ninja").write_text("".join(rows))
    (folder / "copies").mkdir()
    if shutil.which("ninja"):
        subprocess.run(["ninja", "--quiet"], cwd=folder, check=True)


def _noise(side: int) -> bytes:
    """Return a PNG that does not compress: about 50 kB for 130 pixels."""
    from PIL import Image  # noqa: PLC0415  only set-up needs it

    bands = [Image.effect_noise((side, side), 90) for _ in range(3)]
    kept = BytesIO()
    Image.merge("RGB", bands).save(kept, "PNG")
    return kept.getvalue()

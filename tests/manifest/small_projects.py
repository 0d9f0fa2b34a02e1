"""What several tests of manifests need: a picture file, a manifest of one asset."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from assetgen.manifest.model import Asset
    from conftest import Load


def picture(
    form: str = "PNG", size: tuple[int, int] = (300, 200), mode: str = "RGB"
) -> bytes:
    """Return a picture file."""
    file = io.BytesIO()
    Image.new(mode, size).save(file, form)
    return file.getvalue()


def only(load: Load, fields: str, rest: str = "", **files: str | bytes) -> Asset:
    """Return the one asset of a manifest, given its fields."""
    (asset,) = load(f"{rest}\nassets: {{a: {{{fields}}}}}", files).assets
    return asset


def paths(asset: Asset) -> list[str]:
    """Return the paths that an asset publishes."""
    return [file.path for file in asset.files]

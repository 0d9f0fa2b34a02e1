"""This file is what the vendor is shown: uploads, and pictures that it draws again.

A picture of the vendor's own is drawn again as it was, on the ground that the words ask
for; of any other it knows no more than its size.
"""

from __future__ import annotations

import hashlib
import io
import threading
from dataclasses import dataclass, replace
from email.parser import BytesParser
from email.policy import HTTP
from typing import TYPE_CHECKING

from PIL import Image, ImageChops

from assetgen.testing.pictures import BLACK, WHITE, picture

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assetgen.testing.pictures import Colour, Look

FOLDER = "kieai/136592"


@dataclass(frozen=True, slots=True)
class Painting:
    """How a picture was drawn; the same values give the same bytes."""

    size: tuple[int, int]
    look: Look
    colours: tuple[Colour, Colour]
    file_format: str
    seed: str

    def on(self, ground: Colour) -> bytes:
        """Return its bytes on a ground."""
        return picture(
            self.size,
            self.look,
            self.colours,
            self.file_format,
            self.seed,
            ground=ground,
        )


class Shown:
    """Every picture that the vendor drew or was brought; any thread asks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._drawn: dict[str, Painting] = {}
        self._brought: dict[str, tuple[bytes, float]] = {}

    def draw(self, painting: Painting) -> bytes:
        """Return a picture on white, and remember how it was drawn."""
        data = painting.on(WHITE)
        with self._lock:
            self._drawn[hashlib.sha256(data).hexdigest()] = painting
        return data

    def bring(self, path: str, data: bytes, at: float) -> None:
        """Keep what was uploaded; the same path is written over."""
        with self._lock:
            self._brought[path] = data, at

    def brought(self, path: str) -> tuple[bytes, float] | None:
        """Return what stands at a path, and since when."""
        with self._lock:
            return self._brought.get(path)

    def again(self, data: bytes, painting: Painting, words: str, drift: int) -> bytes:
        """Return a picture drawn once more, on the ground that the words ask for.

        `painting` is how one is drawn that the vendor has not drawn itself.
        """
        with self._lock:
            first = self._drawn.get(hashlib.sha256(data).hexdigest(), painting)
        first = replace(first, file_format=painting.file_format)
        made = first.on(BLACK if "black" in words.lower() else WHITE)
        if not drift:
            return made
        with Image.open(io.BytesIO(made)) as image:
            into = io.BytesIO()
            ImageChops.offset(image, drift, drift).save(into, image.format)
        return into.getvalue()


def form_of(headers: Mapping[str, str], body: bytes) -> dict[str, bytes]:
    """Return the fields of a multipart form, empty for anything else."""
    head = f"content-type: {headers.get('content-type', '')}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    fields: dict[str, bytes] = {}
    for part in message.walk():
        name = part.get_param("name", header="content-disposition")
        value = part.get_payload(decode=True)
        if name and isinstance(value, bytes):
            fields[str(name)] = value
    return fields

"""This file is the inside of the process that decodes strangers' pictures first.

It imports all that it will need, gives away files, cores and most memory, and then
decodes one picture after the other for its parent (`examiner`). A decoder that hostile
bytes crash, blow up or send round in circles takes this process with it and no other.

On its pipes: a line of JSON with the length and what is asked, then the bytes; back
comes one line of JSON.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from io import BytesIO
from typing import Any

from PIL import (  # noqa: F401  imported later by Pillow itself, when no file opens
    Image,
    ImageCms,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    WebPImagePlugin,
)

from assetgen.apart import confine
from assetgen.errors import ImageError
from assetgen.images.decode import Master
from assetgen.images.sniff import verify

NO_MEMORY = "memory"


def serve() -> None:
    """Answer until the parent closes the pipe, or a picture took all the memory."""
    read, write = sys.stdin.buffer, sys.stdout.buffer
    Image.preinit()  # it imports, too
    limits = json.loads(read.readline())
    allow = confine(limits["memory"])
    write.write(b'{"ready": true}\n')
    write.flush()
    for line in read:
        asked = json.loads(line)
        allow(limits["seconds"])
        answer = answered(read.read(asked["length"]), asked)
        write.write(json.dumps(answer).encode() + b"\n")
        write.flush()
        if NO_MEMORY in answer:
            return


def answered(data: bytes, asked: dict[str, Any]) -> dict[str, Any]:
    """Return what a picture is, or why it is none."""
    try:
        found = verify(data, plain=asked["plain"])
        if _laden(data):
            Master.open(data)
    except MemoryError:
        return {NO_MEMORY: True}
    except ImageError as error:
        if isinstance(error.__cause__, MemoryError):
            return {NO_MEMORY: True}
        return {"message": error.message, "hint": error.hint}
    return {"found": asdict(found)}


def _laden(data: bytes) -> bool:
    """Whether decoding goes on after the pixels: a profile is applied."""
    with Image.open(BytesIO(data)) as image:
        return "icc_profile" in image.info

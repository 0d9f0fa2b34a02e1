"""A hostile picture hurts itself: it fails with a sentence, and the next one works."""

from __future__ import annotations

import random
import struct
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from picture_files import saved
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from assetgen.errors import AssetgenError, ImageError
from assetgen.images.examiner import Examiner, Limits
from assetgen.images.sniff import verify

if TYPE_CHECKING:
    from collections.abc import Iterator

GOOD = saved(Image.linear_gradient("L").convert("RGB"), "PNG")

# In place of the decoders: it does what the picture's last byte says.
STUB = """
import ctypes, json, os, sys, time
read, write = sys.stdin.buffer, sys.stdout.buffer
def say(value):
    write.write(json.dumps(value).encode() + b"\\n"); write.flush()
limits = json.loads(read.readline())
if BREAKS: sys.exit(1)
say({"ready": True})
for line in read:
    last = read.read(json.loads(line)["length"])[-1:]
    if last == b"C": ctypes.string_at(0)
    if last == b"S":
        import resource
        used = resource.getrusage(resource.RUSAGE_SELF)
        most = int(used.ru_utime + used.ru_stime + limits["seconds"]) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (most, -1))
        while True: pass
    if last == b"W": time.sleep(600)
    if last == b"D":
        read.close(); time.sleep(600)
    if last == b"H": write.write(b'{"found'); write.flush(); os._exit(0)
    say({"found": {"format": "png", "width": 1, "height": 1, "has_alpha": False}})
"""


@pytest.fixture
def examiner() -> Iterator[Examiner]:
    """Return an examiner of the real thing."""
    made = Examiner()
    yield made
    made.close()


@pytest.fixture
def stubbed() -> Iterator[Examiner]:
    """Return an examiner whose decoder does whatever a picture asks of it."""
    if sys.platform == "win32":
        pytest.skip("the stub limits itself as Unix does")
    command = [sys.executable, "-c", STUB.replace("BREAKS", "False")]
    made = Examiner(Limits(seconds=1, wall=60), command)
    yield made
    made.close()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + _crc(kind + body)


def _crc(data: bytes) -> bytes:
    return struct.pack(">I", zlib.crc32(data))


def claiming(width: int, height: int) -> bytes:
    """Return a small PNG that unpacks to `width` x `height` grey pixels."""
    header = struct.pack(">2I5B", width, height, 8, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(width + 1)) for _ in range(height))
    pixels = chunk(b"IDAT", rows + packer.flush())
    return GOOD[:8] + chunk(b"IHDR", header) + pixels + chunk(b"IEND", b"")


def with_chunk(kind: bytes, body: bytes) -> bytes:
    return GOOD[:33] + chunk(kind, body) + GOOD[33:]


@pytest.mark.parametrize(
    ("options", "mode"),
    [
        ({}, "RGB"),
        ({}, "RGBA"),
        ({}, "P"),
        ({}, "LA"),
        ({}, "1"),
        ({}, "I;16"),
        ({"exif": Image.Exif()}, "RGB"),
    ],
)
def test_what_is_found_is_what_decoding_here_finds(
    examiner: Examiner, options: dict[str, object], mode: str
) -> None:
    image = Image.linear_gradient("L")
    image = image.convert("RGB") if mode != "I;16" else image
    data = saved(image.convert(mode), **options)

    assert examiner.examine(data, plain=True) == verify(data, plain=True)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html>",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>x</script></svg>',
        b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaa">]><svg>&a;</svg>',
        b"%PDF-1.7",
        GOOD[:-30],
        GOOD[:100],
        saved(Image.new("RGB", (9, 9)), "GIF"),
        saved(Image.new("RGB", (9, 9)), "WEBP", save_all=True, append_images=[
            Image.new("RGB", (9, 9), "red"),
        ]),
        saved(Image.new("RGB", (9, 9), "red"), "PNG"),
        bytes(GOOD[:60]) + bytes(50) + GOOD[110:],
    ],
    ids=[
        "empty",
        "page",
        "scripted svg",
        "svg with entities",
        "pdf",
        "cut off",
        "cut off early",
        "gif",
        "animated",
        "one colour",
        "damaged",
    ],
)  # fmt: skip
def test_what_is_refused_there_is_refused_in_the_same_words(
    examiner: Examiner, data: bytes
) -> None:
    with pytest.raises(ImageError) as here:
        verify(data)
    with pytest.raises(ImageError) as there:
        examiner.examine(data)

    assert (there.value.message, there.value.hint) == (
        here.value.message,
        here.value.hint,
    )


@pytest.mark.parametrize("side", [65_000, 13_400])
def test_a_picture_that_claims_too_many_pixels_is_never_decoded(side: int) -> None:
    nobody = Examiner(command=["/nowhere/at/all"])
    header = struct.pack(">2I5B", side, side, 8, 2, 0, 0, 0)
    data = GOOD[:8] + chunk(b"IHDR", header) + GOOD[33:]

    with pytest.raises(ImageError, match="more than the 100 megapixels"):
        nobody.examine(data)


@pytest.mark.parametrize(
    "data",
    [
        with_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(80_000_000), 9)),
        with_chunk(b"iTXt", b"Comment\0\1\0\0\0" + zlib.compress(bytes(80_000_000), 9)),
        with_chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(80_000_000), 9)),
    ],
    ids=["zTXt", "iTXt", "iCCP"],
)
def test_a_bomb_beside_the_pixels_ends_in_a_sentence(
    examiner: Examiner, data: bytes
) -> None:
    with pytest.raises(ImageError):
        examiner.examine(data)

    assert examiner.examine(GOOD).width == 256


@pytest.mark.skipif(sys.platform != "linux", reason="no such limit elsewhere")
def test_a_picture_beyond_its_memory_ends_in_a_sentence() -> None:
    small = Examiner(Limits(memory=32 * 1024 * 1024))
    try:
        with pytest.raises(ImageError, match="takes more than the 32 MB"):
            small.examine(claiming(9000, 9000), plain=True)

        assert small.examine(GOOD).width == 256
    finally:
        small.close()


def test_a_picture_beyond_its_time_ends_in_a_sentence(stubbed: Examiner) -> None:
    with pytest.raises(ImageError, match="longer than it may") as caught:
        stubbed.examine(GOOD + b"S")

    assert "save it anew" in (caught.value.hint or "")
    assert stubbed.examine(GOOD).width == 1


@pytest.mark.parametrize("last", [b"C", b"H"], ids=["crash", "half an answer"])
def test_a_decoder_that_crashes_ends_in_a_sentence(
    stubbed: Examiner, last: bytes
) -> None:
    with pytest.raises(ImageError, match="the decoder crashed on it"):
        stubbed.examine(GOOD + last)

    assert stubbed.examine(GOOD).width == 1


@pytest.mark.parametrize("last", [b"W", b"D"], ids=["waits", "deaf"])
def test_a_decoder_that_only_waits_ends_in_a_sentence(last: bytes) -> None:
    command = [sys.executable, "-c", STUB.replace("BREAKS", "False")]
    made = Examiner(Limits(seconds=600, wall=1), command)
    try:
        with pytest.raises(ImageError, match="longer than it may"):
            made.examine(GOOD + last)
    finally:
        made.close()


def test_one_crash_among_a_hundred_costs_one_picture(stubbed: Examiner) -> None:
    pictures = [GOOD + (b"C" if n == 37 else b"%d:" % n) for n in range(100)]

    def fate(data: bytes) -> str:
        try:
            return str(stubbed.examine(data).width)
        except ImageError:
            return "failed"

    with ThreadPoolExecutor(4) as pool:
        fates = list(pool.map(fate, pictures))

    assert fates == ["failed" if n == 37 else "1" for n in range(100)]


def test_a_process_that_does_not_start_is_no_fault_of_the_picture() -> None:
    broken = [sys.executable, "-c", STUB.replace("BREAKS", "True")]
    for command in (["/nowhere/at/all"], broken):
        with pytest.raises(AssetgenError, match="does not start") as caught:
            Examiner(command=command).examine(GOOD)
        assert not isinstance(caught.value, ImageError)


def test_a_picture_proven_once_is_not_decoded_again(stubbed: Examiner) -> None:
    first = stubbed.examine(GOOD)
    stubbed.close()

    for process in stubbed._idle:  # noqa: SLF001  # nobody is left to ask
        raise AssertionError(process)
    assert stubbed.examine(GOOD, plain=True) is first


def test_no_garbled_picture_stops_the_examiner(examiner: Examiner) -> None:
    chance = random.Random(7)  # noqa: S311  # no secret
    info = PngInfo()
    info.add_text("a", "b", zip=True)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    image = Image.linear_gradient("L").resize((48, 48)).convert("RGB")
    seeds = [
        saved(image, "PNG", pnginfo=info, icc_profile=profile),
        saved(image, "JPEG", icc_profile=profile, exif=Image.Exif()),
        saved(image, "JPEG", progressive=True),
        saved(image, "WEBP", icc_profile=profile),
        saved(image, "WEBP", lossless=True),
    ]
    for number in range(150):
        data = bytearray(seeds[number % len(seeds)])
        for _ in range(chance.randint(1, 20)):
            data[chance.randrange(12, len(data))] = chance.randrange(256)
        try:
            examiner.examine(bytes(data))
        except ImageError as error:
            assert error.message  # noqa: PT017  # either is fine

    assert examiner.examine(GOOD).width == 256

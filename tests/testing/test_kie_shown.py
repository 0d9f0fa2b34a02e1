"""What is uploaded to the test server is there for a while, and drawn again."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image, ImageChops

from assetgen.testing.pictures import picture

if TYPE_CHECKING:
    from raw_client import Answer, Raw

DAY = 86_400.0


def form(**fields: bytes) -> tuple[bytes, str]:
    """Return a multipart form and its content type."""
    parts = []
    for name, value in fields.items():
        file = '; filename="a.png"' if name == "file" else ""
        head = f'--seam\r\ncontent-disposition: form-data; name="{name}"{file}\r\n\r\n'
        parts.append(head.encode() + value + b"\r\n")
    return b"".join(parts) + b"--seam--\r\n", "multipart/form-data; boundary=seam"


def upload(raw: Raw, key: str | None = None, **fields: bytes) -> Answer:
    """Bring a picture."""
    body, kind = form(**fields)
    headers = {"Authorization": f"Bearer {key or raw.key}", "Content-Type": kind}
    url = f"{raw.server.url}/api/file-stream-upload"
    return raw.call("POST", url, body, headers)


def opened(data: bytes) -> Image.Image:
    """Return a picture in RGB."""
    return Image.open(io.BytesIO(data)).convert("RGB")


def test_a_picture_of_its_own_is_drawn_again_on_black(raw: Raw) -> None:
    first = raw.get(raw.picture_url(raw.bought("a glass on a white background"))).body
    answer = upload(raw, file=first, uploadPath=b"here", fileName=b"a.png")
    assert answer.json["success"] is True
    place = answer.json["data"]["downloadUrl"]
    assert place == f"{raw.server.files_url}/kieai/136592/here/a.png"
    again = raw.bought("the same on pure black", image_input=[place])
    white, black = opened(first), opened(raw.get(raw.picture_url(again)).body)
    assert white.getpixel((1, 1)) == (255, 255, 255)
    assert black.getpixel((1, 1)) == (0, 0, 0)
    middle = (white.width // 2, white.height // 2)
    assert white.getpixel(middle) == black.getpixel(middle)
    lighter = ImageChops.subtract(black, white)
    assert max(high for _, high in lighter.getextrema()) == 0


def test_a_picture_of_somebody_elses_gets_another_one(raw: Raw) -> None:
    own = picture((64, 64), "subject")
    place = upload(raw, file=own, uploadPath=b"here").json["data"]["downloadUrl"]
    task = raw.bought("on black", image_input=[place])
    assert opened(raw.get(raw.picture_url(task)).body).getpixel((1, 1)) == (0, 0, 0)


def test_a_picture_that_is_not_there_fails_the_task_and_costs_nothing(raw: Raw) -> None:
    """It is taken at first, as at the real one."""
    own = picture((64, 64), "subject")
    place = upload(raw, file=own, uploadPath=b"here").json["data"]["downloadUrl"]
    raw.server.clock.advance(3 * DAY + 60)
    for url in (place, "https://elsewhere.example/a.png"):
        task = raw.bought("on black", image_input=[url])
        raw.server.clock.advance(10)
        record = raw.record(task)
        assert (record["state"], record["failCode"]) == ("fail", "422")
    assert raw.server.account.charged == 0


def test_an_upload_without_a_folder_or_a_key_is_refused(raw: Raw) -> None:
    assert upload(raw, file=b"x").code == 400
    assert upload(raw, uploadPath=b"here").code == 400
    assert upload(raw, key="another", file=b"x", uploadPath=b"here").code == 401
    assert [call.endpoint for call in raw.server.account.uploads] == ["upload"] * 3

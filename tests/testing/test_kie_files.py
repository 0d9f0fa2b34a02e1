"""The result host: real pictures, no key, addresses that expire."""

from __future__ import annotations

import http.client
import io
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from raw_client import Raw

from assetgen.testing.kie import Body, Cut, Fate, KieServer, Length, Page, Slow

if TYPE_CHECKING:
    from collections.abc import Iterator

GPT = "gpt-image-2-5-sunburst-text-to-image"


@pytest.fixture
def full() -> Iterator[Raw]:
    """Return a client of a server whose pictures have their real size."""
    with KieServer() as server:
        yield Raw(server)


def opened(data: bytes) -> Image.Image:
    """Return a picture, read to its end."""
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"aspect_ratio": "16:9"}, ("PNG", (1376, 768))),
        ({"output_format": "jpg"}, ("JPEG", (1024, 1024))),
        ({"model": "nano-banana-2-1", "aspect_ratio": "3:2"}, ("JPEG", (1264, 848))),
        ({"model": GPT}, ("PNG", (1254, 1254))),
        (
            {"model": GPT, "aspect_ratio": "16:9", "resolution": "2K"},
            ("PNG", (2736, 1536)),
        ),
    ],
)
def test_pictures_are_real_and_off_nominal(
    full: Raw, inputs: dict[str, Any], expected: tuple[str, tuple[int, int]]
) -> None:
    answer = full.get(full.picture_url(full.bought(**inputs)))
    picture = opened(answer.body)
    assert (picture.format, picture.size) == expected
    assert answer.headers["content-type"] == f"image/{expected[0].lower()}"


def test_transparent_means_alpha(raw: Raw) -> None:
    url = raw.picture_url(raw.bought(model=GPT, background="transparent"))
    picture = opened(raw.get(url).body)
    middle = picture.width // 2, picture.height // 2
    assert picture.mode == "RGBA"
    alpha = picture.getchannel("A")
    assert (alpha.getpixel((0, 0)), alpha.getpixel(middle)) == (0, 255)


def test_the_prompt_s_colours_are_in_the_picture(raw: Raw) -> None:
    prompt = "a ball #FF0000, isolated on a plain white background"
    picture = opened(raw.get(raw.picture_url(raw.bought(prompt))).body)
    red, green, blue = (
        picture.convert("RGB").resize((3, 3)).crop((1, 1, 2, 2)).tobytes()
    )
    assert picture.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
    assert red > 200
    assert max(green, blue) < 40


def test_one_address_has_one_picture_and_another_task_another(raw: Raw) -> None:
    first, second = (raw.picture_url(raw.bought("the same")) for _ in range(2))
    assert raw.get(first).body == raw.get(first).body
    assert raw.get(first).body != raw.get(second).body


def test_the_suffix_may_lie(server: KieServer, raw: Raw) -> None:
    server.on("create", Fate(file_format="WEBP", suffix="png"))
    url = raw.picture_url(raw.bought())
    assert url.endswith(".png")
    assert opened(raw.get(url).body).format == "WEBP"


def test_a_picture_may_be_blank_or_of_any_size(server: KieServer, raw: Raw) -> None:
    server.change(scale=1.0)
    server.on("create", Fate(look="blank", size=(40, 30)))
    picture = opened(raw.get(raw.picture_url(raw.bought())).body)
    assert (picture.size, len(picture.getcolors() or [])) == ((40, 30), 1)


def test_a_key_is_not_for_the_result_host(server: KieServer, raw: Raw) -> None:
    url = raw.picture_url(raw.bought())
    assert server.account.authorization_on_files == ()
    assert raw.get(url, Authorization=f"Bearer {raw.key}").status == 400
    assert [call.path for call in server.account.authorization_on_files] == [
        url.removeprefix(server.files_url)
    ]


def test_there_is_nothing_before_the_task_is_done(server: KieServer, raw: Raw) -> None:
    task = raw.bought()
    stamp = round(server.account.tasks[0].ends * 1000)
    url = f"{server.files_url}/p/{task}_1_{stamp}.png"
    early = raw.get(url).status
    server.clock.advance(3)
    assert (early, raw.get(url).status) == (404, 200)
    assert raw.get(url.replace("_1_", "_2_")).status == 404


@pytest.mark.parametrize("gone", [403, 404, 410])
def test_an_address_expires_and_a_fresh_one_can_be_had(
    server: KieServer, raw: Raw, gone: int
) -> None:
    server.change(gone=gone)
    url = raw.picture_url(raw.bought())
    server.clock.advance(86_400)
    assert raw.get(url).status == gone
    fresh = raw.api("POST", "/api/v1/common/download-url", {"url": url}).json["data"]
    assert raw.get(fresh).status == 200
    server.clock.advance(1201)
    assert raw.get(fresh).status == gone
    server.clock.advance(14 * 86_400)
    again = raw.api("POST", "/api/v1/common/download-url", {"url": url})
    assert again.code == 422


def test_a_forged_signature_opens_nothing(raw: Raw) -> None:
    url = raw.picture_url(raw.bought())
    forged = f"{url}?X-Amz-Until=99999999999&X-Amz-Signature=00"
    assert raw.get(forged).status == 403


@pytest.mark.parametrize(
    "url", ["", "https://example.org/x.png", "http://127.0.0.1:1/p"]
)
def test_a_foreign_address_is_wrong(raw: Raw, url: str) -> None:
    answer = raw.api("POST", "/api/v1/common/download-url", {"url": url})
    assert answer.json == {"code": 422, "msg": "url is wrong", "data": None}


def test_ranges_resume_a_download(raw: Raw) -> None:
    url = raw.picture_url(raw.bought())
    whole = raw.get(url)
    rest = raw.get(url, Range="bytes=100-", If_Range=whole.headers["etag"])
    assert (rest.status, rest.body) == (206, whole.body[100:])
    size = len(whole.body)
    assert rest.headers["content-range"] == f"bytes 100-{size - 1}/{size}"
    assert raw.get(url, Range="bytes=0-9").body == whole.body[:10]
    assert raw.get(url, Range="bytes=-7").body == whole.body[-7:]
    assert raw.get(url, Range=f"bytes={size}-").status == 416
    stale = raw.get(url, Range="bytes=100-", If_Range='"other"')
    assert (stale.status, stale.body) == (200, whole.body)


def test_ranges_can_be_off(server: KieServer, raw: Raw) -> None:
    server.change(ranges=False)
    url = raw.picture_url(raw.bought())
    answer = raw.get(url, Range="bytes=100-")
    assert (answer.status, "accept-ranges" in answer.headers) == (200, False)


def test_a_download_can_be_cut_short(server: KieServer, raw: Raw) -> None:
    url = raw.picture_url(raw.bought())
    size = len(raw.get(url).body)
    server.on("file", Cut(0.5), Length(+10))
    for expected in (size - (size + 1) // 2, 10):
        with pytest.raises(http.client.IncompleteRead) as caught:
            raw.get(url)
        assert caught.value.expected == expected


def test_a_length_can_be_too_short(server: KieServer, raw: Raw) -> None:
    url = raw.picture_url(raw.bought())
    size = len(raw.get(url).body)
    server.on("file", Length(-10))
    assert len(raw.get(url).body) == size - 10


def test_a_picture_can_be_a_page_or_nothing(server: KieServer, raw: Raw) -> None:
    url = raw.picture_url(raw.bought())
    server.on("file", Page(200), Body(b"", content_type="image/png"), Page(503))
    answers = [raw.get(url) for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 200, 503]
    assert answers[0].body.startswith(b"<!DOCTYPE html>")
    assert answers[1].body == b""


def test_a_download_can_drip(server: KieServer, raw: Raw) -> None:
    url = raw.picture_url(raw.bought())
    whole = raw.get(url).body
    before = server.clock.monotonic()
    server.on("file", Slow(during=0.02))
    assert raw.get(url).body == whole
    assert server.clock.monotonic() - before >= 0.02


def test_faults_of_files_can_be_for_one_prompt(server: KieServer, raw: Raw) -> None:
    server.on("file", Page(502), where="gold")
    coin, gold = (raw.picture_url(raw.bought(word)) for word in ("coin", "gold"))
    assert [raw.get(url).status for url in (coin, gold, gold)] == [200, 502, 200]

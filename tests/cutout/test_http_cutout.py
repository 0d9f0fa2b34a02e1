"""A picture goes to a cut-out service once, whatever becomes of the answer."""

from __future__ import annotations

import io
import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import cutout_subjects as subjects
import pytest
from PIL import Image

from assetgen.clock import SystemClock
from assetgen.errors import ImageError, Undecided, UsageError
from assetgen.images.cutout import services
from assetgen.images.cutout.choose import Cutting
from assetgen.images.cutout.http import Http
from assetgen.images.cutout.plain import Plain
from assetgen.images.cutout.services import picture_in
from assetgen.manifest import cutting
from assetgen.steps import Cut
from assetgen.testing.cutouts import CutoutServer
from assetgen.uploads import Uploads

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cutout_projects import Here

    from assetgen.testing import KieServer
    from assetgen.testing.cutouts import Answer

HTTP = "{method: http}"


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[CutoutServer]:
    """Yield a service, which the environment names."""
    with CutoutServer() as server:
        for name, value in server.env.items():
            monkeypatch.setenv(name, value)
        yield server


def pixels(data: bytes) -> bytes:
    """Return the pixels of a picture in RGBA."""
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGBA").tobytes()


@pytest.mark.parametrize("answer", ["binary", "webp", "json", "address", "base64"])
def test_every_way_to_answer_is_understood(
    service: CutoutServer, answer: Answer
) -> None:
    """Bytes, bare base64, and base64 in JSON."""
    picture = subjects.badge().encoded()
    service.on(answer)
    made = Http(service.env).cut(picture, Cut("http")).data
    assert pixels(made) == pixels(Plain().cut(picture, Cut()).data)
    assert made.startswith(b"\x89PNG")


def test_the_form_is_the_one_that_services_take(service: CutoutServer) -> None:
    """The whole picture, as it is; the key in a header and nowhere else."""
    picture = subjects.badge().encoded("JPEG")
    Http(service.env).cut(picture, Cut("http", crop="0"))
    (upload,) = service.uploads
    assert (upload.file, upload.picture) == ("file", picture)
    assert upload.fields == {"cropToForeground": "false", "outputFormat": "png"}
    assert upload.headers["x-api-key"] == service.key


def test_the_form_of_remove_bg(service: CutoutServer) -> None:
    """Its names, and full size."""
    picture = subjects.badge().encoded()
    Http(service.env).cut(picture, Cut("http", options={"service": "remove.bg"}))
    (upload,) = service.uploads
    assert (upload.file, upload.picture) == ("image_file", picture)
    assert upload.fields == {"size": "full", "format": "png", "crop": "false"}
    assert upload.headers["x-api-key"] == service.key


def test_the_header_of_the_key_can_be_named(service: CutoutServer) -> None:
    """`Authorization` carries it as a bearer's."""
    method, picture = Http(service.env), subjects.badge().encoded()
    for header in ("X-Token", "Authorization"):
        method.cut(picture, Cut("http", options={"header": header}))
    first, second = service.uploads
    assert first.headers["x-token"] == service.key
    assert second.headers["authorization"] == f"Bearer {service.key}"
    assert "x-api-key" not in {**first.headers, **second.headers}


def test_a_picture_is_sent_once(here: Here, service: CutoutServer) -> None:
    """Not for another crop, size, gate or name, nor in another checkout."""
    here.write(HTTP)
    assert here.run("build", "--yes") == 0
    assert here.made().mode == "RGBA"
    for how in ("{method: http, crop: true}", "{method: http, gates: false}"):
        here.write(how)
        assert here.run("build", "--yes") == 0
    assert here.run("build", "--yes") == 0
    (here.root / "output/coin.png").unlink()
    assert here.run("build", "--yes") == 0
    assert len(service.uploads) == 1


def test_an_answer_outlives_the_store(here: Here, service: CutoutServer) -> None:
    """It was paid for; what can be made again for nothing is another thing."""
    here.write(HTTP)
    assert here.run("build", "--yes") == 0
    store = here.root.parent / "home/assetgen/store"
    store.rename(store.with_name("gone"))
    (here.root / "output/coin.png").unlink()
    assert here.run("build", "--yes") == 0
    assert len(service.uploads) == 1


def test_two_assets_of_one_picture_send_it_once(
    service: CutoutServer, tmp_path: Path
) -> None:
    """However many threads ask for it at once."""
    uploads = Uploads(tmp_path / "uploads", SystemClock())
    ways, picture = Cutting(service.env, uploads.once), subjects.badge().encoded()
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: ways.cut(picture, Cut("http")), range(8)))
    assert len({result.data for result in made}) == 1
    assert len(service.uploads) == 1


@pytest.mark.parametrize("answer", ["gateway", "hang up", "words"])
def test_a_lost_answer_is_not_asked_for_again(
    here: Here, service: CutoutServer, answer: Answer
) -> None:
    """It may have been charged: a person decides, by deleting the note of it."""
    here.write(HTTP)
    service.on(answer)
    assert here.run("build", "--yes") == 5
    assert here.run("build", "--yes") == 5
    assert "it may have been charged" in here.err
    assert len(service.uploads) == 1
    assert (here.root / "output/star.png").exists()
    (note,) = (here.root.parent / "home/assetgen/uploads/sent").iterdir()
    assert f"delete `{note}`" in " ".join(here.err.split())
    note.unlink()
    assert here.run("build", "--yes") == 0
    assert service.charged == 2


def test_a_build_that_was_killed_has_left_a_note(
    service: CutoutServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stands on the disk before the first byte leaves."""
    uploads = Uploads(tmp_path / "uploads", SystemClock())
    picture = subjects.badge().encoded()

    class Killed(BaseException):
        """Nobody catches it."""

    def die(self: Http, picture: bytes, cut: Cut) -> bytes:
        note = next((tmp_path / "uploads/sent").iterdir())
        assert json.loads(note.read_bytes())["method"] == self.name
        assert (picture, cut.method) == (subjects.badge().encoded(), "http")
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Http, "send", die)
        with pytest.raises(Killed):
            uploads.once(Http(service.env), picture, Cut("http"))
    with pytest.raises(Undecided, match="was sent to `http` before"):
        uploads.once(Http(service.env), picture, Cut("http"))
    assert service.uploads == []


@pytest.mark.parametrize(
    ("answer", "code"),
    [("refused", 9), ("no credit", 9), ("busy", 7), ("broken", 7), ("bad picture", 1)],
)
def test_what_was_not_done_is_tried_by_the_next_build(
    here: Here, service: CutoutServer, answer: Answer, code: int
) -> None:
    """A refusal is an answer: nothing was charged, and nothing is in doubt."""
    here.write(HTTP)
    service.on(answer)
    assert here.run("build", "--yes") == code
    assert len(service.uploads) == 1
    assert here.run("build", "--yes") == 0
    assert service.charged == 1


def test_a_picture_in_which_the_service_finds_nothing_fails_alone(
    service: CutoutServer,
) -> None:
    """The service answers like a real one, and goes on."""
    scene = io.BytesIO()
    Image.effect_noise((64, 64), 90).convert("RGB").save(scene, "PNG")
    method = Http(service.env)

    with pytest.raises(ImageError, match="no foreground was found"):
        method.cut(scene.getvalue(), Cut("http"))

    method.cut(subjects.badge().encoded(), Cut("http"))
    assert [upload.answer for upload in service.uploads] == ["bad picture", "binary"]
    assert service.charged == 1


def test_a_refused_key_is_not_tried_for_every_picture(
    service: CutoutServer, tmp_path: Path
) -> None:
    """The first answer speaks for all of the build."""
    uploads = Uploads(tmp_path / "uploads", SystemClock())
    service.on("refused", "refused", "refused")
    ways = Cutting(service.env, uploads.once)
    for subject in (subjects.badge(), subjects.medal(), subjects.ring()):
        with pytest.raises(Exception, match="the key is refused"):
            ways.cut(subject.encoded(), Cut("http"))
    assert len(service.uploads) == 1


@pytest.mark.parametrize(("answer", "word"), [("opaque", "without"), ("small", "512")])
def test_an_answer_that_is_no_cut_out_is_kept_and_not_published(
    here: Here, service: CutoutServer, answer: Answer, word: str
) -> None:
    """It was paid for: asking again is a person's decision."""
    here.write(HTTP)
    service.on(answer)
    assert here.run("build", "--yes") == 1
    assert here.run("build", "--yes") == 1
    assert word in here.err
    assert "to have it made once more, delete" in " ".join(here.err.split())
    assert not (here.root / "output/coin.png").exists()
    assert len(service.uploads) == 1


def test_what_a_service_makes_is_judged(here: Here, service: CutoutServer) -> None:
    """Like everybody's."""
    here.write("{method: http, gates: {coverage: [90%, 100%]}}")
    assert here.run("build", "--yes") == 1
    assert "the subject was lost" in here.err
    here.write("{method: http, gates: {coverage: false}}")
    assert here.run("build", "--yes") == 0
    assert len(service.uploads) == 1


def test_a_frozen_build_and_a_draft_send_nothing(
    here: Here, service: CutoutServer, server: KieServer
) -> None:
    """The one says what is missing, the other cuts its placeholder by itself."""
    here.write(HTTP)
    assert here.run("build", "--draft") == 0
    assert here.made().mode == "RGBA"
    here.write("false")
    assert here.run("build", "--yes") == 0
    here.write(HTTP)
    assert here.run("build", "--frozen") == 3
    assert "without `--frozen` sends it" in " ".join(here.err.split())
    assert service.uploads == []
    assert server.account.accepted() == 2


def test_auto_never_sends_a_picture(here: Here, service: CutoutServer) -> None:
    """Also where it could do nothing else."""
    here.write("true")
    assert here.run("build", "--yes") == 0
    assert service.uploads == []


def test_the_plan_says_that_it_costs(here: Here, service: CutoutServer) -> None:
    """Beside the price, which does not know."""
    here.write(HTTP)
    assert here.run("plan") == 0
    assert "what that costs is not in the price" in " ".join(here.out.split())
    assert service.uploads == []


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("REMOVEBG_URL", "", "needs the address"),
        ("REMOVEBG_URL", "http://example.com/cut", "unencrypted"),
        ("REMOVEBG_URL", "ftp://example.com/cut", "is not a web address"),
        ("REMOVEBG_URL", "https://me:word@example.com", "is not a web address"),
        ("REMOVEBG_API_KEY", "a key\n", "characters that no key has"),
    ],
)
def test_a_setting_that_is_no_use_is_refused(
    service: CutoutServer, name: str, value: str, message: str
) -> None:
    """With the name of what to set."""
    with pytest.raises(UsageError, match=message):
        Http(service.env | {name: value}).check(Cut("http"))


def test_a_missing_address_is_found_before_buying(
    here: Here, server: KieServer
) -> None:
    """Exit 2, and nothing was spent."""
    here.write(HTTP)
    assert here.run("build", "--yes") == 2
    assert "set `REMOVEBG_URL`" in here.err
    assert server.account.accepted() == 0


def test_a_file_of_the_project_sets_no_address(
    here: Here, service: CutoutServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its key counts, its address does not."""
    monkeypatch.delenv("REMOVEBG_URL")
    monkeypatch.delenv("REMOVEBG_API_KEY")
    words = f"REMOVEBG_URL={service.url}\nREMOVEBG_API_KEY={service.key}\n"
    (here.root / ".env").write_text(words)
    here.write(HTTP)
    assert here.run("build", "--yes") == 2
    assert "needs the address of a service" in here.err
    monkeypatch.setenv("REMOVEBG_URL", service.url)
    assert here.run("build", "--yes") == 0
    assert service.uploads[0].headers["x-api-key"] == service.key


def test_remove_bg_needs_a_key_and_no_address() -> None:
    """Where it is, is known."""
    cut = Cut("http", options={"service": "remove.bg"})
    with pytest.raises(UsageError, match=r"needs the key of `remove\.bg`"):
        Http({}).check(cut)
    Http({"REMOVEBG_API_KEY": "a-key"}).check(cut)


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[[[[[[[[1]]]]]]]]", b'{"a": "aGVsbG8="}', b"\xff\xfe", b"GIF89a"],
)
def test_an_answer_without_a_picture_is_in_doubt(body: bytes) -> None:
    """Whatever else it may be."""
    with pytest.raises(Undecided, match="without a picture"):
        picture_in(body)


def test_the_manifest_knows_every_service() -> None:
    """By the names that the method has."""
    assert tuple(services.SERVICES) == cutting.SERVICES


def test_a_proxy_that_is_none_is_found_before_anything_is_sent() -> None:
    """So nobody has to wonder whether the picture was charged."""
    environment = {"REMOVEBG_API_KEY": "test-key", "HTTPS_PROXY": "socks9://nowhere"}
    cut = Cut("http", options={"service": "remove.bg"})
    with pytest.raises(UsageError, match="the proxy of this environment"):
        Http(environment).send(subjects.badge().encoded(), cut)

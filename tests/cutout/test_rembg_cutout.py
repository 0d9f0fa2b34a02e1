"""rembg is used as it is, with a model made for the test: dark is subject."""

from __future__ import annotations

import io
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import cutout_subjects as subjects
import numpy as np
import pytest
from PIL import Image
from weights_server import network

from assetgen.digest import digest_bytes
from assetgen.errors import ImageError, UsageError
from assetgen.images.cutout.choose import Cutting
from assetgen.images.cutout.rembg import Rembg
from assetgen.images.cutout.weights import models_here
from assetgen.steps import Cut

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return rembg's folder, with the test's network as `u2netp` in it."""
    monkeypatch.delenv("U2NET_HOME", raising=False)
    folder = tmp_path / "rembg"
    monkeypatch.setenv("REMBG_HOME", str(folder))
    place = folder / "models" / "u2netp" / "u2netp.onnx"
    place.parent.mkdir(parents=True)
    place.write_bytes(network())
    return folder


def dark_disc(side: int = 640) -> subjects.Subject:
    """Return a black disc on a lit scene."""
    canvas = subjects.Canvas(side)
    light = 200 + 55 * np.cos(3 * canvas.x) * np.cos(2 * canvas.y)
    canvas.ground = light[..., None] * np.array([1.0, 0.98, 0.94])
    canvas.fill(canvas.disc(0, 0, 0.3), (8, 10, 14), soft=6)
    return canvas.subject()


def pixels(data: bytes) -> np.ndarray:
    """Return a PNG as (h, w, 4)."""
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.mode) == ("PNG", "RGBA")
        return np.asarray(image)


@pytest.mark.usefixtures("home")
def test_the_mask_of_the_network_becomes_alpha() -> None:
    """What it takes for the subject is opaque, and the rest is gone."""
    truth = dark_disc()
    result = Rembg().cut(truth.encoded(), Cut("rembg", "u2netp"))
    made = pixels(result.data)
    assert result.method == "rembg"
    assert made[320, 320].tolist()[3] >= 250
    assert made[..., 3][truth.alpha == 0].mean() < 64
    assert np.abs(made[..., 3] / 255 - truth.alpha).mean() < 0.2


@pytest.mark.usefixtures("home")
def test_soft_pixels_have_the_colour_of_the_subject() -> None:
    """The light of the scene does not stay in the edge."""
    truth = dark_disc()
    made = pixels(Rembg().cut(truth.encoded(), Cut("rembg", "u2netp")).data)
    edge = (truth.alpha > 0.3) & (truth.alpha < 0.7)
    assert truth.picture[edge].mean() > 90
    assert made[..., :3][edge].mean() < 60


def test_nothing_reports_home(home: Path) -> None:
    """The runtime leaves no identity behind and rembg fetches nothing."""
    Rembg().cut(dark_disc(64).encoded(), Cut("rembg", "u2netp"))
    assert not (home.parent / "home" / ".cache" / "Microsoft").exists()
    assert [file.name for file in home.rglob("*") if file.is_file()] == ["u2netp.onnx"]


@pytest.mark.usefixtures("home")
def test_threads_share_one_session() -> None:
    """A network is loaded once, and gives every thread the same."""
    method, picture = Rembg(), dark_disc(200).encoded()
    with ThreadPoolExecutor(4) as pool:
        made = list(
            pool.map(lambda _: method.cut(picture, Cut("rembg", "u2netp")), range(8))
        )
    assert len({result.data for result in made}) == 1
    assert len(method._sessions) == 1  # noqa: SLF001  that is the claim


@pytest.mark.usefixtures("home")
def test_auto_uses_the_named_model_for_a_scene() -> None:
    """A ground that changes too much for `plain` goes to the network."""
    canvas = subjects.Canvas(256)
    canvas.ground = (150 + 200 * (canvas.y + canvas.x))[..., None] * np.ones(3)
    canvas.fill(canvas.disc(0, 0, 0.25), (0, 0, 0))
    cut = Cut(model="u2netp", gates={"solid": None, "border": None, "halo": None})
    result = Cutting(os.environ).cut(canvas.subject().encoded(), cut)
    assert result.method == "rembg"


def test_the_key_holds_the_digest_of_the_weights(home: Path) -> None:
    """Another file under the same name makes other pictures."""
    cut = Cut("rembg", "u2netp")
    assert Rembg().identity(cut) == {"rembg": 1, "weights": digest_bytes(network())}
    place = home / "models" / "u2netp" / "u2netp.onnx"
    place.write_bytes(b"other weights")
    assert Rembg().identity(cut) == {
        "rembg": 1,
        "weights": digest_bytes(b"other weights"),
    }


@pytest.mark.usefixtures("home")
def test_a_featureless_picture_is_refused() -> None:
    """A network's mask of nothing is stretched noise, which is no cut-out."""
    file = io.BytesIO()
    Image.new("RGB", (64, 64), (90, 90, 90)).save(file, "PNG")
    with pytest.raises(ImageError):
        Cutting(os.environ).cut(file.getvalue(), Cut("rembg", "u2netp"))


def test_a_model_of_ones_own_is_named_by_its_file(home: Path) -> None:
    """It has to lie below rembg's folder, and is used from there."""
    (home / "models" / "mine.onnx").write_bytes(network())
    cut = Cut("rembg", "u2net_custom", {"file": "models/mine.onnx"})
    Rembg().check(cut)
    assert pixels(Rembg().cut(dark_disc(96).encoded(), cut).data).shape == (96, 96, 4)
    outside = Cut("rembg", "u2net_custom", {"file": "../mine.onnx"})
    (home.parent / "mine.onnx").write_bytes(network())
    with pytest.raises(UsageError, match=r"there is no model `../mine.onnx`"):
        Rembg().check(outside)
    with pytest.raises(UsageError, match="needs the option `file`"):
        Rembg().check(Cut("rembg", "u2net_custom"))


def test_a_damaged_model_is_named(home: Path) -> None:
    """The message says which file to replace."""
    place = home / "models" / "u2netp" / "u2netp.onnx"
    place.write_bytes(b"half a model")
    with pytest.raises(UsageError, match="`u2netp` cannot be loaded") as failure:
        Rembg().cut(dark_disc(64).encoded(), Cut("rembg", "u2netp"))
    assert str(place) in (failure.value.hint or "")


def test_rembg_is_kept_from_downloading(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that looks in another place than we do is told, and fetches nothing."""
    elsewhere = home.parent / "elsewhere"
    monkeypatch.setenv("REMBG_HOME", str(elsewhere))
    method = Rembg({"REMBG_HOME": str(home)})
    with pytest.raises(UsageError, match="and would download it") as failure:
        method.cut(dark_disc(64).encoded(), Cut("rembg", "u2netp"))
    assert "`assetgen weights verify`" in (failure.value.hint or "")
    assert not elsewhere.exists()


def test_a_missing_model_says_where_it_was_looked_for(tmp_path: Path) -> None:
    """And how to get it; nothing is downloaded from here."""
    with pytest.raises(UsageError, match="`silueta` is not on this machine") as failure:
        Rembg({"REMBG_HOME": str(tmp_path)}).check(Cut("rembg", "silueta"))
    assert (
        str(tmp_path / "models" / "silueta" / "silueta.onnx") in failure.value.message
    )
    assert "`assetgen weights pull silueta`" in (failure.value.hint or "")


@pytest.mark.parametrize(
    ("cut", "message"),
    [
        (Cut("rembg"), "needs a `model`"),
        (Cut("rembg", "withoutbg"), "sends pictures to a paid service"),
        (Cut("rembg", "sam"), "does not answer with one mask"),
        (Cut("rembg", "bria-rmbg"), "are CC BY-NC 4.0"),
        (Cut("rembg", "u2netp", {"licence": True}), "is text, not `True`"),
    ],
)
def test_what_must_not_be_used_is_refused_at_once(cut: Cut, message: str) -> None:
    """No name, no local file, no one mask, no licence."""
    with pytest.raises(UsageError, match=message):
        Rembg({}).check(cut)


def test_a_licence_is_accepted_by_a_person(tmp_path: Path) -> None:
    """Then only the file is missing."""
    accepted = Cut("rembg", "bria-rmbg", {"licence": "accept"})
    with pytest.raises(UsageError, match="is not on this machine"):
        Rembg({"REMBG_HOME": str(tmp_path)}).check(accepted)


def test_a_missing_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without rembg the rest of assetgen works."""
    monkeypatch.setitem(sys.modules, "rembg", None)
    with pytest.raises(UsageError, match="needs an extra") as failure:
        Rembg().check(Cut("rembg", "u2netp"))
    assert failure.value.hint == "pip install 'assetgen-pipeline[rembg]'"


def test_the_folders_are_where_rembg_itself_looks(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Our lookup is rembg's, for every way to move its folder."""
    Rembg()._session  # noqa: B018, SLF001
    from rembg.sessions.u2netp import U2netpSession  # noqa: PLC0415

    from assetgen.images.cutout.weights import folders  # noqa: PLC0415

    ways = (
        {},
        {"REMBG_HOME": str(tmp_path / "a")},
        {"U2NET_HOME": str(tmp_path / "b")},
        {"U2NET_HOME": str(tmp_path / "b"), "REMBG_HOME": str(tmp_path / "a")},
        {"XDG_DATA_HOME": str(tmp_path / "c")},
        {"REMBG_HOME": "~/d"},
    )
    for way in ways:
        with monkeypatch.context() as patch:
            for name in ("REMBG_HOME", "U2NET_HOME", "XDG_DATA_HOME"):
                patch.delenv(name, raising=False)
            for name, value in way.items():
                patch.setenv(name, value)
            theirs = (U2netpSession.rembg_home(), U2netpSession.legacy_home())
            assert tuple(map(str, folders(way))) == theirs


def test_the_models_of_a_machine_are_listed(home: Path) -> None:
    """By their names, wherever they lie."""
    assert models_here({"REMBG_HOME": str(home)}) == ("u2netp",)

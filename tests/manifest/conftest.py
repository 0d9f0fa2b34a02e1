"""A folder to write a project in, and a small catalogue to read it with."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

import pytest
import yaml

from assetgen.catalogue import Ban, Dial, Input, Model, Rate, Showing
from assetgen.errors import ManifestError
from assetgen.manifest.load import load_manifest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from assetgen.manifest.model import Manifest

RATIOS = ("1:1", "2:3", "3:2", "3:4", "4:3", "9:16", "16:9", "21:9")


def dial(wire: str, *words: str) -> Dial:
    """Return a dial whose words are the vendor's own."""
    return Dial(wire, {word: word for word in words})


PRO = Model(
    name="nano-banana-pro",
    provider="kie",
    inputs={
        "aspect_ratio": Input("string", "1:1", RATIOS),
        "resolution": Input("string", "1K", ("1K", "2K", "4K")),
        "output_format": Input("string", "png", ("png", "jpg")),
    },
    aspect_ratio=dial("aspect_ratio", *RATIOS),
    resolution=dial("resolution", "1K", "2K", "4K"),
    source_format=dial("output_format", "png", "jpg"),
    prompt_limit=200,
    rates=(
        Rate(Decimal("0.12"), {"resolution": "4K"}),
        Rate(Decimal("0.09")),
    ),
    bans=(
        Ban(
            {"aspect_ratio": ("1:1",), "resolution": ("4K",)},
            "a square has no 4K",
        ),
    ),
    showing=Showing("image_input", 8, heaviest=30_000_000),
)
PLAIN = Model(
    name="google/imagen4",
    provider="kie",
    inputs={
        "aspect_ratio": Input("string", "1:1", ("1:1", "16:9", "auto")),
        "seed": Input("integer", least=0, most=10),
        "guidance": Input("number", 2.5, least=1, most=10),
        "duration": Input("string", "5", ("5", "10")),
        "safe": Input("boolean", default=True),
        "negative_prompt": Input("string", most=10),
    },
    aspect_ratio=dial("aspect_ratio", "1:1", "16:9", "auto"),
)
STRICT = Model(
    name="strict",
    provider="kie",
    inputs={"style": Input("string", required=True)},
)
SKETCH = Model(
    name="sketch",
    provider="draft",
    inputs={
        "aspect_ratio": Input("string", "1:1", RATIOS),
        "resolution": Input("string", "1K", ("1K", "2K", "4K")),
    },
    aspect_ratio=dial("aspect_ratio", *RATIOS),
    resolution=dial("resolution", "1K", "2K", "4K"),
)
PROVIDERS = {
    "draft": {"sketch": SKETCH},
    "kie": {model.name: model for model in (PRO, PLAIN, STRICT)},
}


@pytest.fixture(params=["libyaml", "pure"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a test with libyaml, and as if PyYAML had been built without it."""
    if request.param == "pure":
        monkeypatch.delattr(yaml, "CSafeLoader")


class Load(Protocol):
    """Writes a manifest and the files beside it, and loads it."""

    def __call__(
        self, text: str, files: Mapping[str, str | bytes] | None = None
    ) -> Manifest:
        """Return the manifest, or raise what is wrong with it."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return an empty folder for a project."""
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


@pytest.fixture
def load(project: Path) -> Load:
    """Return what writes a manifest and the files beside it, and loads it."""

    def loaded(text: str, files: Mapping[str, str | bytes] | None = None) -> Manifest:
        for name, content in {"assets.yaml": text, **(files or {})}.items():
            path = project / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return load_manifest(
            project / "assets.yaml",
            shown="assets.yaml",
            providers=PROVIDERS,
            free={"draft"},
            cutouts=("native", "plain", "rembg", "http", "difference"),
        )

    return loaded


class Mistakes(Protocol):
    """Loads a manifest that is wrong, and returns its messages."""

    def __call__(
        self, text: str, files: Mapping[str, str | bytes] | None = None
    ) -> list[str]:
        """Return every message, its hint after a bar."""


@pytest.fixture
def mistakes(load: Load) -> Mistakes:
    """Return what loads a manifest and returns every message, hints included."""

    def told(text: str, files: Mapping[str, str | bytes] | None = None) -> list[str]:
        try:
            problems = load(text, files).faults  # as `validate` tells them
        except ManifestError as error:
            problems = error.problems
        assert problems
        return [str(problem).replace("\n\nhint: ", " | ") for problem in problems]

    return told

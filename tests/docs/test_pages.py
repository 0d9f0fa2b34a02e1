"""What the pages say is run: a reader who copies it gets what it promises."""

from __future__ import annotations

import asyncio
import re
import tomllib
from pathlib import Path

import pytest

from assetgen.images.sniff import sniff
from assetgen.manifest.brand import BrandFile
from assetgen.manifest.fields import AssetFields, ManifestFields
from assetgen.manifest.finishing import CutFields, ProvenanceFields, VariantFields
from assetgen.manifest.use import UseFields
from assetgen.providers.base import Done, Provider
from assetgen.request import Request

ROOT = Path(__file__).parent.parent.parent
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)#\s]+)(?:#[^)]*)?\)")
IMAGE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)\)|(?:src|srcset)=\"([^\"\s]+)\"")
SHAPES = (
    ManifestFields,
    AssetFields,
    VariantFields,
    UseFields,
    CutFields,
    ProvenanceFields,
    BrandFile,
)
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: str, language: str) -> list[str]:
    """Return the fenced blocks of a page in one language, in order."""
    text = (ROOT / page).read_text()
    return [body for found, body in BLOCK.findall(text) if found == language]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    """A relative link or picture of a page is a file of this repository."""
    text = page.read_text()
    found = [*LINK.findall(text), *(a or b for a, b in IMAGE.findall(text))]
    local = [link for link in found if not re.match(r"[a-z]+:", link)]
    dead = [link for link in local if not (page.parent / link).exists()]
    assert dead == []


def test_the_smallest_provider_of_the_page_draws_a_picture() -> None:
    """The ten lines work as they stand."""
    code, *_ = blocks("docs/providers.md", "python")
    names: dict[str, object] = {}
    exec(code, names)  # noqa: S102  it is our own page
    made = names["Solid"]
    assert isinstance(made, type)
    assert issubclass(made, Provider)
    provider = made()
    (model,) = provider.models().values()
    request = Request.of(model, "A wall", {"colour": "#EC4899"})

    async def sending() -> None:
        """Never needed: nothing is sent."""

    outcome = asyncio.run(provider.submit(request, sending))
    assert isinstance(outcome, Done)
    assert sniff(outcome.picture).format == "png"


def test_the_smallest_provider_of_the_page_is_ten_lines() -> None:
    """The page says ten lines; the class has that many that do something."""
    code, *_ = blocks("docs/providers.md", "python")
    body = code[code.index("class Solid") :]
    lines = [line for line in body.splitlines() if line.strip()]
    assert len(lines) <= 12


def test_the_entry_point_of_the_page_is_the_group_that_is_looked_in() -> None:
    """What the page tells an author to write is what the registry reads."""
    (text,) = blocks("docs/providers.md", "toml")
    groups = tomllib.loads(text)["project"]["entry-points"]
    own = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert set(groups) <= set(own["project"]["entry-points"])


def test_the_reference_names_every_field_of_a_manifest() -> None:
    """A field that works is described, and one that does not is not."""
    text = (ROOT / "docs" / "reference" / "manifest.md").read_text()
    cells = re.findall(r"^\| `([^|]+)` \|", text, re.MULTILINE)
    named = {name for cell in cells for name in cell.split("`, `")}
    fields = {
        each.alias or name
        for model in SHAPES
        for name, each in model.model_fields.items()
    }
    assert fields - named == set()

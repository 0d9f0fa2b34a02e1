"""The index of an output: anybody may write it, so it is believed only so far."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from assetgen.digest import digest_bytes
from assetgen.errors import UsageError
from assetgen.publish import INDEX, VERSION, Index, Row

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """Return the folder of an output beside its manifest."""
    folder = tmp_path / "output"
    folder.mkdir()
    return folder


def index(output: Path, manifest: str = "assets.yaml") -> Index:
    """Return the index of an output as a build of that manifest opens it."""
    return Index(output, output.parent / manifest)


def publish(index: Index, path: str, data: bytes = b"pixels") -> None:
    """Publish some bytes, as a build does."""
    row = Row(
        path, digest_bytes(data), len(data), 1, 1, "png", "coin", "master", None,
        index.manifest, None, "source", "recipe", draft=False,
    )  # fmt: skip
    index.publish(row, data)


def test_what_is_published_is_known_to_the_next_build(output: Path) -> None:
    first = index(output)
    publish(first, "icons/coin.png")
    first.write()
    assert list(index(output).paths()) == ["icons/coin.png"]
    assert index(output).on_disk("icons/coin.png") == digest_bytes(b"pixels")


def test_an_index_of_a_newer_assetgen_is_refused(output: Path) -> None:
    """It is neither read nor rebuilt, and what to do is said."""
    text = json.dumps({"version": VERSION + 1, "needs": "0.9.0", "files": []})
    (output / INDEX).write_text(text)
    with pytest.raises(UsageError, match=r"newer assetgen and needs assetgen >= 0\.9"):
        index(output)
    assert (output / INDEX).read_text() == text


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"files": 3}', '{"files": [{"path": "a"}]}', "<<<<<<< a"]
)
def test_an_index_that_is_none_lists_nothing(output: Path, text: str) -> None:
    (output / INDEX).write_text(text)
    assert list(index(output).paths()) == []


@pytest.mark.parametrize(
    "path", ["../outside.png", "a/../../outside.png", "/outside.png", "a\\b", "C:a", ""]
)
def test_a_row_that_leads_outside_is_nobodys(output: Path, path: str) -> None:
    """A build removes what an index lists: it must not be led to other files."""
    first = index(output)
    publish(first, "coin.png")
    first.write()
    body = json.loads((output / INDEX).read_text())
    body["files"][0]["path"] = path
    (output / INDEX).write_text(json.dumps(body))
    assert list(index(output).paths()) == []


def test_two_manifests_share_an_output(output: Path) -> None:
    """Each sees its own files only, and keeps the other's rows as they are."""
    ours = index(output)
    publish(ours, "coin.png")
    ours.write()
    theirs = index(output, "shop.yaml")
    publish(theirs, "star.png")
    theirs.write()
    seen = [list(index(output, name).paths()) for name in ("assets.yaml", "shop.yaml")]
    assert seen == [["coin.png"], ["star.png"]]


def test_a_file_that_goes_takes_its_empty_folders_along(output: Path) -> None:
    """But no folder in which somebody else has something."""
    here = index(output)
    publish(here, "a/b/coin.png")
    publish(here, "a/star.png")
    here.withdraw("a/b/coin.png", delete=True)
    assert [path.name for path in (output / "a").iterdir()] == ["star.png"]


def test_an_edited_file_leaves_the_index_and_stays(output: Path) -> None:
    here = index(output)
    publish(here, "coin.png")
    here.withdraw("coin.png", delete=False)
    assert (list(here.paths()), (output / "coin.png").read_bytes()) == ([], b"pixels")


def test_a_link_in_a_files_place_is_not_ours(output: Path) -> None:
    """What it points at is never taken for what was published."""
    here = index(output)
    publish(here, "coin.png")
    (output / "coin.png").rename(output / "elsewhere.png")
    (output / "coin.png").symlink_to("elsewhere.png")
    assert here.on_disk("coin.png") == "not a plain file"
    publish(here, "coin.png")
    assert not (output / "coin.png").is_symlink()


def test_an_index_is_written_once(output: Path) -> None:
    """Nothing is written where nothing changed, so that its time stays."""
    first = index(output)
    publish(first, "coin.png")
    first.write()
    again = index(output)
    publish(again, "coin.png")
    again.write()
    assert (bool(first.written), again.written) == (True, "")

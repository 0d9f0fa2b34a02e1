"""`validate`, `schema`, `models`, `doctor`, `cache`: looking costs nothing."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING

from assetgen.cache import Cache
from assetgen.digest import digest_bytes
from assetgen.stores.disk import DiskStore
from assetgen.testing.kie import KieServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest
    from command_lines import Said

DRAFT_07 = "http://json-schema.org/draft-07/schema#"


def test_a_right_manifest_is_called_right(
    paid: Path, front: Callable[..., Said]
) -> None:
    """With a default that the model does not have as a note."""
    text = (paid / "assets.yaml").read_text()
    model = "{provider: kie, model: google/nano-banana, resolution: 2K}"
    (paid / "assets.yaml").write_text(text.replace("{provider: kie}", model))
    said = front("validate")
    assert said.code == 0
    assert said.err.splitlines()[-1] == "assets.yaml is right: 2 assets"
    assert "resolution" in said.err
    assert "note: " in front("plan").out


def test_the_schemas_are_json(here: Path, front: Callable[..., Said]) -> None:
    """One for each kind of file."""
    del here
    assets, brand = (json.loads(front("schema", *a).out) for a in ([], ["brand"]))
    assert assets["$schema"] == brand["$schema"] == DRAFT_07
    assert "assets" in assets["properties"]
    assert "colors" in brand["properties"]


def test_models_are_listed_with_price_and_key(
    here: Path, front: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether a key is set is said; the key never."""
    del here
    text = front("models").out
    assert "kie (no key)\n" in text
    assert "nano-banana-pro" in text
    monkeypatch.setenv("KIE_API_KEY", "canary-key-0123456789")
    said = front("models", "nano-banana-pro")
    assert said.out.splitlines()[0] == "nano-banana-pro, kie"
    assert "aspect_ratio: 1:1, " in said.out
    page = json.loads(front("models", "--json").out)["models"]
    assert page["nano-banana-pro"]["key_is_set"] is True
    assert "canary" not in said.out + json.dumps(page)


def test_the_doctor_finds_a_sound_machine_sound(
    logo: Path, front: Callable[..., Said]
) -> None:
    """Without a key there is a hint and no failure."""
    del logo
    said = front("doctor", "--offline")
    assert said.code == 0
    assert "= project" in said.out
    assert "hint: set `KIE_API_KEY`" in said.out


def test_the_doctor_asks_for_the_balance(
    logo: Path, front: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In USD; a key that is refused exits 9; a vendor that is away is only noted."""
    del logo
    with KieServer() as server:
        monkeypatch.setenv("KIE_BASE_URL", server.url)
        monkeypatch.setenv("KIE_API_KEY", server.key)
        assert "= balance kie     $" in front("doctor").out
        monkeypatch.setenv("KIE_API_KEY", "canary-key-0123456789")
        refused = front("doctor")
    assert refused.code == 9
    assert "canary" not in refused.out + refused.err
    assert front("doctor").code == 0


def test_the_doctor_says_what_is_broken(logo: Path, front: Callable[..., Said]) -> None:
    """A damaged journal exits 8, a wrong manifest 2; the worse one counts."""
    (logo / "assets.yaml").write_text("assets: 3\n")
    assert front("doctor", "--offline").code == 2
    journal = logo.parent / "home" / "assetgen" / "journal.db"
    journal.parent.mkdir(parents=True, exist_ok=True)
    journal.write_bytes(b"this is no journal, and yet it is not empty" * 50)
    said = front("doctor", "--offline")
    assert said.code == 8
    assert "! purchases" in said.out


def test_the_doctor_counts_what_git_lfs_has_not_brought(
    paid: Path, front: Callable[..., Said]
) -> None:
    """A clone without its pictures is one line, not one for each."""
    for name in ("coin", "hero"):
        data = f"a picture of {name}".encode()
        receipt = {
            "version": 1, "asset": name, "sha256": digest_bytes(data),
            "bytes": len(data), "format": "png", "width": 1, "height": 1,
            "file": f"{name}.png", "day": "2026-11-20", "adopted": True,
        }  # fmt: skip
        folder = paid / "originals"
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.json").write_text(json.dumps(receipt))
        (folder / f"{name}.png").write_text(
            "version https://git-lfs.github.com/spec/v1\n"
            f"oid sha256:{digest_bytes(data)}\nsize {len(data)}\n"
        )
    said = front("doctor", "--offline")
    lines = [line for line in said.out.splitlines() if "originals" in line]
    assert (said.code, len(lines)) == (3, 1)
    assert "2 files in Git LFS and not here" in lines[0]
    assert "hint: run `git lfs pull`" in said.out


def test_the_store_is_listed_verified_and_cleaned(
    logo: Path, front: Callable[..., Said]
) -> None:
    """What is damaged exits 8; what is old goes, what was bought stays."""
    store = logo.parent / "home" / "assetgen" / "store"
    cache = Cache(DiskStore(store))
    bought, old = cache.put_bytes(b"bought", paid=True), cache.put_bytes(b"old")
    long_ago = time.time() - 90 * 86_400
    for path in store.rglob("*"):
        os.utime(path, (long_ago, long_ago))
    listed = json.loads(front("cache", "ls", "--json").out)["objects"]
    assert {each["sha256"]: each["bought"] for each in listed} == {
        bought: True,
        old: False,
    }
    assert front("cache", "gc").code == 2
    assert front("cache", "gc", "--dry-run").out.startswith(f"- {old}")
    assert front("cache", "gc", "--yes").code == 0
    assert (cache.has_bytes(bought), cache.has_bytes(old)) == (True, False)
    assert front("cache", "verify").code == 0
    (path,) = (each for each in (store / "cas").rglob("*") if each.is_file())
    path.chmod(0o600)
    path.write_bytes(b"rotten")
    assert front("cache", "verify").code == 8


def test_what_the_project_here_names_is_never_cleaned_away(
    logo: Path, front: Callable[..., Said]
) -> None:
    """However old it is."""
    front("build")
    store = logo.parent / "home" / "assetgen" / "store"
    long_ago = time.time() - 90 * 86_400
    for path in store.rglob("*"):
        os.utime(path, (long_ago, long_ago))
    assert json.loads(front("cache", "gc", "--json").out) == {"removed": []}

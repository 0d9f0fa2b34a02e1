"""Rendered words are remembered between runs, and believed only whole."""

from __future__ import annotations

from pathlib import Path

from assetgen.renders import Renders
from assetgen.stores.memory import MemoryStore

MANIFEST = Path("/project/assets.yaml")


def kept(store: MemoryStore, **words: str) -> str:
    """Remember words and return the name that they are stored under."""
    renders = Renders(store, MANIFEST)
    for key, text in words.items():
        renders.put(key, text)
    renders.keep()
    (name,) = store.names()
    return name


def test_words_are_known_in_the_next_run() -> None:
    """Under their key, and under no other."""
    store = MemoryStore()
    kept(store, a="a coin", b="ein Schlüssel")
    later = Renders(store, MANIFEST)
    assert [later.get(key) for key in "abc"] == ["a coin", "ein Schlüssel", None]


def test_what_nobody_used_is_forgotten() -> None:
    """Otherwise the file would grow with every word that was ever tried."""
    store = MemoryStore()
    kept(store, a="a coin", b="a key")
    second = Renders(store, MANIFEST)
    second.get("a")
    second.keep()
    third = Renders(store, MANIFEST)
    assert (third.get("a"), third.get("b")) == ("a coin", None)


def test_every_manifest_has_its_own() -> None:
    """Two manifests do not make each other forget."""
    store = MemoryStore()
    kept(store, a="a coin")
    other = Renders(store, Path("/elsewhere/assets.yaml"))
    assert other.get("a") is None
    other.keep()
    assert Renders(store, MANIFEST).get("a") == "a coin"


def test_a_single_wrong_byte_makes_nobody_pay_for_other_words() -> None:
    """The words are what is paid for: a damaged memory is none."""
    store = MemoryStore()
    name = kept(store, a="a coin")
    whole = store.get(name)
    assert whole is not None
    for place in range(len(whole)):
        torn = bytearray(whole)
        torn[place] ^= 1
        store.put(name, bytes(torn))
        assert Renders(store, MANIFEST).get("a") is None
        store.put(name, whole[:place])
        assert Renders(store, MANIFEST).get("a") is None

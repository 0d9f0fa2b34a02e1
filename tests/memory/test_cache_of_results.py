"""The cache verifies what it reads, and never loses what was bought in silence."""

from __future__ import annotations

import json
import os
import random
from typing import TYPE_CHECKING

import pytest

from assetgen.cache import GRACE, Cache, Result, Shelved, Verdict
from assetgen.digest import canonical_json, digest_bytes
from assetgen.errors import Damaged, UsageError
from assetgen.stores.base import Store
from assetgen.stores.disk import DiskStore
from assetgen.stores.memory import MemoryStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY, OTHER = "1" * 64, "2" * 64
RESULT = Result("a" * 64, 24, 24, "webp", "quality 71")
YEAR = 365 * 86_400.0


def object_name(kind: str, digest: str) -> str:
    """Return where the cache keeps something."""
    return f"{kind}/{digest[:2]}/{digest[2:]}"


@pytest.fixture(params=["disk", "memory"])
def cache(request: pytest.FixtureRequest, tmp_path: Path) -> Cache:
    """Return an empty cache on either kind of shelf."""
    on_disk = request.param == "disk"
    return Cache(DiskStore(tmp_path / "store") if on_disk else MemoryStore())


def test_bytes_come_back_by_their_digest(cache: Cache) -> None:
    digest = cache.put_bytes(b"picture")
    assert (digest, cache.get_bytes(digest)) == (digest_bytes(b"picture"), b"picture")
    assert cache.get_bytes(OTHER) is None


def test_a_result_comes_back_by_its_key(cache: Cache) -> None:
    cache.record(KEY, RESULT)
    assert (cache.result(KEY), cache.result(OTHER)) == (RESULT, None)


def damages(data: bytes, dice: random.Random) -> Iterator[bytes]:
    """Yield what disks and people do to a file."""
    place = dice.randrange(len(data))
    bit = bytes([data[place] ^ 1 << dice.randrange(8)])
    yield data[:place] + bit + data[place + 1 :]
    yield data[:place]
    yield b""
    yield data + b"\0"
    yield bytes(len(data))
    yield b"<html>not found</html>"


@pytest.mark.parametrize("paid", [False, True])
def test_every_damaged_object_is_noticed(cache: Cache, *, paid: bool) -> None:
    """Derived bytes are then a miss, bought ones an error, and never wrong bytes."""
    dice = random.Random(7)  # noqa: S311  the same damage every time
    for _ in range(10):
        data = dice.randbytes(200)
        for wrong in damages(data, dice):
            digest = cache.put_bytes(data, paid=paid)
            cache.store.put(object_name("cas", digest), wrong)
            if paid:
                with pytest.raises(Damaged, match="bought picture"):
                    cache.get_bytes(digest)
            assert cache.get_bytes(digest) is None
            assert cache.store.get(object_name("damaged", digest)) == wrong


def test_a_caller_may_insist_that_bytes_were_bought(cache: Cache) -> None:
    digest = cache.put_bytes(b"picture")
    cache.store.put(object_name("cas", digest), b"picturf")
    with pytest.raises(Damaged):
        cache.get_bytes(digest, paid=True)


def test_two_swapped_objects_are_both_noticed(cache: Cache) -> None:
    one, two = cache.put_bytes(b"one"), cache.put_bytes(b"two")
    cache.store.put(object_name("cas", one), b"two")
    cache.store.put(object_name("cas", two), b"one")
    assert (cache.get_bytes(one), cache.get_bytes(two)) == (None, None)


def test_every_damaged_result_is_a_miss(cache: Cache) -> None:
    dice = random.Random(8)  # noqa: S311  the same damage every time
    cache.record(KEY, RESULT)
    name = object_name("ac", KEY)
    sound = cache.store.get(name)
    assert sound is not None
    for _ in range(20):
        for wrong in damages(sound, dice):
            cache.store.put(name, wrong)
            assert cache.result(KEY) is None


def test_another_keys_result_is_a_miss(cache: Cache) -> None:
    cache.record(KEY, RESULT)
    entry = cache.store.get(object_name("ac", KEY))
    assert entry is not None
    cache.store.put(object_name("ac", OTHER), entry)
    assert cache.result(OTHER) is None


@pytest.mark.parametrize(
    "text", [b"null", b"[]", b'{"sum": 1}', b'{"version": 2}', b"[" * 100_000]
)
def test_json_that_is_no_result_is_a_miss(cache: Cache, text: bytes) -> None:
    cache.store.put(object_name("ac", KEY), text)
    assert cache.result(KEY) is None


def test_a_newer_result_is_refused_by_name(cache: Cache) -> None:
    entry = {"version": 2, "key": KEY, "needs": "3.1", "layers": []}
    entry["sum"] = digest_bytes(canonical_json(entry))[:16]
    cache.store.put(object_name("ac", KEY), json.dumps(entry).encode())
    with pytest.raises(UsageError, match=r"needs assetgen >= 3\.1"):
        cache.result(KEY)


def test_what_is_no_digest_names_nothing(cache: Cache) -> None:
    with pytest.raises(ValueError, match="no digest"):
        cache.get_bytes("../../etc/passwd")


def test_verify_names_damaged_and_lost(cache: Cache) -> None:
    sound, broken = cache.put_bytes(b"sound"), cache.put_bytes(b"broken")
    lost, bought = (cache.put_bytes(data, paid=True) for data in (b"lost", b"bought"))
    cache.store.put(object_name("cas", broken), b"brokem")
    cache.store.put(object_name("cas", bought), b"bougth")
    cache.store.delete(object_name("cas", lost))
    damaged = tuple(sorted([broken, bought]))
    assert cache.verify() == Verdict(3, damaged, tuple(sorted([lost, bought])))
    assert [each.digest for each in cache.ls()] == [sound]


class TestGc:
    """What gc removes, and what it never does."""

    def test_young_and_kept_and_bought_objects_stay(self, cache: Cache) -> None:
        """Grace, the caller's list and the mark protect, each on its own."""
        kept, bought, old = (cache.put_bytes(data) for data in (b"k", b"b", b"o"))
        cache.put_bytes(b"b", paid=True)
        now = cache.ls().__next__().used
        assert cache.gc({kept}, now=now + GRACE - 60) == ()
        removed = cache.gc({kept}, now=now + YEAR)
        assert [each.digest for each in removed] == [old]
        assert {each.digest for each in cache.ls()} == {kept, bought}

    def test_bought_objects_go_if_that_is_asked_for(self, cache: Cache) -> None:
        """`--paid` removes the bytes and their mark."""
        digest = cache.put_bytes(b"b", paid=True)
        now = next(cache.ls()).used + YEAR
        assert [each.digest for each in cache.gc(paid=True, now=now)] == [digest]
        assert (cache.get_bytes(digest), cache.is_paid(digest)) == (None, False)

    def test_a_dry_run_only_tells(self, cache: Cache) -> None:
        """What would go is returned, with its size, and is still there."""
        digest = cache.put_bytes(b"four")
        used = next(cache.ls()).used
        expected = (Shelved(digest, 4, paid=False, used=used),)
        assert cache.gc(dry=True, now=used + YEAR) == expected
        assert cache.has_bytes(digest)

    def test_results_go_with_their_bytes(self, cache: Cache) -> None:
        """A result that leads nowhere is removed, one that leads somewhere stays."""
        gone, kept = cache.put_bytes(b"gone"), cache.put_bytes(b"kept")
        for key, digest in ((KEY, gone), (OTHER, kept)):
            cache.record(key, Result(digest, 1, 1, "png"))
        cache.gc({kept}, now=next(cache.ls()).used + YEAR)
        assert (cache.result(KEY), cache.result(OTHER)) == (
            None,
            Result(kept, 1, 1, "png"),
        )
        assert list(cache.store.names("ac/")) == [object_name("ac", OTHER)]

    def test_a_store_without_dates_is_left_alone(self) -> None:
        """Without a last use there is no grace, and so no gc."""

        class Timeless(MemoryStore):
            modified = None  # type: ignore[assignment]  # it cannot say

        cache = Cache(Timeless())
        with pytest.raises(UsageError, match="does not say when"):
            cache.gc()

    def test_what_is_used_again_is_young_again(self, tmp_path: Path) -> None:
        """Reading an old object on a disk protects it for another grace period."""
        cache = Cache(DiskStore(tmp_path))
        digest = cache.put_bytes(b"x")
        os.utime(tmp_path / object_name("cas", digest), (0, 0))
        cache.get_bytes(digest)
        assert cache.gc() == ()


def test_a_read_only_store_still_serves(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound, broken = cache.put_bytes(b"sound"), cache.put_bytes(b"broken")
    cache.store.put(object_name("cas", broken), b"x")

    def refuse(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(type(cache.store), "put", refuse)
    monkeypatch.setattr(type(cache.store), "delete", refuse)
    assert isinstance(cache.store, Store)
    assert (cache.get_bytes(sound), cache.get_bytes(broken)) == (b"sound", None)

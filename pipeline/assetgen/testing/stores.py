# ruff: noqa: S101 (pytest is assert)
"""This file is the contract of a store, as tests that a plugin author inherits.

::

    from assetgen.testing.stores import StoreContract

    class TestMyStore(StoreContract):
        def make(self, place):
            return MyStore(place)

Every test gets a fresh `place`, an empty folder, and makes its stores there: two made
in one place are the same shelf, unless `lasting` is False.
"""

from __future__ import annotations

import abc
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, ClassVar

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from assetgen.stores.base import Store

NAME = "cas/ab/cdef0123"
LARGE = 2**18
WRITERS = 8


class StoreContract(abc.ABC):
    """Everything that `assetgen.stores.base.Store` promises.

    Attributes:
        lasting: Bytes outlive the object that shelved them.
    """

    lasting: ClassVar[bool] = True

    @abc.abstractmethod
    def make(self, place: Path) -> Store:
        """Return a store that keeps what it must in this folder."""

    @pytest.fixture
    def place(self, tmp_path: Path) -> Path:
        """Return an empty folder of the test's own."""
        folder = tmp_path / "shelf"
        folder.mkdir()
        return folder

    @pytest.fixture
    def store(self, place: Path) -> Store:
        """Return an empty store."""
        return self.make(place)

    def test_an_empty_store_has_nothing(self, store: Store) -> None:
        """A name that was never shelved is None, absent, 0 bytes long, not listed."""
        found = (store.get(NAME), store.has(NAME), store.size(NAME), [*store.names()])
        assert found == (None, False, 0, [])

    @pytest.mark.parametrize(
        "data", [b"", b"\x00\r\n\x1a", bytes(range(256)) * 4096], ids=["0", "4", "1M"]
    )
    def test_what_is_put_is_what_is_got(self, store: Store, data: bytes) -> None:
        """Bytes come back as they were, whatever they are, the empty ones too."""
        store.put(NAME, data)
        found = (store.get(NAME), store.has(NAME), store.size(NAME))
        assert found == (data, True, len(data))

    def test_the_last_put_wins(self, store: Store) -> None:
        """A name shelved again has the later bytes only."""
        store.put(NAME, b"a long first text")
        store.put(NAME, b"second")
        found = (store.get(NAME), store.size(NAME), [*store.names()])
        assert found == (b"second", 6, [NAME])

    def test_delete_removes_one_name(self, store: Store) -> None:
        """What is deleted is gone as if it had never been; its neighbour stays."""
        neighbour = f"{NAME}4"
        store.put(NAME, b"x")
        store.put(neighbour, b"y")
        store.delete(NAME)
        found = (store.get(NAME), store.has(NAME), store.size(NAME), [*store.names()])
        assert found == (None, False, 0, [neighbour])

    def test_deleting_what_is_not_there_is_nothing(self, store: Store) -> None:
        """Deleting twice is deleting once."""
        store.delete(NAME)
        store.put(NAME, b"x")
        store.delete(NAME)
        store.delete(NAME)
        assert [*store.names()] == []

    def test_a_deleted_name_can_be_put_again(self, store: Store) -> None:
        """Deleting leaves nothing behind that is in the way."""
        store.put(NAME, b"x")
        store.delete(NAME)
        store.put(NAME, b"y")
        assert store.get(NAME) == b"y"

    def test_names_are_sorted(self, store: Store) -> None:
        """Names come in the order of their characters, however they were shelved."""
        names = ["ac/b", "cas/00/1", "ac/a-1", "ac/a.json", "cas/00/0", "z_"]
        for name in names:
            store.put(name, b"x")
        assert [*store.names()] == sorted(names)

    def test_a_prefix_is_of_letters_not_of_folders(self, store: Store) -> None:
        """A prefix may end in the middle of a word, or be a whole name."""
        for name in ("ac/12", "ac/13", "ac/2", "ac1", "cas/ac/1"):
            store.put(name, b"x")
        found = [[*store.names(prefix)] for prefix in ("ac/1", "ac", "cas/ac/1", "x")]
        assert found == [
            ["ac/12", "ac/13"],
            ["ac/12", "ac/13", "ac/2", "ac1"],
            ["cas/ac/1"],
            [],
        ]

    def test_names_may_be_deleted_while_they_are_listed(self, store: Store) -> None:
        """Sweeping a shelf in one loop visits every name."""
        for number in range(20):
            store.put(f"ac/{number:02}", b"x")
        for name in store.names("ac/"):
            store.delete(name)
        assert [*store.names()] == []

    def test_a_store_is_a_dict(self, store: Store) -> None:
        """300 actions in any order leave what a dict would have."""
        dice = random.Random(1)  # noqa: S311 the same actions every time
        expected: dict[str, bytes] = {}
        for _ in range(300):
            name = f"{dice.choice('abc')}{dice.randrange(3)}/{dice.randrange(4)}"
            if dice.random() < 0.6:  # noqa: PLR2004 more puts than deletes
                expected[name] = dice.randbytes(dice.randrange(50))
                store.put(name, expected[name])
            else:
                expected.pop(name, None)
                store.delete(name)
        assert {name: store.get(name) for name in store.names()} == expected

    def test_nobody_sees_half_a_put(self, store: Store) -> None:
        """While threads shelve one name, a reader gets one of their versions whole."""
        versions = frozenset(bytes([number]) * LARGE for number in range(WRITERS))
        store.put(NAME, min(versions))
        done = threading.Event()
        torn: list[bytes | None] = []

        def read() -> None:
            while not done.is_set() and not torn:
                if (data := store.get(NAME)) not in versions:
                    torn.append(data)

        reader = threading.Thread(target=read)
        reader.start()
        try:
            with ThreadPoolExecutor(WRITERS) as pool:
                list(pool.map(lambda data: store.put(NAME, data), [*versions] * 3))
        finally:
            done.set()
            reader.join()
        assert torn == []
        assert store.get(NAME) in versions
        assert [*store.names()] == [NAME]

    def test_bytes_outlive_the_store(self, place: Path) -> None:
        """Another store made in the same place has what this one shelved."""
        if not self.lasting:
            pytest.skip("this store does not last")
        self.make(place).put(NAME, b"kept")
        again = self.make(place)
        assert (again.get(NAME), [*again.names()]) == (b"kept", [NAME])

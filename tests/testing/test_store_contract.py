"""The store contract: a good store passes it, and each broken promise is noticed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from assetgen.stores.base import Store
from assetgen.testing.stores import StoreContract

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Dict(Store):
    """The smallest store."""

    def __init__(self) -> None:
        self.shelf: dict[str, bytes] = {}

    def get(self, name: str) -> bytes | None:
        """Return the bytes."""
        return self.shelf.get(name)

    def put(self, name: str, data: bytes) -> None:
        """Shelve bytes."""
        self.shelf[name] = data

    def has(self, name: str) -> bool:
        """Return whether it is there."""
        return name in self.shelf

    def delete(self, name: str) -> None:
        """Remove a name."""
        self.shelf.pop(name, None)

    def names(self, prefix: str = "") -> Iterator[str]:
        """Yield names."""
        return iter(sorted(name for name in self.shelf if name.startswith(prefix)))

    def size(self, name: str) -> int:
        """Return how long it is."""
        return len(self.shelf.get(name, b""))


class TestDict(StoreContract):
    """A dict keeps every promise but to last."""

    lasting = False

    def make(self, place: Path) -> Store:
        """Return an empty one."""
        assert place.is_dir()
        return Dict()


class Unsorted(Dict):
    """Lists names as they came."""

    def names(self, prefix: str = "") -> Iterator[str]:
        """Yield names in no order."""
        return (name for name in list(self.shelf) if name.startswith(prefix))


class Lazy(Dict):
    """Lists names while the shelf changes under it."""

    def names(self, prefix: str = "") -> Iterator[str]:
        """Yield names from the living dict."""
        return (name for name in self.shelf if name.startswith(prefix))


class Folders(Dict):
    """Takes a prefix for a folder."""

    def names(self, prefix: str = "") -> Iterator[str]:
        """Yield names below a folder."""
        return super().names(f"{prefix}/" if prefix else "")


class Hollow(Dict):
    """Takes no bytes for no entry."""

    def get(self, name: str) -> bytes | None:
        """Return the bytes, or None if there are none in it."""
        return self.shelf.get(name) or None


class Picky(Dict):
    """Minds deleting what is not there."""

    def delete(self, name: str) -> None:
        """Remove a name or raise."""
        del self.shelf[name]


class Writer(Dict):
    """Shows a put before it is whole."""

    def put(self, name: str, data: bytes) -> None:
        """Shelve bytes in two steps."""
        self.shelf[name] = data[: len(data) // 2]
        time.sleep(0.01)
        self.shelf[name] = data


class Contract(StoreContract):
    """The contract of any store of the table below, run by hand."""

    kind: ClassVar[type[Store]] = Dict

    def make(self, place: Path) -> Store:
        """Return an empty one."""
        assert place
        return self.kind()


@pytest.mark.parametrize(
    ("kind", "promise", "arguments"),
    [
        (Unsorted, "test_names_are_sorted", {}),
        (Lazy, "test_names_may_be_deleted_while_they_are_listed", {}),
        (Folders, "test_a_prefix_is_of_letters_not_of_folders", {}),
        (Hollow, "test_what_is_put_is_what_is_got", {"data": b""}),
        (Picky, "test_deleting_what_is_not_there_is_nothing", {}),
        (Writer, "test_nobody_sees_half_a_put", {}),
    ],
)
def test_a_broken_promise_is_noticed(
    kind: type[Store], promise: str, arguments: dict[str, Any]
) -> None:
    test = getattr(Contract(), promise)
    test(Dict(), **arguments)
    with pytest.raises((AssertionError, RuntimeError, KeyError)):
        test(kind(), **arguments)


def test_a_store_that_should_last_and_does_not_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        Contract().test_bytes_outlive_the_store(tmp_path)

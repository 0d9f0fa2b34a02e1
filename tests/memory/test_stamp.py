"""A stamp holds while nothing has changed, and not one moment longer."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetgen import stamp

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LONG_AGO = 1_700_000_000_000_000_000  # ns since 1970
HERE = "this version, these settings"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with two files and a folder, all of them old."""
    root = tmp_path / "project"
    (root / "output").mkdir(parents=True)
    for name in ("assets.yaml", "output/coin.png"):
        (root / name).write_bytes(b"as it was")
    return root


@pytest.fixture
def settled(folder: Path, monkeypatch: pytest.MonkeyPatch) -> stamp.Stamp:
    """Return a stamp that was taken when no file was young any more."""
    later = time.time_ns() + 10 * stamp.DOUBT_NS
    monkeypatch.setattr(time, "time_ns", lambda: later)
    taken = taken_of(folder)
    assert taken.doubtful == {}
    return taken


def taken_of(folder: Path) -> stamp.Stamp:
    names = ("assets.yaml", "brand.yaml", "output", "output/coin.png")
    return stamp.take(HERE, [str(folder / name) for name in names], '{"exit": 0}')


def grow(folder: Path) -> None:
    (folder / "assets.yaml").write_bytes(b"as it was, and more")


def touch(folder: Path) -> None:
    os.utime(folder / "assets.yaml", ns=(LONG_AGO, LONG_AGO))


def swap(folder: Path) -> None:
    """Put another file with the same bytes and time in a file's place."""
    path = folder / "assets.yaml"
    before = path.stat()
    other = folder / "other"
    other.write_bytes(path.read_bytes())
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(path)


def rewrite_in_secret(folder: Path) -> None:
    """Change bytes and put size and mtime back, as only a ctime still shows."""
    path = folder / "assets.yaml"
    before = path.stat()
    path.write_bytes(b"as it is!")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def appear(folder: Path) -> None:
    (folder / "brand.yaml").write_text("name: Sty\n")


def vanish(folder: Path) -> None:
    (folder / "output" / "coin.png").unlink()


def add_beside(folder: Path) -> None:
    (folder / "output" / "another.png").write_bytes(b"new")


def test_a_stamp_holds_while_nothing_changes(settled: stamp.Stamp) -> None:
    """Looking twice is no change either."""
    assert [stamp.holds(settled, HERE) for _ in range(2)] == [True, True]


@pytest.mark.parametrize(
    "change",
    [grow, touch, swap, rewrite_in_secret, appear, vanish, add_beside],
    ids=lambda change: change.__name__,
)
def test_a_stamp_falls_with_any_change(
    settled: stamp.Stamp, folder: Path, change: Callable[[Path], None]
) -> None:
    """Size, time, inode, absence and folders all count."""
    change(folder)
    assert stamp.holds(settled, HERE) is False


def test_a_stamp_falls_with_other_circumstances(settled: stamp.Stamp) -> None:
    """Another version, another setting, another plugin: look again."""
    assert stamp.holds(settled, f"{HERE} and one more") is False


def test_a_young_file_is_known_by_its_bytes(folder: Path) -> None:
    """Within two seconds a file can change without its size and times showing it."""
    young = taken_of(folder)
    assert stamp.holds(young, HERE) is True
    path = folder / "assets.yaml"
    path.write_bytes(b"as it is!")
    blind = stamp.Stamp(
        HERE, young.paths, taken_of(folder).stats, young.doubtful, young.taken, ""
    )
    assert stamp.holds(blind, HERE) is False


def test_doubts_settle_with_time(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two seconds later the times alone will do; before that nothing is dropped."""
    young = taken_of(folder)
    assert young.doubtful != {}
    assert stamp.refreshed(young) is None
    later = young.taken + 2 * stamp.DOUBT_NS
    monkeypatch.setattr(time, "time_ns", lambda: later)
    settled = stamp.refreshed(young)
    assert settled is not None
    assert settled.doubtful == {}
    assert stamp.holds(settled, HERE) is True
    assert stamp.refreshed(settled) is None


def test_a_young_file_was_only_seen_if_its_bytes_are_the_same(folder: Path) -> None:
    """Its times alone do not vouch for it."""
    young = taken_of(folder)
    (folder / "assets.yaml").write_bytes(b"as it is!")
    missing = set(young.paths) - stamp.seen(young).keys()
    assert missing == {str(folder / "assets.yaml")}


def test_what_a_settled_stamp_has_seen(settled: stamp.Stamp, folder: Path) -> None:
    """Each path comes with its own four numbers."""
    found = (folder / "output" / "coin.png").stat()
    expected = (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
    seen = stamp.seen(settled)
    assert seen[str(folder / "output" / "coin.png")] == expected
    assert seen[str(folder / "brand.yaml")] == stamp.GONE


def parts(one: stamp.Stamp) -> list[object]:
    return [getattr(one, name) for name in stamp.Stamp.__slots__]


def test_a_written_stamp_is_read_again(folder: Path, tmp_path: Path) -> None:
    """Its folder is made, and nothing but the stamp is left in it."""
    place = tmp_path / "store" / "stamps" / "one"
    taken = taken_of(folder)
    stamp.write(str(place), taken)
    found = stamp.read(str(place))
    assert found is not None
    assert parts(found) == parts(taken)
    assert [path.name for path in place.parent.iterdir()] == ["one"]


def test_names_that_are_no_text_survive(tmp_path: Path) -> None:
    """A path of a POSIX disk is bytes, of which not all are UTF-8."""
    odd = os.fsdecode(b"/nowhere/\xff\n\xc3\xa9.png")
    place = str(tmp_path / "one")
    stamp.write(place, stamp.take("a\nb", [odd], "{}"))
    found = stamp.read(place)
    assert found is not None
    assert found.paths == [odd]


def test_every_torn_stamp_is_none(folder: Path, tmp_path: Path) -> None:
    """However much of it is missing."""
    place = tmp_path / "one"
    stamp.write(str(place), taken_of(folder))
    whole = place.read_bytes()
    for length in range(len(whole)):
        place.write_bytes(whole[:length])
        assert stamp.read(str(place)) is None


def test_no_stamp_is_none(tmp_path: Path) -> None:
    """Neither a missing one nor a folder in its place is an error."""
    assert stamp.read(str(tmp_path / "none")) is None
    assert stamp.read(str(tmp_path)) is None


def test_a_disk_that_refuses_leaves_no_stamp(tmp_path: Path) -> None:
    """Not being able to write one only costs time later."""
    (tmp_path / "file").write_text("in the way")
    place = str(tmp_path / "file" / "one")
    stamp.write(place, stamp.take(HERE, [], "{}"))
    assert stamp.read(place) is None


@given(data=st.binary(max_size=300))
def test_no_bytes_break_the_reader(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    """Whatever stands in the file, it is a stamp or none."""
    place = tmp_path_factory.getbasetemp() / "garbage"
    place.write_bytes(data)
    assert stamp.read(str(place)) is None


@given(place=st.integers(min_value=0, max_value=10_000), byte=st.integers(0, 255))
def test_a_flipped_byte_is_never_taken_for_another_file(
    tmp_path_factory: pytest.TempPathFactory, place: int, byte: int
) -> None:
    """Damage is met by reading none, or one that can be asked without an error."""
    folder = tmp_path_factory.getbasetemp()
    path = folder / "flipped"
    taken = stamp.take(HERE, [str(folder), "/nowhere/at/all"], "{}")
    stamp.write(str(path), taken)
    data = bytearray(path.read_bytes())
    data[place % len(data)] = byte
    path.write_bytes(bytes(data))
    found = stamp.read(str(path))
    if found is not None:
        assert stamp.holds(found, HERE) in {True, False}


def test_manifests_have_stamps_of_their_own(tmp_path: Path) -> None:
    """Short or long, one path one name, and one that any disk takes."""
    manifests = [f"/p/{'x' * n}/assets.yaml" for n in (1, 2, 90, 91, 3000)]
    names = {stamp.stamp_path(str(tmp_path), each) for each in manifests}
    assert len(names) == len(manifests)
    assert max(len(os.path.basename(name)) for name in names) <= 200  # noqa: PTH119


def test_settings_are_circumstances_and_keys_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A key is never written anywhere; what decides a build is."""
    before = stamp.circumstances("1")
    monkeypatch.setenv("ASSETGEN_SOME_KEY", "secret-value")
    assert stamp.circumstances("1") == before
    monkeypatch.setenv("ASSETGEN_DURABLE", "1")
    assert stamp.circumstances("1") != before
    assert stamp.circumstances("2") != stamp.circumstances("1")


def test_a_plugin_that_comes_or_goes_is_a_circumstance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Installing one changes a folder that Python imports from."""
    folder = tmp_path / "site-packages"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    before = stamp.circumstances("1")
    (folder / "plugin-1.dist-info").mkdir()
    os.utime(folder, ns=(0, 1))  # whatever the disk's clock is good for
    assert stamp.circumstances("1") != before

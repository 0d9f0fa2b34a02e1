"""A process is gone only if that is certain, by its machine, its start and its own."""

from __future__ import annotations

import os
import platform
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from assetgen.journal import owner as module
from assetgen.journal.owner import Owner, is_gone

ME = Owner.current()


def test_a_process_is_named_by_four_words() -> None:
    assert ME.pid == os.getpid()
    assert str(ME).split(" ") == [ME.host, ME.boot, str(ME.pid), ME.started]
    assert ME.host.partition("/")[0] == platform.node().replace(" ", "_")
    assert not is_gone(str(ME))


@pytest.mark.skipif(sys.platform != "linux", reason="read from /proc")
def test_on_linux_all_four_are_known() -> None:
    """As `ps` and `stat` say: nothing in them is ours."""
    boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
    fields = Path("/proc/self/stat").read_text(encoding="ascii").split(") ")[-1]
    space = Path("/proc/self/ns/pid").readlink()
    assert (ME.boot, ME.started) == (boot.strip(), fields.split()[19])
    assert ME.host.endswith(f"/{space}")


@pytest.mark.parametrize(
    ("owner", "gone"),
    [("", True), ("garbage", False), ("a b c d", False), ("a b 7 d e", False)],
)
def test_only_what_names_nobody_is_gone_unread(owner: str, *, gone: bool) -> None:
    assert is_gone(owner) is gone


@pytest.mark.parametrize(
    ("changes", "gone"),
    [
        ({"host": "elsewhere"}, False),
        ({"host": "elsewhere", "boot": "another"}, False),
        ({"started": "1"}, True),
        ({"started": ""}, False),
        ({"boot": ""}, False),
        ({"boot": "another"}, True),
    ],
)
def test_only_what_cannot_be_alive_is_gone(
    changes: dict[str, str], *, gone: bool
) -> None:
    assert is_gone(str(replace(ME, **changes))) is gone  # type: ignore[arg-type]


def test_a_number_that_is_none_names_nobody() -> None:
    assert not is_gone(f"{ME.host} {ME.boot} c {ME.started}")


class Machine:
    """A machine whose files and processes say what a test wants."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.files: dict[str, str] = {}
        self.killed: type[OSError] | None = None
        monkeypatch.setattr(module, "_read", lambda path: self.files.get(path, ""))
        monkeypatch.setattr(os, "kill", self._kill)

    def _kill(self, pid: int, number: int) -> None:
        assert (pid, number) == (7, 0)
        if self.killed is not None:
            raise self.killed


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Return a machine that knows nothing of itself, where 7 is alive."""
    return Machine(monkeypatch)


def test_without_any_sign_a_process_lives(machine: Machine) -> None:
    seven = replace(ME, pid=7, boot="then", started="5")
    assert not is_gone(str(seven))
    machine.killed = PermissionError
    assert not is_gone(str(seven))
    machine.killed = ProcessLookupError
    assert is_gone(str(seven))


def test_where_processes_cannot_be_asked_they_live(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Windows the question would end it."""
    machine.killed = ProcessLookupError
    monkeypatch.setattr(sys, "platform", "win32")
    assert not is_gone(str(replace(ME, pid=7)))


@pytest.mark.parametrize(
    ("stat", "started"),
    [
        ("7 (a) S " + " ".join(map(str, range(4, 30))), "22"),
        ("7 (a (b) c) d) S " + " ".join(map(str, range(4, 30))), "22"),
        ("7 (a) S " + " ".join(map(str, range(4, 23))), "22"),
        ("7 (a) S " + " ".join(map(str, range(4, 22))), ""),
        ("", ""),
    ],
)
def test_the_start_is_the_22nd_field_whatever_the_name(
    machine: Machine, stat: str, started: str
) -> None:
    """Counted from 1, the number and the name in parentheses first."""
    machine.files["/proc/7/stat"] = stat
    assert module._started(7) == started  # noqa: SLF001  what `is_gone` compares
    other = replace(ME, pid=7, boot="", started="5")
    assert is_gone(str(other)) is bool(started)
    assert not is_gone(str(replace(other, started=started)))


def test_a_machine_that_was_started_again_has_none_of_its_processes(
    machine: Machine,
) -> None:
    machine.files["/proc/sys/kernel/random/boot_id"] = "now\n"
    assert is_gone(str(replace(ME, pid=7, boot="then", started="")))
    assert not is_gone(str(replace(ME, pid=7, boot="now", started="")))


def test_a_machine_without_name_spaces_is_named_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def none(_: Path) -> Path:
        raise OSError

    monkeypatch.setattr(Path, "readlink", none)
    monkeypatch.setattr(platform, "node", lambda: "a b c")
    assert module._host() == "a_b_c/"  # noqa: SLF001  the first word of an owner


def test_a_file_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    assert module._read(str(tmp_path / "none")) == ""  # noqa: SLF001  as /proc may be
    (tmp_path / "odd").write_bytes(b"a\xffb")
    assert module._read(str(tmp_path / "odd")) == "a�b"  # noqa: SLF001  the same

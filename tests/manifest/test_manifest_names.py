"""Names and paths that work on every disk, and files that would be one."""

from __future__ import annotations

import pytest

from assetgen.manifest.names import collisions, folded, path_fault

GOOD = [
    "coin",
    "credits/coin-reward",
    "Ünïcode/硬貨",
    "a b",
    "@2x",
    "v1.2_final+more",
    "icon@2x~ipad.png",
    "console",
    "com10",
    "auxiliary/nul-safe",
    "é",
    "x" * 200,
    "a...b",
]

BAD = {
    "": "is empty",
    "..": "holds `..`, so it would leave its folder",
    "a/../b": "holds `..`, so it would leave its folder",
    "./a": "holds `.`, so it would leave its folder",
    "/etc/passwd": "starts with `/`, so it would leave its folder",
    "//server/share": "starts with `/`, so it would leave its folder",
    "C:/x": "cannot hold `:`",
    "C:": "cannot hold `:`",
    "a:b": "cannot hold `:`",
    "a\\b": "has a backslash; folders are written with `/`",
    "\\\\server\\share": "has a backslash; folders are written with `/`",
    "~/x": "has a part that starts with a tilde",
    "~": "has a part that starts with a tilde",
    "-rf": "has a part that starts with a dash",
    "a/-rf": "has a part that starts with a dash",
    " a": "has a part that starts with a space",
    ".git/hooks": "has a part that starts with a dot",
    ".hidden": "has a part that starts with a dot",
    "git~1/hooks": "holds `git~1`, another name of the folder `.git` on Windows",
    "a.": "has a part that ends with a dot, which Windows drops",
    "a./b": "has a part that ends with a dot, which Windows drops",
    "a ": "has a part that ends with a space, which Windows drops",
    "a//b": "has an empty part between two `/`, or a `/` at its end",
    "a/": "has an empty part between two `/`, or a `/` at its end",
    "a\0b": "cannot hold U+0000 (an invisible character)",
    "a\nb": "cannot hold U+000A (an invisible character)",
    "a\u202eb": "cannot hold U+202E (right-to-left override)",
    "a\u200bb": "cannot hold U+200B (zero width space)",
    "a\u00a0b": "cannot hold U+00A0 (no-break space)",
    "%2e%2e/x": "cannot hold `%`",
    "a?": "cannot hold `?`",
    "a*": "cannot hold `*`",
    "a[0]": "cannot hold `[`",
    'a"b': 'cannot hold `"`',
    "a<b": "cannot hold `<`",
    "a|b": "cannot hold `|`",
    "a$b": "cannot hold `$`",
    "CON": "holds `CON`, a name that Windows keeps for a device",
    "aux.png": "holds `aux.png`, a name that Windows keeps for a device",
    "x/COM1": "holds `COM1`, a name that Windows keeps for a device",
    "com¹": "holds `com¹`, a name that Windows keeps for a device",
    "LPT9.x": "holds `LPT9.x`, a name that Windows keeps for a device",
    "CONIN$": "holds `CONIN$`, a name that Windows keeps for a device",
    "nul .txt": "holds `nul .txt`, a name that Windows keeps for a device",
    "x" * 241: "is 241 characters long; at most 240 work everywhere",
    "é" * 128: "has a part of 256 bytes; disks take 255",
}


@pytest.mark.parametrize("name", GOOD)
def test_a_portable_path_has_no_fault(name: str) -> None:
    assert path_fault(name) is None


@pytest.mark.parametrize(("name", "fault"), BAD.items(), ids=map(repr, BAD))
def test_a_path_that_fails_somewhere_is_refused_everywhere(
    name: str, fault: str
) -> None:
    assert path_fault(name) == fault


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Coin", "coin"),
        ("caf\u00e9", "cafe\u0301"),
        ("CAF\u00c9", "cafe\u0301"),
        ("\u212a", "k"),
        ("\ufb01", "fi"),
        ("stra\u00dfe", "STRASSE"),
    ],
)
def test_what_a_disk_takes_for_one_name_is_folded_to_one(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_names_that_every_disk_keeps_apart_stay_apart() -> None:
    assert len({folded(name) for name in ("a", "b", "e", "é", "a/b", "ab")}) == 6


def test_two_writers_of_one_file_are_told_with_both() -> None:
    files = [("a/x.png", 1), ("a/y.png", 2), ("A/X.png", 3)]
    assert list(collisions(files)) == [("A/X.png", 3, "a/x.png", 1)]


def test_a_file_cannot_stand_where_another_needs_a_folder() -> None:
    files = [("a.png/b/c.png", 1), ("A.png", 2)]
    assert list(collisions(files)) == [("a.png/b/c.png", 1, "A.png", 2)]


def test_files_apart_do_not_collide() -> None:
    files = [("a/x.png", 1), ("a/x.webp", 1), ("b/x.png", 2), ("x.png", 3)]
    assert list(collisions(files)) == []

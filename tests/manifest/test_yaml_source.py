"""What a YAML file says, where it says it, and how much of it is read at most."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import pytest

from assetgen.errors import ManifestError, Place
from assetgen.manifest.source import parse, read

if TYPE_CHECKING:
    from pathlib import Path

    from assetgen.manifest.source import Document, Plain

MANIFEST = b"""\
# the shop
version: 1
sizes: &sizes
  - {width: 24}
  - width: 48
base: &base
  model: nano
  ratio: 16:9
assets:
  coin:
    <<: *base
    prompt: |
      a coin
    variants: *sizes
    alt:
  "star": {ink: 000000, budget: 5.00, on: True, edge: 1e2030, times: 5}
"""


pytestmark = pytest.mark.usefixtures("parser")


def document(text: str | bytes) -> Document:
    """Read a text as if it were the file f.yaml."""
    return parse(text if isinstance(text, bytes) else text.encode(), "f.yaml")


def mistakes(text: str | bytes) -> list[str]:
    """Return the problems of a text, each without its hint."""
    with pytest.raises(ManifestError) as caught:
        document(text)
    return [str(problem).partition("\n")[0] for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("16:9", "16:9"),
        ("1:1", "1:1"),
        ("12:30:45", "12:30:45"),
        ("no", "no"),
        ("on", "on"),
        ("y", "y"),
        ("true", True),
        ("FALSE", False),
        ("tRUE", "tRUE"),
        ("", None),
        ("~", None),
        ("null", None),
        ("none", "none"),
        ("5", 5),
        ("-5", -5),
        ("+5", 5),
        ("017", 17),
        ("0o17", 15),
        ("0x1F", 31),
        ("0b11", "0b11"),
        ("1_000", "1_000"),
        ("5.00", 5.0),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("1e2030", "1e2030"),
        ("-1e999", "-1e999"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("1K", "1K"),
        ("2026-11-20", "2026-11-20"),
        ("٣", "٣"),
        ("'5'", "5"),
        ('"true"', "true"),
        ('""', ""),
        ("=", "="),
        ("[16:9, no]", ["16:9", "no"]),
        ("https://example.com/#abc", "https://example.com/#abc"),
    ],
)
def test_a_word_means_what_yaml_1_2_says(written: str, value: Plain) -> None:
    found = document(f"x: {written}\n").value
    assert found == {"x": value}
    assert isinstance(found, dict)
    assert type(found["x"]) is type(value)


def test_keys_are_text_as_written() -> None:
    text = "1: a\ntrue: b\nno: c\n1.0: d\n~: e\n16:9: f\n"
    keys = ["1", "true", "no", "1.0", "~", "16:9"]
    assert list(document(text).value or ()) == keys


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "---\n", "\ufeff"])
def test_an_empty_file_is_none(text: str) -> None:
    assert document(text).value is None
    assert document(text).place(("assets",)) == Place("f.yaml", 1 + (text == "---\n"))


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_places_do_not_depend_on_line_ends_or_a_byte_order_mark(
    ends: str, mark: str
) -> None:
    text = mark + "a: é\nb:\n  c: 1\n".replace("\n", ends)
    assert document(text).value == {"a": "é", "b": {"c": 1}}
    assert str(document(text).place(("b", "c"))) == "f.yaml:3:6"
    assert str(document(text).place(("a",), key=True)) == "f.yaml:1:1"


def test_own_keys_beat_merged_ones_and_earlier_merges_beat_later_ones() -> None:
    text = """\
one: &one {a: 1, b: 1}
two: &two {b: 2, c: 2}
late: {c: 3, <<: [*one, *two]}
early: {<<: *two, c: 3}
quoted: {"<<": 5}
"""
    value = document(text).value
    assert isinstance(value, dict)
    assert value["late"] == {"a": 1, "b": 1, "c": 3}
    assert value["early"] == {"b": 2, "c": 3}
    assert value["quoted"] == {"<<": 5}


def test_anchors_stand_on_keys_and_scalars_too_and_may_be_set_again() -> None:
    text = "&k x: &v 5\ny: [*k, *v]\nz: &v 6\nw: *v\n"
    assert document(text).value == {"x": 5, "y": ["x", 5], "z": 6, "w": 6}


@pytest.mark.parametrize(
    ("keys", "value", "key"),
    [
        ((), "2:1", "2:1"),
        (("version",), "2:10", "2:1"),
        (("sizes", 0, "width"), "4:13", "4:6"),
        (("sizes", 1), "5:5", "5:5"),
        (("assets", "coin"), "11:5", "10:3"),
        (("assets", "coin", "prompt"), "12:13", "12:5"),
        (("assets", "coin", "alt"), "15:9", "15:5"),
        (("assets", "star", "ink"), "16:17", "16:12"),
        # what an alias or a merge brings in stands where its text stands
        (("assets", "coin", "ratio"), "8:10", "8:3"),
        (("assets", "coin", "variants", 1, "width"), "5:12", "5:5"),
        (("assets", "coin", "variants"), "3:8", "14:5"),
        # what does not exist stands at the last key that does
        (("asets",), "2:1", "2:1"),
        (("assets", "coin", "promt"), "10:3", "10:3"),
        (("assets", "coin", "prompt", "x"), "12:5", "12:5"),
        (("sizes", 0, "height"), "4:5", "4:5"),
        (("sizes", 7), "3:1", "3:1"),
        (("sizes", "width"), "3:1", "3:1"),
    ],
)
def test_place(keys: tuple[str | int, ...], value: str, key: str) -> None:
    found = document(MANIFEST)
    assert str(found.place(keys)) == f"f.yaml:{value}"
    assert str(found.place(keys, key=True)) == f"f.yaml:{key}"


@pytest.mark.parametrize(
    ("keys", "raw"),
    [
        (("assets", "star", "ink"), "000000"),
        (("assets", "star", "budget"), "5.00"),
        (("assets", "star", "on"), "True"),
        (("assets", "star", "edge"), "1e2030"),
        (("assets", "star", "times"), "5"),
        (("assets", "coin", "prompt"), "a coin\n"),
        (("assets", "coin", "ratio"), "16:9"),
        (("assets", "coin", "alt"), ""),
        (("assets", "coin", "variants", 0, "width"), "24"),
        (("assets", "coin"), None),
        (("assets", "coin", "nothing"), None),
        (("sizes", 9), None),
        (("version", "x"), None),
        (("assets", "coin", "ratio", 0), None),
        (("assets", "coin", "prompt", "x"), None),
    ],
)
def test_raw_is_the_text_as_written(
    keys: tuple[str | int, ...], raw: str | None
) -> None:
    assert document(MANIFEST).raw(keys) == raw


def test_places_are_right_however_long_the_file_is() -> None:
    lines = "".join(f"  k{i}: [{i}]\n" for i in range(4000))
    found = document(f"base: &base {{z: 1}}\nall:\n  <<: *base\n{lines}  z: 2\n")
    assert str(found.place(("base", "z"))) == "f.yaml:1:17"
    assert str(found.place(("all", "k3999", 0))) == "f.yaml:4003:11"
    assert str(found.place(("all", "z"))) == "f.yaml:4004:6"


def test_raw_tells_numbers_of_one_value_apart() -> None:
    found = document("[1, 01, 1.0, true, TRUE, 0x1, 0, false]")
    raws = [found.raw((index,)) for index in range(8)]
    assert raws == ["1", "01", "1.0", "true", "TRUE", "0x1", "0", "false"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nb: 2\na: 3\n", "f.yaml:3:1: a: `a` is already set at f.yaml:1:1"),
        (
            'x:\n- {a: 1, "a": 2}\n',
            "f.yaml:2:10: x.0.a: `a` is already set at f.yaml:2:4",
        ),
        ('1: a\n"1": b\n', "f.yaml:2:1: 1: `1` is already set at f.yaml:1:1"),
        (
            "a: &a {}\nb: {<<: *a, c: 1, <<: *a}\n",
            "f.yaml:2:19: b.<<: `<<` is already set at f.yaml:2:5",
        ),
        ("a: !!str 5\n", "f.yaml:1:4: a: tags such as `!!str` are not used here"),
        ("a: !x {b: c}\n", "f.yaml:1:4: a: tags such as `!x` are not used here"),
        ("!x a: 1\n", "f.yaml:1:1: a: tags such as `!x` are not used here"),
        ("a: b\n---\nc: d\n", "f.yaml:2:1: a second document begins here"),
        ("a: b\n---\n", "f.yaml:2:1: a second document begins here"),
        (
            "x: {? [a] : b}\n",
            "f.yaml:1:7: x: a key is text, never a list, a mapping or an alias",
        ),
        (
            "a: &a b\n*a : c\n",
            "f.yaml:2:1: a key is text, never a list, a mapping or an alias",
        ),
        ("{: x}\n", "f.yaml:1:2: there is no key before `:`"),
        (": x\n", "f.yaml:1:1: there is no key before `:`"),
        ("a: 1\n?\n: x\n", "f.yaml:2:2: there is no key before `:`"),
        ("a: *b\n", "f.yaml:1:4: a: there is no anchor `&b` above this alias"),
        (
            "a: &a [1, *a]\n",
            "f.yaml:1:11: a.1: the alias `*a` stands inside its own anchor",
        ),
        (
            "a: &a\n  <<: *a\n",
            "f.yaml:2:7: a.<<: the alias `*a` stands inside its own anchor",
        ),
        ("a: {<<: [{b: 1}, 2]}\n", "f.yaml:1:9: a.<<: `<<` takes mappings only"),
        (
            'a: "x\\0y"\n',
            "f.yaml:1:4: a: the text holds the control character U+0000",
        ),
        (
            '"\\e[1m": 1\n',
            "f.yaml:1:1: \x1b[1m: the text holds the control character U+001B",
        ),
        (
            "a: b\n  c\0d",
            "f.yaml:2:4: the control character U+0000 cannot stand in a YAML file",
        ),
        (
            "a: \x85\x7f",
            "f.yaml:2:1: the control character U+007F cannot stand in a YAML file",
        ),
        (b"a: b\r\n\xc3\xa9c: caf\xe9\n", "f.yaml:2:8: the byte 0xE9 is not UTF-8"),
        (b"\xef\xbb\xbfab\xff", "f.yaml:1:3: the byte 0xFF is not UTF-8"),
        (b"a: \xed\xa0\x80", "f.yaml:1:4: the byte 0xED is not UTF-8"),
        (
            "a: b".encode("utf-16"),
            "f.yaml:1:1: the file is UTF-16, and YAML is read as UTF-8",
        ),
        (
            "a: b".encode("utf-32"),
            "f.yaml:1:1: the file is UTF-16, and YAML is read as UTF-8",
        ),
    ],
)
def test_what_is_refused(text: str | bytes, said: str) -> None:
    assert said in mistakes(text)


def test_all_mistakes_of_a_file_are_told_at_once_and_in_order() -> None:
    text = "a: 1\na: !x 2\nb: [!y 3, #EC4899\n4]\nb: *c\nd: Icon: a star\n"
    places = [line.split(" ")[0] for line in mistakes(text)]
    assert places == [
        "f.yaml:2:1:",
        "f.yaml:2:4:",
        "f.yaml:3:5:",
        "f.yaml:3:11:",
        "f.yaml:5:1:",
        "f.yaml:5:4:",
        "f.yaml:6:8:",
    ]


def test_no_more_than_a_hundred_mistakes_are_told() -> None:
    assert len(mistakes("- !x y\n" * 5000)) == 100
    assert len(mistakes("a: b\n" * 5000)) == 100
    assert len(mistakes("- #abc\n" * 5000)) == 100


def bomb(first: str, each: str) -> str:
    """Return twelve lines, each of which takes the one above nine times."""
    names = (", ".join([f"*a{i}"] * 9) for i in range(12))
    lines = [f"a{i + 1}: &a{i + 1} {each.format(name)}" for i, name in enumerate(names)]
    return "\n".join([f"a0: &a0 {first}", *lines])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (bomb("[x, x]", "[{}]"), "more than 2,000,000 values"),
        (bomb("{k: v}", "{{<<: [{}]}}"), "more than 2,000,000 values"),
        ("[" * 100_000, "more than 64 levels"),
        ("{a: " * 100_000, "more than 64 levels"),
        ("- " * 100_000, "more than 64 levels"),
        ("? " * 100_000, "more than 64 levels"),
        ("[" * 65 + "]" * 65, "more than 64 levels"),
        (
            "- &a0 [x]\n" + "".join(f"- &a{i + 1} [*a{i}]\n" for i in range(99)),
            "more than 64 levels",
        ),
        ("a: " + "9" * 100_000, "a number of 100,000 characters is too long"),
        ("a: 0x" + "f" * 100_000, "a number of 100,002 characters is too long"),
        ("k" * 100_000 + ": v", "a key is longer than 1,024 characters"),
        ("? " + "k" * 100_000, "a key of 100,000 characters is too long"),
        ("x" * (32 * 2**20 + 1), "the file is larger than 32 MiB"),
    ],
)
def test_what_would_eat_memory_is_refused_before_it_is_built(
    text: str, said: str
) -> None:
    data = text.encode()
    tracemalloc.start()
    try:
        found = mistakes(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert said in found[-1]
    assert peak < 10 * len(data) + 2_000_000


def test_just_below_the_limits_a_file_loads() -> None:
    deep = "[" * 64 + "]" * 64
    assert len(str(document(deep).value)) == 128
    assert document("a: " + "9" * 400).value == {"a": int("9" * 400)}
    assert document("? " + "k" * 1024).value == {"k" * 1024: None}


def test_values_are_counted_with_their_aliases_written_out() -> None:
    two_thousand = "- &a [" + "x," * 1999 + "]\n"
    value = document(two_thousand + "- *a\n" * 998).value
    assert isinstance(value, list)
    assert len(value) == 999
    found = mistakes(two_thousand + "- *a\n" * 999)
    assert found[0].startswith("f.yaml:1000:3: there are more than 2,000,000")


def test_read_takes_a_file(tmp_path: Path) -> None:
    path = tmp_path / "assets.yaml"
    path.write_bytes(b"a: b\n")
    assert read(path, "assets.yaml").value == {"a": "b"}


def test_read_says_why_a_file_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ManifestError) as caught:
        read(tmp_path / "none.yaml", "none.yaml")
    assert str(caught.value) == (
        "none.yaml:1:1: the file cannot be read: no such file or directory"
    )
    with pytest.raises(ManifestError, match="is a directory"):
        read(tmp_path, "folder.yaml")


def test_read_stops_at_the_limit_of_a_file_that_has_no_end(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    with path.open("wb") as file:
        file.truncate(2**40)  # holes: nothing is written
    with pytest.raises(ManifestError, match="larger than 32 MiB"):
        read(path, "big.yaml")

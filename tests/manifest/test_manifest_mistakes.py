"""What a mistake gets: its place, its keys, a sentence, and a hint (`mistakes.txt`)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from small_projects import picture
from test_manifest_schema import documents

from assetgen.errors import ManifestError

if TYPE_CHECKING:
    from conftest import Load, Mistakes


def cases() -> dict[str, tuple[str, list[str]]]:
    """Return title → manifest and problems, as `mistakes.txt` lists them."""
    text = Path(__file__).with_name("mistakes.txt").read_text(encoding="utf-8")
    found = {}
    for block in text.split("\n## ")[1:]:
        title, *lines = block.rstrip().split("\n")
        manifest = [line for line in lines if not line.startswith("> ")]
        said = [line[2:] for line in lines if line.startswith("> ")]
        problems = "\n".join(said).replace("\n  hint: ", " | ").split("\n")
        found[title] = ("\n".join(manifest), problems)
    return found


CASES = cases()


FILES: dict[str, str | bytes] = {
    "logo.png": picture(size=(20, 10)),
    "note.txt": "hello",
    "move.png": b"GIF89a" + bytes(20),
    "empty.png": "",
    "magic.png": b"\x89PNG\r\n\x1a\n",
    "huge.png": picture(size=(20_000, 6_000), mode="1"),
    "lfs.png": "version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
    "brand/x": "",
    "templates/hero.j2": "A hero",
}


@pytest.mark.parametrize(("text", "said"), CASES.values(), ids=CASES)
def test_a_mistake_is_told_with_its_place(
    text: str, said: list[str], mistakes: Mistakes
) -> None:
    assert [one.removeprefix("assets.yaml:") for one in mistakes(text, FILES)] == said


def test_every_mistake_of_every_file_is_told_in_file_order(mistakes: Mistakes) -> None:
    """Nothing that is wrong hides anything else that is."""
    manifest = (
        "include: [more/*.yaml]\n"
        "defaults: {provider: kie}\n"
        "assets:\n"
        "  a: {promt: x, resolution: 3K}\n"
        "  b: {template: hero.j2, variants: [{width: 24, fit: covr}]}\n"
        "  c: {prompt: '{{ brand.colors.primry }}'}\n"
    )
    files = {
        "brand.yaml": "colors: {primary: '#EC4899'}\n",
        "more/a.yaml": "assets: {d: {prompt: x, model: nano}}\nbudget: 5\n",
        "more/b.yaml": "assets: [\n",
        "templates/hero.j2": "Hello\n{{ vars.mood }}\n",
    }
    told = [one.split(": ")[:2] for one in mistakes(manifest, files)]
    assert told == [
        ["assets.yaml:4:7", "assets.a.promt"],
        ["assets.yaml:4:29", "assets.a.resolution"],
        ["assets.yaml:5:54", "assets.b.variants.0.fit"],
        ["assets.yaml:6:32", "assets.c.prompt"],
        ["more/a.yaml:1:32", "assets.d.model"],
        ["more/a.yaml:2:1", "budget"],
        ["more/b.yaml:2:1", told[6][1]],
        ["templates/hero.j2:2:9", "assets.b.template"],
    ]


def test_a_broken_brand_is_told_beside_a_broken_manifest(mistakes: Mistakes) -> None:
    told = mistakes("assets: [", {"brand.yaml": "colours: {}\n"})
    assert [one.split(": ")[0] for one in told] == [
        "assets.yaml:2:1",
        "brand.yaml:1:1",
    ]


def test_a_mistake_in_defaults_is_told_once(mistakes: Mistakes) -> None:
    """However many assets it would reach."""
    text = "defaults: {provider: kei}\nassets: {a: {prompt: x}, b: {prompt: x}}"
    assert mistakes(text) == [
        (
            "assets.yaml:1:22: defaults.provider: unknown provider `kei` | "
            "did you mean `kie`?"
        )
    ]


def test_a_mistake_in_a_set_is_told_once(mistakes: Mistakes) -> None:
    text = (
        "variants: {icon: [{width: 24, file: '{stme}.{ext}'}]}\n"
        "assets: {a: {prompt: x, variants: icon}, b: {prompt: x, variants: icon}}"
    )
    assert len(mistakes(text)) == 1


def test_an_asset_of_two_files_is_told_with_both_places(mistakes: Mistakes) -> None:
    text = "include: [b.yaml]\nassets: {a: {prompt: x}}"
    assert mistakes(text, {"b.yaml": "assets: {a: {prompt: y}}"}) == [
        (
            "b.yaml:1:10: assets.a: a second asset is called `a`; "
            "the first stands at assets.yaml:2:10 | give one of them another name"
        )
    ]


def test_a_set_of_two_files_is_told_with_both_places(mistakes: Mistakes) -> None:
    text = "include: [b.yaml]\nvariants: {a: [24]}"
    assert mistakes(text, {"b.yaml": "variants: {a: [48]}"}) == [
        (
            "b.yaml:1:12: variants.a: a second set is called `a`; "
            "the first stands at assets.yaml:2:12 | give one another name"
        )
    ]


def test_nothing_a_person_can_write_ends_in_a_traceback(load: Load) -> None:
    """Every field with every kind of value is a manifest, or a mistake with a place."""
    asset = {"prompt": "x", "variants": "s"}
    loaded = refused = 0
    for value in documents():
        match value:
            case {"assets": {"a": dict(fields)}}:
                wanted = {"assets": {"a": asset | fields}, "variants": {"s": 24}}
            case {"variants": _}:
                wanted = {"assets": {"a": asset}, **value}
            case _:
                wanted = value
        try:
            load(json.dumps(wanted))
            loaded += 1
        except ManifestError as error:
            refused += 1
            assert all(problem.place for problem in error.problems)  # noqa: PT017 (each)
    assert min(loaded, refused) > 150

"""A prompt is the same words for ever, however its files were saved."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, strategies

from assetgen.manifest.brand import read_brand
from assetgen.manifest.prompts import Rendered, RenderJob, assemble, even, tidy
from assetgen.manifest.render import Renderer

# Frozen: every entry was paid for. A new rule gets a new entry; none is ever changed.
GOLDEN = json.loads((Path(__file__).parent / "golden_prompts.json").read_text("utf-8"))


def test_golden_prompts_are_the_same_for_ever(tmp_path: Path) -> None:
    for name, text in GOLDEN["templates"].items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    brand, _ = read_brand(GOLDEN["brand"])
    assert brand is not None
    values = {**GOLDEN["values"], "brand": brand.values()}
    jobs = [RenderJob(text=case["text"], values=values) for case in GOLDEN["cases"]]

    results = Renderer(tmp_path).render_all(jobs)

    prompts = [
        assemble(result.text, case["exclude"]) if isinstance(result, Rendered) else None
        for result, case in zip(results, GOLDEN["cases"], strict=True)
    ]
    assert prompts == [case["prompt"] for case in GOLDEN["cases"]]


@pytest.mark.parametrize(
    "text",
    [
        "A coin,\r\nseen from above\r\n",
        "A coin,\rseen from above\r",
        "\ufeffA coin,\nseen from above",
        "A coin,  \t\nseen from above   \n\n\n",
        "\n\n  \nA coin,\nseen from above",
    ],
)
def test_line_ends_bom_and_trailing_space_say_nothing(text: str) -> None:
    assert tidy(text) == "A coin,\nseen from above"


def test_one_blank_line_between_paragraphs_stays() -> None:
    assert tidy("A coin\n\n \n\nOn white\n\nSoft") == "A coin\n\nOn white\n\nSoft"


def test_every_line_of_a_source_keeps_its_number() -> None:
    assert even("\ufeff\r\na \r\n\r\n\r\n\tb\t\r\n") == "\na\n\n\n\tb\n"


@given(strategies.text("a .\n\r\t\ufeff"))
def test_tidying_twice_changes_nothing(text: str) -> None:
    words = tidy(text)

    assert tidy(words) == words


@pytest.mark.parametrize(
    ("words", "exclude", "prompt"),
    [
        ("A coin.", ["text", "logos"], "A coin. No text, no logos."),
        ("A coin", ["text"], "A coin. No text."),
        ("A coin", "Nothing but the coin", "A coin. Nothing but the coin"),
        ("A coin!", "Only\n  the coin. ", "A coin! Only the coin."),
        ('A sign "open."', ["text"], 'A sign "open." No text.'),
        ("A coin in #EC4899", ["people"], "A coin in #EC4899. No people."),
        ("A coin:", ["text"], "A coin: No text."),
        ("一枚硬币。", ["text"], "一枚硬币。 No text."),
        ("A coin,\non white", ["text"], "A coin,\non white.\nNo text."),
        ("A coin", ["no text", "No logos", "text"], "A coin. No text, no logos."),
        ("A coin", ["", "  "], "A coin"),
        ("A coin", [], "A coin"),
        ("A coin", "", "A coin"),
        ("A coin", None, "A coin"),
        ("", ["text"], "No text."),
        ("", None, ""),
    ],
)
def test_what_is_excluded_is_one_last_sentence(
    words: str, exclude: list[str] | str | None, prompt: str
) -> None:
    assert assemble(words, exclude) == prompt


def test_a_long_run_of_spaces_is_read_at_once() -> None:
    assert tidy("a" + " " * 300_000 + "b") == "a" + " " * 300_000 + "b"

"""The artist reads a prompt for its subject, its ground and its colours."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetgen.providers.draft import lexicon
from assetgen.providers.draft.oklch import of_hex
from assetgen.providers.draft.reading import Brief, read
from assetgen.providers.draft.subjects import parts_of


@pytest.mark.parametrize(
    ("prompt", "subject", "mark", "place"),
    [
        ("a single reward coin with a 5-pointed star", "coin", "five_star", None),
        ("A check mark badge in #EC4899", "badge", "check", None),
        ("silver shield with a lock", "shield", "lock", None),
        ("a streak flame sticker", "badge", "flame", None),
        ("a daily check-in calendar with a heart", "calendar", None, None),
        ("a trophy. No stars, no text, no coins.", "trophy", None, None),
        ("soft clouds in a dreamy sky", None, None, "sky"),
        ("a mountain landscape at sunset", None, None, "mountains"),
        ("hero with a rocket, negative space on the right", "rocket", None, None),
        ("a star-shaped cookie", "five_star", None, None),
        ("something nobody knows", None, None, None),
    ],
)
def test_nouns_become_subject_mark_and_place(
    prompt: str, subject: str | None, mark: str | None, place: str | None
) -> None:
    brief = read(prompt)
    assert (brief.subject, brief.mark, brief.place) == (subject, mark, place)


@pytest.mark.parametrize(
    ("prompt", "colors"),
    [
        ("polished rose-gold (#EC4899) with a star", ["#EC4899"]),
        ("navy blue and coral", ["#1F2A5C", "#FF7F66"]),
        ("#abc, then #F59E0B, then #AABBCC", ["#AABBCC", "#F59E0B"]),
        ("a red coin on a plain white background", ["#E5484D"]),
        ("negative white space, teal", ["#14A098"]),
        ("no red, only teal", []),
        ("no red. Only teal", ["#14A098"]),
    ],
)
def test_colours_are_read_in_order_and_once(prompt: str, colors: list[str]) -> None:
    assert read(prompt).colors == tuple(of_hex(color) for color in colors)


@pytest.mark.parametrize(
    ("prompt", "plain", "ground"),
    [
        ("a coin on a pure white background", True, "#FFFFFF"),
        ("a coin, isolated on white", True, "#FFFFFF"),
        ("a coin, plain background", True, None),
        ("a coin against a solid #FFF1F3 backdrop", True, "#FFF1F3"),
        ("a coin on a plain background (#FFF1F3)", True, "#FFF1F3"),
        ("a coin icon", True, None),
        ("a coin on a blurred pink background", False, "#F178B6"),
        ("a hero scene with a coin", False, None),
        ("a dreamy landscape", False, None),
    ],
)
def test_the_ground_is_read(prompt: str, ground: str | None, *, plain: bool) -> None:
    brief = read(prompt)
    assert brief.plain == plain
    assert brief.ground == (of_hex(ground) if ground else None)


def test_what_is_asked_for_stands_above_the_words() -> None:
    assert not read("a coin on a white background", ground="scene").plain
    assert read("a dreamy landscape", ground="plain").plain


@pytest.mark.parametrize(
    ("prompt", "lean"),
    [
        ("a coin, negative space on right", -1),
        ("a coin with copy space on the left", 1),
        ("left-aligned coin", -1),
        ("a coin on the right", 1),
        ("a coin", 0),
    ],
)
def test_space_is_left_where_it_is_asked_for(prompt: str, lean: int) -> None:
    assert read(prompt).lean == lean


@pytest.mark.parametrize("hour", ["day", "dusk", "night"])
def test_the_hour_is_read_and_not_mistaken_for_a_colour(hour: str) -> None:
    words = {"day": "dark blue mountains", "dusk": "sunset", "night": "city at night"}
    assert read(words[hour]).hour == hour


def test_colours_of_params_follow_those_of_the_words() -> None:
    brief = read("a teal coin", palette="#EC4899, amber,")
    assert brief.colors == tuple(map(of_hex, ("#14A098", "#EC4899", "#F59E0B")))


@pytest.mark.parametrize("name", [*lexicon.THINGS, *lexicon.CARRIERS])
def test_everything_the_lexicon_names_can_be_drawn(name: str) -> None:
    """Its parts stay within the unit square, a little overhang aside."""
    parts = parts_of(Brief(subject=name), Random(1))  # noqa: S311  no secret
    edges = [abs(edge) for part in parts for edge in part.shape.box]
    assert 0.7 < max(edges) < 1.2


@given(
    st.text(
        alphabet=st.sampled_from("on a white #abc background no-(),.\n"), max_size=80
    )
)
def test_any_text_can_be_read(text: str) -> None:
    assert read(text).lean in {-1, 0, 1}


@pytest.mark.parametrize("word", ["on a ", "white ", "#abcabc ", "no ", "a", "rose-"])
def test_a_prompt_of_any_length_is_read_in_one_go(word: str) -> None:
    """A pattern that tries every pair of places would not end within the test."""
    assert read(word * (100_000 // len(word))).subject is None


def test_no_word_means_two_things_of_one_kind() -> None:
    """The first would win silently, and the second word would be dead."""
    for kind in (lexicon.THINGS, lexicon.CARRIERS, lexicon.PLACES):
        words = [word for listed in kind.values() for word in listed.split()]
        assert sorted(words) == sorted(set(words))

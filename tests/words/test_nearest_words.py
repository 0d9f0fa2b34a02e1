"""A misspelt word gets the nearest one, and a word of its own gets none."""

from __future__ import annotations

import pytest

from assetgen.catalogue import nearest

FIELDS = ("prompt", "master", "removeBg", "aspect_ratio", "variants", "tags", "to")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("promt", "prompt"),
        ("Prompt", "prompt"),
        ("prmopt", "prompt"),
        ("remove_bg", "removeBg"),
        ("aspectratio", "aspect_ratio"),
        ("varients", "variants"),
        ("tag", "tags"),
        ("tgas", "tags"),
    ],
)
def test_a_slip_of_the_hand_is_understood(typed: str, meant: str) -> None:
    assert nearest(typed, FIELDS) == f"did you mean `{meant}`?"


@pytest.mark.parametrize("typed", ["assert", "seed", "quality", "x", ""])
def test_another_word_is_no_slip(typed: str) -> None:
    assert nearest(typed, FIELDS) is None


@pytest.mark.parametrize(
    ("typed", "known", "meant"),
    [
        ("pgn", ("png", "jpg", "webp"), "png"),
        ("jpge", ("png", "jpeg", "webp"), "jpeg"),
        ("nano-banana", ("nano-banana-pro", "flux-2"), "nano-banana-pro"),
        ("hreo.j2", ("hero.j2", "base.j2"), "hero.j2"),
        ("kai", ("kie", "draft"), "kie"),
        ("rose", ("primary", "rose-gold"), "rose-gold"),
        ("16:8", ("16:9", "9:16", "1:1"), "16:9"),
    ],
)
def test_the_alikest_word_is_named(
    typed: str, known: tuple[str, ...], meant: str
) -> None:
    assert nearest(typed, known) == f"did you mean `{meant}`?"

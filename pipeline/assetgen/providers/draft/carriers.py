"""This file is subjects that carry a mark: coins, badges, shields, tiles, medals."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assetgen.providers.draft.parts import Part, Parts, arranged
from assetgen.providers.draft.shapes import (
    curve,
    mirrored,
    outline,
    oval,
    polygon,
    squircle,
    star,
)

if TYPE_CHECKING:
    from assetgen.providers.draft.parts import Finish, Role


# What a part's colour becomes where the mark itself has taken its own.
_UNDER: dict[Role, Role] = {"pale": "main", "soft": "main", "second": "soft"}


def _mark(parts: Parts, size: float, role: Role, down: float = 0.0) -> Parts:
    """Return a mark as it lies on a carrier: small, flat, in one light colour."""
    whole = [
        replace(
            part,
            role=role if part.role == "main" else _UNDER.get(part.role, part.role),
            thick=0.0,
            puff=part.puff * 0.8,
        )
        for part in parts
    ]
    return arranged(whole, size, down=down)


def coin(mark: Parts, finish: Finish) -> Parts:
    """Return a coin with a raised border, struck with a mark."""
    struck = [
        replace(part, role="main", lift=0.07, finish=finish)
        for part in _mark(mark, 0.5, "main")
    ]
    return [
        Part(oval(0, -0.06, 0.92), puff=0.1, thick=0.16, finish=finish),
        Part(
            oval(0, -0.06, 0.75),
            puff=0.07,
            gloss=0.15,
            shade=0,
            lift=-0.09,
            finish=finish,
        ),
        Part(
            oval(0, -0.055, 0.725),
            puff=0.16,
            gloss=0.1,
            shade=0,
            lift=-0.01,
            finish=finish,
        ),
        *arranged(struck, down=-0.06),
    ]


def badge(mark: Parts, finish: Finish) -> Parts:
    """Return a scalloped badge with a mark."""
    edge = star(12, 0.98, 0.86, 0.19)
    return [
        Part(edge, puff=0.14, thick=0.12, finish=finish),
        Part(oval(0, 0, 0.7), puff=0.06, shade=0, gloss=0.15, lift=-0.06),
        Part(oval(0, 0.01, 0.67), puff=0.16, shade=0, gloss=0.2, lift=0.03),
        *_mark(mark, 0.46, "pale"),
    ]


def shield(mark: Parts, finish: Finish) -> Parts:
    """Return a shield with a mark."""
    half = [
        *curve((0, -0.98), (-0.24, -0.8), (-0.52, -0.72), (-0.84, -0.7), steps=20),
        *curve((-0.84, -0.7), (-0.9, 0.1), (-0.62, 0.68), (0, 1.0), steps=30)[1:],
    ]
    body = outline(mirrored(half))
    return [
        Part(body, puff=0.16, thick=0.08, finish=finish),
        Part(body.scaled(0.8), puff=0.1, shade=0, gloss=0.2, lift=0.05),
        *_mark(mark, 0.46, "pale", -0.06),
    ]


def tile(mark: Parts, finish: Finish) -> Parts:
    """Return an app's tile with a mark."""
    return [
        Part(squircle(0, 0, 0.94), puff=0.17, thick=0.1, finish=finish),
        *_mark(mark, 0.56, "pale"),
    ]


def disc(mark: Parts, finish: Finish) -> Parts:
    """Return a round button with a mark."""
    return [
        Part(oval(0, 0, 0.92), puff=0.22, thick=0.12, finish=finish),
        *_mark(mark, 0.54, "pale"),
    ]


def medal(mark: Parts, finish: Finish) -> Parts:
    """Return a medal on a ribbon."""
    left = polygon([(-0.62, -1.0), (-0.2, -1.0), (0.14, -0.1), (-0.28, -0.02)], 0.04)
    return [
        Part(left.scaled(-1, 1), "second", puff=0.06, lift=-0.07),
        Part(left, "second", puff=0.06),
        *arranged(coin(mark, finish), 0.66, down=0.38),
    ]

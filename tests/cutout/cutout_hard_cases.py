"""This file is subjects that are hard to cut out of their ground, with their truth."""

from __future__ import annotations

import numpy as np
from cutout_subjects import WHITE, Canvas, Subject

SIDE = 512


def disc(grey: float, side: int = SIDE, grain: float = 0.0) -> Subject:
    """Return a sharp disc of one grey on white."""
    canvas = Canvas(side)
    canvas.fill(canvas.disc(0, 0, 0.26), (grey, grey, grey))
    made = canvas.subject()
    noise = np.random.default_rng(5).normal(0, grain, made.picture.shape)
    return Subject(made.picture + noise, made.alpha, made.colour)


def sphere(side: int = SIDE) -> Subject:
    """Return a white ball that light models, with a highlight of pure white."""
    canvas = Canvas(side)
    far = np.hypot(canvas.x + 0.08, canvas.y + 0.08) / 0.3
    tone = (255 - 45 * far**2).clip(170, 255)
    canvas.fill(canvas.disc(0, 0, 0.26), tone[..., None] * np.ones(3))
    return canvas.subject()


def tinted(side: int = SIDE) -> Subject:
    """Return a pink ball on the reddish shadow that it throws."""
    canvas = Canvas(side)
    ramp = (0.5 - canvas.disc(0.04, 0.25, 0.22, 0.3) / 0.14).clip(0, 1)
    canvas.lay(0.3 * ramp * ramp * (3 - 2 * ramp), (90, 0, 40))
    canvas.fill(canvas.disc(0, 0, 0.25), (236, 72, 153))
    return canvas.subject()


def net(side: int = SIDE, pitch: float = 0.05, width: float = 2.0) -> Subject:
    """Return a net of equal cells; its strands are `width` pixels to each side."""
    canvas = Canvas(side)
    inside = np.maximum(np.abs(canvas.x), np.abs(canvas.y)) - 0.3
    for axis in (canvas.x, canvas.y):
        off = np.abs((axis + pitch / 2) % pitch - pitch / 2)
        bar = width / side
        canvas.fill(np.maximum(off - bar, inside - bar), (200, 40, 60))
    return canvas.subject()


def lattice(side: int = SIDE) -> Subject:
    """Return a lattice whose bars are as broad as its gaps: or a cloth with squares."""
    canvas = Canvas(side)
    inside = np.maximum(np.abs(canvas.x), np.abs(canvas.y)) - 0.3
    for axis in (canvas.x, canvas.y):
        off = np.abs((axis + 0.02) % 0.04 - 0.02)
        canvas.fill(np.maximum(off - 0.01, inside - 0.01), (160, 110, 50))
    return canvas.subject()


def hair(side: int = SIDE) -> Subject:
    """Return a head with strands that cross each other again and again."""
    canvas = Canvas(side)
    turns = [2 * np.pi * step / 40 for step in range(40)]
    for turn in turns:
        for way in (0.35, -0.35):
            ends = [
                (reach * np.cos(turn + bend), reach * np.sin(turn + bend))
                for reach, bend in ((0.16, 0.0), (0.4, way))
            ]
            canvas.fill(canvas.segment(*ends, 0.7 / side), (80, 40, 20))
    canvas.fill(canvas.disc(0, 0, 0.17), (80, 40, 20))
    return canvas.subject()


def letters(side: int = SIDE) -> Subject:
    """Return bold rounds with stems, as in "ado"; what they enclose is small."""
    canvas = Canvas(side)
    for number in range(5):
        x = -0.2 + 0.1 * number
        canvas.fill(np.abs(canvas.disc(x, 0, 0.018)) - 0.01, (10, 60, 40))
        canvas.fill(
            canvas.segment((x + 0.018, -0.06), (x + 0.018, 0.02), 0.01), (10, 60, 40)
        )
    return canvas.subject()


def mascot(side: int = SIDE) -> Subject:
    """Return a face with white eyes, a mark of white and hair of crossing strands."""
    canvas = Canvas(side)
    made = hair(side)
    canvas.alpha, canvas.colour = made.alpha.copy(), made.colour.copy()
    canvas.fill(canvas.disc(0, 0, 0.2), (240, 90, 60))
    for x in (-0.08, 0.08):
        canvas.fill(canvas.disc(x, -0.05, 0.05), WHITE)
        canvas.fill(canvas.disc(x + 0.01, -0.04, 0.02), (20, 20, 30))
    canvas.fill(canvas.segment((-0.06, 0.1), (0.06, 0.1), 0.014), WHITE)
    return canvas.subject()


def doll(side: int = SIDE) -> Subject:
    """Return a white doll drawn in thin lines, with eight white fingers."""
    canvas = Canvas(side)
    body = canvas.disc(0, 0.02, 0.24)
    for step in range(8):
        turn = np.pi * (step + 0.5) / 4
        place = (0.29 * np.cos(turn), 0.02 + 0.29 * np.sin(turn))
        finger = canvas.disc(*place, 0.04)
        canvas.fill(finger, (40, 42, 60))
        canvas.fill(finger + 5 / side, WHITE)
    canvas.fill(body, (40, 42, 60))
    canvas.fill(body + 5 / side, WHITE)
    return canvas.subject()


def out_of_focus(blur: float, side: int = SIDE, *, hue: object = None) -> Subject:
    """Return a ball whose edge fades over `blur` of the side, a sharp one beside it."""
    canvas = Canvas(side)
    ramp = (0.5 - canvas.disc(0, 0, 0.24) / blur).clip(0, 1)
    colour = hue if hue is not None else (40, 60, 160)
    canvas.lay(ramp * ramp * (3 - 2 * ramp), colour)
    canvas.fill(canvas.disc(0.38, 0.38, 0.05), (16, 120, 90))
    return canvas.subject()

"""This file is enclosed patches of the ground's colour, looked at together.

What one patch does not tell, many do. Between strands, in a net, in letters, the ground
shows through again and again, and what is between the patches is thin:

- a *mesh* is six patches or more that lie side by side, each with nothing but strands
  around it, no broader than half of it. All of them open, whatever their shape;
- a patch that lies beside an open one opens as one beside the outside does;
- a *drawing* is bodies in thin outline, more of them than of mesh. Nothing in it opens
  that has lines all around it: its fingers are as white as its body.

What is as large and as framed as a patch that was opened, and yet was not, is in doubt,
and so are a dozen patches that broader strokes frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from PIL import ImageChops

from assetgen.images.cutout.holes import (
    BESIDE,
    SMALLEST,
    THINNEST,
    is_hole,
    is_outlined,
)
from assetgen.images.cutout.planes import blank, grow, level_at, share, shrink

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PIL.Image import Image as Picture

    from assetgen.images.cutout.holes import Patch

# Patches that make a mesh, and specks that do.
MANY, SPECKS = 6, 24

# So much of what is around a patch has to be strands, or strokes; and so much of it
# other patches of the mesh have to explain.
WOVEN, STROKES, TOGETHER, JOINED = 0.8, 0.75, 0.5, 0.4

# How broad those may be, each way, in breadths of the patch.
STRAND, STROKE = 0.25, 0.65

# The sizes, in pixels each way, at which strands are told from what is broad.
SIZES = (2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48)

# Strands are at least so far from the ground, in levels besides the noise.
SEEN = 24

# A patch has peers from this share of its area on.
PEER = 0.05

# Patches whose areas differ by no more than the first factor are alike, by no more than
# the second the same; so many of those are no chance.
ALIKE, SAME, FEW = 2.0, 1.2, 3

# How far a patch may be from a mesh that it belongs to, in pixels.
BESIDE_MESH = 6

# How far from a mesh the ground between its strands is looked for, in pixels.
BETWEEN = 12


@dataclass(frozen=True, slots=True)
class Enclosed:
    """What became of the enclosed patches.

    Attributes:
        opened: 255 where one was opened.
        between: 255 where whatever has the ground's colour is ground, however thin.
        kept: How many stay opaque although they have the ground's colour and end at
            once, as things do and highlights do not.
        open: How many were opened by the rules.
        doubtful: How much of the picture is kept that is like what was opened.
    """

    opened: Picture
    between: Picture
    kept: int = 0
    open: int = 0
    doubtful: float = 0.0


@dataclass(frozen=True, slots=True)
class Weave:
    """Enclosed patches where they lie.

    Attributes:
        patches: Those of more than a speck.
        specks: 255 for the smaller ones.
        scattered: How many specks there are.
        outside: 255 for what hangs together with the border.
        far: How far each pixel is from the ground.
        noise: Departures up to this mean nothing.
    """

    patches: tuple[Patch, ...]
    specks: Picture
    scattered: int
    outside: Picture
    far: Picture
    noise: int

    def sorted(self, holes: bool | None) -> Enclosed:  # noqa: FBT001  a person's wish
        """Return what opens: as a person wishes or, with None, by the rules."""
        if not self.patches and self.scattered < SPECKS:
            return Enclosed(blank(self.outside), blank(self.outside))
        if holes is not None:
            every = self._painted(self.patches)
            opened = ImageChops.lighter(every, self.specks) if holes else blank(every)
            # What a person has decided is not told.
            return Enclosed(opened, grow(opened, BETWEEN))
        return self._by_the_rules()

    def _by_the_rules(self) -> Enclosed:
        closed = _Closed(ImageChops.lighter(self.outside, self._all()))
        mesh, drawing = self._mesh(closed)
        woven, fine = self._painted(mesh), 0
        if self.scattered >= SPECKS and not drawing and self._fine(closed):
            woven, fine = ImageChops.lighter(woven, self.specks), self.scattered
        opened = self._opened(mesh, closed, drawing=drawing)
        left = [patch for patch in self.patches if id(patch) not in opened]
        found = [patch for patch in self.patches if id(patch) in opened]
        between = ImageChops.subtract(
            grow(woven, BETWEEN), grow(self._painted(left), 1)
        )
        return Enclosed(
            opened=ImageChops.lighter(self._painted(found), woven),
            between=between if woven.getbbox() else woven,
            kept=sum(patch.hard and self._stands_out(patch) for patch in left),
            open=len(found) + fine,
            doubtful=self._doubtful(found, left, closed),
        )

    def _all(self) -> Picture:
        """Return all patches and specks."""
        return ImageChops.lighter(self._painted(self.patches), self.specks)

    def _painted(self, patches: Iterable[Patch]) -> Picture:
        """Return where some patches are."""
        made = blank(self.outside)
        for patch in patches:
            made.paste(255, patch.box, patch.mask)
        return made

    def _mesh(self, closed: _Closed) -> tuple[list[Patch], bool]:
        """Return the patches of a mesh, and whether the picture is a drawing."""
        outlined = {id(each) for each in self.patches if self._is_outlined(each)}
        cells = [
            patch
            for patch in self.patches
            if id(patch) not in outlined
            and closed.around(patch, STRAND) >= WOVEN
            and self._stands_out(patch)
        ]
        bodies = sum(each.area for each in self.patches if id(each) in outlined)
        if bodies > sum(patch.area for patch in cells):
            return [], True
        if len(cells) < MANY:
            return [], False
        alone = _Closed(self._all())
        together = sum(alone.around(patch, STRAND) for patch in cells) / len(cells)
        if together < TOGETHER:
            return [], False
        others = [patch for patch in self.patches if id(patch) not in outlined]
        return self._joined(cells, others, closed), False

    def _joined(
        self, cells: list[Patch], others: list[Patch], closed: _Closed
    ) -> list[Patch]:
        """Return the cells of a mesh with what lies between them, strokes around it."""
        most = max(patch.area for patch in cells)
        known = {id(patch): patch for patch in cells}
        more = True
        while more:
            beside = grow(self._painted(known.values()), BESIDE_MESH)
            found = {
                id(patch): patch
                for patch in others
                if id(patch) not in known
                and patch.area <= most
                and ImageChops.darker(patch.mask, beside.crop(patch.box)).getbbox()
                and closed.around(patch, STROKE) >= JOINED
            }
            known |= found
            more = bool(found)
        return list(known.values())

    def _is_outlined(self, patch: Patch) -> bool:
        """Return whether a line parts a patch from the outside or from another.

        From no speck: lossy compression strews those about beside an edge.
        """
        if patch.breadth * THINNEST < 1:
            return False
        others = self._painted(
            each for each in self.patches if each.area >= PEER * patch.area
        )
        others.paste(0, patch.box, patch.mask)
        return is_outlined(patch, ImageChops.lighter(others, self.outside))

    def _stands_out(self, patch: Patch) -> bool:
        """Return whether what is around a patch is far from the ground's colour."""
        edge = ImageChops.subtract(grow(patch.mask, 2), patch.mask)
        deep = level_at(self.far.crop(patch.box), edge, 0.7)
        return deep > SEEN + 2 * self.noise

    def _fine(self, closed: _Closed) -> bool:
        """Return whether the specks are the ground between strands, and not noise."""
        edge = ImageChops.subtract(grow(self.specks, 1), self.specks)
        woven = share(ImageChops.darker(edge, closed.at(SIZES[0])))
        deep = level_at(self.far, edge, 0.5)
        return woven >= WOVEN * share(edge) and deep > SEEN + 2 * self.noise

    def _opened(self, mesh: list[Patch], closed: _Closed, *, drawing: bool) -> set[int]:
        """Return the `id` of what is open: the mesh, and hole by hole beside it."""
        opened = {id(patch): patch for patch in mesh}
        left = [
            patch
            for patch in self.patches
            if id(patch) not in opened
            and self._may_open(patch, closed, drawing=drawing)
        ]
        opened |= {id(patch): patch for patch in left if is_hole(patch, self.outside)}
        more = bool(opened)
        while more:
            around = self._painted(opened.values())
            found = {
                id(patch): patch
                for patch in left
                if id(patch) not in opened
                and is_hole(patch, around, BESIDE)
                and not is_outlined(patch, self.outside)
            }
            opened |= found
            more = bool(found)
        return set(opened)

    def _may_open(self, patch: Patch, closed: _Closed, *, drawing: bool) -> bool:
        """Return whether a patch is large enough, or has strokes all around it."""
        framed = closed.around(patch, STROKE) >= STROKES
        least = SMALLEST * self.outside.width * self.outside.height
        return not framed if drawing else framed or patch.core >= least

    def _doubtful(
        self, found: list[Patch], left: list[Patch], closed: _Closed
    ) -> float:
        """Return how much of the picture is left that is like what was found."""
        whole = [each for each in left if each.whole and self._stands_out(each)]
        framed = [each for each in whole if closed.around(each, STROKE) >= STROKES]
        if len(framed) < 2 * MANY:
            framed = [patch for patch in framed if self._alike(patch, found, ALIKE)]
        same = [patch for patch in whole if self._alike(patch, found, SAME) >= FEW]
        doubtful = {id(patch): patch.area for patch in (*framed, *same)}
        pixels = self.outside.width * self.outside.height
        return sum(doubtful.values()) / pixels

    @staticmethod
    def _alike(patch: Patch, others: list[Patch], factor: float) -> int:
        """Return how many others differ in area by no more than a factor."""
        areas = (other.area / patch.area for other in others)
        return sum(1 / factor <= area <= factor for area in areas)


class _Closed:
    """A mask with everything between its parts filled that is thin, at some sizes."""

    def __init__(self, mask: Picture) -> None:
        self._mask = mask
        self._at: dict[int, Picture] = {}

    def at(self, size: int) -> Picture:
        """Return it with what is up to so many pixels broad, each way, filled."""
        known = self._at.get(size)
        if known is None:
            known = shrink(grow(self._mask, size), size)
            self._at[size] = known
        return known

    def around(self, patch: Patch, thin: float) -> float:
        """Return how much of what is around a patch is thin, for one of its breadth."""
        # The edge of a patch, half ground and half subject, counts as neither.
        wanted = max(SIZES[0], ceil(thin * (patch.breadth + 2)))
        size = max(each for each in SIZES if each <= wanted)
        edge = ImageChops.subtract(grow(patch.mask, 2), patch.mask)
        filled = ImageChops.darker(edge, self.at(size).crop(patch.box))
        return share(filled) / (share(edge) or 1)

"""This file is how a wish whose words are known becomes an `Asset`."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from assetgen.manifest.certificates import certificate_of
from assetgen.manifest.cutting import cut_of, note_on
from assetgen.manifest.drawings import ENDING as DRAWING
from assetgen.manifest.inputs import Inputs
from assetgen.manifest.issues import Wrong, unknown
from assetgen.manifest.layout import (
    Picture,
    Sizes,
    files_of,
    folder_of,
    shared_once,
)
from assetgen.manifest.model import Asset
from assetgen.manifest.overlays import Overlays
from assetgen.manifest.painters import painter
from assetgen.manifest.pictures import header_of
from assetgen.manifest.sheets import missing_file, path_wrong
from assetgen.manifest.twins import (
    METHOD,
    name_of_twin,
    on_white,
    pairing,
    single,
    twin,
)
from assetgen.manifest.variants import Size
from assetgen.request import Request
from assetgen.steps import OPAQUE_FORMATS
from assetgen.svg.daylight import has_dark_rules

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from assetgen.catalogue import Model
    from assetgen.manifest.drawings import Drawings
    from assetgen.manifest.finishing import ProvenanceFields
    from assetgen.manifest.layout import Asked
    from assetgen.manifest.mistakes import Mistakes
    from assetgen.manifest.model import Provenance
    from assetgen.manifest.wishes import Given, Wish
    from assetgen.manifest.words import Storyteller, Told
    from assetgen.steps import Cut
    from assetgen.svg.drawing import Drawing

LIGHT = "it is drawn as in light surroundings: its dark rules are for browsers (`svg`)"
_JPEG = frozenset({".jpg", ".jpeg"})
# Fields that only a bought picture has; beside an own `source:` nothing reads them.
_BOUGHT = (
    "provider",
    "model",
    "aspect_ratio",
    "resolution",
    "source_format",
    "params",
    "exclude",
    "provenance",
)


@dataclass(frozen=True, slots=True)
class Known:
    """What can draw and cut here.

    Attributes:
        providers: Provider name → its models, the first of which is its default.
        free: Names of providers that draw for nothing.
        cutouts: Names of the methods of background removal, ``auto`` apart.
    """

    providers: Mapping[str, Mapping[str, Model]]
    free: Collection[str]
    cutouts: Collection[str]

    def models(self) -> list[Model]:
        """Return every model of every provider."""
        return [
            model for models in self.providers.values() for model in models.values()
        ]


class _Drawn(NamedTuple):
    """Where an asset's picture comes from."""

    picture: Picture
    request: Request | None = None
    source: Path | None = None
    drawing: Drawing | None = None
    price: Decimal | None = Decimal(0)
    free: bool = False
    notes: tuple[str, ...] = ()


class Maker:
    """Makes assets of wishes whose words are known."""

    def __init__(
        self,
        known: Known,
        outputs: Mapping[str, Path],
        sizes: Sizes,
        drawings: Drawings,
        mistakes: Mistakes,
    ) -> None:
        self._known = known
        self._catalogue = known.models()
        self._outputs = outputs
        self._sizes = sizes
        self._drawings = drawings
        self._mistakes = mistakes

    def make(self, wanted: list[Wish], teller: Storyteller) -> list[tuple[Wish, Asset]]:
        """Return every asset beside its wish."""
        pairs = list(zip(wanted, teller.tell(wanted), strict=True))
        named = {wish.name: (wish, told) for wish, told in pairs}
        overlays = Overlays(self._drawings, named, self._mistakes)
        made = [
            (wish, asset)
            for wish, told in pairs
            for asset in self._assets(wish, told, overlays)
        ]
        return list(shared_once(made))

    def _assets(self, wish: Wish, told: Told, overlays: Overlays) -> Iterator[Asset]:
        """Yield the asset of a wish, and its twin if there is one."""
        asset = self._asset(wish, told, overlays)
        yield asset
        if asset.twin and asset.request is not None:
            yield twin(asset, self._model(asset.request))

    def _model(self, request: Request) -> Model:
        return self._known.providers[request.provider][request.model]

    def _asset(self, wish: Wish, told: Told, overlays: Overlays) -> Asset:
        given = wish.given.get("remove_bg")
        cut = cut_of(given, self._known.cutouts, self._mistakes)
        drawn = self._drawn(wish, told, cut)
        cut, twinless = self._paired(given, cut, drawn)
        nominal = drawn.picture.nominal
        folder = folder_of(wish, told.path, self._mistakes)
        asked = self._sizes.of(wish.given.get("variants"))
        layers = overlays.of(wish, told, None if cut and cut.crop else nominal)
        files = files_of(wish, folder, drawn.picture, asked, self._mistakes)
        return Asset(
            name=wish.name,
            base=wish.base,
            keys=wish.keys,
            request=drawn.request,
            source=drawn.source,
            drawing=drawn.drawing,
            layers=layers,
            cut=cut,
            files=files,
            faults=self._mistakes.of(wish.name),
            nominal=nominal,
            price=drawn.price,
            output=self._output(wish.given.get("to")),
            free=drawn.free,
            alt=told.alt,
            provenance=_provenance(wish.get("provenance")),
            certificate=certificate_of(wish.given.get("provenance"), self._mistakes),
            tags=_tags(wish.get("tags")),
            notes=(
                *drawn.notes,
                *([twinless] if twinless else note_on(cut)),
                *_grounds(asked, drawn.picture),
                *_unlinked(asked, wish.name),
            ),
            twin=name_of_twin(wish.name) if cut and cut.method == METHOD else "",
        )

    def _paired(
        self, given: Given | None, cut: Cut | None, drawn: _Drawn
    ) -> tuple[Cut | None, str]:
        """Return how a picture is cut out, and why not by what two of it tell."""
        if drawn.free:  # a placeholder: the words stay, until somebody paints them
            return single(cut), ""
        model = self._model(drawn.request) if drawn.request else None
        able = self._known.providers[model.provider].values() if model else ()
        return pairing(cut, given, model, able, self._mistakes)

    def _output(self, given: Given | None) -> str:
        first = next(iter(self._outputs))
        if given is None or given.value in self._outputs:
            return given.value if given else first
        message, hint = unknown("output", given.value, self._outputs)
        self._mistakes.at(given, message, hint)
        return first

    def _drawn(self, wish: Wish, told: Told, cut: Cut | None) -> _Drawn:
        if wish.is_drawing:
            return self._from_template(wish, told, cut)
        if "source" in wish.given:
            return self._from_file(wish, wish.given["source"], cut)
        self._check_sides(wish)
        self._check_words(wish)
        model, notes = painter(wish, self._known.providers, self._mistakes)
        if model is None:
            return _Drawn(Picture(None, jpeg=False, alpha=True, cut=cut is not None))
        inputs = Inputs(wish, model, self._catalogue, self._mistakes)
        values = inputs.gather(told.params)
        words = _words(told, cut, model)
        self._check_prompt(wish, len(words), model)
        dial = model.source_format
        jpeg = bool(dial and dial.word(values.get(dial.input)) == "jpg")
        free = model.provider in self._known.free
        nominal = model.size(values)
        return _Drawn(
            Picture(nominal, jpeg=jpeg, alpha=cut is not None, cut=cut is not None),
            request=Request.of(model, words, values),
            price=Decimal(0) if free else model.price(values),
            free=free,
            notes=(*notes, *inputs.notes),
        )

    def _check_prompt(self, wish: Wish, length: int, model: Model) -> None:
        if length > model.prompt_limit:
            where = wish.given.get("prompt") or wish.given["template"]
            message = (
                f"the prompt has {length:,} characters; "
                f"`{model.name}` takes {model.prompt_limit:,}"
            )
            self._mistakes.at(where, message, "`assetgen prompt` shows all of it")

    def _check_sides(self, wish: Wish) -> None:
        """Report a size in pixels of what is no drawing."""
        for name in ("width", "height"):
            given = wish.given.get(name)
            if given is not None and given.own:
                message = f"`{name}` belongs to a drawing: `kind: template`, or an svg"
                hint = "sizes to publish stand under `variants`"
                self._mistakes.at(given, message, hint, on_key=True)

    def _check_words(self, wish: Wish) -> None:
        """Report a template that is SVG and would be sent to a model as words."""
        given = wish.given.get("template")
        if given is not None and DRAWING in given.value[-len(DRAWING + ".j2") :]:
            message = f"`{given.value}` is a drawing, not words for a model"
            self._mistakes.at(given, message, "add `kind: template`")

    def _check_unbought(self, wish: Wish, given: Given, what: str) -> None:
        """Report every field beside `given` that only a bought picture has."""
        for name in _BOUGHT:
            other = wish.given.get(name)
            if other is not None and other.own and given.own:
                message = f"`{name}` says nothing beside `{what}`: nothing is bought"
                self._mistakes.at(other, message, "take it out", on_key=True)

    def _from_template(self, wish: Wish, told: Told, cut: Cut | None) -> _Drawn:
        self._check_unbought(wish, wish.given["template"], "kind: template")
        text = told.drawing
        drawing = self._drawings.of_template(wish, text) if text is not None else None
        return _drawn(drawing, None, cut)

    def _from_file(self, wish: Wish, given: Given, cut: Cut | None) -> _Drawn:
        self._check_unbought(wish, given, "source")
        path = Path(os.path.normpath(given.sheet.folder / given.value))
        if path.suffix.lower() == DRAWING and path.is_file():
            return _drawn(self._drawings.of_file(wish, given, path), path, cut)
        self._check_sides(wish)
        jpeg, alpha, nominal = path.suffix.lower() in _JPEG, True, None
        wrong_path, hint = path_wrong(given.value)
        if wrong_path:
            self._mistakes.at(given, wrong_path, hint)
        elif not path.is_file():
            missing = missing_file(path, given.value, given.keys)
            self._mistakes.add(given.sheet.document, missing)
        else:
            try:
                header = header_of(path)
            except Wrong as wrong:
                said = wrong.message, wrong.hint
                document = given.sheet.document
                self._mistakes.inside(wish.name, document, given.keys, said)
            else:
                jpeg, nominal = header.format == "jpg", header.size
                alpha = header.alpha or cut is not None
        picture = Picture(nominal, jpeg=jpeg, alpha=alpha, cut=cut is not None)
        return _Drawn(picture, source=path)


def _drawn(drawing: Drawing | None, source: Path | None, cut: Cut | None) -> _Drawn:
    """Return where the picture of a drawing comes from; of None, after a mistake."""
    size = drawing.size if drawing else None
    notes = (LIGHT,) if drawing and has_dark_rules(drawing.text) else ()
    picture = Picture(size, jpeg=False, alpha=True, cut=cut is not None)
    return _Drawn(picture, source=source, drawing=drawing, notes=notes)


def _words(told: Told, cut: Cut | None, model: Model) -> str:
    """Return the prompt exactly as it is sent, "" after a mistake."""
    if told.prompt is None:
        return ""
    if cut is not None and cut.method == METHOD and model.showing:
        return replace(told, prompt=on_white(told.prompt)).words or ""
    return told.words or ""


def _provenance(value: ProvenanceFields | bool | None) -> Provenance:  # noqa: FBT001  data
    """Return what files say of their making, as a person wrote it."""
    if isinstance(value, bool) or value is None:
        return "" if value is False else "hash"
    return "words" if value.prompt else "hash"


def _tags(value: list[str] | str | None) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())


def _unlinked(asked: Iterable[Asked], name: str) -> Iterator[str]:
    """Yield a note on every text of a platform set that is left out."""
    for size, _ in asked:
        if not isinstance(size, Size):
            yield from size.notes(name)


def _grounds(asked: Iterable[Asked], picture: Picture) -> tuple[str, ...]:
    """Return a note on every format that hides transparency behind white unasked."""
    if not picture.alpha:
        return ()
    formats = {
        rendition.format: None
        for size, _ in asked
        if isinstance(size, Size) and size.grounded
        for rendition in size.renditions
        if rendition.format in OPAQUE_FORMATS
    }
    return tuple(
        f"`{name}` has no transparency: the picture stands on white (`background`)"
        for name in formats
    )

"""This file is the cutout by a neural network, through the rembg library.

A network is always named by the person who uses it, because they differ in licence and
result and rembg's own default changes; it is never downloaded from here, and pictures
never leave the machine. rembg gives the mask; the colour of soft pixels, which is mixed
with the ground, is drawn from the solid subject beside them.

Side effects on the process, all before rembg is imported for the first picture:
``ORT_DISABLE_TELEMETRY`` is set unless it is already, because onnxruntime (from 1.29)
otherwise writes a device id and reports its use; numba is kept from compiling during
the import, which takes a minute on a fresh machine for code that is not used here.
"""

from __future__ import annotations

import importlib.util
import os
import threading
import warnings
from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from assetgen.errors import ImageError, UsageError
from assetgen.images.cutout import weights
from assetgen.images.cutout.base import Cutout, CutResult, check_options
from assetgen.images.cutout.plain import flattened
from assetgen.images.decode import Master
from assetgen.images.encode import encode
from assetgen.manifest.networks import CUSTOM, NOT_ONE_MASK, REMOTE, objection
from assetgen.steps import Rendition

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from types import ModuleType

    from PIL.Image import Image as Picture

    from assetgen.steps import Cut

EXTRA = "assetgen-pipeline[rembg]"
# How coarse the subject is looked at for the colour of soft pixels, the coarsest first.
BLURS = (32, 8)
SUGGESTED = "`birefnet-general-lite` is fine, `u2netp` is small and fast"


class Rembg(Cutout):
    """Cuts out whatever a named network takes for the subject.

    Options: `licence: accept` (for a model whose weights are not for commercial use)
    and `file` (for `u2net_custom`, `dis_custom` and `ben_custom`: a model of one's
    own, as a path below rembg's folder, which is ``REMBG_HOME`` or ``~/.rembg``).

    Args:
        environment: Where rembg's own variables are looked up.
    """

    name: ClassVar[str] = "rembg"
    version: ClassVar[int] = 1
    options: ClassVar[Mapping[str, type]] = MappingProxyType(
        {"licence": str, "file": str}
    )

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        super().__init__(environment)
        self._lock = threading.Lock()
        self._inferring = threading.Lock()
        self._sessions: dict[tuple[str, str], Any] = {}

    def check(self, cut: Cut) -> None:
        """Raise UsageError if the extra or the model is missing, or not to be used."""
        if any(
            importlib.util.find_spec(one) is None for one in ("rembg", "onnxruntime")
        ):
            raise UsageError(
                "removeBg method `rembg` needs an extra",
                hint=f"pip install '{EXTRA}'",
            )
        if not cut.model:
            raise UsageError(
                "removeBg method `rembg` needs a `model`", hint=f"{SUGGESTED}"
            )
        check_options(self, cut)
        _check_use(cut)
        weights.model_file(cut, self.environment)

    def identity(self, cut: Cut) -> dict[str, object]:
        """Return our version and the digest of the model; UsageError without one."""
        file = weights.model_file(cut, self.environment)
        return {self.name: self.version, "weights": weights.digest_of(file)}

    def cut(self, picture: bytes, cut: Cut) -> CutResult:
        """Return the picture cut out, with the colours of its edges cleaned."""
        self.check(cut)
        image = flattened(Master.open(picture).image)
        alpha = self._mask(image, cut)
        made = cleaned(image, alpha)
        data = encode(made, Rendition(format="png"))
        return CutResult(data, self.name, image=made)

    def _mask(self, image: Picture, cut: Cut) -> Picture:
        """Return the network's alpha of an RGB picture, as large as it."""
        session = self._session(cut)
        import numpy as np  # noqa: PLC0415  comes with the extra
        import rembg  # noqa: PLC0415  as above

        # One inference uses all cores; two at once wait for each other's threads, and
        # are slower together (bench/matting_speed.py). What comes before and after one
        # picture's runs beside the next one's. A mask of one value is stretched by
        # 0/0; the gates judge the result.
        with self._inferring, np.errstate(all="ignore"):
            mask = rembg.remove(image, session=session, only_mask=True)
        if mask.size != image.size:
            raise ImageError(f"model `{cut.model}` answers with more than one mask")
        return mask.convert("L")  # type: ignore[no-any-return]  # no types there

    def _session(self, cut: Cut) -> Any:  # noqa: ANN401  rembg has no types
        """Return the loaded network, loading each only once."""
        file = weights.model_file(cut, self.environment)
        with self._lock:
            key = (cut.model, str(file))
            if key not in self._sessions:
                self._sessions[key] = _load(cut, file)
            return self._sessions[key]


def cleaned(image: Picture, alpha: Picture) -> Picture:
    """Return an RGB picture as RGBA whose soft pixels have the subject's colour.

    The ground behind a soft pixel is not known here. Its colour is replaced by that
    of the solid subject around it, the more the softer it is; shrinking RGBA weighs
    colours by alpha, which makes it a blur that only the solid subject takes part in.
    Nothing is done where there is no subject, which is most of many pictures.
    """
    from PIL import Image  # noqa: PLC0415  the methods are named without Pillow

    made = Image.new("RGBA", image.size)
    found = alpha.getbbox()
    if found is not None:
        left, top = (edge // BLURS[0] * BLURS[0] for edge in found[:2])
        box = (left, top, *found[2:])
        made.paste(_cleaned(image.crop(box), alpha.crop(box)), (left, top))
    return made


def _cleaned(image: Picture, alpha: Picture) -> Picture:
    from PIL import Image  # noqa: PLC0415  as above

    from assetgen.images.cutout.planes import above, mapped  # noqa: PLC0415  as above

    solid = image.copy()
    solid.putalpha(above(alpha, 240))
    drawn = image
    for factor in BLURS:
        small = solid.reduce(factor).resize(image.size, Image.Resampling.BILINEAR)
        known = above(small.getchannel("A"), 4)
        drawn = Image.composite(small.convert("RGB"), drawn, known)
    own = mapped(alpha, lambda v: 2 * (v - 128))
    made = Image.composite(image, drawn, own)
    made.putalpha(alpha)
    made.paste((0, 0, 0, 0), mask=mapped(alpha, lambda v: 0 if v else 255))
    return made


def _check_use(cut: Cut) -> None:
    """Raise UsageError for a model that must not, or cannot, be used."""
    if cut.model in REMOTE:
        raise UsageError(
            f"`{cut.model}` sends pictures to a paid service", hint=SUGGESTED
        )
    if cut.model in NOT_ONE_MASK:
        raise UsageError(
            f"`{cut.model}` does not answer with one mask of the subject",
            hint=SUGGESTED,
        )
    against = objection(cut.model)
    if against and cut.options.get("licence") != "accept":
        raise UsageError(
            against,
            hint=f"if you have one, write `licence: accept`; otherwise {SUGGESTED}",
        )


def _load(cut: Cut, file: Path) -> Any:  # noqa: ANN401  rembg has no types
    """Return a session of rembg for a model file that is there."""
    rembg = _library()
    from rembg.sessions import sessions  # noqa: PLC0415  after the import above

    kind = sessions.get(cut.model)
    if kind is None:
        raise UsageError(f"rembg has no model `{cut.model}`", hint=SUGGESTED)
    if not kind.is_local() or kind.requires_credentials() or kind.has_usage_cost():
        raise UsageError(
            f"`{cut.model}` sends pictures to a paid service", hint=SUGGESTED
        )
    own = {"model_path": str(file)} if cut.model in CUSTOM else {}
    try:
        with _undownloaded():
            return rembg.new_session(cut.model, **own)
    except Exception as error:  # onnxruntime has a type of error for every occasion
        raise UsageError(
            f"model `{cut.model}` cannot be loaded: {str(error).splitlines()[0]}",
            hint=f"is `{file}` whole? `assetgen weights verify` compares it",
        ) from error


def _library() -> ModuleType:
    """Return rembg, imported quietly and without compiling."""
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    with warnings.catch_warnings(), _uncompiled():
        warnings.simplefilter("ignore")
        return importlib.import_module("rembg")


@contextmanager
def _undownloaded() -> Iterator[None]:
    """Keep rembg from downloading what it does not find.

    It finds the file that was just found, unless that has gone meanwhile, or this
    rembg is older than the lookup that we repeat.
    """
    import pooch  # noqa: PLC0415  comes with the extra

    def refuse(*_: object, **__: object) -> None:
        message = "this rembg does not find it, and would download it"
        raise FileNotFoundError(message)

    before = pooch.retrieve
    pooch.retrieve = refuse
    try:
        yield
    finally:
        pooch.retrieve = before


@contextmanager
def _uncompiled() -> Iterator[None]:
    """Keep numba from compiling what is imported meanwhile.

    rembg imports pymatting, which compiles itself when it is imported (48 s against
    1 s) and cannot be imported from a folder that is read-only. It serves for alpha
    matting, and a mask needs none.
    """
    word = "NUMBA_DISABLE_JIT"
    before = os.environ.get(word)
    os.environ[word] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[word]
        else:
            os.environ[word] = before

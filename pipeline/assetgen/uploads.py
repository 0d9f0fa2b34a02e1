"""This file is sending a picture to a cut-out service: once, and remembered for good.

A service takes money for each picture, and most have no way to ask what became of a
request. So, as for a purchase, it is written down before the socket is opened that a
picture goes out; the answer is on the disk before that note is taken back; and an
answer that was lost is never asked for again without a person. Notes and answers lie
beside the journal, under the key of picture and parameters::

    uploads/sent/ab….json        a picture is out, or its answer is lost
    uploads/answers/ab…-cd….png  what came back, and its digest; no `gc` here
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assetgen.clock import utc_text
from assetgen.digest import canonical_json, digest_bytes, key_of
from assetgen.errors import (
    AccountError,
    AssetgenError,
    Damaged,
    ImageError,
    OutOfDate,
    Unavailable,
    Undecided,
)
from assetgen.files import make_folder, remove, write_atomic

if TYPE_CHECKING:
    from pathlib import Path

    from assetgen.clock import Clock
    from assetgen.images.cutout.base import Costly, CutResult
    from assetgen.steps import Cut

UPLOAD_VERSION = 1
PATIENCE = 600.0  # seconds to wait for another build that sends the same picture


class Uploads:
    """What was sent to services, and what came back; safe to use from several threads.

    Args:
        folder: Where notes and answers lie.
        frozen: Nothing is sent.
    """

    def __init__(self, folder: Path, clock: Clock, *, frozen: bool = False) -> None:
        self._folder = folder
        self._answers = folder / "answers"
        self._clock = clock
        self._frozen = frozen
        self._refused: AccountError | None = None

    def once(self, method: Costly, picture: bytes, cut: Cut) -> CutResult:
        """Return a picture cut out by a service, from an earlier answer if possible.

        Raises Undecided if it was sent before and the answer is not known, OutOfDate if
        it would have to be sent and nothing is, AccountError for every picture after
        the first for which the key was refused; and what the method raises.
        """
        from filelock import FileLock, Timeout  # noqa: PLC0415  only a sender waits

        key = upload_key(method, picture, cut)
        locks = self._folder / "locks"
        make_folder(locks)
        try:
            with FileLock(locks / key, timeout=PATIENCE):
                known = self._known(key)
                file = known or self._sent(key, method, picture, cut)
        except Timeout:
            raise Unavailable("another build is sending this very picture") from None
        try:
            return method.read(file.read_bytes(), picture)
        except ImageError as error:
            again = f"it is kept; to have it made once more, delete `{file}`"
            hint = f"{error.hint}; {again}" if error.hint else again
            raise ImageError(error.message, hint=hint) from error

    def _known(self, key: str) -> Path | None:
        """Return the file of the answer that came for a key, None if none did."""
        for file in self._answers.glob(f"{key}-*.png"):
            if digest_bytes(file.read_bytes()) == file.stem.rpartition("-")[2]:
                return file
            raise Damaged(
                f"a picture that a service cut out is damaged: `{file}`",
                hint="put it back from a backup, or delete it to send it once more",
            )
        return None

    def _sent(self, key: str, method: Costly, picture: bytes, cut: Cut) -> Path:
        """Send a picture and return the file of the answer."""
        note = self._folder / "sent" / f"{key}.json"
        if note.exists():
            raise Undecided(
                f"this picture was sent to `{method.name}` before, and what became of"
                " it is not known: it may have been charged",
                hint=f"to send it once more, delete `{note}`",
            )
        if self._frozen:
            raise OutOfDate(
                f"its background has to be removed by `{method.name}`, which may cost"
                " something",
                hint="`assetgen build` without `--frozen` sends it",
            )
        if self._refused is not None:
            raise self._refused
        method.check(cut)
        said = {"method": method.name, "sent": utc_text(self._clock.now())}
        write_atomic(note, canonical_json(said))
        try:
            answer = method.send(picture, cut)
        except Undecided as error:
            hint = f"look at your account there; to send it once more, delete `{note}`"
            raise Undecided(error.message, hint=hint) from error
        except AssetgenError as error:
            remove(note)
            if isinstance(error, AccountError):
                self._refused = error
            raise
        file = self._answers / f"{key}-{digest_bytes(answer)}.png"
        write_atomic(file, answer)
        remove(note)
        return file


def upload_key(method: Costly, picture: bytes, cut: Cut) -> str:
    """Return the key of what a service answers: picture, method and parameters."""
    fields = {
        "picture": digest_bytes(picture),
        "identity": method.identity(cut),
        "parameters": dict(method.parameters(cut)),
    }
    return key_of("upload", UPLOAD_VERSION, fields)

"""This file is the folder of bought pictures: each beside its receipt, both committed.

The pair changes as one, also when the program is killed in between. The new receipt is
first written under a hidden name; it counts from the moment the picture that it names
stands beside it, and then takes its place. So at any moment the folder says either the
old choice with the old bytes or the new one with the new bytes.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from assetgen.digest import digest_bytes
from assetgen.errors import AssetgenError, Damaged, UsageError
from assetgen.files import reason_of, remove, replace, sweep, unwritable, write_atomic
from assetgen.lfs import pointed, pointer
from assetgen.receipts import Receipt, ReceiptConflict, from_text

if TYPE_CHECKING:
    from collections.abc import Iterator

EXTENSIONS = {"jpeg": "jpg"}


class Originals:
    """The originals of one project.

    Args:
        folder: Absolute; made when first needed.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._swept: set[Path] = set()

    # --- reading -------------------------------------------------------------------

    def read(self, asset: str) -> Receipt | None:
        """Return an asset's receipt, None if it has none.

        Raises ReceiptConflict, OutOfDate (Git LFS), UsageError (newer) or Damaged.
        """
        path = self._path(asset)
        coming = self._coming(path)
        if coming is not None:
            return coming
        data = _read(path)
        if data is None:
            return None
        receipt = from_text(data, self.shown(path))
        if receipt.asset != asset:
            raise Damaged(
                f"the receipt `{self.shown(path)}` is another asset's: "
                f"`{receipt.asset}`",
                hint="a renamed asset is bought again, or `assetgen adopt` its picture",
            )
        return receipt

    def picture(self, receipt: Receipt) -> bytes | None:
        """Return the bytes that a receipt names, verified; None if there is no file.

        Raises OutOfDate for a Git LFS pointer to them, Damaged for any other bytes.
        """
        path = self.where(receipt)
        data = _read(path)
        if data is None or digest_bytes(data) == receipt.sha256:
            return data
        if pointed(data) == receipt.sha256:
            raise pointer(self.shown(path))
        raise Damaged(
            f"`{self.shown(path)}` is not the picture that its receipt names",
            hint=f"`git checkout -- {self.shown(path)}` brings it back; "
            f"`assetgen adopt {receipt.asset} FILE` makes another one the choice",
        )

    def size(self, receipt: Receipt) -> int | None:
        """Return how many bytes stand where a receipt's picture should, None if none.

        Only `picture` proves that they are the picture.
        """
        try:
            return self.where(receipt).stat().st_size
        except OSError:
            return None

    def where(self, receipt: Receipt) -> Path:
        """Return where a receipt's picture stands, or should."""
        return self._path(receipt.asset).with_name(receipt.file)

    def assets(self) -> Iterator[str]:
        """Yield the name of every asset that has a receipt, sorted."""
        found = self.folder.rglob("*.json") if self.folder.is_dir() else ()
        names = (path.relative_to(self.folder).with_suffix("") for path in found)
        for name in sorted(name.as_posix() for name in names):
            if not any(part.startswith(".") for part in name.split("/")):
                yield name

    def receipts(self) -> Iterator[tuple[str, Receipt | AssetgenError]]:
        """Yield every asset with its receipt, or with what reading it raises."""
        for asset in self.assets():
            try:
                receipt = self.read(asset)
            except AssetgenError as error:
                yield asset, error
            else:
                if receipt is not None:
                    yield asset, receipt

    def shown(self, path: Path) -> str:
        """Return a path as messages show it: from the originals' own folder on."""
        return path.relative_to(self.folder.parent).as_posix()

    # --- writing -------------------------------------------------------------------

    def write(self, receipt: Receipt, picture: bytes) -> None:
        """Make a picture and its receipt the asset's, in place of the ones before.

        Side effect: removes the earlier picture where its name differs (``.jpg``
        before, ``.png`` now). Raises Damaged if the disk refuses; nothing has changed
        then. Raises ValueError if the receipt names other bytes.
        """
        if digest_bytes(picture) != receipt.sha256 or len(picture) != receipt.bytes:
            raise ValueError("a receipt is written with the bytes that it names")
        if receipt.file != file_name(receipt.asset, receipt.format):
            raise ValueError(f"`{receipt.file}` is not this picture's name")
        path = self._path(receipt.asset)
        before = self._files_before(path) - {receipt.file}
        try:
            write_atomic(_hidden(path), receipt.to_text().encode())
            self._sweep(path)
            write_atomic(path.with_name(receipt.file), picture)
            for name in sorted(before):
                remove(path.with_name(name))
            replace(_hidden(path), path)
        except OSError as error:
            raise unwritable(error, path) from error

    def update(self, receipt: Receipt) -> None:
        """Replace a receipt whose picture stays; raises Damaged if the disk refuses."""
        path = self._path(receipt.asset)
        try:
            write_atomic(path, receipt.to_text().encode())
            remove(_hidden(path))
        except OSError as error:
            raise unwritable(error, path) from error

    def _sweep(self, path: Path) -> None:
        """Clear away what dead writers left in a receipt's folder, once a build.

        Looking at ten thousand files for each new one would be most of the work.
        """
        if path.parent not in self._swept:
            self._swept.add(path.parent)
            sweep(path.parent, now=_hidden(path).stat().st_mtime)

    # --- where it stands -----------------------------------------------------------

    def _coming(self, path: Path) -> Receipt | None:
        """Return a receipt that was being written, if its picture is there already."""
        data = _read(_hidden(path))
        if data is None:
            return None
        try:
            receipt = from_text(data, self.shown(_hidden(path)))
            found = self.picture(receipt)
        except AssetgenError:  # its picture is the old one still: it never counted
            return None
        return None if found is None else receipt

    def _files_before(self, path: Path) -> set[str]:
        """Return the files of the receipt that is about to be replaced.

        A receipt that names another asset's file is wrong, and that file stays.
        """
        try:
            data = _read(path)
            files = set() if data is None else {from_text(data, "").file}
        except ReceiptConflict as conflict:
            files = {conflict.ours.file, conflict.theirs.file}
        except AssetgenError:
            return set()
        return {file for file in files if PurePosixPath(file).stem == path.stem}

    def _path(self, asset: str) -> Path:
        """Return where an asset's receipt stands; raises UsageError outside of it."""
        parts = PurePosixPath(asset).parts
        odd = any(part.startswith(".") or set(part) & set('\\:\0"') for part in parts)
        if not parts or odd or "/".join(parts) != asset or asset.startswith("/"):
            raise UsageError(f"`{asset}` cannot name a file in `{self.folder.name}`")
        path = self.folder.joinpath(*parts[:-1], f"{parts[-1]}.json")
        below = len(parts) > 1
        if below and not path.parent.resolve().is_relative_to(self.folder.resolve()):
            raise UsageError(
                f"`{self.shown(path)}` is outside of `{self.folder.name}`",
                hint="replace the symbolic link by a folder",
            )
        return path


def file_name(asset: str, format: str) -> str:  # noqa: A002  it is called so everywhere
    """Return the name of an asset's picture beside its receipt."""
    return f"{PurePosixPath(asset).name}.{EXTENSIONS.get(format, format)}"


def _hidden(path: Path) -> Path:
    return path.with_name(f".{path.name}.assetgen-new")


def _read(path: Path) -> bytes | None:
    """Return a file's bytes, None if there is none; raise Damaged if unreadable."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise Damaged(f"cannot read `{path}`: {reason_of(error)}") from error

"""This file is a drawing turned into pixels, by resvg in a process of its own.

The process knows no fonts but those it is given and no files but those fonts; what it
may use is limited, so that a hostile drawing fails alone.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from assetgen.apart import bare_environment
from assetgen.digest import digest_bytes, digest_file
from assetgen.errors import ImageError, UsageError
from assetgen.files import reason_of
from assetgen.images.inlays import inlay
from assetgen.images.sniff import sniff
from assetgen.svg.daylight import by_day
from assetgen.svg.size import set_size
from assetgen.svg.tree import parse, written

if TYPE_CHECKING:
    from assetgen.svg.drawing import Drawing
    from assetgen.svg.fonts import Part

SECONDS = 30  # of one processor, for one drawing; a full page takes a tenth
MEMORY = 1024**3  # bytes that its process may grow by
# Wall time; far more than the processor's, because a machine may be very busy.
_WAIT = 600.0

# Run with -I -S: nothing of the environment, and only the package named here.
_BOOT = """
import json, os, sys
os.environ.clear()
sys.path.append(sys.argv[1])
import resvg_py
try:
    import resource
except ImportError:  # Windows: only the clock bounds it
    resource = None
if resource:
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            mapped = int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        mapped = 512 * 1024 ** 2
    for what, most in (
        (resource.RLIMIT_CPU, int(sys.argv[2])), (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_AS, mapped + int(sys.argv[3])),
    ):
        try:
            resource.setrlimit(what, (most, most))
        except (OSError, ValueError):
            pass  # a lower limit stands already, or the system has none
asked = json.load(sys.stdin.buffer)
out = os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)  # what the renderer says is no part of the picture
try:
    picture = resvg_py.svg_to_bytes(
        svg_string=asked["svg"], font_files=asked["fonts"],
        skip_system_fonts=True, log_information=True,
    )
except Exception as error:
    sys.exit(f"refused: {error}")
out.write(picture)
"""


def rasterize(drawing: Drawing) -> bytes:
    """Return a drawing as PNG, of its size in pixels.

    Raises ImageError if it cannot be drawn within the limits, UsageError if a font or
    a picture in it changed since the drawing was looked at.
    """
    for part in drawing.fonts:
        _check(part, _digest(part))
    asked = {"svg": _complete(drawing), "fonts": [str(p.path) for p in drawing.fonts]}
    limits = [str(SECONDS), str(MEMORY)]
    command = [sys.executable, "-I", "-S", "-c", _BOOT, _home(), *limits]
    try:
        ended = subprocess.run(  # noqa: S603 - our own interpreter and text
            command,
            input=json.dumps(asked).encode(),
            capture_output=True,
            timeout=_WAIT,
            check=False,
            env=bare_environment(),
        )
    except subprocess.TimeoutExpired:
        raise _refused(drawing, "it takes too long") from None
    except OSError as error:
        message = f"the process that draws does not start: {reason_of(error)}"
        raise ImageError(message) from error
    said = ended.stderr.decode(errors="replace")
    if ended.returncode:
        raise _refused(drawing, _why(said))
    if trouble := next((t for t in _TROUBLES if t in said), None):
        line = next(line for line in said.splitlines() if trouble in line)
        raise _refused(drawing, line.partition("): ")[2] or line)
    made = sniff(ended.stdout)
    if (made.width, made.height) != drawing.size:
        raise _refused(drawing, f"it became {made.width} by {made.height} pixels")
    return ended.stdout


# What resvg says where letters are missing; it would leave them out.
_TROUBLES = ("No fonts with", "No match for")


def _complete(drawing: Drawing) -> str:
    """Return the text with its size set and every picture in it in place."""
    root = parse(drawing.text)
    by_day(root)
    set_size(root, drawing.size)

    def read(path: str) -> bytes:
        part = drawing.images[path]
        try:
            data = part.path.read_bytes()
        except OSError as error:
            message = f"cannot read `{part.path.name}`: {reason_of(error)}"
            raise UsageError(message) from error
        _check(part, digest_bytes(data))
        return data

    inlay(root, read)
    return written(root)


def _digest(part: Part) -> str:
    try:
        return digest_file(part.path)
    except OSError as error:
        message = f"cannot read `{part.path.name}`: {reason_of(error)}"
        raise UsageError(message) from error


def _check(part: Part, found: str) -> None:
    if found != part.digest:
        message = f"`{part.path.name}` changed while the build ran"
        raise UsageError(message, hint="run build again")


def _home() -> str:
    """Return the folder from which the renderer is imported."""
    spec = find_spec("resvg_py")
    if spec is None or spec.origin is None:
        message = "drawings need the package `resvg-py`, which is not installed"
        raise UsageError(message, hint="install assetgen again")
    return str(Path(spec.origin).parents[1])


def _why(said: str) -> str:
    """Return why the process gave up, from its last words."""
    last = said.strip().splitlines()[-1:] or [""]
    if last[0].startswith("refused: "):
        return last[0].removeprefix("refused: ")
    return "it needs more time or memory than a drawing may"


def _refused(drawing: Drawing, why: str) -> ImageError:
    return ImageError(f"`{drawing.name}` cannot be drawn: {why}")

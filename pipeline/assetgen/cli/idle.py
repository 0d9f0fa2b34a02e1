"""This file is a build with nothing to do, answered before anything heavy is imported.

It understands the plainest command lines only. Whatever it does not understand, or
cannot answer from the stamp of the last full build, it leaves to the real command.
Nothing but `os`, `sys`, `time` and the stamp is imported here, not even `pathlib`.
"""

import os
import sys
import time

from assetgen import stamp
from assetgen.version import VERSION

MANIFEST = "assets.yaml"

# What makes no difference to a build that has nothing to do.
FLAGS = frozenset(
    {"--json", "--frozen", "--yes", "--partial", "--fail-fast"}
    | {"-q", "--quiet", "-v", "--verbose"}
)
NUMBERS = frozenset({"--budget", "--lock-timeout"})
VALUES = NUMBERS | {"--report", "--workers"}


def answer(args: list[str], environment: "os._Environ[str]") -> int | None:
    """Answer a build that has nothing to do; None if that is not known here.

    Side effects: writes the text or the report, and may refresh the stamp.
    """
    started = time.perf_counter()
    asked = understood(args)
    if asked is None:
        return None
    folder, named, flags, report = asked
    manifest = find(folder, named)
    store = store_folder(environment)
    if manifest is None or store is None:
        return None
    path = stamp.stamp_path(store, manifest)
    left = stamp.read(path)
    if left is None or not stamp.holds(left, stamp.circumstances(VERSION)):
        return None
    fresh = stamp.refreshed(left)
    if fresh is not None:
        stamp.write(path, fresh)
    return _say(left.answer, folder, flags, report, started)


def understood(
    args: list[str],
) -> tuple[str, str | None, frozenset[str], str | None] | None:
    """Return (folder, manifest, flags, report file) of a plain build, else None."""
    folder, rest = os.getcwd(), list(args)
    if len(rest) > 2 and rest[0] == "-C":  # noqa: PLR2004  -C DIR build
        folder = os.path.realpath(rest[1])
        rest = rest[2:]
    if not rest or rest.pop(0) != "build":
        return None
    named = report = None
    flags = set()
    while rest:
        word = rest.pop(0)
        option, equals, value = word.partition("=")
        if option in VALUES and not equals:
            value = rest.pop(0) if rest else ""
        if word in FLAGS:
            flags.add(word)
        elif option == "--report" and value:
            report = value
        elif option in VALUES and _fits(option, value):
            continue
        elif word.endswith((".yaml", ".yml")) and word[0] != "-" and named is None:
            named = word
        else:
            return None
    return folder, named, frozenset(flags), report


def _fits(option: str, value: str) -> bool:
    """Return whether a number is one that the command takes beyond doubt."""
    if option == "--workers":
        return value.isdecimal() and value.strip("0") != ""
    return option in NUMBERS and value.replace(".", "", 1).isdecimal()


def find(folder: str, named: str | None) -> str | None:
    """Return the absolute path of the manifest as `load_manifest` spells it."""
    if named is not None:
        return os.path.normpath(os.path.join(folder, named))
    while True:
        path = os.path.join(folder, MANIFEST)
        if os.path.isfile(path):
            return path
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above


def store_folder(environment: "os._Environ[str]") -> str | None:
    """Return the folder of the store as `settings.homes` does.

    None where that is slow, or a mistake which the real command explains.
    """
    home = environment.get("ASSETGEN_HOME")
    if home:
        return plain(home, "store") if os.path.isabs(home) else None
    if sys.platform != "linux":
        return None
    cache, user = environment.get("XDG_CACHE_HOME"), environment.get("HOME")
    if cache and os.path.isabs(cache):
        return plain(cache, "assetgen", "store")
    return plain(user, ".cache", "assetgen", "store") if user else None


def plain(*parts: str) -> str:
    """Return a joined path in the spelling of `pathlib`, which keeps every `..`."""
    path = os.path.join(*parts)
    if os.sep != "/":
        return path
    words = "/".join(word for word in path.split("/") if word not in {"", "."})
    return f"/{words}" if path[:1] == "/" else words


def nothing(count: int) -> str:
    """Return what a build with nothing to do says."""
    are = "asset is" if count == 1 else "assets are"
    return f"Nothing to do: {count} {are} up to date"


def _say(
    text: str, folder: str, flags: frozenset[str], report: str | None, started: float
) -> int | None:
    """Write the answer where it was asked for; None if the report cannot be written."""
    # The one number that differs from run to run; quotes inside texts are escaped.
    head, name, tail = text.rpartition('"seconds": ')
    seconds = round(time.perf_counter() - started, 3)
    body = f"{head}{name}{seconds}{tail[tail.find(',') :]}"
    if report is not None:
        try:
            with open(os.path.join(folder, report), "w", encoding="ascii") as file:
                file.write(body + "\n")
        except OSError:
            return None
    try:
        if "--json" in flags:
            print(body.replace("##[", "#\\u0023["), flush=True)
        if not flags & {"-q", "--quiet"}:
            print(nothing(text.count('"status": "')), file=sys.stderr)
    except BrokenPipeError:
        return None
    return 0

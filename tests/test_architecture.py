"""The house: each file uses only files above it, and fits in the eye."""

from __future__ import annotations

import ast
import itertools
import re
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent / "pipeline" / "assetgen"

# The reading order. A name with a slash is a room; within a room the order is free,
# as long as imports make no circle (Python itself would refuse one).
ORDER = (
    "version",
    "errors",
    "digest",
    "clock",
    "apart",
    "catalogue",
    "request",
    "steps",
    "files",
    "lfs",
    "headers",
    "svg/",
    "layers",
    "emission",
    "manifest/",
    "recipe",
    "plan",
    "texts",
    "sourcing",
    "planning",
    "sketch",
    "events",
    "consent",
    "pace/",
    "plugins",
    "stores/",
    "cache",
    "renders",
    "journal/",
    "receipts",
    "originals",
    "choosing",
    "stamp",
    "providers/",
    "images/",
    "companions/",
    "publish",
    "knowledge",
    "handoff",
    "outcomes",
    "uploads",
    "making",
    "doorbell",
    "receiver",
    "settling",
    "submitting",
    "exhibits",
    "asking",
    "jobs",
    "acquire",
    "strays",
    "pairs",
    "ending",
    "build",
    "review/",
    "settings",
    "holding",
    "project",
    "leaving",
    "listening",
    "running",
    "console/",
    "cli/",
    "testing/",
    "__main__",
    "__init__",
)

WORDS = ("errors", "digest", "catalogue", "request", "steps", "recipe", "plan")
WORDS += ("sourcing", "planning", "events", "consent")
DOORS_TO_THE_WORLD = {"os", "socket", "subprocess", "sqlite3", "shutil"}
DOORS_TO_THE_WORLD |= {"httpcore2", "httpx2"}

FILES = sorted(HOUSE.rglob("*.py"))


def room(module: str) -> str:
    """Return the place in the reading order of a dotted module below assetgen."""
    head, _, rest = module.partition(".")
    folder = (HOUSE / head).is_dir()
    return f"{head}/" if folder or rest else head


def name_of(path: Path) -> str:
    """Return the dotted name of a file below assetgen."""
    parts = list(path.relative_to(HOUSE).with_suffix("").parts)
    if parts[-1] == "__init__" and len(parts) > 1:
        parts.pop()
    return ".".join(parts)


def imports(path: Path) -> set[str]:
    """Return the dotted names below assetgen that a file imports, wherever it does."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "assetgen":
                found |= {alias.name for alias in node.names}
            elif node.module.startswith("assetgen."):
                found.add(node.module.removeprefix("assetgen."))
        elif isinstance(node, ast.Import):
            found |= {
                alias.name.removeprefix("assetgen.")
                for alias in node.names
                if alias.name.startswith("assetgen.")
            }
    return {name for name in found if not name.startswith("__")}


def test_the_page_about_the_house_shows_every_room() -> None:
    """The table of rooms in docs/architecture.md is the reading order."""
    page = (HOUSE.parents[1] / "docs" / "architecture.md").read_text()
    table = page.partition("## The rooms")[2].partition("\n\n## ")[0]
    rows = re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)
    shown = [room for row in rows for room in row.split()]
    assert shown == [room for room in ORDER if not room.startswith("__")]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_uses_only_files_above_it(path: Path) -> None:
    """The reading order holds for every import, also for late ones."""
    here = ORDER.index(room(name_of(path)))
    below = {name for name in imports(path) if ORDER.index(room(name)) > here}
    assert below == set()


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_fits_in_the_eye(path: Path) -> None:
    """No file has more than 400 lines, no function more than 60."""
    text = path.read_text()
    assert len(text.splitlines()) <= 400
    long = {
        node.name: node.end_lineno - node.lineno + 1
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > 60
    }
    assert long == {}


def test_nine_functions_in_ten_are_short() -> None:
    """The 90th percentile of function length is at most 30 lines."""
    lengths = sorted(
        node.end_lineno - node.lineno + 1
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
    )
    assert lengths[int(len(lengths) * 0.9)] <= 30


@pytest.mark.parametrize("word", WORDS)
def test_the_words_do_no_io(word: str) -> None:
    """What is only said imports nothing that could be done with."""
    tree = ast.parse((HOUSE / f"{word}.py").read_text())
    names = itertools.chain.from_iterable(
        [alias.name for alias in node.names]
        if isinstance(node, ast.Import)
        else [node.module or ""]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    )
    assert {name.split(".")[0] for name in names} & DOORS_TO_THE_WORLD == set()


def test_the_environment_is_read_in_settings_and_the_stamp_only() -> None:
    """Nobody else looks at `os.environ`, so that a run can be told what it sees."""
    readers = {
        name_of(path)
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    }
    allowed = {"settings", "stamp", "__main__", "apart", "images.cutout.rembg"}
    assert readers - allowed == set()


def test_weights_are_pulled_by_their_command_only() -> None:
    """No build, plan or check can reach what downloads a model."""
    puller = {"images.cutout.pulling", "images.cutout.releases"}
    users = {name_of(path) for path in FILES if imports(path) & puller}
    assert users == {"cli.weights", "images.cutout.pulling"}


def test_no_process_is_started_with_the_keys_of_its_parent() -> None:
    """What renders or decodes may be hostile, and `/proc` shows it all it got."""
    starts = {
        f"{name_of(path)}:{node.lineno}": {word.arg for word in node.keywords}
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"subprocess.Popen", "subprocess.run"}
    }
    assert starts
    assert [place for place, words in starts.items() if "env" not in words] == []


def test_only_the_front_of_the_house_prints() -> None:
    """Libraries say what happens as events; console and cli write it down."""
    talkers = {
        name_of(path)
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    }
    front = ("console", "cli", "__main__", "testing", "manifest.sandbox")
    assert {name for name in talkers if not name.startswith(front)} == set()


def test_cancellation_is_never_swallowed() -> None:
    """Nobody catches BaseException or CancelledError without raising it again."""
    silent = [
        f"{name_of(path)}:{node.lineno}"
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) == "BaseException")
        and not any(isinstance(child, ast.Raise) for child in ast.walk(node))
    ]
    assert silent == []

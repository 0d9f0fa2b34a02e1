"""This file changes the code of money in small ways and counts what no test notices.

    python campaigns/mutation.py                            # every change, 15 minutes
    python campaigns/mutation.py consent --sample 40 --seed 7

A change (a mutant) is one comparison, number, word, branch or statement. Each is made
in a copy of the package, and the tests that are listed for its module run there: one
that fails has killed it. Tables at the top of a module are changed like the rest, which
is why this is no ready tool: those change functions only, and here the tables are what
decides about money. Sentences for people are left alone.

Ends with 0 if `EQUIVALENT` explains every survivor, 1 if not, 2 if the tests fail as
the code is.
"""

from __future__ import annotations

import argparse
import ast
import multiprocessing
import os
import random
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = Path("pipeline/assetgen")
WORKERS = 2
# A text at the top of a module that is made of these is a table, not a sentence.
STATES = {
    "planned", "sending", "submitted", "ready", "fetched", "failed", "lost",
    "ambiguous", "abandoned",
}  # fmt: skip
# What all tests import, loaded once: a test run then starts in a fraction of a second.
LOADED = ["pytest", "httpx2", "PIL.Image", "yaml"]
# No test of these modules needs more of pytest than its settings name.
PLUGINS = ("pytest_timeout", "no:cacheprovider", "no:unraisableexception")


@dataclass(frozen=True)
class Target:
    """A module and the tests that must notice each change of it.

    Attributes:
        equivalent: Changes that nobody can notice, as ``scope: before -> after``, and
            why.
    """

    module: str
    tests: tuple[str, ...]
    equivalent: dict[str, str]


TARGETS = {
    "answers": Target(
        "providers/kie/answers.py",
        (
            "tests/providers/test_kie_answers.py",
            "tests/providers/test_kie_troubles.py",
            "tests/providers/test_kie_recall.py",
        ),
        {},
    ),
    "consent": Target("consent.py", ("tests/words/test_consent.py",), {}),
    "planning": Target(
        "planning.py",
        ("tests/words/test_planning.py", "tests/words/test_planning_edges.py"),
        {},
    ),
    "states": Target(
        "journal/states.py", ("tests/memory/test_purchase_states.py",), {}
    ),
}


@dataclass(frozen=True)
class Mutant:
    """One change of a source: its bytes from `start` to `end` become `text`."""

    line: int
    start: int
    end: int
    text: str
    name: str

    def applied(self, source: bytes) -> bytes:
        """Return the changed source."""
        return source[: self.start] + self.text.encode() + source[self.end :]


# --- the changes -------------------------------------------------------------------

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Lt: ast.LtE, ast.LtE: ast.Lt,
    ast.Gt: ast.GtE, ast.GtE: ast.Gt,
}  # fmt: skip
_COMPUTED: dict[type[ast.operator], ast.operator] = {
    ast.Add: ast.Sub(), ast.Sub: ast.Add(), ast.Mult: ast.Div(), ast.Div: ast.Mult(),
    ast.BitOr: ast.BitAnd(), ast.BitAnd: ast.BitOr(),
}  # fmt: skip
_DELETED = (ast.Expr, ast.Assign, ast.AugAssign, ast.Raise, ast.If, ast.For)


def mutants(source: bytes) -> list[Mutant]:
    """Return every change of a module that still compiles, in order."""
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found = []
    for scope, node, text in _changes(ast.parse(source), ""):
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)
        before = " ".join(source[start:end].decode().split())
        name = f"{scope or 'module'}: {before[:60]} -> {text[:60]}"
        mutant = Mutant(node.lineno, start, end, text, name)
        if _compiles(mutant.applied(source)):
            found.append(mutant)
    return sorted(set(found), key=lambda each: (each.start, each.end, each.text))


def _compiles(source: bytes) -> bool:
    try:
        compile(source, "mutant", "exec")
    except SyntaxError:
        return False
    return True


def _changes(
    tree: ast.AST, scope: str
) -> Iterator[tuple[str, ast.expr | ast.stmt, str]]:
    """Yield (scope, what is replaced, by what) of a tree, without what has no effect.

    Left out are annotations, docstrings, decorators, imports for types and texts with
    values in them.
    """
    for node in _parts(tree):
        inner = scope
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            inner = f"{scope}.{node.name}".lstrip(".")
        if isinstance(node, ast.expr):
            for text in _other_expressions(node, scope):
                yield scope, node, text
        elif isinstance(node, ast.stmt):
            for text in _other_statements(node, scope):
                yield scope, node, text
        yield from _changes(node, inner)


def _parts(tree: ast.AST) -> Iterator[ast.AST]:
    for name, value in ast.iter_fields(tree):
        if name in {"annotation", "returns", "decorator_list"}:
            continue
        for node in value if isinstance(value, list) else [value]:
            text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            types = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
            skipped = text or types or isinstance(node, ast.JoinedStr)
            if isinstance(node, ast.AST) and not skipped:
                yield node


def _other_statements(node: ast.stmt, scope: str) -> Iterator[str]:
    if isinstance(node, ast.Return) and ast.unparse(node) != "return None":
        yield "return None"
    elif scope and isinstance(node, _DELETED):
        yield "pass"


def _other_expressions(node: ast.expr, scope: str) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        yield from _other_constants(node.value, scope)
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        ops: list[ast.cmpop] = [_COMPARED[type(node.ops[0])]()]
        yield _text(ast.Compare(node.left, ops, node.comparators))
    elif isinstance(node, ast.BoolOp):
        other = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
        yield _text(ast.BoolOp(other, node.values))
        for dropped in node.values:
            rest = [value for value in node.values if value is not dropped]
            yield _text(ast.BoolOp(node.op, rest) if len(rest) > 1 else rest[0])
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield _text(node.operand)
    elif isinstance(node, ast.BinOp) and type(node.op) in _COMPUTED:
        yield _text(ast.BinOp(node.left, _COMPUTED[type(node.op)], node.right))
    elif isinstance(node, ast.IfExp):
        yield _text(ast.IfExp(node.test, node.orelse, node.body))
    elif isinstance(node, ast.Set):
        for dropped in node.elts:
            yield _text(ast.Set([each for each in node.elts if each is not dropped]))


def _other_constants(value: object, scope: str) -> Iterator[str]:
    if isinstance(value, bool):
        yield repr(not value)
    elif isinstance(value, int):
        yield from (repr(value + 1), f"({value - 1})")
    elif isinstance(value, str) and re.fullmatch(r"[\w@.*-]+", value):
        yield repr(f"{value}X")
    elif isinstance(value, str) and not scope and set(value.split()) <= STATES:
        words = value.split()
        yield from (repr(" ".join(w for w in words if w != gone)) for gone in words)


def _text(node: ast.expr) -> str:
    return f"({ast.unparse(ast.fix_missing_locations(node))})"


# --- the tests ---------------------------------------------------------------------


def copied(folder: Path) -> Path:
    """Return a new copy of the package, its tests and their settings."""
    skipped = shutil.ignore_patterns("__pycache__", "stories")
    for name in ("pipeline", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=skipped)
    shutil.copy(ROOT / "pyproject.toml", folder)
    (folder / "tmp").mkdir()
    return folder


def tested(folder: Path, tests: tuple[str, ...], *, keep: bool) -> None:
    """Run tests in a copy and end this process with their exit code."""
    os.chdir(folder)
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    tempfile.tempdir = str(folder / "tmp")
    sys.dont_write_bytecode = not keep
    sys.path.insert(0, str(folder / "pipeline"))
    import pytest  # noqa: PLC0415  loaded before this process began

    import assetgen  # noqa: PLC0415  that of the copy, and only in this process

    if not str(assetgen.__file__).startswith(str(folder)):
        os._exit(9)
    flags = [f"-p{plugin}" for plugin in PLUGINS]
    os._exit(pytest.main(["-x", "-q", *flags, "--rootdir", str(folder), *tests]))


def run(folder: Path, tests: tuple[str, ...], seconds: float, *, keep: bool) -> int:
    """Return pytest's exit code, 1 for tests that never end."""
    context = multiprocessing.get_context("forkserver")
    process = context.Process(
        target=tested, args=(folder, tests), kwargs={"keep": keep}
    )
    process.start()
    process.join(seconds)
    if process.is_alive():
        process.kill()
        process.join()
        return 1
    return process.exitcode or 0


def survives(
    mutant: Mutant, target: Target, folders: SimpleQueue[Path], until: float
) -> bool | None:
    """Return whether no test notices a change, None if there was no time to ask."""
    if time.monotonic() > until:
        return None
    folder = folders.get()
    path = folder / PACKAGE / target.module
    source = path.read_bytes()
    for stale in path.parent.glob(f"__pycache__/{path.stem}.*"):
        stale.unlink()
    try:
        path.write_bytes(mutant.applied(source))
        code = run(folder, target.tests, 90, keep=False)
        if code not in {0, 1, 2, 4}:
            sys.exit(f"pytest ended with {code} for {mutant.name}")
        return code == 0
    finally:
        path.write_bytes(source)
        folders.put(folder)


# --- the campaign ------------------------------------------------------------------


def campaign(
    target: Target, chosen: list[Mutant], folders: SimpleQueue[Path], until: float
) -> Counter[str]:
    """Try the changes of one module, print its survivors, and return the counts."""
    counts: Counter[str] = Counter()
    ask = partial(survives, target=target, folders=folders, until=until)
    with ThreadPoolExecutor(WORKERS) as pool:
        for mutant, survived in zip(chosen, pool.map(ask, chosen), strict=True):
            known = target.equivalent.get(mutant.name)
            if survived is None:
                counts["not tried"] += 1
            elif not survived:
                counts["killed"] += 1
            elif known:
                counts["equivalent"] += 1
            else:
                counts["survived"] += 1
                print(f"  {target.module}:{mutant.line}  {mutant.name}", flush=True)
    return counts


def main() -> int:
    """Run the campaign, say what happened, and return the exit code."""
    parser = argparse.ArgumentParser(description="Change the code of money, and test.")
    parser.add_argument("modules", nargs="*", help=f"of {', '.join(TARGETS)}; all")
    parser.add_argument("--seconds", type=float, default=900, help="time at most")
    parser.add_argument("--sample", type=int, help="changes at most in each module")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 100_000)
    options = parser.parse_args()
    if unknown := set(options.modules) - set(TARGETS):
        parser.error(f"no such module: {', '.join(sorted(unknown))}")
    multiprocessing.get_context("forkserver").set_forkserver_preload(LOADED)
    until = time.monotonic() + options.seconds
    chance = random.Random(options.seed)  # noqa: S311  to be told apart, not to be safe
    missed = 0
    with tempfile.TemporaryDirectory(prefix="mutation-") as place:
        folders: SimpleQueue[Path] = SimpleQueue()
        copies = [copied(Path(place, str(number))) for number in range(WORKERS)]
        for name in options.modules or TARGETS:
            target = TARGETS[name]
            if any(run(copy, target.tests, 300, keep=True) for copy in copies):
                print(f"{name}: its tests fail as the code is")
                return 2
            for copy in copies if folders.empty() else ():
                folders.put(copy)
            every = mutants((copies[0] / PACKAGE / target.module).read_bytes())
            size = min(options.sample or len(every), len(every))
            # In random order: what the time is too short for is then no one's corner.
            chosen = chance.sample(every, size)
            counts = campaign(target, chosen, folders, until)
            missed += counts["survived"]
            told = ", ".join(f"{count} {what}" for what, count in counts.items())
            print(f"{name}: {told}; {size} of {len(every)} changes", flush=True)
    print(f"seed {options.seed}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

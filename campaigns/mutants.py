"""This file is the small changes that a source can have: its mutants.

One comparison, number, word, branch, statement or word of SQL is another, or is gone.
Tables at the top of a module are changed like the rest: they decide about money.
Sentences for people are left alone.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    # Where a change is made, from byte to byte, and what it is called there.
    Place = tuple[int, int, str]

# A text at the top of a module that is made of these is a table, not a sentence.
STATES = {
    "planned", "sending", "submitted", "ready", "fetched", "failed", "lost",
    "ambiguous", "abandoned",
}  # fmt: skip
_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Lt: ast.LtE, ast.LtE: ast.Lt,
    ast.Gt: ast.GtE, ast.GtE: ast.Gt,
}  # fmt: skip
_COMPUTED: dict[type[ast.operator], ast.operator] = {
    ast.Add: ast.Sub(), ast.Sub: ast.Add(), ast.Mult: ast.Div(), ast.Div: ast.Mult(),
    ast.BitOr: ast.BitAnd(), ast.BitAnd: ast.BitOr(), ast.Pow: ast.Mult(),
    ast.FloorDiv: ast.Mult(),
}  # fmt: skip
_DELETED = (ast.Expr, ast.Assign, ast.AugAssign, ast.Raise, ast.If, ast.For)
_SQL = re.compile(
    rb"\b(SELECT|INSERT|REPLACE INTO|CREATE|PRAGMA|BEGIN|COMMIT|ORDER BY|state IN"
    rb"|[a-z]+ = \?)"
)
# The order counts: the first that fits is the word.
_SQL_WORDS = {
    rb" IS NOT NULL": b" IS NULL", rb" NOT NULL": b"", rb" UNIQUE": b"",
    rb" AND ": b" OR ", rb" DESC\b": b"", rb" ORDER BY (?=[a-z.]+)": b" ORDER BY -",
    rb" >= ": b" > ", rb" != ": b" = ", rb" = (?=\?|')": b" != ", rb"\(1\)": b"(0)",
    rb"'[a-z]+', ": b"", rb"\bsum\(": b"max(", rb"\b0\b": b"1", rb" FULL\b": b" OFF",
    rb" ON\b(?=\")": b" OFF", rb" OFF\b": b" ON", rb" IMMEDIATE": b"",
    rb"COMMIT\b": b"ROLLBACK", rb"BEFORE ": b"AFTER ",
}  # fmt: skip


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


def mutants(source: bytes) -> list[Mutant]:
    """Return every change of a module that still compiles, in order."""
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def span(node: ast.expr | ast.stmt) -> tuple[int, int]:
        start = starts[node.lineno - 1] + node.col_offset
        return start, starts[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)

    found = []
    for scope, node, text in _changes(ast.parse(source), ""):
        start, end = span(node)
        sql = _other_sql(source[start:end], start)
        places = sql if text is None else [(start, end, text)]
        found.extend(_mutant(source, scope, place) for place in places)
    sound = {each for each in found if _compiles(each.applied(source))}
    return sorted(sound, key=lambda each: (each.start, each.end, each.text))


def _mutant(source: bytes, scope: str, place: Place) -> Mutant:
    start, end, text = place
    before = " ".join(source[start:end].decode().split())
    after = " ".join(text.split())
    name = f"{scope or 'module'}: {before[:60].strip()} -> {after[:60].strip()}"
    return Mutant(source.count(b"\n", 0, start) + 1, start, end, text, name)


def _compiles(source: bytes) -> bool:
    try:
        compile(source, "mutant", "exec")
    except SyntaxError:
        return False
    return True


def _changes(
    tree: ast.AST, scope: str
) -> Iterator[tuple[str, ast.expr | ast.stmt, str | None]]:
    """Yield (scope, what is replaced, by what), None for the SQL that is in a text.

    Left out are annotations, docstrings, decorators and imports for types.
    """
    for node in _parts(tree):
        inner = scope
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inner = f"{scope}.{node.name}".lstrip(".")
        if isinstance(node, ast.JoinedStr):
            yield scope, node, None
            continue
        if isinstance(node, ast.expr):
            for text in _other_expressions(node, scope):
                yield scope, node, text
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield scope, node, None
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
            if isinstance(node, ast.AST) and not text and not types:
                yield node


def _other_statements(node: ast.stmt, scope: str) -> Iterator[str]:
    if isinstance(node, ast.Return):
        if ast.unparse(node) not in {"return", "return None"}:
            yield "return None"
    elif scope and isinstance(node, _DELETED):
        yield "pass"


def _other_expressions(  # noqa: C901  one case after the other
    node: ast.expr, scope: str
) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        yield from _other_constants(node.value, scope)
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        ops: list[ast.cmpop] = [_COMPARED[type(node.ops[0])]()]
        yield _text(ast.Compare(node.left, ops, node.comparators))
    elif isinstance(node, ast.Compare):
        for place, old in enumerate(node.ops):
            ops = [*node.ops[:place], _COMPARED[type(old)](), *node.ops[place + 1 :]]
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
    elif isinstance(value, float):
        yield repr(value * 2 or 1.0)
    elif isinstance(value, str) and re.fullmatch(r"[\w@.*-]+", value):
        yield repr(f"{value}X")
    elif isinstance(value, str) and not scope and set(value.split()) <= STATES:
        words = value.split()
        yield from (repr(" ".join(w for w in words if w != gone)) for gone in words)


def _other_sql(text: bytes, at: int) -> Iterator[Place]:
    """Yield the changes of each word of SQL in a text that begins at byte `at`."""
    if not _SQL.search(text):
        return
    taken: set[int] = set()
    for pattern, other in _SQL_WORDS.items():
        for word in re.finditer(pattern, text):
            if taken.isdisjoint(range(word.start(), word.end())):
                taken.update(range(word.start(), word.end()))
                # A few letters more on each side, so that its name says where it is.
                start, end = max(word.start() - 24, 0), min(word.end() + 24, len(text))
                changed = text[start : word.start()] + other + text[word.end() : end]
                try:
                    yield at + start, at + end, changed.decode()
                except UnicodeDecodeError:
                    continue


def _text(node: ast.expr) -> str:
    return f"({ast.unparse(ast.fix_missing_locations(node))})"

"""This file is the boundary: whatever happens inside, a person reads one sentence.

What assetgen raises on purpose becomes `error: …`, a hint, and its exit code; a wrong
option 2; Ctrl-C 130; anything else is a bug of ours: 70, and a report without secrets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from assetgen.cli.front import Front
from assetgen.cli.group import group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assetgen.errors import AssetgenError, Problem

INTERRUPTED = 130


def run(args: Sequence[str]) -> int:
    """Carry one command line out and return the exit code."""
    # There, 2 means changes (spec: `plan --detailed-exitcode`), so a mistake is 1.
    front = Front(1 if "--detailed-exitcode" in args else None)
    try:
        code = group.main(
            args=list(args), prog_name="assetgen", standalone_mode=False, obj=front
        )
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return error.exit_code
    except Exception as error:  # noqa: BLE001  nobody reads a traceback here
        return _failed(front, _explained(args, error))
    return code if isinstance(code, int) else 0


def _explained(args: Sequence[str], error: Exception) -> AssetgenError:
    """Return what to say about an exception; writes the report if it is a bug."""
    from assetgen.errors import AssetgenError

    if isinstance(error, AssetgenError):
        return error
    if isinstance(error, click.ClickException):
        return _usage(error)
    from assetgen.cli.reporting import reported

    return reported(args, error)


def _failed(front: Front, error: AssetgenError) -> int:
    """Say what went wrong, to people and, if they asked, to their programs."""
    code = error.exit_code if front.mistake is None else front.mistake
    console = front.console
    if console.as_json:
        console.json({**error_json(error), "exit": code})
    console.error(error)
    return code


def error_json(error: AssetgenError) -> dict[str, object]:
    """Return the object that `--json` gives for a command that failed."""
    body: dict[str, object] = {"error": error.message, "hint": error.hint}
    problems: tuple[Problem, ...] | None = getattr(error, "problems", None)
    if problems is not None:
        body["problems"] = [problem_json(each) for each in problems]
    return body


def problem_json(problem: Problem) -> dict[str, object]:
    """Return one mistake of a file as an object."""
    place = problem.place
    return {
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "path": problem.path,
        "message": problem.message,
        "hint": problem.hint,
    }


def _usage(error: click.ClickException) -> AssetgenError:
    """Return a mistake on the command line in our own style of sentence."""
    from assetgen.errors import UsageError

    context = getattr(error, "ctx", None)
    hint = f"`{context.command_path} --help` lists what it takes" if context else None
    if near := getattr(error, "possibilities", None):
        hint = f"did you mean `{near[0]}`?"
    message = getattr(error, "message", None) or error.format_message()
    if isinstance(error, click.BadParameter):
        message = error.format_message()
    text = message.rstrip(".").replace("'", "`")
    return UsageError(text[:1].lower() + text[1:], hint=hint)

"""This file is `assetgen cache`: the store of derived bytes and earlier takes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from assetgen.cli.parameters import voice
from assetgen.console.words import counted, size

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assetgen.cache import Cache, Shelved
    from assetgen.console import Console

LS_EXAMPLE = """\b
Example:
  assetgen cache ls
"""
VERIFY_EXAMPLE = """\b
Example:
  assetgen cache verify
"""
GC_EXAMPLE = """\b
Example:
  assetgen cache gc
  assetgen cache gc --older-than 60 --paid
"""
DAY = 86_400.0


@click.group("cache", epilog=LS_EXAMPLE)
def command() -> None:
    """List, check or clean the store that all projects of a user share.

    Deleting it costs no money but the earlier takes that were bought: the chosen
    pictures are in each project's originals.
    """


@command.command("ls", epilog=LS_EXAMPLE)
@voice
def ls(console: Console) -> int:
    """List every object of the store.

    Its digest, its size, its last use, and whether it was bought.
    """
    found = list(_cache().ls())
    if console.as_json:
        console.json({"objects": [_object(each) for each in found]})
        return 0
    console.rows(("", _line(each)) for each in found)
    bought = [each for each in found if each.paid]
    console.say(f"{_sum(found)}, {len(bought):,} bought")
    return 0


@command.command("verify", epilog=VERIFY_EXAMPLE)
@voice
def verify(console: Console) -> int:
    """Compare every object with its name.

    Exits 8 if one is damaged. That one is put aside; a derived file is made again by
    the next build.
    """
    verdict = _cache().verify()
    if console.as_json:
        damaged, lost = list(verdict.damaged), list(verdict.lost)
        console.json({"checked": verdict.checked, "damaged": damaged, "lost": lost})
    for digest in verdict.damaged:
        console.warn(f"damaged and put aside: {digest}")
    for digest in verdict.lost:
        console.say(f"bought and not in the store any more: {digest}")
    console.say(f"{counted(verdict.checked, 'object')} read")
    return 8 if verdict.damaged else 0


@command.command("gc", epilog=GC_EXAMPLE)
@click.option(
    "--older-than",
    "days",
    metavar="DAYS",
    type=click.FloatRange(min=0),
    default=14.0,
    show_default=True,
    help="Only what nobody has used for so many days.",
)
@click.option("--paid", is_flag=True, help="Bought pictures too: earlier takes go.")
@click.option("--dry-run", is_flag=True, help="Only show what would go.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@voice
def gc(console: Console, *, days: float, paid: bool, dry_run: bool, yes: bool) -> int:
    """Remove what has not been used for a while.

    Keeps what the receipts and the index of the project here name, and every bought
    picture unless --paid is given.
    """
    from assetgen.errors import UsageError

    cache, keep = _cache(), _named_here()
    going = cache.gc(keep, older_than=days * DAY, paid=paid, dry=True)
    if not console.as_json:
        console.rows(("gone", f"- {_line(each)}") for each in going)
    bought = [each for each in going if each.paid]
    console.say(f"{_sum(going)} to remove, {len(bought):,} bought")
    if dry_run or not going:
        removed: tuple[Shelved, ...] = ()
    elif yes or (console.has_person and console.asks("Remove them?")):
        removed = cache.gc(keep, older_than=days * DAY, paid=paid)
    elif console.has_person:
        removed = ()
    else:
        message = "nobody agreed to remove anything"
        raise UsageError(message, hint="`--yes` agrees, `--dry-run` only looks")
    if console.as_json:
        console.json({"removed": [_object(each) for each in removed]})
    return 0


def _cache() -> Cache:
    """Return the store of this user."""
    from assetgen.cache import Cache
    from assetgen.cli.surroundings import settings_here
    from assetgen.stores.disk import DiskStore

    return Cache(DiskStore(settings_here().store))


def _named_here() -> set[str]:
    """Return every digest that the project here and unfinished jobs name.

    Outside a project there are only the jobs. A project with mistakes raises: what it
    names cannot be known.
    """
    from assetgen.cli.parameters import here
    from assetgen.cli.surroundings import settings_here
    from assetgen.errors import UsageError
    from assetgen.journal import Journal
    from assetgen.project import find_manifest, open_project

    named: set[str] = set()
    journal = settings_here().journal
    if journal.exists():
        with Journal.open(journal, reading=True) as book:
            named |= {each.digest for each in book.unfinished() if each.digest}
    try:
        find_manifest(here())
    except UsageError:
        return named
    project = open_project(here())
    with project.remembered() as knowledge:
        for receipt in knowledge.receipts.values():
            named |= {receipt.sha256, *(take.sha256 for take in receipt.takes)}
        for output, path in knowledge.published():
            if entry := knowledge.entry(output, path):
                named |= {entry.sha256, entry.source_sha256}
    return named


def _line(each: Shelved) -> str:
    """Return one object for people."""
    day = time.strftime("%Y-%m-%d", time.localtime(each.used)) if each.used else ""
    bought = "bought" if each.paid else ""
    return f"{each.digest}  {size(each.bytes):>8}  {day:<10}  {bought}".rstrip()


def _object(each: Shelved) -> dict[str, object]:
    return {
        "sha256": each.digest,
        "bytes": each.bytes,
        "bought": each.paid,
        "used": round(each.used),
    }


def _sum(objects: Iterable[Shelved]) -> str:
    found = list(objects)
    total = size(sum(each.bytes for each in found))
    return f"{counted(len(found), 'object')} of {total}" if found else "nothing"

"""This file is `assetgen why`: what changed since the picture of the receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from assetgen.cli.parameters import positionals, voice
from assetgen.cli.word_diff import word_diff

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assetgen.cli.parameters import Asked
    from assetgen.console import Console
    from assetgen.plan import AssetPlan
    from assetgen.receipts import Receipt

EXAMPLE = """\b
Example:
  assetgen why coin-reward
"""


@click.command("why", epilog=EXAMPLE)
@positionals("[MANIFEST] NAME")
@voice
def command(asked: Asked, console: Console) -> int:
    """Show what changed since an asset's picture was bought, field by field.

    And, for each file that would be made again, why.
    """
    from assetgen.cli.plan_pages import asset_json

    (name,) = asked.exactly("NAME")
    project = asked.open()
    asset = project.one(name)
    with project.remembered() as knowledge:
        (plan,) = project.plan(knowledge, assets=[asset]).assets
        receipt = knowledge.receipts.get(asset.name)
        trouble = knowledge.troubles.get(asset.name)
    fields = differences(plan, receipt)
    if console.as_json:
        changed = {name: {"old": old, "new": new} for name, old, new in fields}
        console.json({"asset": asset.name, **asset_json(plan), "fields": changed})
    else:
        console.rows(_page(plan, receipt, fields))
    return trouble.exit_code if trouble else 0


def differences(
    plan: AssetPlan, receipt: Receipt | None
) -> list[tuple[str, object, object]]:
    """Return (field, old, new) of the request, by the names on the wire."""
    if receipt is None or receipt.request is None or plan.asset.request is None:
        return []
    new = plan.asset.request.again(receipt.wanted or receipt.take).to_json()
    old = {"take": receipt.take, **receipt.request}
    flat_old, flat_new = _flat(old), _flat(new)
    return [
        (name, flat_old.get(name), flat_new.get(name))
        for name in dict.fromkeys([*flat_new, *flat_old])
        if flat_old.get(name) != flat_new.get(name)
    ]


def _flat(request: Mapping[str, object]) -> dict[str, object]:
    """Return a request with its inputs beside its other fields."""
    inputs = request.get("inputs")
    found = {name: value for name, value in request.items() if name != "inputs"}
    return {**found, **inputs} if isinstance(inputs, dict) else found


def _page(
    plan: AssetPlan,
    receipt: Receipt | None,
    fields: list[tuple[str, object, object]],
) -> Iterator[tuple[str, str]]:
    """Yield the answer for people."""
    from assetgen.cli.plan_pages import deed_of, reason_of
    from assetgen.consent import dollars
    from assetgen.plan import Deed

    yield "head", f"{plan.asset.name}: {_since(plan, receipt, fields)}"
    for name, old, new in fields:
        yield from _field(name, old, new)
    _, tone, word = deed_of(plan)
    price = (
        f" for {dollars(plan.picture.price)}" if plan.picture.deed is Deed.BUY else ""
    )
    yield "", ""
    yield tone, f"a build would {_verb(word)}{price}: {reason_of(plan)}"
    for each in (*plan.making, *plan.edited):
        yield "", f"  {each.file.path}: {each.reason}"


def _since(
    plan: AssetPlan, receipt: Receipt | None, fields: list[tuple[str, object, object]]
) -> str:
    """Return in one clause how the request differs from the receipt's."""
    own = plan.asset.drawing or plan.asset.source
    if own is not None:
        return f"a {'drawing' if plan.asset.drawing else 'file'} of yours, {own.name}"
    if receipt is None:
        return "a placeholder, nothing is bought" if plan.asset.free else "never bought"
    if receipt.request is None:
        return f"adopted on {receipt.day}: no request made it"
    if plan.picture.after:
        return f"`{plan.picture.after}` becomes another picture, and this one with it"
    if not fields:
        return f"the request is the one of {receipt.day}"
    names = " and ".join(name for name, _, _ in fields)
    return f"{names} changed since {receipt.day}"


def _field(name: str, old: object, new: object) -> Iterator[tuple[str, str]]:
    """Yield one field, old and new; the words as a diff."""
    if name == "references":
        yield "change", f"  shown: {_pictures(old)} → {_pictures(new)}"
    elif name == "prompt":
        yield "change", f"  {name}: {word_diff(str(old), str(new))}"
    else:
        yield "change", f"  {name}: {_shown(old)} → {_shown(new)}"


def _pictures(references: object) -> str:
    """Return the pictures that a request shows, each by the digits of its digest."""
    if not isinstance(references, list) or not references:
        return "nothing"
    digests = [str(digest)[:12] for _, digest in references]
    return ", ".join(f"picture {one}" if one else "one to come" for one in digests)


def _shown(value: object) -> str:
    return "not sent" if value is None else str(value)


def _verb(word: str) -> str:
    """Return what a build would do, as a verb."""
    verbs = {
        "as is": "leave it",
        "kept": "keep it",
        "edited": "leave it",
        "lost": "not bring it back",
        "failed": "not try again",
        "broken": "not make it",
        "decide": "wait for you",
        "wait": "leave it",
    }
    return verbs.get(word, f"{word} it")

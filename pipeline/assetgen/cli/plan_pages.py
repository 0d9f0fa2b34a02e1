"""This file is a plan as a page for people and as an object for programs. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assetgen.consent import dollars
from assetgen.console.words import counted
from assetgen.events import number
from assetgen.outcomes import edits
from assetgen.plan import Deed, FileDeed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assetgen.consent import Consent, Terms
    from assetgen.plan import AssetPlan, Picture, Plan, Removal, TextPlan
    from assetgen.project import Project

# Deed → (sign, tone, what happens), where the picture itself is what happens.
SAYS = {
    Deed.BUY: ("+", "buy", "buy"),
    Deed.SHARE: ("+", "buy", "share"),
    Deed.COLLECT: ("+", "change", "collect"),
    Deed.REUSE: ("~", "change", "reuse"),
    Deed.DRAW: ("+", "change", "draw"),
    Deed.READ: ("+", "change", "make"),
    Deed.RENDER: ("+", "change", "make"),
    Deed.HAVE: ("~", "change", "make"),
    Deed.KEEP: ("~", "change", "make"),
    Deed.MEND: ("~", "change", "mend"),
    Deed.ASK: ("?", "wrong", "decide"),
    Deed.BLOCKED: ("!", "wrong", "edited"),
    Deed.LOST: ("!", "wrong", "lost"),
    Deed.FAILED: ("!", "wrong", "failed"),
    Deed.BROKEN: ("!", "wrong", "broken"),
    Deed.WAIT: ("?", "wrong", "wait"),
}
MADE_OF_WHAT_IS_HERE = {Deed.HAVE, Deed.KEEP, Deed.READ, Deed.DRAW, Deed.RENDER}


def plan_rows(
    project: Project, plan: Plan, consent: Consent, terms: Terms
) -> Iterator[tuple[str, str]]:
    """Yield the page: a line for each asset and removal, and what it adds up to."""
    names = [each.asset.name for each in plan.assets]
    names += [text.path for text in plan.texts]
    width = min(40, max(map(len, names), default=0))
    for each in plan.assets:
        yield from _asset_rows(each, width)
    for removal in plan.removals:
        yield _removal_row(removal, width)
    for text in plan.texts:
        yield _text_row(text, width)
    yield ("", "")
    yield ("head", f"{project.manifest.name}: {_total(plan)}")
    yield from _money_rows(plan, consent, terms)


def deed_of(plan: AssetPlan) -> tuple[str, str, str]:
    """Return the sign, the tone and the word for what would happen to an asset."""
    sign, tone, word = SAYS[plan.picture.deed]
    if plan.picture.deed in MADE_OF_WHAT_IS_HERE:
        if plan.edited:
            return "!", "wrong", "edited"
        if not plan.making:
            return "=", "still", "kept" if plan.picture.deed is Deed.KEEP else "as is"
        new = all(each.reason == "never made" for each in plan.making)
        sign = "+" if new else "~"
    elif plan.picture.deed is Deed.BUY and plan.picture.changed:
        sign = "~"
    return sign, tone, word


def reason_of(plan: AssetPlan) -> str:
    """Return why something would happen to an asset, or that nothing would."""
    if plan.picture.deed not in MADE_OF_WHAT_IS_HERE:
        return plan.picture.reason
    if plan.edited:
        return f"{edits(plan)}; left alone"
    if plan.making:
        reasons = dict.fromkeys(each.reason for each in plan.making)
        return f"{counted(len(plan.making), 'file')}: {', '.join(reasons)}"
    return plan.picture.reason if plan.picture.deed is Deed.KEEP else "up to date"


def _asset_rows(plan: AssetPlan, width: int) -> Iterator[tuple[str, str]]:
    sign, tone, word = deed_of(plan)
    buys = plan.picture.deed is Deed.BUY
    price = dollars(plan.picture.price) if buys else ""
    name = plan.asset.name
    yield tone, f"{sign} {name:<{width}}  {word:<7}  {price:>7}  {reason_of(plan)}"
    for note in plan.asset.notes:
        yield "still", f"  {'':<{width}}  note: {note}"


def _removal_row(removal: Removal, width: int) -> tuple[str, str]:
    if removal.edited:
        why = "edited, so it stays; not listed any more"
        return "wrong", f"! {removal.path:<{width}}  {'forget':<7}  {'':>7}  {why}"
    why = "nobody asks for it any more"
    return "gone", f"- {removal.path:<{width}}  {'remove':<7}  {'':>7}  {why}"


def _text_row(text: TextPlan, width: int) -> tuple[str, str]:
    sign, tone, word = {
        FileDeed.EDITED: ("!", "wrong", "edited"),
        FileDeed.CURRENT: ("=", "still", "as is"),
    }.get(text.deed, ("~", "change", "write"))
    if text.reason == "never made":
        sign = "+"
    why = f"{text.reason}; left alone" if word == "edited" else text.reason
    return tone, f"{sign} {text.path:<{width}}  {word:<7}  {'':>7}  {why}"


def _total(plan: Plan) -> str:
    """Return the whole plan in one line."""
    signs = [deed_of(each) for each in plan.assets]
    making = sum(word in {"make", "draw", "reuse", "mend"} for _, _, word in signs)
    coming = sum(word == "collect" for _, _, word in signs)
    waiting = sum(sign in "?!" for sign, _, _ in signs)
    parts = []
    if plan.purchases:
        pictures = counted(len(plan.purchases), "picture")
        parts.append(f"buy {pictures} for {dollars(plan.total)}")
    if coming:
        parts.append(f"collect {counted(coming, 'picture')}")
    if making:
        parts.append(f"make {counted(making, 'asset')}")
    writing = sum(each.deed is FileDeed.MAKE for each in plan.texts)
    if writing:
        parts.append(f"write {counted(writing, 'text')}")
    if plan.removals:
        parts.append(f"remove {counted(len(plan.removals), 'file')}")
    if waiting:
        parts.append(f"leave {waiting} alone")
    if still := sum(sign == "=" for sign, _, _ in signs):
        parts.append(f"{still} up to date")
    return ", ".join(parts) or "no assets"


def _money_rows(
    plan: Plan, consent: Consent, terms: Terms
) -> Iterator[tuple[str, str]]:
    """Yield what a build would say about the price before it buys."""
    if not plan.purchases:
        return
    if consent.refusal is None:
        yield "good", f"{_budgets(terms)} covers it"
    else:
        yield "wrong", f"a build would not buy: {consent.refusal.message}"
        yield "", f"hint: {consent.refusal.hint}"


def _budgets(terms: Terms) -> str:
    """Return the budgets that bound a build, in words."""
    words = []
    if terms.budget is not None:
        words.append(f"the budget of {dollars(terms.budget)}")
    if terms.month is not None:
        month = terms.month
        spent = f"{dollars(month.committed)} of it committed"
        words.append(f"the month's budget of {dollars(month.limit)} ({spent})")
    return " and ".join(words)


# --- for programs ----------------------------------------------------------------


def plan_json(plan: Plan, consent: Consent) -> dict[str, object]:
    """Return a plan as one object; its names are those of the page."""
    refusal = consent.refusal
    return {
        "assets": {each.asset.name: asset_json(each) for each in plan.assets},
        "removals": [
            {"output": each.output, "path": each.path, "edited": each.edited}
            for each in plan.removals
        ],
        "texts": [
            {
                "output": each.output,
                "path": each.path,
                "action": str(each.deed),
                "reason": each.reason,
            }
            for each in plan.texts
        ],
        "purchases": len(plan.purchases),
        "total_usd": number(plan.total),
        "unpriced": list(plan.unpriced),
        "refusal": refusal.message if refusal else None,
        "changes": not plan.idle,
    }


def _key(picture: Picture) -> str | None:
    """Return the paid key of what is asked for, None while it is nobody's."""
    request = picture.request
    known = request is not None and request.is_known and not picture.after
    return request.key if known and request else None


def asset_json(plan: AssetPlan) -> dict[str, object]:
    """Return what would happen to one asset."""
    sign, _, word = deed_of(plan)
    picture = plan.picture
    request = picture.request
    return {
        "sign": sign,
        "action": word,
        "picture": str(picture.deed),
        "reason": reason_of(plan),
        "changed": list(picture.changed),
        "price_usd": number(picture.price),
        "provider": request.provider if request else None,
        "model": request.model if request else None,
        "key": _key(picture),
        "take": request.take if request else None,
        "task_id": picture.job,
        "files": [
            {"path": f.file.path, "action": str(f.deed), "reason": f.reason}
            for f in plan.files
        ],
        "notes": list(plan.asset.notes),
    }

"""This file is `recordInfo`'s answer in the exact shape of the wire."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

from assetgen.testing.kie.behaviours import ABSENT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from assetgen.testing.kie.account import Task


def record(
    task: Task, now: float, urls: list[str], *, newer: bool
) -> dict[str, object]:
    """Return `data` of recordInfo for a task at a time.

    Args:
        task: Whose record it is.
        now: Server seconds since 1970.
        urls: Where its pictures are; shown once it has succeeded.
        newer: With the fields that came in August 2026.
    """
    state = task.state(now)
    over = state in {"success", "fail"}
    failed = task.fate.fail if state == "fail" else None
    data: dict[str, object] = {
        "taskId": task.id,
        "model": task.model,
        "state": state,
        "param": _param(task),
        "resultJson": task.fate.result(urls) if state == "success" else "",
        "failCode": failed.code if failed else None,
        "failMsg": failed.msg if failed else None,
        # Whole seconds, whatever one page of the vendor says.
        "costTime": int(task.ends - task.born) if over else None,
        "completeTime": _ms(task.ends) if over else None,
        "createTime": _ms(task.born),
    }
    if newer:
        data["creditsConsumed"] = json_number(task.credits) if state == "success" else 0
        data["updateTime"] = _ms(task.ends) if over else _ms(task.born)
    return {name: value for name, value in data.items() if value is not ABSENT}


def json_number(value: Decimal) -> int | float:
    """Return a number as the vendor writes it: 18, 6.5."""
    return int(value) if value == value.to_integral_value() else float(value)


def _param(task: Task) -> str:
    """Return the request, doubly encoded, its keys in no order that means anything."""
    order = dict(task.order)
    order["input"] = json.dumps(_shuffled(task.input, task.id), ensure_ascii=False)
    return json.dumps(_shuffled(order, task.id), ensure_ascii=False)


def _shuffled(values: Mapping[str, object], seed: str) -> dict[str, object]:
    pairs = list(values.items())
    random.Random(seed).shuffle(pairs)  # noqa: S311 the same disorder every time
    return dict(pairs)


def _ms(seconds: float) -> int:
    return round(seconds * 1000)

"""What kie.ai remembers of a job is read as it is written, or not believed at all."""

from __future__ import annotations

import json

import pytest

from assetgen.errors import AccountError, Unavailable, UsageError
from assetgen.providers.base import Recalled
from assetgen.providers.kie.answers import recalled
from assetgen.providers.kie.reply import Reply

JOB = "task-1"
INPUT = {"prompt": "a coin", "aspect_ratio": "1:1"}
BELL = "https://a.b"
COIN = Recalled("nano-banana-pro", "a coin", {"aspect_ratio": "1:1"}, BELL)


def answer(code: int = 200, **data: object) -> Reply:
    """Return an answer of recordInfo."""
    body = {"code": code, "msg": "", "data": {"taskId": JOB, **data} if data else None}
    return Reply(200, json.dumps(body).encode())


def order(inputs: object) -> dict[str, object]:
    """Return a createTask body as the vendor quotes it."""
    return {"model": "nano-banana-pro", "input": inputs, "callBackUrl": BELL}


@pytest.mark.parametrize(
    "param",
    [json.dumps(order(json.dumps(INPUT))), json.dumps(order(INPUT)), order(INPUT)],
    ids=["twice", "once", "plain"],
)
@pytest.mark.parametrize("state", ["waiting", "generating", "fail", "success"])
def test_a_request_is_read_however_often_it_is_encoded(
    param: object, state: str
) -> None:
    """Also of a success that names no picture: it is the request that is asked for."""
    assert recalled(answer(state=state, param=param), JOB) == COIN


@pytest.mark.parametrize("param", [None, "", "null", "[]", "{", "{}", 7, order("[]")])
def test_a_record_without_a_request_says_nothing(param: object) -> None:
    assert recalled(answer(state="waiting", param=param), JOB) is None


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (answer(422), UsageError),
        (answer(404), UsageError),
        (answer(401), AccountError),
        (answer(429), Unavailable),
        (answer(500), Unavailable),
        (Reply(502, b"<html>"), Unavailable),
        (answer(state="success", taskId="another"), Unavailable),
    ],
)
def test_no_record_is_never_a_request(reply: Reply, error: type[Exception]) -> None:
    with pytest.raises(error):
        recalled(reply, JOB)

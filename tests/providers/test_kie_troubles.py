"""What kie.ai's troubles are called: each was once a change that went unnoticed."""

from __future__ import annotations

import json

import pytest

from assetgen.errors import AccountError, Unavailable
from assetgen.providers.base import Refused
from assetgen.providers.kie.answers import created, recalled, trouble
from assetgen.providers.kie.reply import Reply


def said(code: int, msg: str = "", data: object = None) -> bytes:
    return json.dumps({"code": code, "msg": msg, "data": data}).encode()


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, said(200), type(None)),
        (200, said(500), Unavailable),
        (502, b"", Unavailable),
        (200, b"<html>", Unavailable),
        (200, said(401), AccountError),
    ],
)
def test_a_simple_question_is_answered_or_is_a_trouble(
    status: int, body: bytes, kind: type
) -> None:
    assert type(trouble(Reply(status, body), "the credit")) is kind


def test_an_empty_account_is_not_called_a_refused_key() -> None:
    found = created(Reply(200, said(500, "Credits insufficient")))
    assert isinstance(found, Refused)
    assert found.why.startswith("the account has no credit left")


def test_a_bad_request_is_not_called_a_redirect() -> None:
    found = created(Reply(400, b""))
    assert isinstance(found, Refused)
    assert found.why == "kie.ai refused the request: HTTP 400"


def test_a_callback_that_is_no_address_is_none() -> None:
    param = {"model": "m", "input": {"prompt": "a coin"}, "callBackUrl": 7}
    found = recalled(Reply(200, said(200, "", {"taskId": "t", "param": param})), "t")
    assert found is not None
    assert found.callback is None

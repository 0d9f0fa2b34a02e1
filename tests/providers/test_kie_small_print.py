"""What stands at the edges of kie.ai's answers: times, limits, words in passing.

Each of these was once a change of the code that no test noticed.
"""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from assetgen.errors import Unavailable
from assetgen.providers.base import (
    Accepted,
    Failed,
    NotSent,
    Pending,
    Ready,
    Recalled,
    Unclear,
)
from assetgen.providers.kie.answers import DAY, asked, created, recalled
from assetgen.providers.kie.reply import Reply, usd

JOB = "f23dc0faa81bda75e5a7a20e572a507b"
PICTURE = "https://files.example/a.png"


def said(code: object, msg: str = "", data: object = None) -> bytes:
    return json.dumps({"code": code, "msg": msg, "data": data}).encode()


def record(**fields: object) -> Reply:
    return Reply(200, said(200, "", {"taskId": JOB, **fields}))


def finished(**times: object) -> Reply:
    result = json.dumps({"resultUrls": [PICTURE]})
    return record(state="success", resultJson=result, **times)


@pytest.mark.parametrize(
    ("began", "ended", "seconds"),
    [
        (1_763_640_000_000, 1_763_640_012_345, 12.345),
        (1, 5_001, 5.0),
        (7_000, 7_000 + DAY - 1, 86_399.999),
        (7_000, 7_000 + DAY, None),
        (7_000, 7_000, None),
        (7_000, 6_999, None),
        (0, 5_000, None),
        (None, 5_000, None),
        (5_000, None, None),
        ("7000", 9_000, None),
        (7_000, 9_000.0, None),
        (True, 9_000, None),
    ],
)
def test_a_job_took_the_milliseconds_between_its_two_times(
    began: object, ended: object, seconds: float | None
) -> None:
    answer = asked(finished(createTime=began, completeTime=ended), JOB)
    assert answer == Ready(PICTURE, None, seconds)


def test_a_day_has_its_milliseconds() -> None:
    assert DAY == 24 * 60 * 60 * 1000


def test_a_record_that_does_not_name_its_job_is_about_the_one_asked_for() -> None:
    assert asked(record(taskId=None, state="waiting"), JOB) == Pending("waiting")


def test_a_record_in_an_error_is_not_believed() -> None:
    with pytest.raises(Unavailable):
        asked(Reply(200, said(500, "oh", {"taskId": JOB, "state": "waiting"})), JOB)


@pytest.mark.parametrize(
    ("reply", "paused"),
    [
        (Reply(200, said(455)), True),
        (Reply(455, b"", wait=5.0), True),
        (Reply(503, b"<html>", wait=5.0), True),
        (Reply(200, said(503), wait=5.0), True),
        (Reply(503, b"<html>"), False),
        (Reply(502, b"<html>", wait=5.0), False),
        (Reply(200, said(500), wait=5.0), False),
    ],
)
def test_a_question_hears_that_the_vendor_is_closed_for_a_while(
    reply: Reply, *, paused: bool
) -> None:
    """By its own code, or because it says for how long it is too busy."""
    with pytest.raises(Unavailable) as caught:
        asked(reply, JOB)
    assert caught.value.paused is paused
    if paused:
        assert caught.value.wait == reply.wait


@pytest.mark.parametrize("code", [408, 501])
def test_a_vendor_who_gives_up_without_a_word_has_given_up(code: int) -> None:
    assert asked(Reply(200, said(code)), JOB) == Failed(str(code), "the vendor gave up")


def test_a_vendor_under_maintenance_is_waited_for_and_no_other() -> None:
    paused = created(Reply(200, said(455, "back soon"), wait=3.0))
    why = "kie.ai is being maintained: code 455 `back soon`"
    assert paused == NotSent(why, wait=3.0, paused=True)
    limited = created(Reply(429, b""))
    assert limited == NotSent("kie.ai limits the rate: HTTP 429", limited=True)


@pytest.mark.parametrize("words", ["prompt is required", "Credits insufficient"])
def test_only_code_500_is_judged_by_its_words(words: str) -> None:
    """Another code with these words may have bought something."""
    assert isinstance(created(Reply(200, said(408, words))), Unclear)


def test_a_page_that_is_no_answer_has_accepted_nothing() -> None:
    found = created(Reply(200, b"<html>"))
    assert found == Unclear("kie.ai may have taken it: HTTP 200 `<html>`")


def test_of_a_page_its_beginning_is_told() -> None:
    """80 characters of what its first 400 bytes hold."""
    long = created(Reply(502, b"x" * 500))
    assert long == Unclear(f"kie.ai may have taken it: HTTP 502 `{'x' * 79}…`")
    late = created(Reply(502, b" " * 399 + b"xy"))
    assert late == Unclear("kie.ai may have taken it: HTTP 502 `x`")


def test_a_model_is_read_where_it_stands() -> None:
    param = {"input": {"prompt": "a coin"}}
    found = recalled(record(state="waiting", param=param, model="nano"), JOB)
    assert found == Recalled("nano", "a coin", {}, None)
    assert recalled(record(state="waiting", param=param), JOB) is None


@pytest.mark.parametrize(
    ("code", "read"),
    [
        (422, 422),
        ("422", 422),
        ("1234567", 123_456),
        ("²", None),
        ("٣", None),
        ("4e2", None),
        ("", None),
        (True, None),
        (422.0, None),
        ([422], None),
        (None, None),
    ],
)
def test_a_code_is_a_whole_number_or_none(code: object, read: int | None) -> None:
    envelope = Reply(200, said(code)).envelope()
    assert envelope is not None
    assert envelope.code == read
    assert type(envelope.code) is type(read)


@pytest.mark.parametrize("code", [None, 200])
def test_a_content_body_does_not_excuse_the_status(code: int | None) -> None:
    reply = Reply(503, said(code))
    assert reply.code(reply.envelope()) == 503


@pytest.mark.parametrize("body", [b'{"code": NaN}', b'{"code": -Infinity}', b"[]"])
def test_what_is_no_object_of_json_is_no_answer(body: bytes) -> None:
    assert Reply(200, body).envelope() is None


@pytest.mark.parametrize("number", ["1e9999999999999999999", "-1E-9999999999999999999"])
def test_a_number_beyond_reason_hides_no_job_and_bills_nothing(number: str) -> None:
    data = f'{{"taskId": "{JOB}", "state": "waiting", "creditsConsumed": {number}}}'
    body = f'{{"code": 200, "odd": {number}, "data": {data}}}'.encode()
    assert created(Reply(200, body)) == Accepted(JOB)
    assert asked(Reply(200, body), JOB) == Pending("waiting")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"code": 200}', ""),
        (b'{"code": 200, "msg": null}', ""),
        (b'{"code": 200, "message": "oh"}', "oh"),
        (b'{"code": 200, "msg": "no", "message": "oh"}', "no"),
    ],
)
def test_a_message_has_one_of_two_names(body: bytes, message: str) -> None:
    envelope = Reply(200, body).envelope()
    assert envelope is not None
    assert envelope.message == message


def test_no_bill_is_a_billion_credits() -> None:
    assert usd(10**9 - 1) == Decimal("4999999.995")
    assert usd(10**9) is None

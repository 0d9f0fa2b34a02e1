"""What an answer of kie.ai means for money, case by case, from raw bodies."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from assetgen.errors import AccountError, ResultError, Unavailable
from assetgen.providers.base import (
    Accepted,
    Failed,
    NotSent,
    Pending,
    Ready,
    Refused,
    Unclear,
)
from assetgen.providers.kie.answers import UNKNOWN, asked, created
from assetgen.providers.kie.reply import Reply, seconds_to_wait, usd

if TYPE_CHECKING:
    from assetgen.errors import AssetgenError

JOB = "f23dc0faa81bda75e5a7a20e572a507b"
HTML = b"<!DOCTYPE html><html><head><title>502: Bad gateway</title></head></html>"


def said(code: object, msg: str = "", data: object = None, **rest: object) -> bytes:
    return json.dumps({"code": code, "msg": msg, "data": data, **rest}).encode()


TASK = {"taskId": JOB, "recordId": JOB}


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, said(200, "success", TASK)),
        (200, said("200", "success", TASK)),
        (200, said(200, "success", {"taskId": "task_nano-banana-pro_1765178625768"})),
    ],
)
def test_a_task_id_in_a_good_answer_is_a_purchase(status: int, body: bytes) -> None:
    outcome = created(Reply(status, body))
    assert isinstance(outcome, Accepted)
    assert outcome.warning is None


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, said(299, "new", TASK)),
        (200, said(500, "Server exception", TASK)),
        (200, said(401, "Unauthorized", TASK)),
        (200, said(429, "too fast", TASK)),
        (500, said(200, "success", TASK)),
        (302, said(200, "success", TASK)),
        (200, said(None, "", TASK)),
    ],
)
def test_a_task_id_always_wins(status: int, body: bytes) -> None:
    """Whatever else is said, the job exists and is billed; that it was odd is told."""
    outcome = created(Reply(status, body))
    assert isinstance(outcome, Accepted)
    assert outcome.job == JOB
    assert outcome.warning


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, said(401, "Unauthorized")),
        (200, b'{"code":401,"msg":"Unauthorized"}'),
        (200, said(403, "forbidden")),
        (401, b""),
        (401, said(401, "Unauthorized")),
        (403, HTML),
        (403, b"error code: 1010"),
        (402, b""),
        (200, said(402, "Insufficient Credits")),
        (200, said(500, "Credits insufficient : Your current balance is 0")),
        (200, said(433, "The sub-key has exceeded its usage quota")),
    ],
)
def test_a_refused_key_or_an_empty_account_stops_everything(
    status: int, body: bytes
) -> None:
    outcome = created(Reply(status, body))
    assert isinstance(outcome, Refused)
    assert outcome.account is True
    assert outcome.hint


def test_a_banned_program_is_not_called_a_bad_key() -> None:
    outcome = created(Reply(403, b"error code: 1010"))
    assert isinstance(outcome, Refused)
    assert outcome.why.startswith("the filter in front of kie.ai refuses")
    assert "the key may be fine" in str(outcome.hint)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, said(422, "The model name you specified is not supported.")),
        (200, said(422, "This interface is temporarily paused.")),
        (422, said(422, "no")),
        (422, b"no"),
        *[(200, said(code, "no")) for code in (400, 404, 405, 413, 415, 501, 505)],
        *[(code, b"no") for code in (400, 404, 405, 407, 413, 415)],
        (501, said(501, "generation failed")),
        (505, said(505, "feature disabled")),
        (503, said(422, "no")),
        (200, said(500, "This field is required")),
        (200, said(500, "aspect_ratio is required")),
        (
            200,
            said(500, "This aspect_ratio is not within the range of allowed options"),
        ),
        (500, said(500, "This field is required")),
        (200, json.dumps({"code": 500, "message": "prompt is required"}).encode()),
        *[(code, b"") for code in (301, 302, 303, 307, 308)],
    ],
)
def test_a_refusal_concerns_one_asset_only(status: int, body: bytes) -> None:
    outcome = created(Reply(status, body))
    assert isinstance(outcome, Refused)
    assert outcome.account is False


@pytest.mark.parametrize(
    ("status", "body", "limited"),
    [
        (200, said(429, "Your call frequency is too high."), True),
        (429, said(429, "slow down"), True),
        (429, HTML, True),
        (503, said(429, "slow down"), True),
        (200, said(455, "maintenance"), False),
        (455, said(455, "maintenance"), False),
        (503, said(455, "maintenance"), False),
    ],
)
def test_only_what_made_no_task_may_be_sent_again(
    status: int, body: bytes, *, limited: bool
) -> None:
    outcome = created(Reply(status, body, wait=7.0))
    assert isinstance(outcome, NotSent)
    assert (outcome.limited, outcome.wait) == (limited, 7.0)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, said(200, "success")),
        (200, said(200, "success", {})),
        (200, said(200, "success", {"taskId": ""})),
        (200, said(200, "success", {"taskId": 17})),
        (200, said(200, "success", {"taskId": None})),
        (200, said(200, "success", {"taskId": "has spaces\n"})),
        (200, said(200, "success", {"taskId": "x" * 201})),
        (200, said(200, "success", [JOB])),
        (200, b""),
        (200, HTML),
        (200, b"[]"),
        (200, b'{"code":200,"data":{"taskId":"f2'),
        (200, b"[" * 100_000),
        (200, b"\xff\xfe"),
        (200, b'{"code": NaN}'),
        (200, said(500, "Server exception, please try again later")),
        (200, said(500, "Internal Error, Please try again later.")),
        (500, said(500, "Internal Error")),
        (500, b"Internal Server Error"),
        (500, b'{"status":500,"error":"Internal Server Error"}'),
        *[(code, HTML) for code in (501, 502, 503, 504, 505, 520, 522, 524)],
        (503, b""),
        (455, HTML),
        *[(code, b"") for code in (408, 409, 425)],
        *[(200, said(code, "?")) for code in (408, 409, 425)],
        (200, said(299, "?")),
        (200, b'{"code":true,"data":null}'),
        (201, said(None)),
        (204, b""),
    ],
)
def test_everything_else_may_have_been_bought(status: int, body: bytes) -> None:
    outcome = created(Reply(status, body))
    assert isinstance(outcome, Unclear)
    assert outcome.why


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (200, said(200, "success"), "kie.ai accepted it but named no task"),
        (200, said(500, "oh"), "kie.ai may have taken it: code 500 `oh`"),
        (502, b"", "kie.ai may have taken it: HTTP 502"),
        (502, b"oh", "kie.ai may have taken it: HTTP 502 `oh`"),
    ],
)
def test_a_doubt_tells_what_was_answered(status: int, body: bytes, why: str) -> None:
    """A person decides about that money, and has nothing else to go by."""
    assert created(Reply(status, body)) == Unclear(why)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(299, Unclear), (300, Refused), (399, Refused), (409, Unclear)],
)
def test_only_the_300s_point_elsewhere(status: int, kind: type) -> None:
    """A redirect is not followed with a purchase, so it has bought nothing."""
    assert type(created(Reply(status, b""))) is kind


def test_what_the_vendor_says_is_harmless_on_a_terminal() -> None:
    hostile = "\x1b[31mred\x1b]0;title\x07 ::add-mask::x\r\n\u202e" + "y" * 5000
    outcome = created(Reply(200, said(422, hostile)))
    assert isinstance(outcome, Refused)
    assert outcome.why.isprintable()
    assert "::" not in outcome.why
    assert len(outcome.why) < 400


# --- questions about a job ---------------------------------------------------------


def record(**fields: object) -> bytes:
    return said(200, "success", {"taskId": JOB, "resultJson": "", **fields})


def success(result: object, **fields: object) -> bytes:
    return record(state="success", resultJson=result, **fields)


ONE = json.dumps({"resultUrls": ["https://files.example/a.png"]})


@pytest.mark.parametrize("result", [ONE, json.loads(ONE)])
def test_a_success_names_one_picture_and_its_price(result: object) -> None:
    """The result is JSON in a string on the wire, and an object in some documents."""
    answer = asked(Reply(200, success(result, creditsConsumed=6.5)), JOB)
    assert answer == Ready("https://files.example/a.png", Decimal("0.0325"))


@pytest.mark.parametrize(
    "fields", [{}, {"creditsConsumed": 0}, {"creditsConsumed": "x"}]
)
def test_a_success_without_credits_does_not_say_what_it_cost(
    fields: dict[str, object],
) -> None:
    answer = asked(Reply(200, success(ONE, **fields)), JOB)
    assert answer == Ready("https://files.example/a.png", None)


@pytest.mark.parametrize(
    "result",
    [
        "",
        None,
        "{}",
        "null",
        "not json",
        "[]",
        '{"resultUrls": []}',
        '{"resultUrls": "https://files.example/a.png"}',
        '{"resultUrls": [null]}',
        '{"resultUrls": ["https://a.example/1.png", "https://a.example/2.png"]}',
        "[" * 100_000,
        7,
    ],
)
def test_an_odd_success_is_an_error_of_its_own(result: object) -> None:
    """It is never "failed", so that nothing takes it for a reason to buy again."""
    with pytest.raises(ResultError):
        asked(Reply(200, success(result)), JOB)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (record(state="waiting"), Pending("waiting")),
        (record(state="queuing"), Pending("queuing")),
        (record(state="generating"), Pending("generating")),
        (record(state="running"), Pending("running")),
        (record(state="hibernating"), Pending("hibernating")),
        (record(state=None), Pending()),
        (record(), Pending()),
        (said(422, "recordInfo is null"), Pending(UNKNOWN)),
        (said(404, "Task not found"), Pending(UNKNOWN)),
        (said(429, "Rate limit exceeded"), Pending(limited=True)),
    ],
)
def test_whatever_is_not_finished_is_pending(body: bytes, expected: Pending) -> None:
    assert asked(Reply(200, body), JOB) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            record(state="fail", failCode="422", failMsg="prohibited content"),
            Failed("422", "prohibited content"),
        ),
        (
            record(state="fail", failCode=500, failMsg="no", creditsConsumed=0),
            Failed("500", "no", Decimal(0)),
        ),
        (
            record(state="failed", failCode="", failMsg=None, creditsConsumed=18),
            Failed("failed", "the vendor gives no reason", Decimal("0.09")),
        ),
        (said(408, "no result in time"), Failed("408", "no result in time")),
        (said(501, "generation failed"), Failed("501", "generation failed")),
    ],
)
def test_a_failure_says_why_and_what_it_cost(body: bytes, expected: Failed) -> None:
    assert asked(Reply(200, body), JOB) == expected


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, said(401, "Unauthorized"), AccountError),
        (401, b"", AccountError),
        (200, said(500, "Server Error"), Unavailable),
        (200, said(455, "maintenance"), Unavailable),
        (200, said(299, "?"), Unavailable),
        (200, said(200, "success"), Unavailable),
        (200, b'{"code":200}', Unavailable),
        (200, said(200, "success", "text"), Unavailable),
        (200, b"{", Unavailable),
        (408, b"", Unavailable),
        (408, b"{}", Unavailable),
        (502, HTML, Unavailable),
        (404, HTML, Unavailable),
        (200, record(taskId="another", state="success"), Unavailable),
    ],
)
def test_an_unusable_answer_says_nothing_about_the_job(
    status: int, body: bytes, error: type[AssetgenError]
) -> None:
    with pytest.raises(error):
        asked(Reply(status, body), JOB)


def test_429_as_a_status_slows_down_too() -> None:
    assert asked(Reply(429, HTML), JOB) == Pending(limited=True)


# --- numbers -----------------------------------------------------------------------

NOON = 1_763_640_000.0  # 2025-11-20 12:00:00 UTC


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], None),
        (["3"], 3.0),
        ([" 3 "], 3.0),
        (["3", "9"], 9.0),
        (["9999999999"], 9_999_999_999.0),
        (["Thu, 20 Nov 2025 12:00:30 GMT"], 30.0),
        (["Thu, 20 Nov 2025 11:00:00 GMT"], 0.0),
        (["-5"], None),
        (["1e9"], None),
        (["NaN"], None),
        (["inf"], None),
        (["soon"], None),
        (["9" * 400], None),
        (["Thu, 20 Nov 99999 12:00:30 GMT"], None),
        (["٣"], None),
    ],
)
def test_retry_after_is_read_or_ignored(
    values: list[str], expected: float | None
) -> None:
    assert seconds_to_wait(values, NOON) == expected


@pytest.mark.parametrize(
    ("credits_used", "expected"),
    [
        (18, Decimal("0.09")),
        (Decimal("5916.25"), Decimal("29.58125")),
        (0, Decimal(0)),
        (-1, None),
        (True, None),
        ("18", None),
        (None, None),
        (Decimal("1e999999"), None),
    ],
)
def test_credits_are_half_a_cent(credits_used: object, expected: object) -> None:
    assert usd(credits_used) == expected

"""A callback is kie.ai's only if everything about it says so."""

from __future__ import annotations

import ast
import base64
import hashlib
import hmac
import inspect
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetgen.errors import UsageError
from assetgen.providers.callback import Call, NotTheirs
from assetgen.providers.kie import Kie, doorbell
from assetgen.providers.kie.doorbell import check_address, signature, task_of

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY, OTHER = "a-key-of-nobody", "another-key-of-nobody"
NOW = 1_790_000_000
TASK = "f23dc0faa81bda75e5a7a20e572a507b"
BODY: Mapping[str, object] = {"code": 200, "data": {"taskId": TASK, "state": "success"}}


def call(
    body: object = BODY,
    *,
    at: object = NOW,
    signed: str | None = None,
    more: tuple[tuple[str, str], ...] = (),
) -> Call:
    """Return a call as kie.ai makes it, unless told otherwise."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    signed = signature(KEY, TASK, str(at)) if signed is None else signed
    headers = (("x-webhook-timestamp", str(at)), ("x-webhook-signature", signed))
    return Call((*headers, *more), data)


def digest(key: str = KEY, task: str = TASK, at: int = NOW) -> bytes:
    """Return the signature's bytes, computed here."""
    return hmac.new(key.encode(), f"{task}.{at}".encode(), hashlib.sha256).digest()


def odd_time() -> int:
    """Return a time whose signature is another one in URL-safe Base64."""
    times = range(NOW - 60, NOW + 60)
    return next(t for t in times if {0x2B, 0x2F} & set(base64.b64encode(digest(at=t))))


URL_SAFE = base64.urlsafe_b64encode(digest(at=odd_time())).decode()
UNICODE_DIGITS = "".join(chr(0x660 + int(digit)) for digit in str(NOW))
UNSIGNED = Call((), json.dumps(BODY).encode())

BAD = {
    "no headers": UNSIGNED,
    "no signature": Call(call().headers[:1], call().body),
    "no timestamp": Call(call().headers[1:], call().body),
    "wrong key": call(signed=signature(OTHER, TASK, str(NOW))),
    "hex": call(signed=digest().hex()),
    "url-safe Base64": call(at=odd_time(), signed=URL_SAFE),
    "empty": call(signed=""),
    "of another task": call(signed=signature(KEY, "another", str(NOW))),
    "two ids": call({"taskId": TASK, "data": {"task_id": "another"}}),
    "two ids within": call({"data": {"taskId": TASK, "task_id": "another"}}),
    "a name twice": call(b'{"taskId":"x","data":{"taskId":"%s"},"data":{}}'),
    "an id twice": call(f'{{"taskId":"another","taskId":"{TASK}"}}'.encode()),
    "two timestamps": call(more=(("x-webhook-timestamp", str(NOW)),)),
    "two signatures": call(more=(("x-webhook-signature", call().headers[1][1]),)),
    "a time that is no number": call(at="now"),
    "a time with a sign": call(at=f"+{NOW}"),
    "unicode digits": call(at=UNICODE_DIGITS),
    "a newline at the end": call(at=f"{NOW}\n"),
    "a newline after the signature": call(signed=call().headers[1][1] + "\n"),
    "a signature that is no text": call(signed="\udcff"),
    "a header that disagrees": call(more=(("x-webhook-task-id", "another"),)),
    "too old": call(at=NOW - 301),
    "from the future": call(at=NOW + 61),
    "no id": call({"code": 200, "data": None}),
    "an id that is no text": call({"data": {"taskId": 7}}),
    "no JSON": call(b"taskId"),
    "no object": call([TASK]),
    "nothing": call(b""),
    "too deep": call(b"[" * 100_000),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_what_is_not_well_signed_is_not_theirs(bad: Call) -> None:
    with pytest.raises(NotTheirs) as caught:
        task_of(bad, (KEY,), NOW)
    assert caught.value.status == 401


@pytest.mark.parametrize(
    "body",
    [
        {"taskId": TASK, "status": "completed", "output": {"image_urls": []}},
        {"code": 200, "data": {"callbackType": "complete", "task_id": TASK}},
        BODY,
        {"code": 501, "msg": "", "data": {"taskId": TASK, "state": "fail"}},
        {"code": 200, "msg": "", "data": {"taskId": TASK, "info": {}}},
        {"code": 200, "data": {"taskId": TASK, "successFlag": 3}},
        {"taskId": TASK, "data": {"task_id": TASK, "callbackType": "task_completed"}},
        {"task_id": TASK},
        {"id": TASK},
        {"taskId": TASK, "id": "of the message"},
    ],
    ids=["A", "B", "C", "C failed", "D", "E", "F", "root", "id", "another id"],
)
def test_every_shape_names_its_task(body: object) -> None:
    assert task_of(call(body), (KEY,), NOW) == TASK
    assert task_of(Call((), json.dumps(body).encode()), (), NOW) == TASK


@pytest.mark.parametrize("keys", [(KEY,), (KEY, OTHER), (OTHER, KEY)])
@pytest.mark.parametrize("at", [NOW - 300, NOW, NOW + 60])
def test_a_good_signature_is_taken(keys: tuple[str, ...], at: int) -> None:
    """By either key while one replaces the other, within the window."""
    assert task_of(call(at=at), keys, NOW) == TASK


def test_without_a_key_nobody_has_to_sign_but_the_body_has_to_make_sense() -> None:
    assert task_of(UNSIGNED, (), NOW) == TASK
    with pytest.raises(NotTheirs) as caught:
        task_of(Call((), b"{}"), (), NOW)
    assert caught.value.status == 400


@given(st.binary(max_size=200), st.lists(st.tuples(st.text(), st.text()), max_size=4))
def test_nothing_that_is_posted_breaks_it(
    body: bytes, headers: list[tuple[str, str]]
) -> None:
    with pytest.raises(NotTheirs):
        task_of(Call(tuple(headers), body), (KEY,), NOW)


def test_signatures_are_compared_in_constant_time() -> None:
    """Nowhere is one compared with ``==`` or looked for with ``in``."""
    tree = ast.parse(inspect.getsource(doorbell))
    calls = [n.func for n in ast.walk(tree) if isinstance(n, ast.Call)]
    assert "hmac.compare_digest" in map(ast.unparse, calls)
    compared = [ast.unparse(n) for n in ast.walk(tree) if isinstance(n, ast.Compare)]
    assert [text for text in compared if "signature(" in text or "given" in text] == []


# --- the settings ----------------------------------------------------------------


def test_two_keys_hold_while_one_replaces_the_other() -> None:
    kie = Kie({"KIE_WEBHOOK_HMAC_KEY": f" {KEY}, {OTHER} "})
    assert kie.settings.hmac_keys == (KEY, OTHER)
    assert kie.signed
    assert KEY not in repr(kie.settings)


@pytest.mark.parametrize("text", [",", f"{KEY},", "a key", "clé"])
def test_a_key_that_is_none_is_a_mistake(text: str) -> None:
    with pytest.raises(UsageError, match="KIE_WEBHOOK_HMAC_KEY"):
        _ = Kie({"KIE_WEBHOOK_HMAC_KEY": text}).settings


def test_without_a_key_calls_are_not_signed() -> None:
    assert not Kie({"KIE_WEBHOOK_HMAC_KEY": ""}).signed


# --- the address -----------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "https://bell.example.com",
        "https://bell.example.com:8443/kie/",
        "https://quick-words.trycloudflare.com/a/b",
        "https://bücher.example/kie",
        "https://93.184.215.14/kie",
        "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/kie",
    ],
)
def test_an_address_on_the_internet_can_be_called(url: str) -> None:
    check_address(url, loopback=False)
    check_address(url, loopback=True)


PRIVATE = [
    "https://127.0.0.1/a", "https://127.1/a", "https://0/a", "https://2130706433/a",
    "https://0x7f000001/a", "https://0x7f.1/a", "https://0177.0.0.1/a",
    "https://127.0.0.1./a", "https://localhost/a", "https://localhost./a",
    "https://LOCALHOST/a", "https://a.localhost/a", "https://printer.local/a",
    "https://metadata.google.internal/a", "https://intranet/a", "https://10.0.0.1/a",
    "https://172.16.0.1/a", "https://192.168.1.1/a", "https://169.254.169.254/a",
    "https://100.64.0.1/a", "https://0.0.0.0/a", "https://224.0.0.1/a",
    "https://255.255.255.255/a", "https://198.18.0.1/a", "https://[::1]/a",
    "https://[::]/a", "https://[::ffff:127.0.0.1]/a", "https://[::ffff:7f00:1]/a",
    "https://[2002:7f00:1::]/a", "https://[64:ff9b::7f00:1]/a", "https://[fe80::1]/a",
    "https://[fe80::1%25eth0]/a", "https://[fc00::1]/a", "https://[ff02::1]/a",
]  # fmt: skip
ODD = [
    "", "bell.example.com", "http://bell.example.com/a", "ftp://bell.example.com/a",
    "https:///a", "https://user@bell.example.com/a", "https://bell.example.com/a?b=c",
    "https://u:p@bell.example.com/a", "https://bell.example.com/a#b",
    "https://bell.example.com/?", "https://bell.example.com\\@127.0.0.1/a",
    "https://bell.exam\tple.com/a", " https://bell.example.com", "file:///etc/passwd",
    "https://bell.example.com/a b", "https://[bell]/a", "https://bell.example.com:x/",
    "https://bell..example.com/", "https://-.example.com/",
]  # fmt: skip


@pytest.mark.parametrize("loopback", [True, False])
@pytest.mark.parametrize("url", PRIVATE + ODD)
def test_an_address_that_is_not_on_the_internet_is_refused(
    url: str, *, loopback: bool
) -> None:
    """Of this machine only its plain names are taken, and only from a vendor on it."""
    plain = {"https://127.0.0.1/a", "https://localhost/a", "https://[::1]/a"}
    if loopback and url.lower() in plain:
        check_address(url, loopback=True)
        return
    with pytest.raises(UsageError, match="the address of `--webhook`"):
        check_address(url, loopback=loopback)


def test_a_vendor_on_this_machine_may_call_it_without_encryption() -> None:
    check_address("http://127.0.0.1:8787/bell", loopback=True)
    with pytest.raises(UsageError):
        check_address("http://127.0.0.1:8787/bell", loopback=False)

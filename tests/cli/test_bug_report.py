"""A bug of ours is one sentence, and a report in which no key is left."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING
from urllib.parse import quote

import click
import pytest

from assetgen.cli import validate
from assetgen.cli.reporting import redacted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from command_lines import Said

KEY = "canary/key+0123456789=abcdefghij"

FORMS = {
    "raw": KEY,
    "begun": KEY[:20],
    "quoted": quote(KEY, safe=""),
    "base64": base64.b64encode(KEY.encode()).decode(),
}

ALIKE = [
    ("Authorization: Bearer abcdef.123", "abcdef"),
    ("{'api_key': 'some-other-key-1'}", "some-other"),
    ("https://files.example/x.png?X-Signature=ab12", "ab12"),
    ("http://user:word@proxy.example:3128", "word"),
]


@pytest.mark.parametrize("form", FORMS)
def test_a_key_is_struck_out_in_every_form(form: str) -> None:
    """As it is, encoded, or only begun."""
    text = redacted(f"before {FORMS[form]} after", [KEY])
    assert text == "before [redacted] after"


@pytest.mark.parametrize(("text", "secret"), ALIKE, ids=lambda v: v[:24])
def test_what_looks_like_a_key_is_struck_out(text: str, secret: str) -> None:
    """Whoever it belongs to."""
    assert secret not in redacted(text, [])
    assert "[redacted]" in redacted(text, [])


def test_plain_words_stay() -> None:
    """A traceback is still one."""
    text = 'File "assetgen/keys.py", line 3, in key_of\n    raise KeyError(name)\n'
    assert redacted(text, [KEY]) == text


def test_a_bug_exits_70_and_says_where_the_report_is(
    logo: Path, front: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key of the environment and of a `.env` above are in neither."""
    (logo / ".env").write_text("OTHER_TOKEN=another-canary-123\n")
    monkeypatch.setenv("KIE_API_KEY", KEY)

    @click.command()
    def broken() -> None:
        raise RuntimeError(f"sent {KEY} and another-canary-123")

    monkeypatch.setattr(validate, "command", broken)
    said = front("validate")
    assert said.code == 70
    assert said.err.startswith(
        "error: this is a bug in assetgen: RuntimeError\n\nhint: "
    )
    report = next((logo.parent / "home" / "assetgen" / "reports").iterdir())
    assert str(report) in said.err
    text = report.read_text()
    assert "RuntimeError: sent [redacted] and [redacted]" in text
    assert "assetgen validate" in text
    assert "canary" not in text + said.err + said.out


def test_the_report_goes_elsewhere_if_its_folder_is_no_use(
    logo: Path, front: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file stands in place of the home: the machine's folder for such things."""
    del logo

    @click.command()
    def broken() -> None:
        raise RuntimeError

    monkeypatch.setattr(validate, "command", broken)
    monkeypatch.setenv("ASSETGEN_HOME", __file__)
    said = front("validate")
    assert said.code == 70
    place = said.err.split("`")[1]
    with open(place) as report:  # noqa: PTH123  a path as it was said
        assert "RuntimeError" in report.read()

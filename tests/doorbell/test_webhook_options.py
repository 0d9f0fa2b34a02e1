"""`assetgen build --webhook` at the command line."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from assetgen.testing.kie import KieServer

if TYPE_CHECKING:
    from ringing_projects import Bellhouse


def build(house: Bellhouse, *words: str) -> tuple[int, str]:
    """Type `assetgen build WORDS…`; return the exit code and what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "assetgen", "build", "--yes", *words],
        cwd=house.root,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    return done.returncode, done.stderr


def test_the_command_says_where_the_doorbell_is_and_is_rung(
    house: Bellhouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first question would come a hundred seconds later."""
    with KieServer(latency=0.5, scale=0.06, hmac_key="a-key-of-nobody") as vendor:
        for name, value in vendor.env.items():
            monkeypatch.setenv(name, value)
        exits, said = build(house.write("coin"), "--webhook", house.webhook.url)
        assert exits == 0, said
        assert [ring.status for ring in vendor.account.rings] == [200]
    place = f"127.0.0.1:{house.port}"
    assert f"doorbell: {house.webhook.url} leads to {place}, calls are signed" in said
    assert all(intent.id not in said for intent in house.intents())


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--webhook", "http://bell.example.com"], "is not an https address"),
        (["--webhook", "https://10.0.0.1"], "is not an address on the Internet"),
        (["--webhook", "https://bell.example.com?a=b"], "more than a host and a path"),
        (["--webhook-port", "8787"], "no address for the provider to call"),
        (["--webhook-bind", "127.0.0.2"], "no address for the provider to call"),
        (["--webhook", "https://a.example", "--webhook-port", "70000"], "70000"),
    ],
)
def test_a_mistake_is_said_before_anything_is_bought(
    house: Bellhouse, words: list[str], complaint: str
) -> None:
    exits, said = build(house.write("coin"), *words)
    assert (exits, complaint in said) == (2, True), said
    assert house.server.account.creates == ()


def test_this_machine_is_called_only_by_a_vendor_on_it(
    house: Bellhouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KIE_BASE_URL")
    exits, said = build(house.write("coin"), "--webhook", house.webhook.url)
    assert (exits, "is not an https address" in said) == (2, True)

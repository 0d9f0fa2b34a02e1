"""Who decides holds the project, as a build does; who only looks does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assetgen.holding import hold
from assetgen.testing.pictures import picture

if TYPE_CHECKING:
    from reviewer import Reviewer

DECIDING = (
    "retake coin", "keep coin", "pick coin 1", "adopt coin mine.png",
    "resolve coin --adopt job", "resolve coin --resend", "resolve coin --abandon",
)  # fmt: skip


def test_a_decision_waits_for_the_build(coin: Reviewer) -> None:
    before = coin.receipt()
    (coin.root / "mine.png").write_bytes(picture((64, 64), seed="mine"))
    with hold(coin.open().lock):
        for words in DECIDING:
            coin.run(*words.split(), exits=6)
    assert (coin.receipt(), coin.states()) == (before, ["done"])


@pytest.mark.parametrize("words", ["check", "spend", "resolve coin"])
def test_looking_waits_for_nobody(coin: Reviewer, words: str) -> None:
    with hold(coin.open().lock):
        coin.run(*words.split())


def test_a_decision_ends_a_quiet_build(coin: Reviewer) -> None:
    """The next build looks again, although nothing that it reads may have changed."""
    coin.run("build")
    coin.run("retake", "coin")
    coin.run("build", exits=4)

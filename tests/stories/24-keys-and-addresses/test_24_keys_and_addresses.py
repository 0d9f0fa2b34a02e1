"""Whose key it is, where it comes from, and where it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assetgen.testing.kie import Refuse

if TYPE_CHECKING:
    from story import Story


def test_a_refused_key_stops_everything_at_once(story: Story) -> None:
    """401: 9, nothing bought, and not one refusal for each asset."""
    result = story.with_key("a-key-that-they-do-not-know").run("build", exits=9)

    assert "KIE_API_KEY" in result.err
    assert story.bought == []
    assert len(story.vendor.account.creates) <= 2


def test_no_credit_stops_everything_at_once(story: Story) -> None:
    """402: 9; with credit, the next build goes on."""
    story.vendor.on("create", Refuse(402), times=None)
    story.run("build", exits=9)
    assert story.bought == []

    story.vendor.calm()
    story.run("build")

    assert len(story.bought) == 2


def test_a_key_may_stand_in_a_file(story: Story) -> None:
    """`.env` is read for keys; `.env.local` comes first, the environment before."""
    me = story.without_key()
    me.write(".env", f"KIE_API_KEY={story.vendor.key}\n")
    me.run("build", "coin")
    assert len(story.bought) == 1

    me.write(".env.local", "KIE_API_KEY=not-theirs\n")
    me.run("build", exits=9)
    story.run("build")
    assert len(story.bought) == 2


def test_no_file_of_a_project_aims_a_key(story: Story) -> None:
    """An address in `.env` is not read: the key goes where the person said."""
    story.write(
        ".env", "KIE_BASE_URL=http://127.0.0.1:9\nHTTPS_PROXY=http://127.0.0.1:9\n"
    )

    story.run("build")

    assert len(story.bought) == 2


def test_two_keys_that_differ_are_an_error(story: Story) -> None:
    """Which account pays is not a guess."""
    result = story.run("build", KIE_AI_API_KEY="another-key", exits=2)

    assert "KIE_AI_API_KEY" in result.err
    assert story.calls == 0
    story.run("build", KIE_AI_API_KEY=story.vendor.key)
    assert len(story.bought) == 2


@pytest.mark.parametrize(
    "address", ["http://api.example.com", "ftp://127.0.0.1", "not an address"]
)
def test_a_key_goes_nowhere_in_the_clear(story: Story, address: str) -> None:
    """Plain http is for loopback; anything else is 2 before anything is sent."""
    result = story.run("build", KIE_BASE_URL=address, exits=2)

    assert "KIE_BASE_URL" in result.err
    assert story.calls == 0


def test_a_home_that_cannot_be_written_is_found_first(story: Story) -> None:
    """Nothing is bought that could not be remembered."""
    story.write("not-a-folder", "")

    story.run("build", ASSETGEN_HOME=str(story.path("not-a-folder/home")), exits=2)

    assert story.calls == 0


def test_a_key_in_a_folder_above_is_nobodys(story: Story) -> None:
    """A project brings its own key or none: `.env` stands beside the manifest."""
    me = story.without_key()
    (me.path("..") / ".env").write_text(f"KIE_API_KEY={story.vendor.key}\n")

    me.run("build", "--yes", exits=2)

    assert story.calls == 0

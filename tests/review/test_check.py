"""All agrees, or one line says what does not, why, and what to do."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from assetgen.testing.pictures import picture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from reviewer import Reviewer

DRAFT = "version: 1\nassets:\n  coin: {prompt: a coin, variants: [{width: 16}]}\n"


def snapshot(*folders: Path) -> dict[str, tuple[int, bytes]]:
    """Return every file below some folders with its time and bytes."""
    return {
        str(path): (path.stat().st_mtime_ns, path.read_bytes())
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_clone_agrees_without_key_home_or_network(
    coin: Reviewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing but the project's own files is there, and nothing is written."""
    coin.write(coin="\"{{ ['a', 'coin'] | join(' ') }}\"")
    home = coin.root.parent / "home"
    shutil.rmtree(home)
    for name in ("KIE_API_KEY", "ASSETGEN_HOME"):
        monkeypatch.delenv(name)
    before, calls = snapshot(coin.root), len(coin.server.calls)
    coin.run("check")
    assert snapshot(coin.root) == before
    assert not home.exists()
    assert len(coin.server.calls) == calls


def test_the_answer_is_the_same_with_and_without_a_store(coin: Reviewer) -> None:
    """The store could make up for a lost original here, but not in a clone."""
    (coin.root / "originals" / "coin.png").unlink()
    coin.run("check", exits=3)
    assert coin.out.startswith("coin: ")


def edit_prompt(me: Reviewer) -> None:
    me.write(coin="another coin")


def want(me: Reviewer) -> None:
    me.run("retake", "coin")


def new_asset(me: Reviewer) -> None:
    me.write(coin="a coin", star="a star")


@pytest.mark.parametrize("change", [edit_prompt, want, new_asset])
def test_what_is_only_not_bought_yet_can_be_forgiven(
    coin: Reviewer, change: Callable[[Reviewer], None]
) -> None:
    change(coin)
    coin.run("check", exits=3)
    assert "not bought" in coin.out
    assert coin.json("check", "--allow-pending")["exit"] == 0


def edit_published(me: Reviewer) -> None:
    (me.root / "output" / "coin.png").write_bytes(b"edited")


def delete_published(me: Reviewer) -> None:
    (me.root / "output" / "coin.png").unlink()


def delete_index(me: Reviewer) -> None:
    (me.root / "output" / "index.json").unlink()


def new_variant(me: Reviewer) -> None:
    me.write(coin="a coin, variants: [{width: 16}]")


def lose(me: Reviewer) -> None:
    (me.root / "originals" / "coin.png").unlink()


def stop_publishing(me: Reviewer) -> None:
    me.write(coin="a coin, path: elsewhere")


def lfs(me: Reviewer) -> None:
    sha256 = me.receipt().sha256
    (me.root / "originals" / "coin.png").write_text(
        f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\nsize 12345\n"
    )


@pytest.mark.parametrize(
    "change",
    [
        edit_published,
        delete_published,
        delete_index,
        new_variant,
        lose,
        stop_publishing,
        lfs,
    ],
)
def test_what_is_out_of_date_is_not_forgiven(
    coin: Reviewer, change: Callable[[Reviewer], None]
) -> None:
    change(coin)
    coin.run("check", exits=3)
    coin.run("check", "--allow-pending", exits=3)
    assert "coin" in coin.out


def same_size(data: bytes) -> bytes:
    """Return bytes of the same length with one bit flipped."""
    return data[:-20] + bytes([data[-20] ^ 1]) + data[-19:]


def flip_original(me: Reviewer) -> None:
    path = me.root / "originals" / "coin.png"
    path.write_bytes(same_size(path.read_bytes()))


def truncate_original(me: Reviewer) -> None:
    (me.root / "originals" / "coin.png").write_bytes(b"short")


def break_receipt(me: Reviewer) -> None:
    (me.root / "originals" / "coin.json").write_text("{")


def break_a_strangers_receipt(me: Reviewer) -> None:
    (me.root / "originals" / "stranger.json").write_text("{")


@pytest.mark.parametrize(
    "change",
    [flip_original, truncate_original, break_receipt, break_a_strangers_receipt],
)
def test_damage_is_8_whatever_is_forgiven(
    coin: Reviewer, change: Callable[[Reviewer], None]
) -> None:
    change(coin)
    coin.run("check", "--allow-pending", exits=8)


def test_a_kept_picture_agrees(coin: Reviewer) -> None:
    coin.write(coin="another coin")
    coin.run("keep", "coin")
    coin.run("check")


def test_a_draft_agrees_where_a_draft_is_asked_for(me: Reviewer) -> None:
    me.write_text(DRAFT)
    me.run("check", exits=3)
    me.run("build")
    me.run("check")
    (me.root / "output" / "coin.png").write_bytes(picture((8, 8)))
    me.run("check", exits=3)


def test_a_draft_in_a_bought_pictures_place_is_not_bought_yet(me: Reviewer) -> None:
    me.write(coin="a coin")
    me.run("build", "--draft")
    me.run("check", exits=3)
    assert "not bought" in me.out
    me.run("check", "--allow-pending")
    assert me.bought == 0


def test_a_draft_whose_words_changed_is_out_of_date(me: Reviewer) -> None:
    me.write_text(DRAFT)
    me.run("build")
    me.write_text(DRAFT.replace("a coin", "a big coin"))
    me.run("check", "--allow-pending", exits=3)


def test_a_merge_is_a_question(coin: Reviewer) -> None:
    path = coin.root / "originals" / "coin.json"
    ours, theirs = path.read_text(), path.read_text().replace('"day": "', '"day": "1')
    path.write_text(f"<<<<<<< a\n{ours}=======\n{theirs}>>>>>>> b\n")
    coin.run("check", exits=5)
    assert "assetgen pick coin" in coin.out


def test_programs_learn_why_and_what_to_do(coin: Reviewer) -> None:
    edit_prompt(coin)
    said = coin.json("check", exits=3)
    assert (said["checked"], said["exit"]) == (1, 3)
    assert said["assets"]["coin"] == {
        "why": "not bought: prompt changed",
        "todo": "`assetgen build coin` buys it",
        "pending": True,
        "exit": 3,
    }

"""A picture and its receipt change as one, and say what is wrong with them."""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from assetgen.digest import digest_bytes
from assetgen.errors import Damaged, OutOfDate, UsageError
from assetgen.originals import Originals
from assetgen.receipts import Approval, Kept, Receipt, ReceiptConflict, Take
from assetgen.request import Reference, Request

PNG, OTHER_PNG = b"\x89PNG one", b"\x89PNG two"
REQUEST = Request(
    provider="kie",
    model="nano-banana-pro",
    prompt="ein Stück Gold",
    inputs={"seed": 7, "strength": 0.3, "aspect_ratio": "1:1"},
    keyed={},
    references=(Reference("image_input", "f" * 64),),
)


def receipt_of(data: bytes, **changes: object) -> Receipt:
    """Return the receipt of some bytes."""
    receipt = Receipt(
        asset="credits/coin",
        sha256=digest_bytes(data),
        bytes=len(data),
        format="png",
        width=1024,
        height=768,
        file="coin.png",
        day="2026-11-20",
        key=REQUEST.key,
        request=json.loads(json.dumps(REQUEST.to_json())),
        job="task-1",
        price_usd=Decimal("0.09"),
    )
    return replace(receipt, **changes)  # type: ignore[arg-type]  # as the test says


RECEIPT = receipt_of(PNG)
FULL = receipt_of(
    PNG,
    take=2,
    wanted=3,
    wanted_reason="the rim is too dark",
    charged_usd=Decimal(0),
    kept=Kept("the sky is better", "e" * 64, "2026-11-21"),
    approval=Approval("a person", "2026-11-22"),
    takes=(Take(1, "d" * 64, "c" * 64, "jpg", 8, 9, "2026-11-19", None, Decimal(1)),),
    rest={"mood": "dreamy"},
)
ADOPTED = receipt_of(
    PNG, key=None, request=None, adopted=True, job=None, price_usd=None
)


@pytest.fixture
def originals(tmp_path: Path) -> Originals:
    """Return an empty folder of originals."""
    return Originals(tmp_path / "originals")


def path_of(originals: Originals) -> Path:
    """Return where the receipt of the tests stands."""
    return originals.folder / "credits" / "coin.json"


@pytest.mark.parametrize("receipt", [RECEIPT, FULL, ADOPTED])
def test_a_receipt_comes_back_as_it_was(originals: Originals, receipt: Receipt) -> None:
    originals.write(receipt, PNG)
    found = originals.read("credits/coin")
    assert (found, originals.picture(receipt)) == (receipt, PNG)


def test_a_receipt_reads_well(originals: Originals) -> None:
    """Sorted, indented, its prices numbers, its words as they are, nothing unsaid."""
    originals.write(RECEIPT, PNG)
    text = path_of(originals).read_text(encoding="utf-8")
    value = json.loads(text)
    again = json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False)
    assert text == f"{again}\n"
    assert (value["version"], value["price_usd"]) == (1, 0.09)
    assert (value["provider"], value["model"]) == ("kie", "nano-banana-pro")
    assert "Stück" in text
    assert not {"kept", "approval", "takes", "adopted", "rest"} & value.keys()


def test_line_ends_and_a_byte_order_mark_change_nothing(originals: Originals) -> None:
    originals.write(RECEIPT, PNG)
    path = path_of(originals)
    text = path.read_bytes().replace(b"\n", b"\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + text)
    assert originals.read("credits/coin") == RECEIPT


def test_what_was_never_bought_has_no_receipt(originals: Originals) -> None:
    assert originals.read("coin") is None
    assert originals.picture(RECEIPT) is None
    assert list(originals.assets()) == []


def test_a_new_choice_takes_the_old_ones_place(originals: Originals) -> None:
    originals.write(RECEIPT, PNG)
    later = receipt_of(OTHER_PNG, format="jpeg", file="coin.jpg", take=2)
    later = later.after(originals.read("credits/coin"))
    originals.write(later, OTHER_PNG)
    files = sorted(each.name for each in path_of(originals).parent.iterdir())
    assert files == ["coin.jpg", "coin.json"]
    assert originals.read("credits/coin") == later
    assert [(each.take, each.sha256) for each in later.takes] == [(1, RECEIPT.sha256)]


def test_picking_an_earlier_take_remembers_the_one_left() -> None:
    two = receipt_of(OTHER_PNG, take=2).after(RECEIPT)
    again = RECEIPT.after(two)
    assert [each.take for each in again.takes] == [2]


def test_an_update_leaves_the_picture(originals: Originals) -> None:
    originals.write(RECEIPT, PNG)
    wanting = replace(RECEIPT, wanted=2)
    originals.update(wanting)
    assert (originals.read("credits/coin"), originals.picture(wanting)) == (
        wanting,
        PNG,
    )


@pytest.mark.parametrize("later_format", ["png", "jpeg"])
def test_a_crash_leaves_the_old_choice_or_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, later_format: str
) -> None:
    """Whichever call to the disk is the last one, bytes and receipt agree."""
    extension = "jpg" if later_format == "jpeg" else "png"
    later = receipt_of(OTHER_PNG, format=later_format, file=f"coin.{extension}")
    seen = []
    for last in range(40):
        originals = Originals(tmp_path / str(last) / "originals")
        originals.write(RECEIPT, PNG)
        with monkeypatch.context() as patch:
            finished = _write_until(originals, later, last, patch)
        found = originals.read("credits/coin")
        assert found in (RECEIPT, later)
        expected = PNG if found == RECEIPT else OTHER_PNG
        assert originals.picture(found) == expected
        seen.append(found == later)
        if finished:
            break
        originals.write(later, OTHER_PNG)
        assert originals.read("credits/coin") == later
    assert finished
    assert seen == sorted(seen)
    assert {False, True} == set(seen)


class Died(BaseException):
    """The process was killed; nothing after it runs, no clean-up either."""


def _write_until(
    originals: Originals, later: Receipt, last: int, patch: pytest.MonkeyPatch
) -> bool:
    """Write, but die at that change of the disk; return whether it ended first."""
    left = [last]

    def counted(real):  # noqa: ANN001, ANN202  any function of the system's
        def call(*args: object, **more: object) -> object:
            if left[0] <= 0:
                raise Died
            left[0] -= 1
            return real(*args, **more)

        return call

    for owner, name in (
        (os, "write"),
        (os, "fsync"),
        (Path, "replace"),
        (Path, "unlink"),
        (os, "truncate"),
    ):
        patch.setattr(owner, name, counted(getattr(owner, name)))
    try:
        originals.write(later, OTHER_PNG)
    except Died:
        return False
    return True


def test_an_edited_picture_is_damage(originals: Originals) -> None:
    originals.write(RECEIPT, PNG)
    path_of(originals).with_name("coin.png").write_bytes(PNG + b"!")
    with pytest.raises(Damaged, match=r"`originals/credits/coin\.png` is not"):
        originals.picture(RECEIPT)


def pointer_to(digest: str) -> bytes:
    """Return a Git LFS pointer."""
    return (
        "version https://git-lfs.github.com/spec/v1\n"
        f"oid sha256:{digest}\nsize {len(PNG)}\n"
    ).encode()


def test_an_lfs_pointer_is_no_damage_but_work_to_do(originals: Originals) -> None:
    originals.write(RECEIPT, PNG)
    picture = path_of(originals).with_name("coin.png")
    picture.write_bytes(pointer_to(RECEIPT.sha256))
    with pytest.raises(OutOfDate) as caught:
        originals.picture(RECEIPT)
    assert (caught.value.hint, caught.value.exit_code) == ("run `git lfs pull`", 3)
    picture.write_bytes(pointer_to("0" * 64))
    with pytest.raises(Damaged):
        originals.picture(RECEIPT)


def test_a_receipt_may_be_an_lfs_pointer_too(originals: Originals) -> None:
    originals.write(RECEIPT, PNG)
    path_of(originals).write_bytes(pointer_to("0" * 64))
    with pytest.raises(OutOfDate):
        originals.read("credits/coin")


def merged(ours: str, theirs: str, *, base: bool) -> str:
    """Return what git leaves of two files that differ from their first line on."""
    middle = "||||||| 0a1b2c3\n{}\n" if base else ""
    return f"<<<<<<< HEAD\n{ours}{middle}=======\n{theirs}>>>>>>> their-branch\n"


@pytest.mark.parametrize("base", [False, True])
def test_a_merge_of_two_choices_is_a_question(
    originals: Originals, *, base: bool
) -> None:
    originals.write(RECEIPT, PNG)
    theirs = receipt_of(OTHER_PNG, take=2)
    text = merged(RECEIPT.to_text(), theirs.to_text(), base=base)
    path_of(originals).write_text(text, encoding="utf-8")
    with pytest.raises(ReceiptConflict) as caught:
        originals.read("credits/coin")
    conflict = caught.value
    assert (conflict.ours, conflict.theirs, conflict.exit_code) == (RECEIPT, theirs, 5)


def test_a_merge_of_some_lines_is_the_same_question(originals: Originals) -> None:
    """Git marks only what differs; the rest belongs to both sides."""
    theirs = receipt_of(OTHER_PNG, take=2)
    lines: list[str] = []
    both = zip(
        RECEIPT.to_text().splitlines(), theirs.to_text().splitlines(), strict=True
    )
    for mine, yours in both:
        same = mine == yours
        block = ["<<<<<<< HEAD", mine, "=======", yours, ">>>>>>> b"]
        lines += [mine] if same else block
    originals.write(RECEIPT, PNG)
    path_of(originals).write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ReceiptConflict) as caught:
        originals.read("credits/coin")
    assert (caught.value.ours, caught.value.theirs) == (RECEIPT, theirs)


def test_a_settled_conflict_is_written_over(originals: Originals) -> None:
    originals.write(RECEIPT, PNG)
    text = merged(RECEIPT.to_text(), FULL.to_text(), base=False)
    path_of(originals).write_text(text, encoding="utf-8")
    originals.write(FULL, PNG)
    assert originals.read("credits/coin") == FULL


GARBAGE = {
    "empty": b"",
    "text": b"hello",
    "list": b"[]",
    "no version": b"{}",
    "not utf-8": b"\xff\xfe{}",
    "too few fields": b'{"version": 1, "asset": "credits/coin"}',
    "zeros": bytes(300),
    "marker": b"<<<<<<< HEAD\n{}\n",
    "version text": b'{"version": "1"}',
    "deep": b"[" * 100_000,
}


@pytest.mark.parametrize("data", GARBAGE.values(), ids=GARBAGE.keys())
def test_garbage_is_damage_that_names_the_file(
    originals: Originals, data: bytes
) -> None:
    originals.write(RECEIPT, PNG)
    path_of(originals).write_bytes(data)
    with pytest.raises(Damaged, match=r"originals/credits/coin\.json"):
        originals.read("credits/coin")


@pytest.mark.parametrize(
    "change",
    [
        {"sha256": "x"},
        {"file": "../up.png"},
        {"file": ".git"},
        {"take": "1"},
        {"key": None},
        {"bytes": 1.5},
        {"takes": 3},
        {"price_usd": "free"},
    ],
)
def test_a_wrong_field_is_damage(
    originals: Originals, change: dict[str, object]
) -> None:
    originals.write(RECEIPT, PNG)
    value = json.loads(path_of(originals).read_bytes()) | change
    path_of(originals).write_text(json.dumps(value))
    with pytest.raises(Damaged):
        originals.read("credits/coin")


def test_a_newer_receipt_is_refused_by_name(originals: Originals) -> None:
    originals.write(RECEIPT, PNG)
    path_of(originals).write_text('{"version": 2, "needs": "2.5"}')
    with pytest.raises(UsageError, match=r"needs assetgen >= 2\.5"):
        originals.read("credits/coin")


def test_a_receipt_belongs_to_its_asset(originals: Originals) -> None:
    originals.write(RECEIPT, PNG)
    path_of(originals).rename(originals.folder / "credits" / "gem.json")
    with pytest.raises(Damaged, match="another asset's"):
        originals.read("credits/gem")


def test_all_receipts_are_listed_with_what_is_wrong(originals: Originals) -> None:
    originals.write(RECEIPT, PNG)
    (originals.folder / "bad.json").write_text("{")
    (originals.folder / ".hidden.json").write_text("{")
    found = dict(originals.receipts())
    assert list(found) == ["bad", "credits/coin"]
    assert isinstance(found["bad"], Damaged)
    assert found["credits/coin"] == RECEIPT


@pytest.mark.parametrize("name", ["../x", "/x", "a/../../x", "", ".x", "a\\b", "c:x"])
def test_no_name_leaves_the_folder(originals: Originals, name: str) -> None:
    with pytest.raises(UsageError, match="cannot name a file"):
        originals.read(name)


def test_no_link_leads_out_of_the_folder(originals: Originals, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    originals.folder.mkdir()
    (originals.folder / "credits").symlink_to(outside)
    with pytest.raises(UsageError, match="is outside of"):
        originals.write(RECEIPT, PNG)
    assert list(outside.iterdir()) == []


def test_wrong_bytes_are_never_written(originals: Originals) -> None:
    with pytest.raises(ValueError, match="bytes that it names"):
        originals.write(RECEIPT, OTHER_PNG)
    assert originals.read("credits/coin") is None


def test_a_full_disk_is_said_and_changes_nothing(
    originals: Originals, monkeypatch: pytest.MonkeyPatch
) -> None:
    originals.write(RECEIPT, PNG)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", fail)
        with pytest.raises(Damaged, match="no space left"):
            originals.write(receipt_of(OTHER_PNG), OTHER_PNG)
    assert originals.read("credits/coin") == RECEIPT
    assert originals.picture(RECEIPT) == PNG


def test_another_s_unfinished_file_is_as_old_as_the_disk_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk on the network has a clock of its own, which is not ours."""
    folder = tmp_path / "credits"
    folder.mkdir()
    young, old = (folder / f".assetgen-{digit * 16}.tmp" for digit in "01")
    for path in (young, old):
        path.write_bytes(PNG)
    os.utime(old, (young.stat().st_mtime - 4000,) * 2)
    now = time.time() + 86_400
    monkeypatch.setattr(time, "time", lambda: now)
    Originals(tmp_path).write(RECEIPT, PNG)
    assert (young.exists(), old.exists()) == (True, False)

"""What can fail for nothing fails before money; what fails after it costs no more."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from money_projects import Shop, creates, paid, statuses

from assetgen.cli.boundary import run
from assetgen.errors import UsageError
from assetgen.events import Status
from assetgen.making import Workbench
from assetgen.originals import Originals
from assetgen.providers.kie import Kie
from assetgen.providers.kie.catalogue import MODELS
from assetgen.testing.kie import Fail, Fate, KieServer, Refuse, Reset, Slow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from assetgen.testing.kie import Call

CANARY = "kie-canary-4f1c9a7e2b"
KEYS = {"assets", "spent_usd", "submitted", "reused", "failed", "seconds", "exit"}


def test_without_a_key_nothing_is_begun(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KIE_API_KEY")
    with pytest.raises(UsageError, match="key"):
        shop.write("coin").build()
    assert shop.server.calls == ()


@pytest.mark.parametrize("place", ["originals", "output", "home/assetgen/store"])
def test_a_place_that_cannot_be_written_is_found_before_the_first_purchase(
    shop: Shop, place: str
) -> None:
    shop.write("coin")
    blocked = shop.root / place
    if place.startswith("home"):
        blocked = shop.root.parent / place
    blocked.parent.mkdir(parents=True, exist_ok=True)
    blocked.write_text("a file in the folder's place")
    with pytest.raises(UsageError):
        shop.build()
    assert shop.server.calls == ()


def test_a_home_that_cannot_be_written_is_found_before_the_first_purchase(
    shop: Shop,
) -> None:
    (shop.root.parent / "home" / "assetgen").write_text("a file in its place")
    with pytest.raises(UsageError):
        shop.write("coin").build()
    assert shop.server.calls == ()


def test_a_cut_out_that_cannot_be_done_here_is_found_before_the_first_purchase(
    shop: Shop,
) -> None:
    shop.write_text(
        "version: 1\nassets:\n  coin:\n    provider: kie\n    prompt: a coin\n"
        "    removeBg: {method: rembg, model: u2net}\n"
    )
    with pytest.raises(UsageError):
        shop.build()
    assert shop.server.calls == ()


def test_a_bug_of_ours_ends_one_asset_with_70_and_no_other(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Workbench.make

    def make(self: Workbench, asset: object, *rest: object) -> object:
        if getattr(asset, "name", "") == "coin":
            raise ZeroDivisionError(CANARY)
        return real(self, asset, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Workbench, "make", make)
    report = shop.write("coin", "star").build()
    assert (report.exit_code, report.submitted) == (70, 2)
    assert statuses(report) == {"coin": "failed", "star": "built"}
    assert isinstance(report.crash, ZeroDivisionError)
    assert CANARY not in json.dumps(report.to_json())
    monkeypatch.setattr(Workbench, "make", real)
    assert shop.build().exit_code == 0
    assert creates(shop) == 2


def test_a_bug_in_the_middle_of_a_build_leaves_a_report_without_the_key(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError(f"with {CANARY}")

    monkeypatch.setattr(Workbench, "make", broken)
    with KieServer({CANARY: 1000}, speed=50, scale=0.06) as server:
        for name, value in server.env.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("KIE_POLL_INTERVAL", "0.05")
        shop = Shop(tmp_path / "project", server).write("coin")
        assert run(["-C", str(shop.root), "build", "--yes", "--json"]) == 70
        assert paid(shop) == 1
    out, err = capsys.readouterr()
    assert json.loads(out.splitlines()[-1])["exit"] == 70
    (report,) = (tmp_path / "home").rglob("assetgen-bug-*.txt")
    assert "ZeroDivisionError" in report.read_text()
    assert CANARY not in out + err + report.read_text()


@pytest.mark.parametrize("which", ["encoder", "receipt", "output"])
def test_trouble_after_payment_never_buys_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    def refuse(*_: object, **__: object) -> object:
        raise OSError(28, "No space left on device", "a/file")

    owner, name = {
        "encoder": (Workbench, "_render"),
        "receipt": (Originals, "write"),
        "output": (Workbench, "_publish"),
    }[which]
    real = getattr(owner, name)
    monkeypatch.setattr(owner, name, refuse)
    shop.write("coin")
    for _ in range(3):
        report = shop.build()
        assert report.exit_code == 8
        assert statuses(report) == {"coin": "failed"}
        assert creates(shop) == 1
    monkeypatch.setattr(owner, name, real)
    assert shop.build().exit_code == 0
    assert (creates(shop), shop.states()) == (1, ["done"])


def test_damage_in_the_middle_stops_what_is_not_bought_yet(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> object:
        raise OSError(28, "No space left on device", "a/file")

    monkeypatch.setattr(Originals, "write", refuse)
    report = shop.write(*[f"coin-{n}" for n in range(60)]).build()
    assert report.exit_code == 8
    assert creates(shop) < 60


def test_an_output_in_the_way_of_a_file_fails_its_asset_only(shop: Shop) -> None:
    shop.write_text(
        "version: 1\ndefaults: {provider: kie}\nassets:\n"
        "  icons/coin: {prompt: a coin}\n  star: {prompt: a star}\n"
    )
    (shop.root / "output").mkdir(parents=True)
    (shop.root / "output" / "icons").write_text("in the way")
    report = shop.build()
    assert statuses(report)["star"] == "built"
    assert report.exit_code == 8
    assert report.crash is None
    assert paid(shop) <= 2


def test_the_report_is_the_one_of_the_contract(shop: Shop) -> None:
    shop.server.on("create", Refuse(422), where="skull")
    shop.server.on("create", Reset(made=True), where="gem")
    body = shop.write("coin", "skull", "gem").build().to_json()
    assert body.keys() == KEYS
    assets = body["assets"]
    assert isinstance(assets, dict)
    fields = {"status", "reason", "files", "price_usd", "task_id", "error"}
    assert all(each.keys() == fields for each in assets.values())
    jobs = {task.prompt: task.id for task in shop.server.account.tasks}
    coin = assets["coin"]
    assert (coin["files"], coin["price_usd"]) == (["output/coin.png"], 0.09)
    assert (coin["task_id"], coin["error"]) == (jobs["a coin"], None)
    assert (assets["skull"]["price_usd"], assets["gem"]["price_usd"]) == (0, 0.09)
    assert assets["gem"]["task_id"] is None
    assert (body["submitted"], body["spent_usd"], body["exit"]) == (1, 0.18, 5)


def test_an_unknown_price_is_null_also_where_the_outcome_is_unknown(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "nano-banana-pro"
    unpriced = {**MODELS, name: replace(MODELS[name], rates=())}
    monkeypatch.setattr("assetgen.providers.kie.MODELS", unpriced)
    shop.server.change(newer_fields=False)  # the vendor says nothing of credits
    shop.server.on("create", Reset(made=True), where="gem")
    report = shop.write("coin", "gem").build(unpriced=frozenset({name}))
    assert {o.asset: o.usd for o in report.outcomes} == {"coin": None, "gem": None}
    assert report.spent == Decimal(0)


def everything(folder: Path) -> bytes:
    """Return the bytes of every file below a folder."""
    return b"".join(p.read_bytes() for p in folder.rglob("*") if p.is_file())


@pytest.mark.parametrize("how", ["success", "401", "quoted", "crash", "fail"])
def test_the_key_is_written_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    with KieServer({CANARY: 1000}, speed=50, scale=0.06) as server:
        for name, value in server.env.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("KIE_POLL_INTERVAL", "1")
        shop = Shop(tmp_path / "project", server)
        if how == "401":
            server.on("create", Refuse(401), times=None)
        if how == "quoted":
            server.on("create", Refuse(422, f"the key {CANARY} may not"), times=None)
        if how == "fail":
            server.on("create", Fate(fail=Fail("422", f"bad key {CANARY}")))
        if how == "crash":
            monkeypatch.setattr(Kie, "fetch", lambda *_: 1 / 0)
        report = shop.write("coin").build()
        assert report.outcomes[0].status is not Status.SKIPPED
        said = json.dumps(report.to_json()) + repr(shop.said) + repr(report.outcomes)
        assert CANARY not in said
        assert CANARY.encode() not in everything(tmp_path)


def test_what_fails_fast_sends_nothing_more(shop: Shop) -> None:
    shop.server.on("create", Refuse(422), times=1)
    report = shop.write(*[f"coin-{n}" for n in range(30)]).build(fail_fast=True)
    assert report.exit_code == 1
    assert creates(shop) < 30


@pytest.fixture
def with_two_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """Return a project at a vendor that knows two keys; the first one is set."""
    keys = {"key-one-long": 1000.0, "key-two-long": 1000.0}
    with KieServer(keys, speed=50, scale=0.06) as server:
        monkeypatch.setenv("KIE_BASE_URL", server.url)
        monkeypatch.setenv("KIE_POLL_INTERVAL", "1")
        monkeypatch.setenv("KIE_API_KEY", "key-one-long")
        yield Shop(tmp_path / "project", server)


def test_a_picture_that_another_key_bought_is_reused(
    with_two_keys: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = with_two_keys
    shop.write("coin").build()
    shutil.rmtree(shop.root / "originals")
    monkeypatch.setenv("KIE_API_KEY", "key-two-long")
    report = shop.build()
    assert (report.exit_code, report.submitted, report.spent) == (0, 0, 0)
    assert len(shop.server.account.tasks) == 1


def test_a_job_of_another_key_is_kept_for_that_key(
    with_two_keys: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = with_two_keys
    shop.server.on("create", Fate(latency=500))
    monkeypatch.setenv("KIE_TIMEOUT", "2")
    assert shop.write("coin").build().exit_code == 7
    monkeypatch.setenv("KIE_API_KEY", "key-two-long")
    for _ in range(2):
        report = shop.build()
        assert (report.exit_code, statuses(report)) == (7, {"coin": "pending"})
        assert "another key" in (report.outcomes[0].error or "")
        assert "set that key again" in (report.outcomes[0].hint or "")
    monkeypatch.setenv("KIE_API_KEY", "key-one-long")
    shop.server.clock.advance(500)
    assert shop.build().exit_code == 0
    assert creates(shop) == 1


def test_other_words_are_bought_with_the_key_that_is_set(
    with_two_keys: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has lost the other key is not stuck, and its job stays that key's."""
    shop = with_two_keys
    shop.server.on("create", Fate(latency=500))
    monkeypatch.setenv("KIE_TIMEOUT", "2")
    assert shop.write("coin").build().exit_code == 7
    monkeypatch.setenv("KIE_API_KEY", "key-two-long")
    monkeypatch.delenv("KIE_TIMEOUT")
    report = shop.write(coin="a coin of gold").build()
    assert (report.exit_code, report.submitted) == (0, 1)
    assert shop.states() == ["submitted", "done"]


def test_the_journal_says_sending_before_the_vendor_hears_of_it(shop: Shop) -> None:
    seen: list[tuple[str, str]] = []

    def look(call: Call) -> bool:
        with shop.journal() as journal:
            states = {str(i.request["prompt"]): str(i.state) for i in journal.intents()}
        seen.append((call.prompt, states[call.prompt]))
        return False

    shop.server.on("create", Slow(), where=look, times=None)
    names = [f"coin-{number}" for number in range(30)]
    assert shop.write(*names).build().exit_code == 0
    assert sorted(seen) == sorted((f"a {name}", "sending") for name in names)

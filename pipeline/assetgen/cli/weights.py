"""This file is `assetgen weights`: the models that rembg cuts pictures out with."""

from __future__ import annotations

import signal
import sys
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import click

from assetgen.cli.parameters import voice
from assetgen.console.words import counted, size

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assetgen.console import Console
    from assetgen.images.cutout.pulling import Offer
    from assetgen.images.cutout.weights import Weights
    from assetgen.manifest.networks import Network
    from assetgen.settings import Settings

LS_EXAMPLE = """\b
Example:
  assetgen weights ls
"""
PULL_EXAMPLE = """\b
Example:
  assetgen weights pull u2netp
  assetgen weights pull silueta birefnet-general-lite --yes
  assetgen weights pull u2netp --from https://mirror.example/u2netp.onnx
"""
VERIFY_EXAMPLE = """\b
Example:
  assetgen weights verify
"""


@click.group("weights", epilog=LS_EXAMPLE)
def command() -> None:
    """List, pull or check the models that `removeBg: {method: rembg}` uses.

    They lie in rembg's own folder: REMBG_HOME, or ~/.rembg. Only `pull` downloads
    any; a build never does.
    """


@command.command("ls", epilog=LS_EXAMPLE)
@voice
def ls(console: Console) -> int:
    """List the models of this machine, and those that can be pulled.

    Each with its size, its SHA-256, its licence, and whether that lets a company use
    it. What is here is read, because its bytes decide whose licence it has.
    """
    from assetgen.images.cutout.weights import files_here, folders, weigh
    from assetgen.manifest.networks import NETWORKS

    environment = _settings().environment
    found = [weigh(file) for file in files_here(environment)]
    others = NETWORKS.keys() - {each.name for each in found}
    absent = [name for name in NETWORKS if name in others]
    if console.as_json:
        models = [_object(each.name, each) for each in found]
        console.json({"models": models + [_object(name, None) for name in absent]})
        return 0
    rows = [("head", _row("model", "size", "commercial use", "licence"))]
    for each in found:
        rows.append(("good", _row(each.name, size(each.size), *_terms(each.network))))
        rows.append(("", f"  sha256 {each.sha256}"))
    rows += [("still", _row(name, "-", *_terms(NETWORKS[name]))) for name in absent]
    console.rows(rows)
    for name, network in NETWORKS.items():
        console.detail(f"{name}: {network.terms}")
    console.say(f"{counted(len(found), 'model')} here, in `{folders(environment)[0]}`")
    console.say("`assetgen weights pull MODEL` fetches one, and says its size first")
    return 0


@command.command("pull", epilog=PULL_EXAMPLE)
@click.argument("names", nargs=-1, required=True, metavar="MODEL...")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--licence",
    type=click.Choice(["accept"]),
    help="You may use weights that are not for commerce.",
)
@click.option("--from", "source", metavar="URL", help="Fetch it from this address.")
@click.option("--sha256", metavar="HEX", help="Insist on this digest.")
@voice
def pull(  # noqa: PLR0913  one for each option
    console: Console,
    *,
    names: tuple[str, ...],
    yes: bool,
    licence: str | None,
    source: str | None,
    sha256: str | None,
) -> int:
    """Fetch the weights of models to where rembg looks for them.

    Says first what it will fetch: from which host, how large, under which licence;
    and asks. Compares the checksum that rembg knows the model by, and writes the
    SHA-256 beside the file. With --from and --sha256 the file is another one: yours,
    by your digest.
    """
    from assetgen.errors import UsageError
    from assetgen.images.cutout.pulling import announced, here
    from assetgen.images.cutout.wanted import wished

    if {source, sha256} != {None} and len(set(names)) > 1:
        message = "`--from` and `--sha256` are about one file"
        raise UsageError(message, hint="pull the models one by one")
    wishes = [
        wished(name, source=source, sha256=sha256, accepts=licence == "accept")
        for name in dict.fromkeys(names)
    ]
    settings = _settings()
    models: list[dict[str, object]] = []
    offers: list[Offer] = []
    for wish in wishes:
        if found := here(wish, settings.environment):
            models.append(_shown(console, found, "is here already"))
        else:
            offers.append(announced(wish, settings.environment))
    if not offers or _agreed(console, offers, yes=yes):
        code = _fetch(console, offers, settings, models)
    else:
        console.say("nothing was fetched")
        code = 2
    if console.as_json:
        console.json({"models": models})
    return code


@command.command("verify", epilog=VERIFY_EXAMPLE)
@voice
def verify(console: Console) -> int:
    """Compare every model with what was written down when it was pulled.

    And with the checksum that rembg knows it by. Exits 8 if one is damaged; it stays
    where it is, and `assetgen weights pull` puts the right one in its place.
    """
    from assetgen.images.cutout.weights import files_here, pull_command, weigh
    from assetgen.manifest.networks import NETWORKS

    found = [weigh(file) for file in files_here(_settings().environment)]
    if console.as_json:
        console.json({"models": [_object(each.name, each) for each in found]})
    for each in found:
        if each.is_whole is None:
            console.say(f"nothing is written down about `{each.file}`")
        elif not each.is_whole:
            known = each.name in NETWORKS
            hint = f"`{pull_command(each.name)}` replaces it" if known else None
            right = "was pulled" if each.noted else "rembg knows"
            text = f"damaged, or another file than {right}: `{each.file}`"
            console.warn(text, hint)
    console.say(f"{counted(len(found), 'model')} read")
    return 8 if any(each.is_whole is False for each in found) else 0


def _agreed(console: Console, offers: Sequence[Offer], *, yes: bool) -> bool:
    """Say what would be fetched and return whether somebody wants that.

    Raises UsageError if there is nobody to ask.
    """
    from assetgen.errors import UsageError

    tell = console.say if yes else console.vital
    for offer in offers:
        wish = offer.wish
        verb = "replaces" if offer.place.exists() else "becomes"
        tell(f"{wish.name}: {size(offer.size)} from `{offer.host}`")
        tell(f"  address   {wish.shown}")
        tell(f"  licence   {wish.terms}")
        tell(f"  checked   {', '.join(sorted(wish.checks))}")
        tell(f"  {verb:<8}  {offer.place}")
    if yes:
        return True
    if not console.has_person:
        message = "nobody agreed to download anything"
        raise UsageError(message, hint="`--yes` agrees to what is listed above")
    total = size(sum(offer.size for offer in offers))
    return console.asks(f"Fetch {total}?")


def _fetch(
    console: Console,
    offers: Sequence[Offer],
    settings: Settings,
    models: list[dict[str, object]],
) -> int:
    """Fetch what was agreed to, adding each to `models`; return the exit code."""
    from assetgen.console.loading import loading
    from assetgen.errors import AssetgenError, worst
    from assetgen.images.cutout.pulling import pull as pulled

    locks = settings.journal.parent / "pulling"
    codes = [0]
    for offer in offers:
        name = offer.wish.name
        waits = partial(console.say, f"{name}: another pull fetches it, waiting")
        try:
            with loading(console, name, offer.size) as progress, _stoppable():
                found = pulled(offer, settings.environment, locks, progress, waits)
        except AssetgenError as error:
            console.error(error)
            codes.append(error.exit_code)
            models.append({"name": name, "error": error.message, "hint": error.hint})
        else:
            models.append(_shown(console, found, "pulled"))
    return worst(codes)


@contextmanager
def _stoppable() -> Iterator[None]:
    """Let SIGTERM end a download as Ctrl-C does: with nothing left behind."""

    def stop(*_: object) -> None:
        sys.exit(143)

    try:
        before = signal.signal(signal.SIGTERM, stop)
    except ValueError:  # another thread than the main one
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _shown(console: Console, found: Weights, state: str) -> dict[str, object]:
    """Show a model that was asked for and return it as an object."""
    console.rows(
        [
            ("good", f"= {found.name}: {state}, {size(found.size)}"),
            ("", f"  sha256 {found.sha256}"),
            ("", f"  {found.file}"),
        ]
    )
    return {**_object(found.name, found), "pulled": state == "pulled"}


def _terms(network: Network | None) -> tuple[str, str]:
    """Return commercial use and licence of some weights, as words."""
    if network is None:
        return "unclear", "not known for these bytes"
    return network.commercial, network.licence or "none is named"


def _row(*cells: str) -> str:
    """Return one line of the list."""
    name, bytes_, use, licence = cells
    return f"{name:<21}  {bytes_:>8}  {use:<14}  {licence}"


def _object(name: str, found: Weights | None) -> dict[str, object]:
    """Return a model as an object; what is not known, or not here, is null."""
    from assetgen.manifest.networks import NETWORKS

    network = found.network if found else NETWORKS[name]
    return {
        "name": name,
        "file": str(found.file) if found else None,
        "bytes": found.size if found else None,
        "sha256": found.sha256 if found else None,
        "whole": found.is_whole if found else None,
        "licence": network.licence or None if network else None,
        "commercial": network.commercial if network else "unclear",
        "note": network.note if network else None,
        "url": network.url if network else None,
        "checksum": network.checksum if network else None,
    }


def _settings() -> Settings:
    """Return the settings of this user."""
    from assetgen.cli.surroundings import settings_here

    return settings_here()

"""This file is a project opened: it puts the rooms together, and decides nothing.

Reading, planning, building and reviewing all start here; what they need of the outside
world (settings, providers, folders, the clock) is handed down from here.
"""

from __future__ import annotations

import fnmatch
import os
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from assetgen.cache import Cache
from assetgen.catalogue import nearest
from assetgen.clock import Clock, SystemClock, month_start
from assetgen.consent import Month
from assetgen.errors import AssetgenError, ManifestError, Problem, UsageError
from assetgen.journal import Journal
from assetgen.knowledge import Knowledge
from assetgen.manifest.load import load_manifest
from assetgen.originals import Originals
from assetgen.planning import make_plan
from assetgen.plugins import find
from assetgen.providers import registry
from assetgen.publish import Index
from assetgen.renders import Renders
from assetgen.settings import Settings, read_settings
from assetgen.sketch import sketch_of
from assetgen.sourcing import Wish
from assetgen.stores.disk import DiskStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from assetgen.catalogue import Model
    from assetgen.manifest.model import Asset, Manifest
    from assetgen.plan import Plan
    from assetgen.providers.base import Provider
    from assetgen.request import Request

DEFAULT = "assets.yaml"


@dataclass(frozen=True, slots=True)
class Project:
    """One manifest with everything around it.

    Attributes:
        settings: What the surroundings decide.
        providers: Every installed provider that could be loaded, by name.
        broken: Providers that could not, with the reason.
        opened: When reading began, in the file system's own ns since 1970: what
            changed later may not be what was read.
    """

    manifest: Manifest
    settings: Settings
    providers: Mapping[str, Provider]
    broken: Mapping[str, UsageError]
    clock: Clock = field(default_factory=SystemClock)
    opened: int = 0

    @property
    def cache(self) -> Cache:
        """Return the shelf of derived bytes and earlier takes."""
        return Cache(DiskStore(self.settings.store))

    @property
    def originals(self) -> Originals:
        """Return the folder of bought pictures."""
        return Originals(self.manifest.originals)

    @property
    def lock(self) -> Path:
        """Return the file that one build holds."""
        return self.manifest.root / ".assetgen.lock"

    def paying(self) -> dict[str, Provider]:
        """Return the providers that this manifest buys from."""
        used = {a.request.provider for a in self.manifest.assets if a.request}
        return {
            name: provider
            for name, provider in self.providers.items()
            if name in used and not provider.free
        }

    def knowledge(self, journal: Journal | None) -> Knowledge:
        """Return everything remembered; raises what a damaged receipt raises."""
        indexes = {
            name: Index(folder, self.manifest.path)
            for name, folder in self.manifest.outputs.items()
        }
        accounts = {name: one.account() for name, one in self.paying().items()}
        return Knowledge(self.originals, self.cache, journal, indexes, accounts)

    def month(self, journal: Journal | None) -> Month | None:
        """Return what this month may cost and has cost; None if nobody bounds it."""
        limit = self.manifest.monthly
        if limit is None or journal is None:
            return None if limit is None else Month(limit, Decimal(0))
        since = month_start(self.clock.now())
        return Month(limit, journal.committed_since(self.manifest.root, since))

    @contextmanager
    def remembered(self) -> Iterator[Knowledge]:
        """Yield what is remembered, for commands that only read."""
        if not self.settings.journal.exists():
            yield self.knowledge(None)
            return
        with Journal.open(self.settings.journal, reading=True) as journal:
            yield self.knowledge(journal)

    def plan(
        self,
        knowledge: Knowledge,
        *,
        assets: Sequence[Asset] | None = None,
        wish: Wish | None = None,
        pairs: Callable[[], Mapping[str, Asset]] | None = None,
    ) -> Plan:
        """Return what a build of these assets (default: all) would do."""
        wish = replace(wish or Wish(), sketch=self.sketch)
        return make_plan(
            self.manifest, knowledge, assets=assets, wish=wish, pairs=pairs
        )

    def sketch(self, asset: Asset) -> Request:
        """Return what is asked of a free provider in place of an asset's picture."""
        provider = self.artist(asset)
        models = provider.models()
        own = asset.request.model if asset.request else ""
        model: Model = models.get(own) or next(iter(models.values()))
        return sketch_of(asset, model, self.manifest.palette)

    def artist(self, asset: Asset) -> Provider:
        """Return the free provider that draws an asset's placeholder."""
        name = asset.request.provider if asset.request and asset.free else "draft"
        if name not in self.providers:
            message = f"nothing draws placeholders here: no provider `{name}`"
            raise UsageError(message)
        return self.providers[name]

    def select(
        self,
        names: Sequence[str] = (),
        tags: Sequence[str] = (),
        *,
        together: bool = False,
    ) -> tuple[Asset, ...] | None:
        """Return the assets that were named or tagged, None if that was not done.

        A name may be a glob; a matrix asset's base name means all of it. Raises
        UsageError for a name or tag that nothing has.

        Args:
            names, tags: As they were typed.
            together: Of two that are one picture on two grounds, both.
        """
        if not names and not tags:
            return None
        wanted = {asset.name for name in names for asset in self._named(name)}
        pairs = {
            each for a in self.manifest.assets if a.name in wanted
            for each in (a.partner,) if each
        }  # fmt: skip
        wanted |= pairs if together else set()
        known = {tag for asset in self.manifest.assets for tag in asset.tags}
        for tag in tags:
            if tag not in known:
                message = f"no asset has the tag `{tag}`"
                raise UsageError(message, hint=nearest(tag, known))
        return tuple(
            self._as_asked(asset)
            for asset in self.manifest.assets
            if (not names or asset.name in wanted)
            and (not tags or set(tags) & set(asset.tags))
        )

    def one(self, name: str) -> Asset:
        """Return the one asset of that name; raises UsageError if there are several."""
        found = self._named(name)
        if len(found) > 1:
            names = ", ".join(f"`{asset.name}`" for asset in found[:5])
            message = f"`{name}` means {len(found)} assets: {names}"
            raise UsageError(message, hint="name one of them")
        return self._as_asked(found[0])

    def _as_asked(self, asset: Asset) -> Asset:
        """Return an asset whose request names the picture that it is shown, if any."""
        if not asset.twin_of or asset.request is None:
            return asset
        with suppress(AssetgenError):  # of a receipt like that others will tell
            receipt = self.originals.read(asset.twin_of)
            if receipt is not None:
                shown = asset.request.showing(receipt.sha256)
                return replace(asset, request=shown)
        return asset

    def _named(self, name: str) -> list[Asset]:
        """Return the assets that a name or glob means, at least one."""
        assets = self.manifest.assets
        exact = [asset for asset in assets if asset.name == name]
        found = exact or [
            asset
            for asset in assets
            if asset.base == name or fnmatch.fnmatchcase(asset.name, name)
        ]
        if not found:
            known = {asset.name for asset in assets} | {asset.base for asset in assets}
            message = f"no asset named `{name}` in {self.manifest.name}"
            raise UsageError(message, hint=nearest(name, known))
        return found


def find_manifest(start: Path, named: str | None = None) -> Path:
    """Return the manifest's path: the named one, else the nearest one upwards.

    Raises UsageError if there is none.
    """
    if named is not None:
        path = start / named
        if not path.is_file():
            hint = nearest(path.name, _yaml_files(path.parent))
            message = f"no manifest `{named}`"
            raise UsageError(message, hint=hint or "`assetgen init` makes one")
        return path
    for folder in (start, *start.parents):
        if (folder / DEFAULT).is_file():
            return folder / DEFAULT
    message = f"no `{DEFAULT}` here or in a folder above"
    raise UsageError(message, hint="`assetgen init` makes one")


def open_project(
    start: Path,
    named: str | None = None,
    *,
    clock: Clock | None = None,
    remember: bool = True,
) -> Project:
    """Open the project of a manifest, checked as a whole.

    Args:
        start: Absolute folder from which the manifest is looked for.
        named: The manifest as a person typed it, None for the nearest one.
        clock: Another clock than the machine's.
        remember: Use and keep rendered words in the store; without, nothing is
            written anywhere.

    Raises:
        UsageError: There is no manifest, or a setting is no use.
        ManifestError: The files have mistakes; all of them are in it.

    """
    opened = time.time_ns()
    path = find_manifest(start, named)
    settings = read_settings(path.parent)
    clock = clock or SystemClock()
    providers, broken = load_providers(settings, clock)
    memo = Renders(DiskStore(settings.store), path) if remember else None
    try:
        manifest = load_manifest(
            path,
            shown=_shown(path, start),
            providers={name: one.models() for name, one in providers.items()},
            free={name for name, one in providers.items() if one.free},
            cutouts=find("assetgen.cutouts"),
            memo=memo,
        )
    except ManifestError as error:
        if not broken:
            raise
        more = [Problem(None, "", one.message, one.hint) for one in broken.values()]
        raise ManifestError((*error.problems, *more)) from error
    if memo is not None:
        memo.keep()
    return Project(manifest, settings, providers, broken, clock, opened)


def load_providers(
    settings: Settings, clock: Clock
) -> tuple[dict[str, Provider], dict[str, UsageError]]:
    """Return every installed provider, and why some could not be loaded."""
    loaded: dict[str, Provider] = {}
    broken: dict[str, UsageError] = {}
    for name in registry.names():
        try:
            loaded[name] = registry.load(name)(settings.environment, clock)
        except UsageError as error:
            broken[name] = error
    return loaded, broken


def _shown(path: Path, start: Path) -> str:
    """Return a path as messages show it: relative where that is shorter."""
    relative = os.path.relpath(path, start)
    return min((relative, str(path)), key=len).replace(os.sep, "/")


def _yaml_files(folder: Path) -> Iterable[str]:
    """Return the names of a folder's YAML files."""
    try:
        names = [path.name for path in folder.iterdir()]
    except OSError:
        return []
    return [name for name in names if name.endswith((".yaml", ".yml"))]

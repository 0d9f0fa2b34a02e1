"""This file is what is known without a manifest: settings and who can draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assetgen.cli.parameters import here
from assetgen.clock import SystemClock
from assetgen.errors import UsageError
from assetgen.project import find_manifest, load_providers
from assetgen.settings import read_settings

if TYPE_CHECKING:
    from assetgen.providers.base import Provider
    from assetgen.settings import Settings


def settings_here(named: str | None = None) -> Settings:
    """Return the settings of the project here, or of this folder if there is none."""
    start = here()
    try:
        return read_settings(find_manifest(start, named).parent)
    except UsageError:
        if named is not None:
            raise
        return read_settings(start)


def vendors() -> tuple[dict[str, Provider], dict[str, UsageError]]:
    """Return every provider that works, and why others do not."""
    return load_providers(settings_here(), SystemClock())

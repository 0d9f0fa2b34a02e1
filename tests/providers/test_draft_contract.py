"""The offline artist keeps the contract of a provider."""

from __future__ import annotations

from assetgen.providers.draft import Draft
from assetgen.testing.providers import ProviderContract


class TestDraft(ProviderContract):
    """Every promise of `Provider` that a free one makes, kept by `Draft`."""

    def make(self) -> Draft:
        """Return the artist."""
        return Draft()

"""This folder is the only place that writes on a terminal."""

from __future__ import annotations

from assetgen.console.console import Console

__all__ = ["Console"]

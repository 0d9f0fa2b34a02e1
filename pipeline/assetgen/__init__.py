"""Declared pictures, bought once: from a YAML file to published brand assets."""

from assetgen.version import VERSION

__version__ = VERSION

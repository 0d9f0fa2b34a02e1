"""This file is the version of assetgen, in one place."""

VERSION = "0.1.0"

"""This folder is the ways to cut a picture out of its background."""

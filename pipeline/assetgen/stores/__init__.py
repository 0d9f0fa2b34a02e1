"""This folder is the shelves: bytes by name, wherever they are kept."""

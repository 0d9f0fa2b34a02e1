"""This folder is pixels: bytes in, bytes out, no network and no memory."""

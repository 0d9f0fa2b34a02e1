"""This folder is where templates run: a process of their own, with nothing in it.

Rendering is part of what a prompt is. Changing how a template that works is rendered
buys pictures again; bump `VERSION` so that no remembered text survives the change.
"""

VERSION = 1

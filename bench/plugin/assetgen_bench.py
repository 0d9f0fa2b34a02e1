"""This file is a free provider that draws one grey square: set-up must not take hours.

What is measured is everything around drawing, which `draft` would hide.
"""

from __future__ import annotations

import base64

from assetgen.catalogue import Dial, Input, Model
from assetgen.providers.base import Done, Provider

RATIOS = {"1:1": "1:1", "16:9": "16:9"}
# 64 by 64 pixels, grey.
SQUARE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAAAAACPAi4CAAAAK0lEQVR42u3MMREAAAgEoNfkRjeE"
    "mwcBqMlNRyAQCAQCgUAgEAgEAsHzYAFAdAEArKmlZAAAAABJRU5ErkJggg=="
)


class Flat(Provider):
    """Draws the same square whatever the words are."""

    name = "flat"
    free = True

    def models(self) -> dict[str, Model]:
        """Return its one model, with a dial as a real one has."""
        inputs = {"aspect_ratio": Input("string", "1:1", tuple(RATIOS))}
        dial = Dial("aspect_ratio", RATIOS)
        return {"flat": Model("flat", "flat", inputs, aspect_ratio=dial, side=64)}

    async def submit(self, request: object, sending: object) -> Done:
        """Answer with the square; nothing is sent."""
        del request, sending
        return Done(SQUARE)

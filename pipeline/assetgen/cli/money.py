"""This file is a sum of money as a person types it: `5`, `0.18`, `$2.50`."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from typing import Any


# Generic in newer releases of click only.
class Usd(click.ParamType):  # type: ignore[type-arg]
    """A sum of US dollars, at least 0."""

    name = "usd"

    def convert(
        self,
        value: Any,  # noqa: ANN401  click's own signature
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Decimal:
        """Return the sum; fails for anything that is none."""
        try:
            usd = Decimal(str(value).strip().removeprefix("$"))
        except InvalidOperation:
            usd = Decimal("NaN")
        if not usd.is_finite() or usd < 0:
            self.fail(
                f"expected a sum in USD such as `2.50`, got `{value}`", param, ctx
            )
        return usd


USD = Usd()

"""Our provider beside the test vendor: both were written from the vendor's pages."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from assetgen.providers.kie import Kie
from assetgen.providers.kie.catalogue import MODELS as OURS
from assetgen.testing.kie import KieServer
from assetgen.testing.kie.account import USD_PER_CREDIT
from assetgen.testing.kie.models import MODELS as THEIRS
from assetgen.testing.providers import ProviderContract

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assetgen.catalogue import Model, Scalar

# Documented, and left out of our catalogue: references, and an alias of the ratio.
NOT_OFFERED = {"image_input", "image_size"}


class TestKie(ProviderContract):
    """The whole contract against the vendor's own protocol."""

    @pytest.fixture(autouse=True)
    def vendor(self) -> Iterator[None]:
        """Run a vendor for the test."""
        with KieServer(speed=50, latency=5, scale=0.1) as self.server:
            yield

    def make(self) -> Kie:
        """Return a provider that the vendor serves."""
        return Kie(self.server.env, self.server.clock)

    def make_with_a_bad_key(self) -> Kie:
        """Return a provider with a key that the vendor does not know."""
        return Kie({**self.server.env, "KIE_API_KEY": "bad"}, self.server.clock)

    def make_without_a_vendor(self) -> Kie:
        """Return a provider whose vendor has closed."""
        with KieServer() as closed:
            address = closed.env
        return Kie(address, self.server.clock)

    def bought(self) -> int:
        """Return how many tasks the vendor has."""
        return len(self.server.account.tasks)


def combinations(model: Model) -> Iterator[dict[str, Scalar]]:
    """Yield every request that a model's catalogue entry allows, bans aside."""
    values = [given.choices or (given.default,) for given in model.inputs.values()]
    for chosen in itertools.product(*values):
        pairs = zip(model.inputs, chosen, strict=True)
        yield {name: value for name, value in pairs if value is not None}


def banned(model: Model, inputs: dict[str, Scalar]) -> bool:
    """Return whether our catalogue refuses a combination."""
    return any(
        all(inputs.get(name) in values for name, values in ban.when.items())
        for ban in model.bans
    )


@pytest.mark.parametrize("name", sorted(set(OURS) & set(THEIRS)))
def test_both_catalogues_agree(name: str) -> None:
    """Every combination is refused by both or costs the same with both."""
    ours, theirs = OURS[name], THEIRS[name]
    different = []
    for inputs in combinations(ours):
        refused = theirs.problem({"prompt": "a coin", **inputs}) is not None
        if refused != banned(ours, inputs):
            different.append((inputs, "refused by one only"))
        elif (
            not refused and ours.price(inputs) != theirs.price(inputs) * USD_PER_CREDIT
        ):
            different.append((inputs, f"{ours.price(inputs)} USD"))
    assert different == []
    assert set(theirs.rules) - set(ours.inputs) - {"prompt"} <= NOT_OFFERED
    assert ours.prompt_limit <= (theirs.rules["prompt"].most or 20_000)


def test_the_test_vendor_sells_what_we_offer() -> None:
    assert set(OURS) - set(THEIRS) == set()

"""This file is the contract of a vendor that can be shown pictures beside the words.

A request names them by the digests of their bytes, and its paid key is made of those.
Where the vendor finds them is an address that is told over the wire and in no key: it
is made anew when it is needed, costs nothing, and is forgotten with the build.
"""

from __future__ import annotations

import abc
import re
from typing import TYPE_CHECKING

from assetgen.providers.base import Provider

if TYPE_CHECKING:
    from collections.abc import Mapping

# A picture is called by so many digits of its digest where a vendor keeps it, so that a
# job can be told by what it was shown.
DIGITS = 40
_NAMED = re.compile(rf"/([0-9a-f]{{{DIGITS}}})\.[a-z]+(?:[?#]|$)")


def names_in(inputs: Mapping[str, object]) -> set[str]:
    """Return the names of ours that stand in the addresses of some inputs."""
    lists = (value for value in inputs.values() if isinstance(value, list))
    found = (_NAMED.search(str(url)) for urls in lists for url in urls)
    return {match[1] for match in found if match}


class ShowsPictures(Provider):
    """A provider whose requests may refer to pictures."""

    @abc.abstractmethod
    async def show(self, digest: str, picture: bytes) -> None:
        """Bring a picture to where the vendor sees it, for `submit` to refer to.

        Nothing is bought by it, and it may be done again. Raises AccountError if the
        key is refused, Unavailable if it may work later, ProviderError if the vendor
        does not take the picture.
        """

"""This file is the contract of a vendor that can be shown pictures beside the words.

A request names them by the digests of their bytes, and its paid key is made of those.
Where the vendor finds them is an address that is told over the wire and in no key: it
is made anew when it is needed, costs nothing, and is forgotten with the build.
"""

from __future__ import annotations

import abc

from assetgen.providers.base import Provider


class ShowsPictures(Provider):
    """A provider whose requests may refer to pictures."""

    @abc.abstractmethod
    async def show(self, digest: str, picture: bytes) -> None:
        """Bring a picture to where the vendor sees it, for `submit` to refer to.

        Nothing is bought by it, and it may be done again. Raises AccountError if the
        key is refused, Unavailable if it may work later, ProviderError if the vendor
        does not take the picture.
        """

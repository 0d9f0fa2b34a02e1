"""This file is the contract of a vendor that calls back when a job has ended.

A callback is a doorbell, not a letter: all that is taken from it is which job to ask
about now. How the job stands, and where its picture is, only the vendor says when it
is asked with our own key.
"""

from __future__ import annotations

import abc
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assetgen.providers.base import Provider

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from assetgen.providers.base import Submission
    from assetgen.request import Request


@dataclass(frozen=True, slots=True)
class Call:
    """What somebody has posted to an address of ours; nobody knows who.

    Attributes:
        headers: (lower-case name, value), also where a name comes twice.
        body: At most as long as the receiver allows.
    """

    headers: tuple[tuple[str, str], ...]
    body: bytes

    def values(self, name: str) -> list[str]:
        """Return every value of a header."""
        return [value for found, value in self.headers if found == name]


class NotTheirs(Exception):
    """A call that is not the vendor's, or that nobody can make sense of.

    Attributes:
        status: The HTTP status to answer with: 401 or 400.
    """

    def __init__(self, why: str, status: int) -> None:
        super().__init__(why)
        self.status = status


class CallsBack(Provider):
    """A provider whose vendor can be told to call an address of ours."""

    @abc.abstractmethod
    async def submit(
        self,
        request: Request,
        sending: Callable[[], Awaitable[None]],
        callback: str | None = None,
    ) -> Submission:
        """Ask for one picture, once; see `Provider.submit`.

        `callback` is the address to call, different for each submission. It goes over
        the wire and into no key.
        """

    @abc.abstractmethod
    def check_callback(self, url: str) -> None:
        """Raise UsageError unless the vendor can be told to call there. No I/O."""

    @property
    @abc.abstractmethod
    def signed(self) -> bool:
        """Whether calls must be signed to be believed at all."""

    @abc.abstractmethod
    def who_rings(self, call: Call) -> str:
        """Return the id of the job that a call is about. No I/O.

        Raises NotTheirs if it is not signed as it must be, or names no job.
        """

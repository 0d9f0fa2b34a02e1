"""This file is how long and how much of kie.ai's network is borne with."""

from __future__ import annotations

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB

HEADERS_MOST = 64 * KIB
JSON_MOST = MIB
PICTURE_MOST = 64 * MIB
REDIRECTS_MOST = 5


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait at most, in seconds.

    Attributes:
        connect: Until a connection stands, TLS and a proxy's consent included.
        call: For the answer to one question; for a submission, from its first byte.
        download: For a whole picture.
        stall: In which a download must bring `stall` KiB, or it is given up.
        unknown: While the vendor may not know a job that it has accepted.
    """

    connect: float = 10
    call: float = 30
    download: float = 120
    stall: float = 20
    unknown: float = 90

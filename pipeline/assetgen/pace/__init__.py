"""This room is how fast a vendor is asked, when again, and when not any more.

`Window` keeps a vendor's rate limit, together with every other build of this user on
the same key; `Breaker` notices a vendor who is not there; `Experience` remembers how
long pictures took, and its `Schedule` says when to ask for the next. What is shared
lies in one small file, the `Book`, which may be deleted at any time.
"""

from __future__ import annotations

from assetgen.pace.book import Book
from assetgen.pace.breaker import Breaker
from assetgen.pace.experience import Experience
from assetgen.pace.ledger import Limit
from assetgen.pace.schedule import Fixed, Schedule
from assetgen.pace.window import Window

__all__ = [
    "Book",
    "Breaker",
    "Experience",
    "Fixed",
    "Limit",
    "Schedule",
    "Window",
]

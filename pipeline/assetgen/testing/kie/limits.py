"""This file is the vendor's rate limit: so many calls in any window of so many seconds.

A refused call is not counted; nothing is queued.
"""

from __future__ import annotations

import threading
from collections import defaultdict, deque


class SlidingWindow:
    """Admits calls per key; safe to ask from any thread."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._admitted: defaultdict[str, deque[float]] = defaultdict(deque)
        self._lock = threading.Lock()

    def admits(self, key: str, now: float, most: int) -> bool:
        """Return whether one more call of a key fits in now, and count it if so."""
        with self._lock:
            times = self._admitted[key]
            while times and times[0] <= now - self._seconds:
                times.popleft()
            if len(times) >= most:
                return False
            times.append(now)
            return True

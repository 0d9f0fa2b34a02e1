"""This file is the arithmetic of a rate limit: which moment is the next one allowed.

Pure. A ledger holds the last permits of one window as wall times, because several
processes share them, and what the vendor's refusals have taught. After the second the
rate falls by three tenths and comes back along a cubic curve, as TCP's does (RFC 9438)
and botocore's adaptive mode, but in units of 10 s: slow where we last met the wall,
fast once that is far behind.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Self

BETA = 0.7  # what a refusal leaves of the rate
UNIT = 10.0  # seconds, in which the curve is drawn
SCALE = 0.4  # how steeply it comes back, per unit cubed
FLOOR = 0.5  # permits per second that no refusal takes away
CALM = 60.0  # seconds after a refusal before calls may come in bunches again
FIRST = 1.0  # seconds without a call after the first refusal in a long time
LONGEST = 60.0  # seconds: no vendor closes a window for longer


@dataclass(frozen=True, slots=True)
class Limit:
    """So many calls in any so many seconds.

    Attributes:
        even: Calls are spread over the window, not bunched at its start.
    """

    calls: int
    seconds: float
    even: bool = False

    @property
    def rate(self) -> float:
        """Return the calls per second that this allows in the long run."""
        return self.calls / self.seconds

    def halved(self) -> Limit:
        """Return half of it, for one who does not see what others take."""
        return Limit(max(1, self.calls // 2), self.seconds, even=self.even)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The state of one window.

    Attributes:
        times: Wall times of the last permits, ascending; a permit that somebody is
            waiting for lies in the future.
        closed: Until then the vendor wants to hear nothing.
        peak: Calls per second at the last refusal, None if there was none.
        cut: When that was, or when the one refusal was that changed no rate.
        refusals: How many there were since the last calm.
    """

    times: tuple[float, ...] = ()
    closed: float = 0.0
    peak: float | None = None
    cut: float = 0.0
    refusals: int = 0

    @classmethod
    def read(cls, note: object, limit: Limit, now: float) -> Self:
        """Return the ledger that a note holds, without moments that mean nothing now.

        A clock that was set back leaves moments in a future too far for any permit:
        they count as this very moment.
        """
        values = note if isinstance(note, dict) else {}
        horizon = now + LONGEST + limit.seconds
        past = now - limit.seconds - 1 / FLOOR
        times = values.get("times")
        times = times if isinstance(times, list) else []
        known = [t for t in map(_number, times) if t is not None and t > past]
        peak = _number(values.get("peak"))
        return cls(
            tuple(sorted(now if t > horizon else t for t in known)),
            min(_number(values.get("closed")) or 0.0, now + LONGEST),
            peak if peak is not None and peak > 0 else None,
            min(_number(values.get("cut")) or 0.0, now),
            max(0, int(_number(values.get("refusals")) or 0)),
        )

    def note(self) -> dict[str, object]:
        """Return what `read` reads."""
        return {
            "times": list(self.times),
            "closed": self.closed,
            "peak": self.peak,
            "cut": self.cut,
            "refusals": self.refusals,
        }

    def rate(self, limit: Limit, now: float) -> float:
        """Return how many calls per second are right at that moment."""
        if self.peak is None:
            return limit.rate
        units = max(0.0, now - self.cut) / UNIT
        back = math.cbrt(self.peak * (1 - BETA) / SCALE)
        cubic = SCALE * (units - back) ** 3 + self.peak
        return min(limit.rate, max(cubic, FLOOR))

    def next(self, limit: Limit, now: float) -> float:
        """Return the first moment from `now` on at which one more call is allowed."""
        at = max(now, self.closed)
        if len(self.times) >= limit.calls:
            at = max(at, self.times[-limit.calls] + limit.seconds)
        careful = self.peak is not None and now < self.cut + CALM
        if self.times and (limit.even or careful):
            at = max(at, self.times[-1] + 1 / self.rate(limit, now))
        return at

    def taken(self, at: float) -> Ledger:
        """Return the ledger with one more permit."""
        return replace(self, times=tuple(sorted((*self.times, at))))

    def given_back(self, at: float) -> Ledger:
        """Return the ledger without a permit."""
        times = list(self.times)
        if at in times:
            times.remove(at)
        return replace(self, times=tuple(times))

    def shut(self, until: float) -> Ledger:
        """Return the ledger that gives no permit before that moment."""
        return replace(self, closed=max(self.closed, until))

    def refused(self, limit: Limit, now: float) -> Ledger:
        """Return the ledger after the vendor said that it is too much.

        One refusal in a long calm changes no rate: a network has brought together what
        left apart. Those of one window cut it once: they were under way together.
        """
        if not self.refusals or now >= self.cut + CALM:
            return replace(self, peak=None, cut=now, refusals=1)
        more = replace(self, refusals=self.refusals + 1)
        if self.peak is not None and now - self.cut < limit.seconds:
            return more
        recent = sum(now - limit.seconds < t <= now for t in self.times) / limit.seconds
        peak = max(FLOOR, min(self.rate(limit, now), recent))
        return replace(more, peak=peak, cut=now)

    def pause(self, limit: Limit) -> float:
        """Return the seconds to wait after a refusal that asks for no time of its own.

        They double up to one window: then the vendor has forgotten.
        """
        return min(FIRST * 2.0 ** (min(self.refusals, 10) - 1), limit.seconds)


def _number(value: object) -> float | None:
    """Return a finite number, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None

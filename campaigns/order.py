"""This file reads from a build's system calls in which order it makes things durable.

    python campaigns/order.py

Three promises are read from the log of strace, for every request and every file:

- a request that costs money leaves only after the journal was written and synced (R01),
- the answer to it is in the journal, synced, before its thread opens, sends or writes
  anything else (R03),
- a file that is renamed into its place was synced before, and its folder after (R30).

Ends with 0 if all hold, 1 if not or if there is nothing to judge, 2 without strace.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import syscalls
from trial import CALLS, NAMES, need, trial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from syscalls import Call

WAL = "journal.db-wal"
CREATE = "POST /api/v1/jobs/createTask"
OUTWARD = {"openat", "sendto", "connect", "write", "rename", "unlink"}


class Promises:
    """What one log must show; each method yields what it does not.

    Attributes:
        judged: How often each promise was there to be kept.
    """

    def __init__(self, calls: list[Call]) -> None:
        self.calls = calls
        self.judged = {"R01": 0, "R03": 0, "R30": 0}

    def broken(self) -> Iterator[str]:
        """Yield every break of a promise."""
        for number, call in enumerate(self.calls):
            if call.name == "sendto" and CREATE in call.text:
                yield from self._synced_before(number, call)
                yield from self._noted_after(number, call)
            elif call.name == "rename" and ".assetgen-" in call.text:
                yield from self._durable(number, call)

    def _synced_before(self, number: int, post: Call) -> Iterator[str]:
        """R01: the journal's last write ended, and then its sync, before the POST."""
        self.judged["R01"] += 1
        journal = [c for c in self.calls[:number] if WAL in c.text]
        written = [c.ended for c in journal if c.name == "pwrite64"]
        synced = [c.began for c in journal if c.name == "fdatasync" and _went_well(c)]
        if not written or not synced or synced[-1] < written[-1]:
            yield f"line {post.began}: a request left before the journal was synced"

    def _noted_after(self, number: int, post: Call) -> Iterator[str]:
        """R03: nothing comes between the reply and the sync of the journal."""
        socket = post.text.partition(",")[0]
        mine = [c for c in self.calls[number:] if c.thread == post.thread]
        replies = [
            n
            for n, c in enumerate(mine)
            if c.name == "recvfrom" and c.text.startswith(socket) and c.result
        ]
        if not replies:
            yield f"line {post.began}: no reply was read"
            return
        self.judged["R03"] += 1
        for call in mine[replies[0] + 1 :]:
            if call.name == "fdatasync" and WAL in call.text:
                return
            creates = call.name != "openat" or "O_CREAT" in call.text
            if call.name in OUTWARD and creates:
                yield f"line {call.began}: {call.name} before the reply was noted"
                return
        yield f"line {post.began}: its reply was never synced"

    def _durable(self, number: int, rename: Call) -> Iterator[str]:
        """R30: write, sync, rename, sync the folder, by one thread."""
        self.judged["R30"] += 1
        source, target = re.findall(r'"([^"]*)"', rename.text)
        mine = [c for c in self.calls if c.thread == rename.thread]
        place = mine.index(self.calls[number])
        before = [c for c in mine[:place] if f"<{source}>" in c.text]
        kinds = [c.name for c in before if c.name in {"write", "fsync"}]
        arrived = source.endswith("-new")  # it was made durable under its hidden name
        if not arrived and (kinds[-1:] != ["fsync"] or "write" not in kinds):
            yield f"line {rename.began}: {target} was renamed before it was synced"
        folder = str(Path(target).parent)
        after = [c for c in mine[place + 1 :] if c.name in {"fsync", "rename"}]
        if not after or after[0].name != "fsync" or f"<{folder}>" not in after[0].text:
            yield f"line {rename.began}: the folder of {target} was not synced"


def _went_well(call: Call) -> bool:
    return call.ended > 0 and call.result == 0


def main() -> int:
    """Watch one build, judge its log, and return the exit code."""
    need("strace")
    with trial() as made:
        log = made.folder / "order.log"
        under = ["strace", "-f", "--seccomp-bpf", "-qq", "-yy", "-s", "64"]
        under += ["-o", str(log), "-e", f"trace={','.join(CALLS)}"]
        run = made.build(under)
        if run.returncode:
            sys.exit(f"the build to watch failed: {run.stderr}")
        promises = Promises(syscalls.read(log))
        broken = list(promises.broken())
    for line in broken:
        print(f"BROKEN: {line}")
    print(f"kept: {promises.judged}, broken: {len(broken)}")
    least = min(promises.judged["R01"], promises.judged["R03"])
    return 1 if broken or least < len(NAMES) or not promises.judged["R30"] else 0


if __name__ == "__main__":
    sys.exit(main())

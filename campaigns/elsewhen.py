"""This file runs the command on a machine whose clock is wrong by so many seconds.

python campaigns/elsewhen.py 86400 build --yes
"""

from __future__ import annotations

import runpy
import sys
import time

off = float(sys.argv.pop(1))
now, now_ns = time.time, time.time_ns
time.time = lambda: now() + off
time.time_ns = lambda: now_ns() + int(off * 1e9)
runpy.run_module("assetgen", run_name="__main__", alter_sys=True)

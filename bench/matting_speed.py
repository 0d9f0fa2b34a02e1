"""This file is the benchmark of how long cutting out takes, and what memory it needs.

Everything is compared with the bare inference of a network of the shape of `u2net`
(`matting_network`), timed in turn with it in one process, PNG coding aside.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import tempfile
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from matting_network import SIDE, write_network
from matting_sources import compose
from measure import in_turn, verdict
from PIL import Image

from assetgen.images.cutout.gates import Limits, judge
from assetgen.images.cutout.ground import find_ground
from assetgen.images.cutout.matte import Wish, find_matte
from assetgen.images.cutout.plain import Plain, unmixed
from assetgen.images.cutout.rembg import Rembg, cleaned
from assetgen.steps import Cut

if TYPE_CHECKING:
    from collections.abc import Callable

MODEL = Cut("rembg", "u2net")
LARGE = 2048
BATCH = 8


def subject(side: int, seed: int = 0) -> Image.Image:
    """Return a picture of a subject on its shadow on white."""
    levels = np.rint(compose("shadows", side, seed).picture.clip(0, 255))
    return Image.fromarray(levels.astype(np.uint8))


def encoded(image: Image.Image) -> bytes:
    """Return a picture as a PNG."""
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=1)
    return file.getvalue()


def timed(
    work: Callable[[], object], clock: Callable[[], float] = time.perf_counter
) -> Callable[[], float]:
    """Return what carries work out and returns its seconds by that clock."""

    def measured() -> float:
        started = clock()
        work()
        return clock() - started

    return measured


def network(method: Rembg) -> tuple[object, Callable[[], object]]:
    """Return the loaded session, and its bare inference."""
    session = method._session(MODEL)  # noqa: SLF001  what is timed
    given = np.random.default_rng(2).random((1, 3, SIDE, SIDE)).astype(np.float32)
    name = session.inner_session.get_inputs()[0].name
    return session, lambda: session.inner_session.run(None, {name: given})


def by_plain(image: Image.Image) -> Image.Image:
    """Return a picture cut out by `plain`, without coding."""
    ground = find_ground(image)
    return unmixed(image, find_matte(image, ground, Wish()).alpha, ground)


def one_picture(method: Rembg, rounds: int, clock: Callable[[], float]) -> None:
    """Print what one large picture takes."""
    image = subject(LARGE)
    session, bare = network(method)
    import rembg  # noqa: PLC0415  imported by the session

    made = by_plain(image)
    works: dict[str, Callable[[], object]] = {
        "bare inference": bare,
        "mask and composite": lambda: cleaned(
            image,
            method._mask(image, MODEL),  # noqa: SLF001  what is timed
        ),
        "rembg.remove": lambda: rembg.remove(image, session=session),
        "plain": lambda: by_plain(image),
        "gates": lambda: judge(image, made, Limits(), {"holes": 0.0}),
    }
    found = in_turn({name: timed(work, clock) for name, work in works.items()}, rounds)
    bare_seconds = found["bare inference"]
    for name, seconds in found.items():
        print(f"  {name:22}{seconds:8.3f} s {seconds / bare_seconds:8.2f} x")
    verdict("mask and composite", found["mask and composite"] / bare_seconds, 1.3)
    verdict("plain", found["plain"] / bare_seconds, 0.2)


def many_pictures(method: Rembg, rounds: int) -> None:
    """Print how much faster many pictures are than one after the other."""
    pictures = [encoded(subject(512, seed)) for seed in range(BATCH)]

    def batch(workers: int) -> None:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(lambda picture: method.cut(picture, MODEL), pictures))

    os.environ["OMP_NUM_THREADS"] = "1"
    alone = Rembg(os.environ)
    alone._session(MODEL)  # noqa: SLF001  loaded before it is timed
    del os.environ["OMP_NUM_THREADS"]

    def in_line() -> None:
        for picture in pictures:
            alone.cut(picture, MODEL)

    found = in_turn(
        {
            "one thread": timed(in_line),
            "as a build": timed(lambda: batch(os.cpu_count() or 1)),
        },
        rounds,
    )
    for name, seconds in found.items():
        print(f"  {name:22}{seconds / BATCH:8.3f} s a picture")
    ratio = found["one thread"] / found["as a build"]
    word = "met" if ratio >= 1.8 else "MISSED"  # noqa: PLR2004  the target
    print(f"  throughput: {ratio:.2f} x (target 1.8 on 2 cores, {word})")


def memory(count: int) -> None:
    """Print what memory is held after the first tenth of many pictures, and at last."""
    pictures = [encoded(subject(384, seed)) for seed in range(10)]
    method, held = Plain(), []
    for number in range(count):
        method.cut(pictures[number % len(pictures)], Cut("plain"))
        if number + 1 in {count // 10, count}:
            pages = int(Path("/proc/self/statm").read_text().split()[1])
            held.append(pages * os.sysconf("SC_PAGE_SIZE") / 2**20)
    print(f"  after {count // 10}: {held[0]:.1f} MB, after {count}: {held[1]:.1f} MB")
    verdict("memory", held[1] / held[0], 1.1)


def main() -> int:
    """Print all three."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--cpu", action="store_true", help="compare CPU time of one picture"
    )
    parser.add_argument("--pictures", type=int, default=1000, help="for the memory")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        write_network(Path(folder) / "models" / "u2net" / "u2net.onnx")
        os.environ["REMBG_HOME"] = folder
        method = Rembg(os.environ)
        print("one picture of 2048 x 2048:")
        clock = time.process_time if asked.cpu else time.perf_counter
        one_picture(method, asked.rounds, clock)
        print(f"{BATCH} pictures of 512 x 512:")
        many_pictures(method, asked.rounds)
    print(f"{asked.pictures} pictures of 384 x 384 by `plain`:")
    memory(asked.pictures)
    return 0


if __name__ == "__main__":
    sys.exit(main())

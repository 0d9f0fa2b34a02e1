"""This file is the race of making variants: assetgen, plain Pillow, and sharp.

Every contestant turns the same pictures into PNG, WebP and AVIF at the same sizes, two
pictures at a time, each in a process of its own, in turn; the medians of several
rounds are compared, and only ratios are printed as results.

    python bench/variants.py --sharp DIR   # DIR holds node_modules/sharp
    python bench/variants.py --quick       # four small pictures, one round
    python bench/variants.py --icons       # 24 to 192 px, PNG and WebP only
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from assetgen.images.derive import derive
from assetgen.steps import Rendition

if TYPE_CHECKING:
    from collections.abc import Callable

    from assetgen.images.derive import Mapper
    from assetgen.steps import Format

    Files = list[tuple[Format, int]]

ICONS = (24, 48, 72, 160, 192)
SIZES = (*ICONS, 512, 1024)
AVIF_SIZES = (512, 1024)
WEBP_QUALITY = 82
AVIF_QUALITY = 60
AT_A_TIME = 2
SHARP = Path(__file__).with_name("variants_sharp.cjs")


def wanted(*, icons: bool) -> Files:
    """Return format and width of every file that each picture becomes."""
    plain: tuple[Format, ...] = ("png", "webp")
    files = [(name, size) for size in (ICONS if icons else SIZES) for name in plain]
    return files if icons else [*files, *(("avif", size) for size in AVIF_SIZES)]


def ours(source: Path, target: Path, files: Files) -> None:
    """Make the files with assetgen's own engine, one thread a picture."""
    derived(source, target, files, map)


def spread(source: Path, target: Path, files: Files) -> None:
    """Make the files with assetgen's own engine, the encoding on two threads more."""
    derived(source, target, files, ENCODERS.map)


def derived(source: Path, target: Path, files: Files, mapper: Mapper) -> None:
    """Make the files with assetgen's own engine."""
    qualities = {"webp": WEBP_QUALITY, "avif": AVIF_QUALITY}
    renditions = [
        Rendition(format=name, width=size, quality=qualities.get(name, 80))
        for name, size in files
    ]
    for made in derive(source.read_bytes(), renditions, mapper=mapper):
        name = f"{source.stem}-{made.width}.{made.format}"
        (target / name).write_bytes(made.data)


def naive(source: Path, target: Path, files: Files) -> None:
    """Make the files as most Pillow scripts do: open, resize and save each."""
    from PIL import Image  # noqa: PLC0415  # a contestant pays for its own imports

    options: dict[str, dict[str, Any]] = {
        "png": {},
        "webp": {"quality": WEBP_QUALITY},
        "avif": {"quality": AVIF_QUALITY},
    }
    for name, size in files:
        with Image.open(BytesIO(source.read_bytes())) as image:
            height = round(image.height * size / image.width)
            small = image.resize((size, height), Image.Resampling.LANCZOS)
            small.save(target / f"{source.stem}-{size}.{name}", **options[name])


ENCODERS = ThreadPoolExecutor(2)
ENGINES = {"ours": ours, "ours, spread": spread, "naive": naive}


def work(engine: Callable[..., None], folder: Path, target: Path, icons: str) -> None:
    """Make every file of every picture, two at a time; a child's whole life."""
    files = wanted(icons=icons == "icons")
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        for done in [
            pool.submit(engine, source, target, files)
            for source in sorted(folder.glob("*.png"))
        ]:
            done.result()


def measured(command: list[str], target: Path) -> dict[str, float]:
    """Run one contestant; returns wall and CPU seconds, peak MB and bytes written."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    started = os.times()
    child = subprocess.Popen(command)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{command} failed")
    return {
        "wall": os.times().elapsed - started.elapsed,
        "cpu": usage.ru_utime + usage.ru_stime,
        "MB": usage.ru_maxrss / 1024,
        "kB": sum(file.stat().st_size for file in target.iterdir()) / 1000,
    }


def contestants(
    folder: Path, target: Path, icons: str, modules: Path | None
) -> dict[str, list[str]]:
    """Return the command of everyone who can take part here."""
    python = [sys.executable, __file__, "--child"]
    places = [str(folder), str(target), icons]
    found = {name: [*python, name, *places] for name in ENGINES}
    if shutil.which("node") and modules:
        for way in ("usual", "tuned"):
            name = f"sharp, {way}"
            found[name] = ["node", str(SHARP), str(modules), way, *places]
    return found


def main() -> None:
    """Parse the options, compose the pictures, run the rounds, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sharp", type=Path, help="folder with node_modules/sharp")
    parser.add_argument("--quick", action="store_true", help="four small pictures")
    parser.add_argument("--icons", action="store_true", help="24 to 192 px, no AVIF")
    parser.add_argument("--rounds", type=int, help="default 3, with --quick 1")
    parser.add_argument("--only", nargs="*", help="these contestants")
    parser.add_argument("--sources", type=Path, help="keep the pictures here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as room:
        race(options, Path(room))


def race(options: argparse.Namespace, room: Path) -> None:
    """Run every contestant in turn, several times, and print medians and ratios."""
    folder = options.sources or room / "sources"
    compose(folder, quick=options.quick)
    icons = "icons" if options.icons else "all"
    runners = contestants(folder, room / "out", icons, sharp_modules(options.sharp))
    runners = {
        k: v for k, v in runners.items() if not options.only or k in options.only
    }
    rounds: dict[str, list[dict[str, float]]] = {name: [] for name in runners}
    for _ in range(options.rounds or (1 if options.quick else 3)):
        for name, command in runners.items():
            rounds[name].append(measured(command, room / "out"))
            print(".", end="", flush=True, file=sys.stderr)
    print(file=sys.stderr)
    report(rounds)


def compose(folder: Path, *, quick: bool) -> None:
    """Write the pictures, unless a folder that was kept has them.

    In a child: the peak memory of every later one would start from this process's.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not any(folder.iterdir()):
        script = Path(__file__).with_name("variants_sources.py")
        command = [sys.executable, str(script), str(folder)]
        subprocess.run([*command, *(["--quick"] if quick else [])], check=True)


def sharp_modules(given: Path | None) -> Path | None:
    """Return the node_modules that holds sharp, or None."""
    paths = [given / "node_modules"] if given else []
    paths += [Path(path) for path in os.environ.get("NODE_PATH", "").split(os.pathsep)]
    return next((path for path in paths if (path / "sharp").is_dir()), None)


def report(rounds: dict[str, list[dict[str, float]]]) -> None:
    """Print one line a contestant: medians, and what ours is to it."""
    medians = {
        name: {key: median(run[key] for run in runs) for key in runs[0]}
        for name, runs in rounds.items()
    }
    print(f"{'':14}{'wall s':>8}{'CPU s':>8}{'peak MB':>9}{'kB':>9}   ours is, of it:")
    for name, one in medians.items():
        ratios = {key: medians["ours"][key] / one[key] for key in one}
        print(
            f"{name:14}{one['wall']:8.2f}{one['cpu']:8.2f}{one['MB']:9.0f}{one['kB']:9.0f}"
            f"   {ratios['wall']:.2f} wall, {ratios['cpu']:.2f} CPU, "
            f"{ratios['MB']:.2f} memory, {ratios['kB']:.2f} bytes"
        )
    print(json.dumps(medians))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        engine, folder, target, icons = sys.argv[2:]
        work(ENGINES[engine], Path(folder), Path(target), icons)
    else:
        main()

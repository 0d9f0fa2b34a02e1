"""A colour is ``#RRGGBB`` however it was written, or a mistake with a way out."""

from __future__ import annotations

import subprocess
import sys

import pytest

from assetgen.manifest.colors import parse_color
from assetgen.manifest.issues import Wrong

# Frozen: these stand in prompts, and prompts are paid for. Never change a value here.
FROZEN = {
    "#EC4899": "#EC4899",
    "#ec4899": "#EC4899",
    " #ec4899 ": "#EC4899",
    "#0aF": "#00AAFF",
    "rgb(236 72 153)": "#EC4899",
    "rgb(236, 72, 153)": "#EC4899",
    "RGB(236 72 153)": "#EC4899",
    "rgba(236, 72, 153, 1)": "#EC4899",
    "rgb(236 72 153 / 100%)": "#EC4899",
    "rgb(50% 50% 50%)": "#808080",
    "rgb(127.5 0.5 1.49)": "#800101",
    "rgb(300 -20 0)": "#FF0000",
    "rgb(none 0 0)": "#000000",
    "hsl(330 81% 60%)": "#EC4699",
    "hsl(330deg, 81%, 60%)": "#EC4699",
    "hsl(0 0% 50%)": "#808080",
    "hwb(330 28% 7%)": "#ED479A",
    "lab(60 60 -10)": "#E95DA5",
    "lch(60 60 350)": "#E75EA5",
    "oklab(0.65 0.2 -0.02)": "#E64C97",
    "oklch(70% 0.15 250)": "#4BA3F7",
    "oklch(0.7 0.3 350)": "#FF00B8",
    "color(display-p3 1 0 0)": "#FF0000",
    "color(display-p3 0.5 0.4 0.3)": "#846549",
    "color(srgb 0.5 0.5 0.5)": "#808080",
    "color(xyz 0.1 0.1 0.1)": "#615755",
}


@pytest.mark.parametrize(("written", "value"), FROZEN.items(), ids=list(FROZEN))
def test_a_colour_is_the_same_for_ever(written: str, value: str) -> None:
    assert parse_color(written) == value


def test_a_colour_that_was_read_reads_back_as_itself() -> None:
    values = set(FROZEN.values())

    assert {parse_color(value) for value in values} == values


@pytest.mark.parametrize(
    ("written", "message", "hint"),
    [
        (
            "EC4899",
            "expected a colour, got `EC4899` without its `#`",
            'write `"#EC4899"`, in quotes',
        ),
        (
            "1e2030",
            "expected a colour, got `1e2030` without its `#`",
            'write `"#1E2030"`, in quotes',
        ),
        (
            "#EC489",
            "expected a colour, got `#EC489`",
            "a hex colour has 3 or 6 digits, this one has 5",
        ),
        (
            "#EC489980",
            "expected an opaque colour, got `#EC489980`",
            'the same without transparency is `"#EC4899"`',
        ),
        (
            "#e498",
            "expected an opaque colour, got `#e498`",
            'the same without transparency is `"#EE4499"`',
        ),
        (
            "rgb(236 72 153 / 50%)",
            "expected an opaque colour, got `rgb(236 72 153 / 50%)`",
            'the same without transparency is `"#EC4899"`',
        ),
        (
            "rebeccapurple",
            "expected a colour, got `rebeccapurple`",
            'CSS\'s rebeccapurple is `"#663399"`',
        ),
        (
            "okclh(0.7 0.1 350)",
            "unknown colour function `okclh`",
            "did you mean `oklch`?",
        ),
    ],
)
def test_a_near_miss_says_what_to_write(written: str, message: str, hint: str) -> None:
    with pytest.raises(Wrong) as caught:
        parse_color(written)

    assert (caught.value.message, caught.value.hint) == (message, hint)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "   ",
        "transparent",
        "blurple",
        "#",
        "#GGGGGG",
        "rgb(1 2)",
        "rgb(1 2 3",
        "rgb(1 2 3) or so",
        "rgb(calc(1 + 2) 2 3)",
        "oklch(1e300 1e300 0)",
        "color(--hsv 1 1 1)",
        "rgb(" + "1 " * 100_000,
        "#" + "A" * 100_000,
        "a" * 100_000,
        "#EC4899\n#EC4899",
        "#١٢٣",
    ],
)
def test_anything_else_is_refused_with_a_hint(written: str) -> None:
    with pytest.raises(Wrong) as caught:
        parse_color(written)

    assert caught.value.hint
    assert len(caught.value.message) < 120


def test_hex_colours_import_no_colour_library() -> None:
    code = (
        "import sys; from assetgen.manifest.colors import parse_color;"
        "parse_color('#abc'); print('coloraide' in sys.modules)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout == "False\n"

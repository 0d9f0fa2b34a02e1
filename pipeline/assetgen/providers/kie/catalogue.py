"""This file is kie.ai's catalogue: what each model takes, refuses and costs.

Inputs are the vendor's own pages, ``https://docs.kie.ai/market/<page>``, as they were
on 2026-08-19 (the page stands above each entry; newer models say their own day).
Prices are the public price list of 2026-10-09 in USD; kie.ai counts in credits of
0.005 USD.

kie.ai ignores inputs that it does not know and bills all the same, and refuses some
requests that leave an input at its documented default. So everything documented is
sent, always, and anything else is refused before it is sent.

A default here is what is sent when nobody says otherwise, and it is frozen: the paid
key leaves an input out at its default, so with another default an old picture would
answer a new request (`tests/providers/kie_defaults.json`). It is the vendor's
documented default, with two exceptions: PNG is asked for wherever the model has it,
since cutting out needs clean edges; and where no default is documented it is ``auto``
or the smallest value.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from assetgen.catalogue import Ban, Dial, Input, Model, Rate, Showing

PROVIDER: Final = "kie"
CREDIT_USD: Final = Decimal("0.005")
PRICED_ON: Final = "2026-10-09"

# Documented default: off. What it would filter is for the vendor's own rules.
_NSFW_CHECKER: Final = Input("boolean", default=False)


def _choice(default: str, words: str, *, required: bool = False) -> Input:
    """Return a text input whose accepted values are these words, in this order."""
    return Input("string", default, choices=tuple(words.split()), required=required)


def _same(input_name: str, words: str) -> Dial:
    """Return a dial whose words are the vendor's own."""
    return Dial(input_name, {word: word for word in words.split()})


def _by(input_name: str, prices: dict[str, str]) -> tuple[Rate, ...]:
    """Return the prices of an input's values."""
    return tuple(
        Rate(Decimal(usd), {input_name: value}) for value, usd in prices.items()
    )


def _showing(most: int) -> Showing:
    """Return how the nano-banana models take pictures: JPEG, PNG or WebP."""
    return Showing("image_input", most, heaviest=30 * 1024 * 1024)


_1K_2K_4K: Final = "1K 2K 4K"
_PNG_JPG: Final = Dial("output_format", {"png": "png", "jpg": "jpg"})
_PNG_JPEG: Final = Dial("output_format", {"png": "png", "jpg": "jpeg"})

_PRO_RATIOS: Final = "1:1 2:3 3:2 3:4 4:3 4:5 5:4 9:16 16:9 21:9 auto"
_NANO_2_RATIOS: Final = (
    "1:1 2:3 3:2 1:4 4:1 3:4 4:3 4:5 5:4 1:8 8:1 9:16 16:9 21:9 auto"
)
_NANO_RATIOS: Final = "1:1 9:16 16:9 3:4 4:3 3:2 2:3 5:4 4:5 21:9 auto"
_SEEDREAM_RATIOS: Final = "1:1 4:3 3:4 16:9 9:16 2:3 3:2 21:9"
_FLUX_RATIOS: Final = "1:1 4:3 3:4 16:9 9:16 3:2 2:3"
_GPT_2_RATIOS: Final = (
    "auto 1:1 3:2 2:3 4:3 3:4 5:4 4:5 16:9 9:16 2:1 1:2 3:1 1:3 21:9 9:21"
)
_GPT_25_RATIOS: Final = "auto 1:1 3:2 2:3 4:3 3:4 16:9 9:16 21:9 27:16 16:27 9:8 8:9"

# Page google/pro-image-to-image. It says 10 000 characters, newer clients send up to
# 20 000: what no server can take is refused, what may be cut is a note.
_NANO_BANANA_PRO: Final = Model(
    name="nano-banana-pro",
    provider=PROVIDER,
    inputs={
        "aspect_ratio": _choice("1:1", _PRO_RATIOS),
        "resolution": _choice("1K", _1K_2K_4K),
        "output_format": _choice("png", "png jpg"),
    },
    aspect_ratio=_same("aspect_ratio", _PRO_RATIOS),
    resolution=_same("resolution", _1K_2K_4K),
    source_format=_PNG_JPG,
    prompt_limit=20_000,
    rates=_by("resolution", {"1K": "0.09", "2K": "0.09", "4K": "0.12"}),
    priced_on=PRICED_ON,
    showing=_showing(8),
    notes=("the vendor documents prompts of up to 10 000 characters",),
)


def _nano_banana_2(
    name: str, prices: dict[str, str], pictures: int, *notes: str
) -> Model:
    """Return a model of the second generation, which takes that many pictures.

    Pages google/nanobanana2 and google/nanobanana-2-1 (2026-10-09). Both document
    ``auto`` and ``jpg`` as defaults; we ask for PNG.
    """
    return Model(
        name=name,
        provider=PROVIDER,
        inputs={
            "aspect_ratio": _choice("auto", _NANO_2_RATIOS),
            "resolution": _choice("1K", _1K_2K_4K),
            "output_format": _choice("png", "png jpg"),
        },
        aspect_ratio=_same("aspect_ratio", _NANO_2_RATIOS),
        resolution=_same("resolution", _1K_2K_4K),
        source_format=_PNG_JPG,
        prompt_limit=20_000,
        rates=_by("resolution", prices),
        priced_on=PRICED_ON,
        showing=_showing(pictures),
        notes=notes,
    )


# Page google/nano-banana. `image_size` is the old name of `aspect_ratio`: left out.
_NANO_BANANA: Final = Model(
    name="google/nano-banana",
    provider=PROVIDER,
    inputs={
        "aspect_ratio": _choice("1:1", _NANO_RATIOS),
        "output_format": _choice("png", "png jpeg"),
        "nsfw_checker": _NSFW_CHECKER,
    },
    aspect_ratio=_same("aspect_ratio", _NANO_RATIOS),
    source_format=_PNG_JPEG,
    prompt_limit=5_000,
    rates=(Rate(Decimal("0.02")),),
    priced_on=PRICED_ON,
)

# Page seedream/4-5-text-to-image: `basic` draws 2K, `high` draws 4K, at one price.
_SEEDREAM_45: Final = Model(
    name="seedream/4.5-text-to-image",
    provider=PROVIDER,
    inputs={
        "aspect_ratio": _choice("1:1", _SEEDREAM_RATIOS, required=True),
        "quality": _choice("basic", "basic high", required=True),
        "nsfw_checker": _NSFW_CHECKER,
    },
    aspect_ratio=_same("aspect_ratio", _SEEDREAM_RATIOS),
    resolution=Dial("quality", {"2K": "basic", "4K": "high"}),
    prompt_limit=3_000,
    rates=(Rate(Decimal("0.0325")),),
    priced_on=PRICED_ON,
)


def _flux_2(name: str, prices: dict[str, str]) -> Model:
    """Return a FLUX.2 model: pages flux2/pro- and flux2/flex-text-to-image."""
    return Model(
        name=name,
        provider=PROVIDER,
        inputs={
            "aspect_ratio": _choice("1:1", _FLUX_RATIOS, required=True),
            "resolution": _choice("1K", "1K 2K", required=True),
            "nsfw_checker": _NSFW_CHECKER,
        },
        aspect_ratio=_same("aspect_ratio", _FLUX_RATIOS),
        resolution=_same("resolution", "1K 2K"),
        prompt_limit=5_000,
        rates=_by("resolution", prices),
        priced_on=PRICED_ON,
    )


# Page gpt-image/1-5-text-to-image; it names no limit for the prompt.
_GPT_IMAGE_15: Final = Model(
    name="gpt-image/1.5-text-to-image",
    provider=PROVIDER,
    inputs={
        "aspect_ratio": _choice("1:1", "1:1 2:3 3:2", required=True),
        "quality": _choice("medium", "medium high", required=True),
    },
    aspect_ratio=_same("aspect_ratio", "1:1 2:3 3:2"),
    rates=_by("quality", {"medium": "0.02", "high": "0.11"}),
    priced_on=PRICED_ON,
)

_GPT_2_PRICES: Final = {"1K": "0.03", "2K": "0.05", "4K": "0.08"}

# Page gpt/gpt-image-2-text-to-image. It documents no defaults; a request without a
# ratio gets ``auto`` at 1K.
_GPT_IMAGE_2: Final = Model(
    name="gpt-image-2-text-to-image",
    provider=PROVIDER,
    inputs={
        "aspect_ratio": _choice("auto", _GPT_2_RATIOS),
        "resolution": _choice("1K", _1K_2K_4K),
    },
    aspect_ratio=_same("aspect_ratio", _GPT_2_RATIOS),
    resolution=_same("resolution", _1K_2K_4K),
    prompt_limit=20_000,
    rates=_by("resolution", _GPT_2_PRICES),
    priced_on=PRICED_ON,
    bans=(
        Ban(
            {"aspect_ratio": ("1:1",), "resolution": ("4K",)},
            "this model draws squares up to 2K",
        ),
        Ban(
            {"aspect_ratio": ("auto",), "resolution": ("2K", "4K")},
            "this model chooses the aspect ratio itself only at 1K",
        ),
        Ban(
            {
                "aspect_ratio": ("5:4", "4:5", "3:1", "1:3", "9:21"),
                "resolution": ("2K", "4K"),
            },
            "this model draws that aspect ratio only at 1K",
        ),
    ),
)


def _gpt_image_25(name: str, *notes: str) -> Model:
    """Return a GPT Image 2.5 model.

    Pages gpt/gpt-image-2-5-flare-text-to-image and -sunburst- (2026-10-09). They
    document no defaults. Pictures come as PNG, and with ``background: transparent``
    with real alpha.
    """
    return Model(
        name=name,
        provider=PROVIDER,
        inputs={
            "aspect_ratio": _choice("auto", _GPT_25_RATIOS),
            "resolution": _choice("1K", _1K_2K_4K),
            "background": _choice("auto", "transparent opaque auto"),
        },
        aspect_ratio=_same("aspect_ratio", _GPT_25_RATIOS),
        resolution=_same("resolution", _1K_2K_4K),
        prompt_limit=20_000,
        rates=_by("resolution", _GPT_2_PRICES),
        priced_on=PRICED_ON,
        bans=(
            Ban(
                {
                    "aspect_ratio": ("27:16", "16:27", "9:8", "8:9"),
                    "resolution": ("2K", "4K"),
                },
                "this model draws that aspect ratio only at 1K",
            ),
        ),
        alpha=True,
        notes=(
            "for transparency, also ask for `an isolated object, no floor, no shadow`",
            *notes,
        ),
    )


# The first is the default; the order is the one `assetgen models` shows.
MODELS: Final = {
    model.name: model
    for model in (
        _NANO_BANANA_PRO,
        _nano_banana_2(
            "nano-banana-2",
            {"1K": "0.04", "2K": "0.06", "4K": "0.09"},
            14,
            "its maker was reported to end it on 2026-10-29: prefer nano-banana-2-1",
        ),
        _nano_banana_2(
            "nano-banana-2-1", {"1K": "0.02", "2K": "0.03", "4K": "0.045"}, 10
        ),
        _NANO_BANANA,
        _SEEDREAM_45,
        _flux_2("flux-2/pro-text-to-image", {"1K": "0.025", "2K": "0.035"}),
        _flux_2("flux-2/flex-text-to-image", {"1K": "0.07", "2K": "0.12"}),
        _GPT_IMAGE_15,
        _GPT_IMAGE_2,
        _gpt_image_25(
            "gpt-image-2-5-flare-text-to-image",
            "its transparency is documented but not measured",
        ),
        _gpt_image_25("gpt-image-2-5-sunburst-text-to-image"),
    )
}

"""This file is the networks that rembg knows: their names, weights and licences.

Data, read off rembg 2.0.86 (`rembg/sessions/*.py`), which a test compares. Whether a
company may use some weights is what their makers say in the place that is named; it is
nobody's advice. Training data with terms of its own is mentioned, and settles nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

RELEASE = "https://github.com/danielgatis/rembg/releases/download/v0.0.0/"

# Shapes of networks that rembg runs with a file of the user's own.
CUSTOM = ("u2net_custom", "dis_custom", "ben_custom")

# Sessions of rembg that send pictures to a paid service; they have no weights.
REMOTE = frozenset({"withoutbg", "atlascloud"})

# Sessions that answer with points to be given, or with one mask per piece of clothing.
NOT_ONE_MASK = frozenset({"sam", "u2net_cloth_seg"})

# Sessions whose weights rembg makes of another's, for graphics cards.
CONVERTED = frozenset({"birefnet-general-fp16"})


@dataclass(frozen=True, slots=True)
class Network:
    """A network whose weights can be pulled.

    Attributes:
        file: What the release calls its weights.
        checksum: What rembg knows them by, as `md5:` or `sha256:` and hex digits.
        licence: What the makers say, short; "" if they have not said anything.
        commercial: Whether that lets a company use them.
        note: Where that is said, and what else is known.
    """

    file: str
    checksum: str
    licence: str
    commercial: Literal["yes", "no", "unclear"]
    note: str

    @property
    def url(self) -> str:
        """Where the weights are published."""
        return RELEASE + self.file

    @property
    def terms(self) -> str:
        """Licence and commercial use, as people read them."""
        named = self.licence or "no licence"
        return f"{named}; commercial use: {self.commercial} ({self.note})"


def _u2net(file: str, checksum: str, data: str) -> Network:
    note = f"xuebinqin/U-2-Net#208; {data}"
    return Network(file, checksum, "Apache-2.0", "yes", note)


def _birefnet(file: str, checksum: str) -> Network:
    note = "ZhengPeng7/BiRefNet#316; data such as DIS5K has its own terms, #306"
    return Network(file, checksum, "MIT", "yes", note)


NETWORKS: Mapping[str, Network] = MappingProxyType({
    "u2netp": _u2net(
        "u2netp.onnx",
        "md5:8e83ca70e441ab06c318d82300c84806",
        "trained on DUTS",
    ),
    "u2net": _u2net(
        "u2net.onnx",
        "md5:60024c5c889badc19c04ad937298a77b",
        "trained on DUTS",
    ),
    "u2net_human_seg": _u2net(
        "u2net_human_seg.onnx",
        "md5:c09ddc2e0104f800e3e1bb4652583d1f",
        "look at its data's terms",
    ),
    "silueta": _u2net(
        "silueta.onnx",
        "md5:55e59e0d8062d2f5d013f4725ee84782",
        "a smaller u2net",
    ),
    "isnet-general-use": Network(
        "isnet-general-use.onnx",
        "md5:fc16ebd8b0c10d971d3513d564d01e29",
        "",
        "unclear",
        "xuebinqin/DIS#150 has no answer; trained on DIS5K, which is not for commerce",
    ),
    "isnet-anime": Network(
        "isnet-anime.onnx",
        "md5:6f184e756bb3bd901c8849220a83e38e",
        "Apache-2.0",
        "yes",
        "huggingface.co/skytnt/anime-seg, discussion 4",
    ),
    "birefnet-general": _birefnet(
        "BiRefNet-general-epoch_244.onnx",
        "md5:7a35a0141cbbc80de11d9c9a28f52697",
    ),
    "birefnet-general-lite": _birefnet(
        "BiRefNet-general-bb_swin_v1_tiny-epoch_232.onnx",
        "md5:4fab47adc4ff364be1713e97b7e66334",
    ),
    "birefnet-portrait": _birefnet(
        "BiRefNet-portrait-epoch_150.onnx",
        "md5:c3a64a6abf20250d090cd055f12a3b67",
    ),
    "birefnet-dis": _birefnet(
        "BiRefNet-DIS-epoch_590.onnx",
        "md5:2d4d44102b446f33a4ebb2e56c051f2b",
    ),
    "birefnet-hrsod": _birefnet(
        "BiRefNet-HRSOD_DHU-epoch_115.onnx",
        "md5:c017ade5de8a50ff0fd74d790d268dda",
    ),
    "birefnet-cod": _birefnet(
        "BiRefNet-COD-epoch_125.onnx",
        "md5:f6d0d21ca89d287f17e7afe9f5fd3b45",
    ),
    "birefnet-massive": _birefnet(
        "BiRefNet-massive-TR_DIS5K_TR_TEs-epoch_420.onnx",
        "md5:33e726a2136a3d59eb0fdf613e31e3e9",
    ),
    "bria-rmbg": Network(
        "bria-rmbg-2.0.onnx",
        "sha256:5b486f08200f513f460da46dd701db5fbb47d79b4be4b708a19444bcd4e79958",
        "CC BY-NC 4.0",
        "no",
        "needs an agreement with their maker, BRIA",
    ),
})  # fmt: skip

# What may be written as `model` without accepting a licence.
FREE = tuple(name for name, each in NETWORKS.items() if each.commercial != "no")


def objection(name: str) -> str | None:
    """Return why the weights of a model may not simply be used, None if they may."""
    network = NETWORKS.get(name)
    if network is None or name in FREE:
        return None
    return (
        f"the weights of `{name}` are {network.licence}: commercial use needs an"
        " agreement with their maker"
    )

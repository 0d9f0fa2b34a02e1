"""A manifest that is right becomes assets, requests and files."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from small_projects import only, paths, picture

from assetgen.errors import Place
from assetgen.manifest.model import ProviderSettings
from assetgen.steps import Cut

if TYPE_CHECKING:
    from pathlib import Path

    from assetgen.manifest.model import Asset
    from conftest import Load

BRAND = """\
name: Sty
colors:
  primary: "#ec4899"
  accent: {value: "#F59E0B", name: amber}
exclude: [text, logos]
brands:
  spark: {colors: {primary: "#3B82F6"}, exclude: [people]}
"""

EXAMPLE = """\
# yaml-language-server: $schema=assets.schema.json
version: 1
brand: brand.yaml                 # found by itself when it stands beside the manifest
templates: templates/             # where `template:` and {% include %} look
output: output/
originals: originals/
budget: 5.00                      # USD that one build may spend
include: [assets/*.yaml]

providers:
  kie: {concurrency: 20, timeout: 15m}

defaults:
  provider: kie
  model: nano-banana-pro
  aspect_ratio: 1:1               # unquoted ratios stay ratios
  resolution: 1K

variants:
  icon:
    - {suffix: "@1x", width: 24}
    - {suffix: "@2x", width: 48}
    - {suffix: "@3x", width: 72}
    - suffix: "-hero"
      width: 160
      formats: [webp, avif]
      quality: {webp: 90, avif: 61}

assets:
  coin-reward:
    prompt: |
      Premium 3D render of a single reward coin on a pure white background,
      polished rose-gold ({{ brand.colors.primary }}) with a 5-pointed star.
    removeBg: true
    variants: icon
  earn-hero:
    template: hero.j2
    vars: {mood: dreamy}
    aspect_ratio: 16:9
    resolution: 2K
    variants: [{width: 1280, formats: [webp, jpg]}, {width: 640}]
  task-icon:
    matrix: {hue: [primary, accent]}
    prompt: A check mark badge in {{ brand.colors[matrix.hue] }}
  logo:
    source: brand/logo.png
    variants: icon
"""


@pytest.fixture
def example(load: Load) -> dict[str, Asset]:
    """Return the assets of the example that the documentation shows, by name."""
    files = {
        "brand.yaml": BRAND,
        "templates/hero.j2": "A {{ vars.mood }} sky",
        "brand/logo.png": picture(),
    }
    return {asset.name: asset for asset in load(EXAMPLE, files).assets}


# --- the example ------------------------------------------------------------------


def test_assets_come_in_the_order_written(example: dict[str, Asset]) -> None:
    assert list(example) == [
        "coin-reward",
        "earn-hero",
        "task-icon-primary",
        "task-icon-accent",
        "logo",
    ]


def test_words_are_rendered_with_the_brand(example: dict[str, Asset]) -> None:
    prompts = {name: a.request.prompt for name, a in example.items() if a.request}
    assert prompts == {
        "coin-reward": "Premium 3D render of a single reward coin on a pure white "
        "background,\npolished rose-gold (#EC4899) with a 5-pointed star.\n"
        "No text, no logos.",
        "earn-hero": "A dreamy sky. No text, no logos.",
        "task-icon-primary": "A check mark badge in #EC4899. No text, no logos.",
        "task-icon-accent": "A check mark badge in #F59E0B. No text, no logos.",
    }


def test_the_request_holds_every_input(example: dict[str, Asset]) -> None:
    request = example["earn-hero"].request
    assert request is not None
    assert (request.provider, request.model) == ("kie", "nano-banana-pro")
    assert request.inputs == {
        "aspect_ratio": "16:9",
        "resolution": "2K",
        "output_format": "png",
    }


def test_the_files_come_master_first(example: dict[str, Asset]) -> None:
    assert paths(example["earn-hero"]) == [
        "earn-hero.png",
        "earn-hero-1280w.webp",
        "earn-hero-1280w.jpg",
        "earn-hero-640w.png",
        "earn-hero-640w.webp",
    ]
    assert paths(example["logo"])[-2:] == ["logo-hero.webp", "logo-hero.avif"]


def test_sizes_and_prices_are_known_beforehand(example: dict[str, Asset]) -> None:
    found = {name: (a.nominal, a.price) for name, a in example.items()}
    assert found == {
        "coin-reward": ((1024, 1024), Decimal("0.09")),
        "earn-hero": ((2731, 1536), Decimal("0.09")),
        "task-icon-primary": ((1024, 1024), Decimal("0.09")),
        "task-icon-accent": ((1024, 1024), Decimal("0.09")),
        "logo": ((300, 200), Decimal(0)),
    }


def test_a_variant_of_a_cut_out_starts_from_the_cut_out(
    example: dict[str, Asset],
) -> None:
    assert example["coin-reward"].cut == Cut()
    assert {file.cut for file in example["coin-reward"].files} == {True}
    assert {file.cut for file in example["logo"].files} == {False}


def test_quality_is_per_format(example: dict[str, Asset]) -> None:
    renditions = [file.rendition for file in example["logo"].files if file.rendition]
    found = {(r.format, r.width): r.quality for r in renditions}
    assert found == {
        ("png", 24): 80,
        ("webp", 24): 82,
        ("png", 48): 80,
        ("webp", 48): 82,
        ("png", 72): 80,
        ("webp", 72): 82,
        ("webp", 160): 90,
        ("avif", 160): 61,
    }


@pytest.mark.parametrize(
    ("text", "build", "month"),
    [
        ("{build: 5.10, month: 50.00}", "5.10", "50.00"),
        ("{month: 0.1}", None, "0.1"),
        ("{build: 0}", "0", None),
        ("{}", None, None),
    ],
)
def test_a_budget_may_name_the_build_and_the_month(
    load: Load, text: str, build: str | None, month: str | None
) -> None:
    """Both exactly as written: no binary fraction comes between."""
    manifest = load(f"budget: {text}")
    assert str(manifest.budget) == str(build)
    assert str(manifest.monthly) == str(month)


def test_settings_of_the_project_are_read(load: Load, project: Path) -> None:
    manifest = load(
        "budget: 5.10\noutput: {web: ../site/img, app: app}\n"
        "providers: {kie: {timeout: 2h}, draft: {concurrency: 3, timeout: 90}}"
    )
    assert manifest.budget == Decimal("5.10")
    assert manifest.outputs == {
        "web": project.parent / "site/img",
        "app": project / "app",
    }
    assert manifest.originals == project / "originals"
    assert manifest.providers == {
        "kie": ProviderSettings(timeout=7200.0),
        "draft": ProviderSettings(concurrency=3, timeout=90.0),
    }


def test_an_empty_manifest_has_no_assets(load: Load) -> None:
    assert load("").assets == ()


def test_everything_read_or_looked_for_is_named(load: Load, project: Path) -> None:
    manifest = load(
        "include: [more/*.yaml]\nassets: {a: {template: t.j2}, c: {source: c.png}}",
        {
            "more/b.yaml": "assets: {b: {prompt: x}}",
            "templates/t.j2": "x",
            "c.png": picture(),
        },
    )
    assert manifest.inputs == (
        project / "assets.yaml",
        project / "more/b.yaml",
        project / "templates/t.j2",
        project / "c.png",
    )
    assert manifest.absent == (project / "brand.yaml",)
    assert manifest.folders == (project / "more",)


def test_a_templates_folder_that_is_not_there_was_looked_for(
    load: Load, project: Path
) -> None:
    assert load("").absent == (project / "brand.yaml", project / "templates")


def test_the_place_of_an_asset_is_found_in_its_own_file(load: Load) -> None:
    manifest = load(
        "include: [b.yaml]\nassets:\n  a: {prompt: x}",
        {"b.yaml": "assets:\n\n  b: {prompt: x}"},
    )
    found = [manifest.locate(asset.keys) for asset in manifest.assets]
    assert found == [Place("assets.yaml", 3, 3), Place("b.yaml", 3, 3)]
    assert manifest.locate(("assets", "c")) is None


# --- defaults ---------------------------------------------------------------------


def test_an_own_field_wins_and_null_clears(load: Load) -> None:
    manifest = load(
        "defaults: {provider: kie, removeBg: true, tags: [x], aspect_ratio: 16:9}\n"
        "assets:\n"
        "  a: {prompt: x}\n"
        "  b: {prompt: x, removeBg: null, tags: y, aspect_ratio: 1:1}\n"
        "  c: {prompt: x, provider: null, aspect_ratio: null}\n"
    )
    found = [
        (a.request and a.request.provider, a.cut, a.tags, a.nominal)
        for a in manifest.assets
    ]
    assert found == [
        ("kie", Cut(), ("x",), (1365, 768)),
        ("kie", None, ("y",), (1024, 1024)),
        ("draft", Cut(), ("x",), (1024, 1024)),
    ]


def test_an_included_file_lays_its_defaults_on_top(load: Load) -> None:
    manifest = load(
        "include: [b.yaml]\ndefaults: {provider: kie, aspect_ratio: 16:9}\n"
        "assets: {a: {prompt: x}}",
        {"b.yaml": "defaults: {aspect_ratio: 9:16}\nassets: {b: {prompt: x}}"},
    )
    inputs = [a.request.inputs for a in manifest.assets if a.request]
    assert [one["aspect_ratio"] for one in inputs] == ["16:9", "9:16"]
    assert all("output_format" in one for one in inputs)


def test_a_default_that_the_model_lacks_is_dropped_and_noted(load: Load) -> None:
    asset = only(
        load,
        "prompt: x, model: google/imagen4",
        "defaults: {provider: kie, resolution: 4K, aspect_ratio: 21:9}",
    )
    assert asset.request is not None
    assert asset.request.inputs["aspect_ratio"] == "1:1"
    assert asset.notes == (
        (
            "the default `aspect_ratio: 21:9` does not count: "
            "`google/imagen4` does not have it"
        ),
        (
            "the default `resolution: 4K` does not count: "
            "`google/imagen4` does not have it"
        ),
    )


def test_a_default_model_stays_behind_with_its_provider(load: Load) -> None:
    asset = only(
        load,
        "prompt: x, provider: draft",
        "defaults: {provider: kie, model: google/imagen4}",
    )
    assert asset.request is not None
    assert (asset.request.model, asset.free, asset.price) == ("sketch", True, 0)
    assert asset.notes == (
        (
            "the default `model: google/imagen4` does not count: "
            "`draft` does not have it, so `sketch` draws it"
        ),
    )


def test_own_words_replace_a_default_template(load: Load) -> None:
    files = {"templates/t.j2": "from the template"}
    manifest = load(
        "defaults: {template: t.j2}\nassets: {a: {}, b: {prompt: own}}", files
    )
    prompts = [asset.request.prompt for asset in manifest.assets if asset.request]
    assert prompts == ["from the template", "own"]


# --- requests ---------------------------------------------------------------------


def test_without_a_provider_it_is_a_draft(load: Load) -> None:
    asset = only(load, "prompt: x")
    assert asset.request is not None
    assert (asset.request.provider, asset.free, asset.price) == ("draft", True, 0)


def test_a_provider_without_a_model_means_its_first(load: Load) -> None:
    asset = only(load, "prompt: x, provider: kie")
    assert asset.request is not None
    assert asset.request.model == "nano-banana-pro"


def test_five_and_its_spelling_are_one_request(load: Load) -> None:
    kie = "prompt: x, provider: kie, model: google/imagen4"
    keys = {
        only(load, f"{kie}, params: {params}").request.key  # type: ignore[union-attr]
        for params in (
            "{seed: 5, duration: 10}",
            "{seed: '5', duration: '10'}",
            "{duration: '10', seed: 5.0, guidance: 2.50, safe: 'true'}",
            "{seed: '{{ 2 + 3 }}', duration: 10, aspect_ratio: 1:1}",
        )
    }
    assert len(keys) == 1


def test_an_own_dial_wins_over_a_default_param(load: Load) -> None:
    asset = only(
        load,
        "prompt: x, aspect_ratio: 16:9",
        "defaults: {provider: kie, params: {aspect_ratio: 1:1}}",
    )
    assert asset.request is not None
    assert asset.request.inputs["aspect_ratio"] == "16:9"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("prompt: A coin", "A coin. No text, no logos."),
        ("prompt: A coin, exclude: [cats]", "A coin. No cats."),
        ("prompt: A coin, exclude: Nothing blue.", "A coin. Nothing blue."),
        ("prompt: A coin, exclude: []", "A coin"),
        (
            "prompt: '{{ brand.colors.primary }}', sub_brand: spark",
            "#3B82F6. No people.",
        ),
        ("prompt: '{{ asset.name }}', exclude: []", "a"),
        ("prompt: '{{ asset.aspect_ratio }}', exclude: [], aspect_ratio: 3:2", "3:2"),
    ],
)
def test_the_prompt_is_its_words_and_what_to_exclude(
    load: Load, fields: str, expected: str
) -> None:
    asset = only(load, fields, **{"brand.yaml": BRAND})
    assert asset.request is not None
    assert asset.request.prompt == expected


def test_alt_path_and_sub_brand_are_templates(load: Load) -> None:
    manifest = load(
        "assets: {a: {matrix: {b: [spark]}, prompt: '{{ brand.colors.primary }}', "
        "exclude: [], sub_brand: '{{ matrix.b }}', alt: 'A {{ matrix.b }}', "
        "path: 'x/{{ matrix.b }}'}}",
        {"brand.yaml": BRAND},
    )
    (asset,) = manifest.assets
    assert asset.request is not None
    assert asset.request.prompt == "#3B82F6"
    assert (asset.alt, paths(asset)) == ("A spark", ["x/spark/a-spark.png"])


# --- includes ---------------------------------------------------------------------


def test_includes_are_sorted_and_never_the_manifest_or_the_brand(load: Load) -> None:
    manifest = load(
        "include: ['*.yaml', 'deep/**/*.yaml']\nassets: {a: {prompt: x}}",
        {
            "c.yaml": "x-sizes: 1\nassets: {c: {prompt: x, variants: s}}",
            "b.yaml": "variants: {s: 24}\nassets: {b: {prompt: x}}",
            "deep/er/d.yaml": "assets: {d: {prompt: x}}",
            "brand.yaml": BRAND,
        },
    )
    assert [asset.name for asset in manifest.assets] == ["a", "b", "c", "d"]


def test_keys_for_anchors_are_ignored(load: Load) -> None:
    manifest = load(
        "x-small: &small {width: 24}\n"
        "assets: {a: {prompt: x, variants: [{<<: *small, suffix: s}]}}"
    )
    assert paths(manifest.assets[0]) == ["a.png", "as.png", "as.webp"]


def test_the_brand_s_colours_are_the_palette_of_placeholders(load: Load) -> None:
    """Whoever draws without an account knows the brand, whatever the words say."""
    files = {"brand.yaml": 'colors: {primary: "#ec4899", ink: {value: "#123"}}'}
    assert load("assets: {a: {prompt: A wall}}", files).palette == (
        "#EC4899",
        "#112233",
    )

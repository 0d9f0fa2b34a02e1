"""A brand is read whole, or every mistake in it is told at once."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from assetgen.manifest.brand import Brand, BrandFile, Color, read_brand
from assetgen.manifest.issues import Issue

STY: dict[str, object] = {
    "name": "Sty",
    "colors": {
        "primary": "#ec4899",
        "accent": {"value": "#F59E0B", "name": "amber"},
        500: "hsl(330 81% 60%)",
    },
    "gradients": {"rose": ["#FFF1F3", "#ffe4e9"]},
    "keywords": ["premium", "minimalist"],
    "exclude": ["text", "logos"],
    "brands": {"spark": {"colors": {"primary": "#3B82F6"}, "keywords": ["bold"]}},
}


def read(value: object) -> Brand:
    brand, issues = read_brand(value)
    assert issues == []
    assert brand is not None
    return brand


def issues_of(value: object) -> list[Issue]:
    brand, issues = read_brand(value)
    assert brand is None
    return issues


def test_a_brand_has_its_colours_in_upper_case_with_a_name() -> None:
    assert read(STY).colors == {
        "primary": Color("#EC4899", "primary"),
        "accent": Color("#F59E0B", "amber"),
        "500": Color("#EC4699", "500"),
    }


def test_a_named_colour_reads_as_a_prompt_says_it() -> None:
    assert read(STY).colors["accent"].named == "amber (#F59E0B)"


def test_a_sub_brand_merges_maps_and_replaces_lists() -> None:
    spark = read(STY).brands["spark"]

    assert spark.name == "Sty"
    assert list(spark.colors) == ["primary", "accent", "500"]
    assert spark.colors["primary"] == Color("#3B82F6", "primary")
    assert spark.gradients == {"rose": ("#FFF1F3", "#FFE4E9")}
    assert spark.keywords == ("bold",)
    assert spark.exclude == ("text", "logos")


@pytest.mark.parametrize(
    ("written", "color"),
    [
        ("#3b82f6", Color("#3B82F6", "accent")),
        ({"value": "#3b82f6"}, Color("#3B82F6", "amber")),
        ({"name": "gold"}, Color("#F59E0B", "gold")),
        ({"value": "#3b82f6", "name": "azure"}, Color("#3B82F6", "azure")),
        ({}, Color("#F59E0B", "amber")),
    ],
)
def test_a_colours_own_map_merges_too_and_a_text_replaces_it(
    written: object, color: Color
) -> None:
    brand = read({**STY, "brands": {"spark": {"colors": {"accent": written}}}})

    assert brand.brands["spark"].colors["accent"] == color


def test_a_new_colour_of_a_sub_brand_needs_its_value() -> None:
    value = {**STY, "brands": {"spark": {"colors": {"sky": {"name": "sky"}}}}}

    assert issues_of(value) == [
        Issue(("brands", "spark", "colors", "sky"), "missing `value`", on_key=True)
    ]


def test_an_empty_list_of_a_sub_brand_clears_the_brands_own() -> None:
    brand = read({**STY, "brands": {"spark": {"exclude": [], "keywords": []}}})

    assert (brand.brands["spark"].exclude, brand.brands["spark"].keywords) == ((), ())


def test_an_empty_file_is_an_empty_brand() -> None:
    assert read(None) == read({}) == Brand()


def test_a_brand_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        read(STY).name = "other"  # type: ignore[misc]


def test_templates_get_plain_values() -> None:
    assert read(STY).values() == {
        "name": "Sty",
        "colors": {
            "primary": {"value": "#EC4899", "name": "primary"},
            "accent": {"value": "#F59E0B", "name": "amber"},
            "500": {"value": "#EC4699", "name": "500"},
        },
        "gradients": {"rose": ["#FFF1F3", "#FFE4E9"]},
        "keywords": ["premium", "minimalist"],
        "exclude": ["text", "logos"],
    }


def test_every_mistake_is_told_at_once_with_its_keys() -> None:
    value = {
        "nmae": "Sty",
        "colors": {
            "primary": "EC4899",
            "accent": {"valu": "#F59E0B"},
            "list": ["#FFF"],
            "none": None,
        },
        "gradients": {"rose": ["#FFF", "#GGG"], "flat": "#FFF", "empty": []},
        "keywords": "premium",
        "exclude": 5,
        "brands": {"spark": {"colrs": {}}, "dark": {"brands": {}}},
    }

    assert {(issue.keys, issue.message) for issue in issues_of(value)} == {
        (("nmae",), "unknown key `nmae`"),
        (("colors", "primary"), "expected a colour, got `EC4899` without its `#`"),
        (("colors", "accent", "valu"), "unknown key `valu`"),
        (("colors", "list"), "expected text or a mapping, got a list"),
        (("colors", "none"), "expected a colour, got nothing"),
        (("gradients", "rose", 1), "expected a colour, got `#GGG`"),
        (("gradients", "flat"), "expected a list, got `#FFF`"),
        (("gradients", "empty"), "expected at least 1 item, got a list"),
        (("keywords",), "expected a list, got `premium`"),
        (("exclude",), "expected a list or text, got `5`"),
        (("brands", "spark", "colrs"), "unknown key `colrs`"),
        (("brands", "dark", "brands"), "unknown key `brands`"),
    }


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ({"nmae": "Sty"}, "did you mean `name`?"),
        ({"colors": {"a": {"valu": "#FFF"}}}, "did you mean `value`?"),
        ({"brands": {"a": {"colrs": {}}}}, "did you mean `colors`?"),
        ({"palette": {}}, None),
        ({"colors": {"a": 123456}}, 'write colours in quotes: `"#EC4899"`'),
        ({"name": 2024}, "write it in quotes"),
    ],
)
def test_a_mistake_has_a_way_out(value: object, hint: str | None) -> None:
    (issue,) = issues_of(value)

    expected = hint or (
        "known here: `brands`, `colors`, `exclude`, `gradients`, `keywords`, `name`"
    )
    assert issue.hint == expected


def test_a_colour_that_yaml_read_as_a_number_is_shown_as_it_was_written() -> None:
    value = {"colors": {"ink": {"value": 0}, "mist": 1e50}}
    written = {("colors", "ink", "value"): "000000", ("colors", "mist"): "1e50aa"}

    _, issues = read_brand(value, raw=written.get)

    assert [(issue.message, issue.hint) for issue in issues] == [
        (
            "expected a colour, got `000000` without its `#`",
            'write `"#000000"`, in quotes',
        ),
        (
            "expected a colour, got `1e50aa` without its `#`",
            'write `"#1E50AA"`, in quotes',
        ),
    ]


@pytest.mark.parametrize("value", ["Sty", 5, ["#FFF"], True])
def test_a_file_that_is_no_mapping_is_one_mistake(value: object) -> None:
    (issue,) = issues_of(value)

    assert issue.keys == ()
    assert issue.message.startswith("expected a mapping, got ")


def test_the_schema_knows_what_reading_knows() -> None:
    schema = BrandFile.model_json_schema()

    assert schema["additionalProperties"] is False
    assert set(schema["properties"]) == {
        "name",
        "colors",
        "gradients",
        "keywords",
        "exclude",
        "brands",
    }

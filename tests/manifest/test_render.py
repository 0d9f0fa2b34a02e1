"""Templates are rendered under limits, faults have their place, renders are kept."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from assetgen.manifest.prompts import Rendered, RenderJob, TemplateFault
from assetgen.manifest.render import Renderer
from assetgen.manifest.sandbox.environment import FILTER_NAMES

if TYPE_CHECKING:
    from pathlib import Path

VALUES: dict[str, object] = {
    "brand": {
        "name": "Sty",
        "colors": {
            "primary": {"value": "#EC4899", "name": "primary"},
            "rose-gold": {"value": "#DBA694", "name": "rose gold"},
        },
        "gradients": {"rose": ["#FFF1F3", "#FFE4E9"]},
        "keywords": ["premium", "clean"],
        "exclude": [],
    },
    "asset": {"name": "coin"},
    "vars": {"mood": "dreamy", "items": [1, 2], "none": None},
    "matrix": {"hue": "primary"},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a templates folder beside a file that is none of its business."""
    templates = tmp_path / "templates"
    templates.mkdir()
    (tmp_path / "secret.txt").write_text("the canary")
    return templates


def render(
    text: str | None = None, folder: Path | None = None, *, template: str | None = None
) -> Rendered | TemplateFault:
    job = RenderJob(text=text, template=template, values=VALUES)
    return Renderer(folder).render_all([job])[0]


def words(text: str, folder: Path | None = None) -> str:
    result = render(text, folder)
    assert isinstance(result, Rendered), result
    return result.text


def fault(text: str, folder: Path | None = None) -> TemplateFault:
    result = render(text, folder)
    assert isinstance(result, TemplateFault), result
    return result


# --- files ----------------------------------------------------------------------------


def test_a_template_of_the_folder_says_what_it_is_made_of(folder: Path) -> None:
    (folder / "hero.j2").write_text("{% include 'parts/sky.j2' %} {{ vars.mood }}")
    (folder / "parts").mkdir()
    (folder / "parts" / "sky.j2").write_text(
        "A sky{% include 'sun.j2' ignore missing %}"
    )

    assert render(template="hero.j2", folder=folder) == Rendered(
        "A sky dreamy", files=("hero.j2", "parts/sky.j2"), absent=("sun.j2",)
    )


def test_templates_extend_and_import_each_other(folder: Path) -> None:
    (folder / "base.j2").write_text("On white, {% block what %}x{% endblock %}.")
    (folder / "macros.j2").write_text(
        "{% macro coin(c) %}a coin in {{ c }}{% endmacro %}"
    )
    text = (
        "{% extends 'base.j2' %}{% from 'macros.j2' import coin %}"
        "{% block what %}{{ coin(brand.colors.primary) }}{% endblock %}"
    )

    assert words(text, folder) == "On white, a coin in #EC4899."


def test_how_a_file_was_saved_changes_no_word(folder: Path) -> None:
    lines = ["{% if vars.mood %}", "A coin,", "{% endif %}", "{% include 'b.j2' %}"]
    results = set()
    for start, end in [("", "\n"), ("\ufeff", "\r\n"), ("", "  \n"), ("", "\r")]:
        text = start + end.join(lines) + end
        (folder / "b.j2").write_bytes((start + end.join(["on", "white"])).encode())
        (folder / "a.j2").write_bytes(text.encode())
        results.add(render(template="a.j2", folder=folder))
        results.add(render(text, folder))

    assert {result.text for result in results if isinstance(result, Rendered)} == {
        "A coin,\non\nwhite"
    }


OUTSIDE = [
    "../secret.txt",
    "parts/../../secret.txt",
    "/etc/passwd",
    "..\\secret.txt",
    "C:secret.txt",
    "link.txt",
    "linked/secret.txt",
    "",
    ".",
    "..",
    "parts",
    "a\0b",
    "{{ 1 }}",
    "latin.j2",
    "huge.j2",
]


@pytest.mark.parametrize(
    "text",
    [
        None,
        "{% include NAME %}",
        "{% import NAME as m %}{{ m.x }}",
        "{% extends NAME %}",
        "{% include [NAME] ignore missing %}nothing",
    ],
)
def test_no_name_leads_out_of_the_folder(folder: Path, text: str | None) -> None:
    (folder / "parts").mkdir()
    (folder / "link.txt").symlink_to("../secret.txt")
    (folder / "linked").symlink_to(folder.parent, target_is_directory=True)
    (folder / "latin.j2").write_bytes(b"caf\xe9")
    (folder / "huge.j2").write_text("a" * 300_000)
    jobs = [
        RenderJob(template=name, values=VALUES)
        if text is None
        else RenderJob(text=text.replace("NAME", json.dumps(name)), values=VALUES)
        for name in OUTSIDE
    ]

    results = Renderer(folder).render_all(jobs)

    found = {each.text for each in results if isinstance(each, Rendered)}
    assert found <= ({"nothing"} if text and "missing" in text else set())
    assert "canary" not in repr(results)


def test_a_link_within_the_folder_is_a_template(folder: Path) -> None:
    (folder / "real.j2").write_text("A sky")
    (folder / "also.j2").symlink_to("real.j2")

    assert words("{% include 'also.j2' %}", folder) == "A sky"


# --- faults ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message", "hint", "place"),
    [
        (
            "A coin\nin {{ brand.colors.primry }}",
            "nothing named `brand.colors.primry`",
            "did you mean `brand.colors.primary`?",
            (2, 20),
        ),
        (
            "{{ brand.colors.rose }}",
            "nothing named `brand.colors.rose`",
            "did you mean `brand.colors['rose-gold']`?",
            (1, 17),
        ),
        (
            "{{ brand.colours.primary }}",
            "nothing named `brand.colours`",
            "did you mean `brand.colors`?",
            (1, 10),
        ),
        ("{{ brnd.name }}", "nothing named `brnd`", "did you mean `brand`?", (1, 4)),
        (
            "{{ brand.colors[matrix.hu] }}",
            "nothing named `matrix.hu`",
            "did you mean `matrix.hue`?",
            (1, 24),
        ),
        (
            "{{ brand.colors.primary.nmae }}",
            "nothing named `brand.colors.primary.nmae`",
            "did you mean `brand.colors.primary.name`?",
            (1, 25),
        ),
        (
            "{{ brand.gradients.rose[7] }}",
            "nothing named `brand.gradients.rose[7]`",
            "the list has 2 items, counted from 0",
            (1, 25),
        ),
        (
            "{{ vars.xyzzy }}",
            "nothing named `vars.xyzzy`",
            "known here: `vars.mood`, `vars.items`, `vars.none`",
            (1, 9),
        ),
        ("{{ vars.mood.foo }}", "a text has no `foo`", None, (1, 14)),
        (
            "{{ 'a'|uper }}",
            "no filter named `uper`",
            "did you mean `upper`?",
            (1, None),
        ),
        (
            "{% if 1 is evn %}{% endif %}",
            "no test named `evn`",
            "did you mean `even`?",
            (1, None),
        ),
        (
            "{{ lipsum() }}",
            "nothing named `lipsum`",
            "templates are pure: there is no chance and no clock in them",
            (1, 4),
        ),
        (
            "{{ [1, 2]|random }}",
            "no filter named `random`",
            "templates are pure: there is no chance and no clock in them",
            (1, None),
        ),
        (
            "a\nb {{ brand. }}",
            "the template is broken: expected name or number",
            None,
            (2, None),
        ),
        (
            "a\n{% do x %}",
            "the template is broken: encountered unknown tag `do`",
            None,
            (2, None),
        ),
        ("{{ 1 / 0 }}", "the template is failing: division by zero", None, (1, None)),
        (
            "{{ vars.none }}",
            "a value that is printed here is empty",
            "write `|default('…', true)`",
            (1, None),
        ),
        (
            "{% macro coin() %}{% endmacro %}{{ coin }}",
            "a template prints values, this is a macro",
            "call it: `name()`",
            (1, None),
        ),
        (
            "\n\n{% include 'hreo.j2' %}",
            "no template named `hreo.j2`",
            "did you mean `hero.j2`?",
            (3, None),
        ),
    ],
)
def test_a_fault_has_its_words_and_its_place(
    folder: Path, text: str, message: str, hint: str, place: tuple[int, int | None]
) -> None:
    (folder / "hero.j2").write_text("x")

    assert fault(text, folder) == TemplateFault(
        message, hint, line=place[0], column=place[1]
    )


def test_a_fault_in_an_included_file_names_that_file(folder: Path) -> None:
    (folder / "bad.j2").write_text("one\ntwo {{ brand.nam }}")

    assert fault("\n\n\n{% include 'bad.j2' %}", folder) == TemplateFault(
        "nothing named `brand.nam`", "did you mean `brand.name`?", 2, "bad.j2", 14
    )


def test_a_template_that_is_not_there_has_no_line(folder: Path) -> None:
    (folder / "hero.j2").write_text("x")

    assert render(template="hreo.j2", folder=folder) == TemplateFault(
        "no template named `hreo.j2`", "did you mean `hero.j2`?"
    )


def test_words_longer_than_any_model_reads_are_a_fault() -> None:
    message = "the words have 20,001 characters"

    assert fault("a" * 20_001).message == message
    assert fault("{{ 'a' * 20001 }}").message == message
    assert words("{{ 'a' * 20000 }}") == "a" * 20_000


def test_a_value_that_json_does_not_know_is_a_fault() -> None:
    job = RenderJob(text="{{ vars.x }}", values={"vars": {"x": float("nan")}})

    (result,) = Renderer(None).render_all([job])

    assert isinstance(result, TemplateFault)


# --- what there is --------------------------------------------------------------------


def test_every_filter_works_with_no_file_to_open() -> None:
    """A filter that imports its module late would fail where no file can be opened."""
    samples = {
        "abs": "-1|abs",
        "batch": "[1, 2, 3]|batch(2)",
        "center": "'a'|center(5)",
        "default": "vars.x|default('y')",
        "d": "vars.x|d('y')",
        "dictsort": "vars|dictsort|length",
        "first": "[1]|first",
        "last": "[1]|last",
        "float": "'1.5'|float",
        "int": "'7'|int",
        "round": "1.26|round(1)",
        "format": "'%s'|format('a')",
        "groupby": "[{'a': 1}]|groupby('a')|length",
        "items": "{'a': 1}|items",
        "map": "['a']|map('upper')",
        "max": "[1, 2]|max",
        "min": "[1, 2]|min",
        "sum": "[1, 2]|sum",
        "reject": "[1, 2]|reject('even')",
        "select": "[1, 2]|select('even')",
        "rejectattr": "[{'a': 1}]|rejectattr('a')|length",
        "selectattr": "[{'a': 1}]|selectattr('a')|length",
        "replace": "'abc'|replace('b', 'x')",
        "slice": "[1, 2, 3]|slice(2)",
        "truncate": "'a long sentence'|truncate(8)",
        "wordwrap": "'a long sentence'|wordwrap(6)",
    }
    texts = [
        f"{{{{ {samples.get(name, f'vars.mood|{name}')} }}}}" for name in FILTER_NAMES
    ]
    jobs = [RenderJob(text=text, values=VALUES) for text in texts]

    results = Renderer(None).render_all(jobs)

    assert [r for r in results if isinstance(r, TemplateFault)] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ vars.items }}", "1, 2"),
        ("{{ 'x' ~ vars.items }}", "x1, 2"),
        ("{{ vars.items|map('string') }}", "1, 2"),
        ("{{ 'x' ~ (brand.keywords|map('upper')) }}", "xPREMIUM, CLEAN"),
        ("{{ range(3) }} {{ (1, 2) }} {{ {'a': true} }}", "0, 1, 2 1, 2 a: true"),
        ("{{ brand.colors }}", "primary: #EC4899, rose-gold: #DBA694"),
        ("{% for k, v in brand.colors.items() %}{{ k }}{{ v }} {% endfor %}", None),
        ("{{ brand.colors.get('x', 'none') }}", "none"),
        ("{{ brand.colors.primary == '#EC4899' }}", "true"),
        ("{{ vars.gone is defined }} {{ vars.gone|default('-') }}", "false -"),
        ("{{ vars.mood.upper() }} {{ vars.mood[:2] }}", "DREAMY dr"),
        ("{% raw %}{{ x }}{% endraw %}{# note #}", "{{ x }}"),
        ("{% for n in [3, 4] %}{{ loop.index }}{{ n }}{% endfor %}", "1324"),
        ("{% for n in [1, 2] %}{{ loop.cycle('a', 'b') }}{% endfor %}", "ab"),
    ],
)
def test_templates_do_what_a_designer_expects(text: str, expected: str | None) -> None:
    assert words(text) == (expected or "primary#EC4899 rose-gold#DBA694")


def test_two_processes_render_the_same_words() -> None:
    text = "{{ brand }} {{ vars|dictsort|first|first }} {{ {'b': 1, 'a': 2}|items }}"

    assert words(text) == words(text)


def test_plain_words_need_no_jinja_and_templates_not_in_this_process() -> None:
    code = (
        "import sys; from assetgen.manifest.render import Renderer;"
        "from assetgen.manifest.prompts import RenderJob;"
        "jobs = [RenderJob(text='a'), RenderJob(text='{{ 1 }}')];"
        "words = [each.text for each in Renderer(None).render_all(jobs)];"
        "print(words, 'jinja2' in sys.modules)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout == "['a', '1'] False\n"


# --- remembering ----------------------------------------------------------------------


class Kept(dict[str, str]):
    """A memo that can be read."""

    def put(self, key: str, value: str) -> None:
        """Keep a text."""
        self[key] = value


def remembered(memo: Kept, folder: Path | None, mood: str = "dreamy") -> str:
    values = {"vars": {"mood": mood}}
    text = "{% include ['new.j2', 'part.j2'] %} {{ vars.mood }}"
    (result,) = Renderer(folder).render_all([RenderJob(text, None, values)], memo=memo)
    assert isinstance(result, Rendered)
    return result.text


def forged(memo: Kept) -> None:
    """Change what is remembered, so that using it shows."""
    for key, entry in memo.items():
        memo[key] = json.dumps({**json.loads(entry), "text": "from memory"})


def test_a_render_is_remembered_by_its_template_and_values(folder: Path) -> None:
    (folder / "part.j2").write_text("A sky")
    memo = Kept()
    assert remembered(memo, folder) == "A sky dreamy"
    forged(memo)

    assert remembered(memo, folder) == "from memory"
    assert remembered(memo, folder, mood="bright") == "A sky bright"


def test_a_render_is_forgotten_when_an_included_file_changes(folder: Path) -> None:
    (folder / "part.j2").write_text("A sky")
    memo = Kept()
    remembered(memo, folder)
    forged(memo)

    (folder / "part.j2").write_text("A sea")

    assert remembered(memo, folder) == "A sea dreamy"


def test_a_render_is_forgotten_when_a_file_it_missed_appears(folder: Path) -> None:
    (folder / "part.j2").write_text("A sky")
    memo = Kept()
    remembered(memo, folder)
    forged(memo)

    (folder / "new.j2").write_text("A star")

    assert remembered(memo, folder) == "A star dreamy"


@pytest.mark.parametrize("entry", ["", "{", "[]", "{}", '{"files": 1, "text": "x"}'])
def test_a_damaged_memory_is_none(folder: Path, entry: str) -> None:
    (folder / "part.j2").write_text("A sky")
    memo = Kept()
    remembered(memo, folder)
    for key in memo:
        memo[key] = entry

    assert remembered(memo, folder) == "A sky dreamy"


def test_a_fault_is_not_remembered() -> None:
    memo = Kept()

    Renderer(None).render_all([RenderJob(text="{{ gone }}")], memo=memo)

    assert memo == {}

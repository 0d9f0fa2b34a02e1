"""Templates reach nothing and exhaust nothing, and their neighbours do not notice."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from jinja2 import Environment

from assetgen.manifest.prompts import Rendered, RenderJob, TemplateFault
from assetgen.manifest.render import Renderer
from assetgen.manifest.sandbox.child import Child, Gone, Limits, TimedOut

CANARY = "canary-7f3a"
VALUES: dict[str, object] = {
    "brand": {
        "name": "Sty",
        "colors": {"primary": {"value": "#EC4899", "name": "primary"}},
        "gradients": {"rose": ["#FFF1F3"]},
        "keywords": ["premium"],
        "exclude": [],
    },
    "asset": {"name": "coin"},
    "vars": {"mood": "dreamy", "evil": "{0.__class__}", "n": 3},
    "matrix": {},
}

# What would read PATH or the environment, from wherever Python can be reached.
LOOT = "['os'].environ['CANARY']"
ESCAPES = [
    # down from a value to its class
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ ''['__class__'] }}",
    "{{ vars['__class__'] }}",
    "{{ vars.__init__.__globals__ }}",
    "{{ brand.colors.primary.__class__ }}",
    "{{ brand.colors.primary.path }}",
    "{{ brand.keywords.__class__.__base__ }}",
    "{{ (1).__class__.__bases__ }}",
    "{{ true.__class__.mro() }}",
    "{{ ().__class__.__bases__[0].__subclasses__() }}",
    "{{ dict.mro() }}",
    "{{ dict.__subclasses__() }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ range.__globals__ }}",
    # the same by a filter
    "{{ ''|attr('__class__') }}",
    "{{ ''|attr('\\x5f\\x5fclass\\x5f\\x5f') }}",
    "{{ ['']|map(attribute='__class__')|list }}",
    "{{ [vars]|map(attribute='__init__.__globals__')|first }}",
    "{{ [dict]|groupby('__name__') }}",
    "{{ [dict]|selectattr('__subclasses__')|list }}",
    "{{ [dict]|sort(attribute='__doc__') }}",
    "{{ [dict]|sum(attribute='__doc__', start='') }}",
    "{{ [dict]|map('attr', '__subclasses__')|list }}",
    "{{ {'a': 1}|xmlattr }}",
    "{{ vars|pprint }}",
    # str.format
    "{{ '{0.__class__.__mro__}'.format('') }}",
    "{{ vars.evil.format(vars) }}",
    "{{ '{a.__class__}'.format_map({'a': 1}) }}",
    "{% set f = ''.format %}{{ f(1) }}",
    "{% set f = 'x{0.__init__.__globals__}'['format'] %}{{ f(namespace) }}",
    "{{ ''|attr('format')('x') }}",
    "{{ ['{0.__class__}']|map('format', 1)|list }}",
    "{{ '%(a)s'|format(a=dict) }}",
    # jinja2's own objects
    f"{{{{ cycler.__init__.__globals__{LOOT} }}}}",
    f"{{{{ lipsum.__globals__{LOOT} }}}}",
    f"{{{{ joiner.__init__.__globals__{LOOT} }}}}",
    f"{{{{ self.__init__.__globals__{LOOT} }}}}",
    "{{ self._TemplateReference__context.environment }}",
    "{{ self._TemplateReference__context.eval_ctx }}",
    "{% for a in [1] %}{{ loop.__class__ }}{{ loop._iterator }}{% endfor %}",
    "{% for a in [1] %}{{ loop._undefined.__init__.__globals__ }}{% endfor %}",
    "{% macro m() %}{{ caller.__globals__ }}{% endmacro %}{% call m() %}{% endcall %}",
    "{% macro m() %}{% endmacro %}{{ m._environment }}{{ m.__init__ }}",
    "{% macro m() %}{{ kwargs.__class__ }}{{ varargs }}{% endmacro %}{{ m(a=dict) }}",
    "{% macro m() %}{{ kwargs }}{% endmacro %}{{ m(a=m) }}",
    "{{ missing.__class__ }}",
    "{{ (missing|default(dict)).__subclasses__() }}",
    "{{ context }}{{ environment }}{{ resolve }}{{ undefined }}",
    "{{ get_flashed_messages.__globals__ }}{{ url_for.__globals__ }}{{ config }}",
    "{{ range|string }}{{ namespace|string }}",
    "{{ '' ~ namespace ~ range }}",
    "{% set x = vars.update({'mood': 'other'}) %}{{ vars.mood }}",
    "{% set ns = namespace() %}{% set ns.__class__ = 1 %}{{ ns.__class__ }}",
    "{{ namespace(a=1)._Namespace__attrs }}",
    # files
    "{% include 'PATH' %}",
    "{% include '../canary.txt' %}",
    "{% include 'x/../../canary.txt' %}",
    "{% include ['../canary.txt'] ignore missing %}",
    "{% include '/proc/self/environ' %}",
    "{% import 'PATH' as m %}{{ m }}",
    "{% from 'PATH' import a %}{{ a }}",
    "{% extends 'PATH' %}",
    "{% include '{{ 7 * 7 }}' %}",
    "{% include vars %}",
    "{% block a %}{{ self.a.__func__ }}{% endblock %}",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a templates folder with a canary beside it."""
    (tmp_path / "canary.txt").write_text(CANARY)
    templates = tmp_path / "templates"
    templates.mkdir()
    return templates


def test_no_template_reaches_python_files_or_the_environment(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANARY", CANARY)
    path = str(folder.parent / "canary.txt")
    texts = [text.replace("PATH", path) for text in ESCAPES]

    results = Renderer(folder).render_all([RenderJob(t, None, VALUES) for t in texts])

    for text, result in zip(texts, results, strict=True):
        assert CANARY not in repr(result), text
        if isinstance(result, Rendered):
            assert set("<_{") & set(result.text) == set(), text


def test_the_canary_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The payloads are real: without a sandbox they find what they look for."""
    monkeypatch.setenv("CANARY", CANARY)
    found = [
        Environment(autoescape=False).from_string(text).render()  # noqa: S701 - no HTML
        for text in ESCAPES
        if LOOT in text and "self" not in text
    ]

    assert found == [CANARY] * 3


NESTED = "{% for a in range(99999) %}" * 3 + "{% endfor %}" * 3
DOUBLING = (
    "{% set ns = namespace(x=OPERAND) %}{% for i in range(60) %}"
    "{% set ns.x = OPERATION %}{% endfor %}{{ ns.x|length }}"
)
BOMBS = {
    "repeat": "{{ 'a' * 10**9 }}",
    "repeat a list": "{{ [1] * 10**9 }}",
    "power": "{{ 10 ** (10 ** 10) }}",
    "square": "{{ 2 ** 150000 * 2 ** 150000 * 2 ** 150000 }}",
    "pad by %": "{{ '%0999999999d' % 1 }}",
    "pad by %*": "{{ '%*d' % (999999999, 1) }}",
    "pad by format": "{{ '%0999999999d'|format(1) }}",
    "center": "{{ 'a'|center(1000000000) }}",
    "indent": "{{ 'a\nb'|indent(1000000000) }}",
    "batch": "{{ [1]|batch(1000000000, 0)|list }}",
    "replace": "{{ ('a' * 99999)|replace('a', 'b' * 99999) }}",
    "join": "{{ range(99999)|join('b' * 99999) }}",
    "range": "{{ range(10 ** 9)|list }}",
    "nested ranges": NESTED,
    "many words": "{% for a in range(99999) %}word {% endfor %}",
    "macro that calls itself": "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "include that includes itself": "{% include 'self.j2' %}",
    "doubling by +": DOUBLING.replace("OPERAND", "'ab'").replace(
        "OPERATION", "ns.x + ns.x"
    ),
    "doubling by ~": DOUBLING.replace("OPERAND", "'ab'").replace(
        "OPERATION", "ns.x ~ ns.x"
    ),
    "doubling by a list": DOUBLING.replace("OPERAND", "[1]").replace(
        "OPERATION", "[ns.x, ns.x]"
    )
    + "{{ ns.x }}",
    "parentheses": "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    "blocks": "{% if 1 %}" * 2000 + "{% endif %}" * 2000,
    "a long template": "{{ 1 }}" * 100_000,
}


@pytest.mark.parametrize("name", list(BOMBS))
def test_a_bomb_is_stopped_while_its_neighbours_render(folder: Path, name: str) -> None:
    (folder / "self.j2").write_text("{% include 'self.j2' %}")
    neighbour = RenderJob("{{ brand.name }}", None, VALUES)
    jobs = [neighbour, RenderJob(BOMBS[name], None, VALUES), neighbour]

    before, bomb, after = Renderer(folder, Limits(seconds=1.5)).render_all(jobs)

    assert isinstance(bomb, TemplateFault)
    assert before == after == Rendered("Sty")


@pytest.mark.parametrize(
    "text",
    [
        "{% if false %}{{ 'ab' * 200000000 }}{% endif %}x",
        "{% if false %}{{ 'ab'|center(1000000000) }}{% endif %}x",
        "{% if false %}{% set a = 10 ** (10 ** 10) %}{% endif %}x",
    ],
)
def test_a_dead_branch_is_never_worked_out(text: str) -> None:
    assert Renderer(None).render_all([RenderJob(text)]) == [Rendered("x")]


def test_templates_that_share_a_slow_text_are_tried_once() -> None:
    """Ten thousand assets of one slow template must not hang a build for hours."""
    slow = RenderJob(NESTED)
    jobs = [slow] * 500 + [RenderJob("{{ 1 + 1 }}")]

    results = Renderer(None, Limits(seconds=0.5)).render_all(jobs)

    assert len(set(results[:-1])) == 1
    assert results[-1] == Rendered("2")


def test_after_enough_bombs_nothing_more_is_tried() -> None:
    bombs = [RenderJob(f"{{{{ '{n}'|center(1000000000) }}}}") for n in range(30)]

    results = Renderer(None).render_all([*bombs, RenderJob("{{ 1 }}"), RenderJob("2")])

    messages = [each.message for each in results if isinstance(each, TemplateFault)]
    assert [messages.count(message) for message in dict.fromkeys(messages)] == [20, 11]
    assert results[-1] == Rendered("2")


def test_a_process_that_is_gone_or_hangs_is_told_apart() -> None:
    job = {"name": None, "text": NESTED, "values": {}}
    with Child(Limits(seconds=0.3)) as child:
        with pytest.raises(TimedOut):
            child.ask(job, lambda _: {})
        child.close()
        with pytest.raises(Gone):
            child.ask(job, lambda _: {})


def test_memory_stays_within_its_limit() -> None:
    pytest.importorskip("resource", reason="the limit on memory is POSIX's")
    if sys.platform != "linux":
        pytest.skip("only Linux holds RLIMIT_AS")
    code = (
        "import resource, sys\n"
        "from assetgen.manifest.prompts import RenderJob\n"
        "from assetgen.manifest.render import Renderer\n"
        "r = Renderer(None).render_all([RenderJob(text) for text in sys.argv[1:]])\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss\n"
        "print([type(each).__name__ for each in r], used < (256 + 64) * 1024)\n"
    )
    bombs = [BOMBS[name] for name in ("center", "batch", "replace", "doubling by ~")]

    done = subprocess.run(
        [sys.executable, "-c", code, *bombs], capture_output=True, text=True, check=True
    )

    assert done.stdout == f"{['TemplateFault'] * 4} True\n"


@pytest.mark.skipif(sys.platform != "linux", reason="seen in /proc")
def test_not_even_proc_shows_the_process_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIE_API_KEY", CANARY)
    look = "print(open('/proc/self/environ').read())"
    heir = subprocess.run(
        [sys.executable, "-c", look], capture_output=True, text=True, check=True
    )
    assert CANARY in heir.stdout  # the look itself works: who gets the key shows it
    with Child(Limits()) as child:
        process = child._process  # noqa: SLF001  there is no other way to its number
        assert CANARY not in Path(f"/proc/{process.pid}/environ").read_text()

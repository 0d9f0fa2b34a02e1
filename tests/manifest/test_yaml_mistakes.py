"""Mistakes of YAML itself, and values cut at a colour, are told in plain words."""

from __future__ import annotations

import pytest

from assetgen.errors import ManifestError
from assetgen.manifest.source import Plain, parse

pytestmark = pytest.mark.usefixtures("parser")


def told(text: str) -> list[str]:
    """Return the problems of a text, hints and all."""
    with pytest.raises(ManifestError) as caught:
        parse(text.encode(), "f.yaml")
    return [str(problem) for problem in caught.value.problems]


QUOTES = "put the whole value in quotes, or on lines of its own below `|`"
TEMPLATE = 'write it as `"{{ … }}"`, or put the text on lines of its own below `|`'


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (
            "alt: @brand",
            "f.yaml:1:6: a value that starts with `@` needs quotes",
            'write `"@brand"`',
        ),
        (
            "- alt: `x`",
            "f.yaml:1:8: a value that starts with a backtick needs quotes",
            'write `"`x`"`',
        ),
        (
            "a: [%5]",
            "f.yaml:1:5: a value that starts with `%` needs quotes",
            QUOTES,
        ),
        (
            "a: b\n%50 off",
            "f.yaml:2:1: a line that starts with `%` needs quotes",
            QUOTES,
        ),
        (
            "%YAML 3.0\n---\na: b",
            "f.yaml:1:1: this version of YAML is not known",
            "delete the line",
        ),
        (
            "prompt: {{ brand.name }}",
            "f.yaml:1:9: prompt: a value that starts with `{{` needs quotes",
            TEMPLATE,
        ),
        (
            "x: 1\nprompt: {{ brand.name }} coin\ny: 2",
            "f.yaml:2:9: prompt: a value that starts with `{{` needs quotes",
            TEMPLATE,
        ),
        (
            'alt: "Icon: {{ x }}" star',
            "f.yaml:1:22: `star` stands after the closing quote",
            (
                "put the whole value in quotes: "
                "the other kind, where it holds quotes itself"
            ),
        ),
        (
            "alt: Icon: {{ x }}",
            "f.yaml:1:10: a second `: ` on one line: the value needs quotes",
            'write `"Icon: {{ x }}"`',
        ),
        (
            "prompt: {% if x %}a{% endif %}",
            "f.yaml:1:9: a value that starts with `{%` needs quotes",
            TEMPLATE,
        ),
        (
            "tags: [{{ a }}, b]",
            "f.yaml:1:8: tags.0: a value that starts with `{{` needs quotes",
            TEMPLATE,
        ),
        (
            "prompt: Icon: a star",
            "f.yaml:1:13: a second `: ` on one line: the value needs quotes",
            'write `"Icon: a star"`',
        ),
        (
            "prompt: Icon: a 5\" star's edge  # big",
            "f.yaml:1:13: a second `: ` on one line: the value needs quotes",
            QUOTES,
        ),
        (
            "prompt: Icon: a 5\" star's edge",
            "f.yaml:1:13: a second `: ` on one line: the value needs quotes",
            "write `'Icon: a 5\" star''s edge'`",
        ),
        (
            "a: b\n  c: d",
            "f.yaml:2:4: `c:` cannot stand here: the value above has not ended",
            "line it up with the other keys, or complete the line above (`key: value`)",
        ),
        (
            "a:\n\tb: c",
            "f.yaml:2:1: a tab indents this line, and YAML counts spaces only",
            "replace the tab by spaces",
        ),
        (
            "a:\n  b: c\n \td: e",
            "f.yaml:3:2: a tab indents this line, and YAML counts spaces only",
            "replace the tab by spaces",
        ),
        (
            "a:\n    b: c\n  d: e",
            "f.yaml:3:3: this line does not fit the lines above",
            "keys, and dashes, of one list line up exactly; longer text goes below `|`",
        ),
        (
            "a: b\n- c",
            "f.yaml:2:1: this line does not fit the lines above",
            "keys, and dashes, of one list line up exactly; longer text goes below `|`",
        ),
        (
            'x: 1\nalt: "a coin\ny: 2\n',
            "f.yaml:2:6: the quote that opens here is never closed",
            "close it, and double a quote that belongs to the text",
        ),
        (
            "alt: 'it's'",
            "f.yaml:1:10: `s'` stands after the closing quote",
            (
                "put the whole value in quotes: "
                "the other kind, where it holds quotes itself"
            ),
        ),
        (
            'alt: "x"\n  y',
            "f.yaml:2:3: this line does not fit the lines above",
            "keys, and dashes, of one list line up exactly; longer text goes below `|`",
        ),
        (
            'file: "C:\\path"',
            (
                "f.yaml:1:10: in double quotes a backslash begins an escape, "
                "and this is none"
            ),
            "use single quotes, or write the backslash twice",
        ),
        (
            'a: "\\ud800"',
            (
                "f.yaml:1:5: in double quotes a backslash begins an escape, "
                "and this is none"
            ),
            "use single quotes, or write the backslash twice",
        ),
        (
            "x: [a, b\ny: z\n",
            "f.yaml:1:4: the `[` that opens here lacks its `]` or a comma",
            "text that holds a bracket needs quotes",
        ),
        (
            "x: {a: b\ny: z\n",
            "f.yaml:1:4: the `{` that opens here lacks its `}` or a comma",
            "text that holds a bracket needs quotes",
        ),
        (
            "x: [a]]",
            "f.yaml:1:7: `]` does not fit behind a value",
            QUOTES,
        ),
        (
            "prompt: *bold* text",
            "f.yaml:1:9: text that starts with `*` needs quotes",
            QUOTES,
        ),
        ("a: & b", "f.yaml:1:4: text that starts with `&` needs quotes", QUOTES),
        ("a: !x!y z", "f.yaml:1:4: text that starts with `!` needs quotes", QUOTES),
        (
            "prompt: > a coin",
            "f.yaml:1:11: text cannot follow `|` or `>` on the same line",
            "begin the text on the next line, or put the whole value in quotes",
        ),
        (
            "a: - b",
            "f.yaml:1:4: `- ` cannot follow here on the same line",
            "put each `- ` on a line of its own, or the value in quotes",
        ),
        ("a: ]", "f.yaml:1:4: a value that starts with `]` needs quotes", QUOTES),
        (
            "a: 1\nprompt:coin\nb: 2",
            "f.yaml:2:1: `prompt:coin` is no `key: value`",
            "put a space after the colon",
        ),
        (
            "a: 1\nprompt\nb: 2",
            "f.yaml:2:1: `prompt` is no `key: value`",
            "write `key: value`; text over several lines goes below `|`, indented",
        ),
        (
            "a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> x\n",
            "f.yaml:2:1: a merge conflict is not settled here",
            "keep the lines that you want, and delete the marks of the conflict",
        ),
    ],
)
def test_a_syntax_error_says_what_a_person_did(
    text: str, message: str, hint: str
) -> None:
    assert told(text) == [f"{message}\n\nhint: {hint}"]


COMMENT = "a comment has a space after its `#`"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (
            "primary: #EC4899\nb: 1",
            (
                "f.yaml:1:10: primary: YAML takes `#EC4899` for a comment, "
                "and the value is empty"
            ),
            'write `"#EC4899"`',
        ),
        (
            "colors: {primary: #EC4899, b: c}",
            (
                "f.yaml:1:19: colors.primary: YAML takes `#EC4899` for a comment, "
                "and the value is empty"
            ),
            'write `"#EC4899"`',
        ),
        (
            "x:\n  alt: a coin in #EC4899 with a star  # nice",
            (
                "f.yaml:2:18: x.alt: YAML takes `#EC4899 with a star` for a comment, "
                "and the value ends at `a coin in`"
            ),
            'write `"a coin in #EC4899 with a star"`',
        ),
        (
            'a: the "x" in #FFF',
            (
                "f.yaml:1:15: a: YAML takes `#FFF` for a comment, "
                'and the value ends at `the "x" in`'
            ),
            "write `'the \"x\" in #FFF'`",
        ),
        (
            "a: 5 #abc is the old one",
            (
                "f.yaml:1:6: a: YAML takes `#abc is the old one` for a comment, "
                "and the value ends at `5`"
            ),
            'write `"5 #abc is the old one"`',
        ),
        (
            "- x\n- #EC489980\n- y",
            (
                "f.yaml:2:3: 1: YAML takes `#EC489980` for a comment, "
                "and the value is empty"
            ),
            'write `"#EC489980"`',
        ),
        (
            "rose: [red, #FFF1F3,\n  blue]",
            (
                "f.yaml:1:13: rose: YAML takes `#FFF1F3` and the rest of the line "
                "for a comment"
            ),
            'write `"#FFF1F3"`',
        ),
        (
            "rose: [#FFF1F3]\nb: c",
            (
                "f.yaml:1:8: rose: YAML takes `#FFF1F3` for a comment, "
                "and the value is empty"
            ),
            'write `"#FFF1F3"`',
        ),
        (
            'rose: ["#fff", #FFE4E9, blue]\nb: c',
            (
                "f.yaml:1:16: rose: YAML takes `#FFE4E9` and the rest of the line "
                "for a comment"
            ),
            'write `"#FFE4E9"`',
        ),
        (
            "rose: [\n  #FFF1F3,\n]",
            (
                "f.yaml:2:3: rose: YAML takes `#FFF1F3` for a comment, "
                "and the value is empty"
            ),
            'write `"#FFF1F3"`',
        ),
        (
            "prompt: a coin in\n  #EC4899 on\n  white",
            (
                "f.yaml:2:3: prompt: YAML takes `#EC4899 on` for a comment, "
                "and the value ends at `a coin in`"
            ),
            QUOTES,
        ),
        (
            "prompt: a coin in #EC4899 on\n  white: sand",
            (
                "f.yaml:1:19: prompt: YAML takes `#EC4899 on` for a comment, "
                "and the value ends at `a coin in`"
            ),
            QUOTES,
        ),
        (
            "prompt: #EC4899 on\n  white",
            (
                "f.yaml:1:9: prompt: YAML takes `#EC4899 on` for a comment, "
                "and the value is empty"
            ),
            QUOTES,
        ),
        (
            "primary:\n  #EC4899\nb: c",
            (
                "f.yaml:2:3: primary: YAML takes `#EC4899` for a comment, "
                "and the value is empty"
            ),
            'write `"#EC4899"`',
        ),
    ],
)
def test_a_value_cut_at_a_colour_is_an_error(
    text: str, message: str, hint: str
) -> None:
    assert told(text) == [f"{message}\n\nhint: {hint}; {COMMENT}"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("width: 24  # px", {"width": 24}),
        ("a: b # EC4899", {"a": "b"}),
        ("a: b #EC489", {"a": "b"}),
        ("a: b #EC4899x", {"a": "b"}),
        ("a: b #FFFF0", {"a": "b"}),
        ('a: "#EC4899"  # EC pink', {"a": "#EC4899"}),
        ('a: "x" #EC4899', {"a": "x"}),
        ("a: [x] #EC4899", {"a": ["x"]}),
        ("a: b#EC4899", {"a": "b#EC4899"}),
        ("a: b # was #EC4899", {"a": "b"}),
        ("#EC4899\na: b\n#FFF\n#FFF\n", {"a": "b"}),
        ("a:\n  b: c\n  #EC4899 is pink\n  d: e", {"a": {"b": "c", "d": "e"}}),
        ("a:\n  b: c\n#EC4899 is pink\nd: e", {"a": {"b": "c"}, "d": "e"}),
        ("a:\n  #EC4899 is pink\n  b: c", {"a": {"b": "c"}}),
        ("a: #EC4899 is pink\n  b: c", {"a": {"b": "c"}}),
        ("a:\n- x\n#EC4899\n- y", {"a": ["x", "y"]}),
        ("a: |  #EC4899\n  in #EC4899 x\n", {"a": "in #EC4899 x\n"}),
        ("a: >-\n  in\n  #EC4899 x\n", {"a": "in #EC4899 x"}),
        ("a: 'in #EC4899 x'", {"a": "in #EC4899 x"}),
        ('a: "in\n  #EC4899 x"', {"a": "in #EC4899 x"}),
        ("a: [x,\n  #EC4899 is pink\n  y]", {"a": ["x", "y"]}),
        ("a: &x |\n  #abc\nb: *x #abc\n", {"a": "#abc\n", "b": "#abc\n"}),
    ],
)
def test_a_comment_may_speak_of_colours(text: str, value: Plain) -> None:
    assert parse(text.encode(), "f.yaml").value == value


def test_millions_of_comments_are_read_past() -> None:
    assert parse(b"#abc\n" * 200_000 + b"a: b # #abc", "f").value == {"a": "b"}

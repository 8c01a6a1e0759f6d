"""Every key of a TOML text has its line, whatever the text is written like."""

import tomllib
from pathlib import Path

import pytest

from cprac.persistence.toml_lines import key_lines, line_of

FOLDER = Path(__file__).parents[2] / "cprac" / "regulations"

TRICKY = '''\
# name = "not a key"
name = "a # no comment" # a comment
"quoted key" = 1
a.b."c d" = 2          # dotted
text = """
name = "inside a text"
[not.a.table]
"""
literal = \'\'\'
x = "also inside"\'\'\'
when = 2026-01-31 10:00:00
list = [ # a comment ]
  1,
  { x = 1, y = [ "]", '}' ] },
]

[table]
name = "in a table"

[[row]]
name = "first"
[row.under]
deep = 1
[[row.more]]
z = 1

[[row]]
name = "second" # "quoted" \'comment\'
[[row.more]]
z = 2
[[row.more]]
z = 3
'''


@pytest.mark.parametrize(
    "path, line",
    [
        (("name",), 2),
        (("quoted key",), 3),
        (("a",), 4),
        (("a", "b", "c d"), 4),
        (("text",), 5),
        (("literal",), 9),
        (("when",), 11),
        (("list",), 12),
        (("list", 0), 13),
        (("list", 1), 14),
        (("list", 1, "y"), 14),
        (("list", 1, "y", 1), 14),
        (("table",), 17),
        (("table", "name"), 18),
        (("row",), 20),
        (("row", 0), 20),
        (("row", 0, "name"), 21),
        (("row", 0, "under"), 22),
        (("row", 0, "under", "deep"), 23),
        (("row", 0, "more", 0, "z"), 25),
        (("row", 1), 27),
        (("row", 1, "name"), 28),
        (("row", 1, "more", 1), 31),
        (("row", 1, "more", 1, "z"), 32),
    ],
)
def test_each_key_is_found_on_its_line(path, line):
    assert key_lines(TRICKY)[path] == line


def test_no_key_is_invented_and_none_is_lost():
    assert set(key_lines(TRICKY)) == {path for path, _ in _places(tomllib.loads(TRICKY))}


def test_a_missing_key_is_told_at_the_table_it_is_missing_from():
    lines = key_lines(TRICKY)
    assert line_of(("row", 1, "more", 0, "nothing"), lines) == 29
    assert line_of(("nothing", "at all"), lines) == 1
    assert line_of((), lines) == 1


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_windows_line_ends_count_the_same(newline):
    assert key_lines(TRICKY.replace("\n", newline)) == key_lines(TRICKY)


@pytest.mark.parametrize("name", ["contagem", "amazonas"])
def test_every_key_of_a_shipped_file_stands_on_the_line_it_is_said_to(name):
    text = (FOLDER / f"{name}.toml").read_text("utf-8")
    rows, lines = text.splitlines(), key_lines(text)
    places = dict(_places(tomllib.loads(text)))
    assert set(lines) == set(places)
    for path, value in places.items():
        line = rows[lines[path] - 1]
        if isinstance(path[-1], str):
            assert path[-1] in line
        if isinstance(value, str):
            assert f'"{value}"' in line


def _places(value, path=()):
    """Each path of a parsed document with its value."""
    if path:
        yield path, value
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _places(item, (*path, key))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _places(item, (*path, place))

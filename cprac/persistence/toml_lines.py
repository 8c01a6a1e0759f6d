"""The line of every key of a TOML text, which the standard parser does not tell.

The text is one that ``tomllib`` has accepted, so this reader only walks: it knows strings, comments, brackets and
headers, and does not judge values.
"""

from __future__ import annotations

import re

Path = tuple[str | int, ...]

_TOKEN = re.compile(
    r"""
    (?P<blank>[ \t\r]+ | \#[^\n]*)
  | (?P<newline>\n)
  | (?P<text>\"{3}(?:\\.|[^\\])*?\"{3,5} | '{3}.*?'{3,5} | "(?:\\.|[^"\\\n])*" | '[^'\n]*')
  | (?P<mark>[\[\]{}=,])
  | (?P<bare>[^\s\[\]{}=,\#"']+)
    """,
    re.VERBOSE | re.DOTALL,
)


def key_lines(text: str) -> dict[Path, int]:
    """The line, counted from 1, where each key, header and element of an array begins, by its path.

    A path is made of keys and of positions in arrays, as in ``("ladder", 0, "up_to")``. A table opened in several
    places keeps the first one.
    """
    return _Walker(text).walk()


def line_of(path: Path, lines: dict[Path, int]) -> int:
    """The line of *path*, or of the nearest thing around it that stands in the text; 1 where nothing does."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return 1


class _Walker:
    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str | None, str, int]] = []
        line = 1
        for match in _TOKEN.finditer(text):
            self.tokens.append((match.lastgroup, match.group(), line))
            line += match.group().count("\n")
        self.at = 0
        self.found: dict[Path, int] = {}
        self.sizes: dict[Path, int] = {}

    def walk(self) -> dict[Path, int]:
        table: Path = ()
        while self._skip():
            if self._next_is("["):
                table = self._header()
            else:
                self._pair(table)
        return self.found

    def _skip(self) -> bool:
        while self.at < len(self.tokens) and self.tokens[self.at][0] in ("blank", "newline"):
            self.at += 1
        return self.at < len(self.tokens)

    def _next_is(self, mark: str) -> bool:
        self._skip()
        return self.at < len(self.tokens) and self.tokens[self.at][:2] == ("mark", mark)

    def _take(self) -> tuple[str, int]:
        self._skip()
        _, token, line = self.tokens[self.at]
        self.at += 1
        return token, line

    def _record(self, path: Path, line: int) -> None:
        self.found.setdefault(path, line)

    def _key(self) -> tuple[tuple[str, ...], int]:
        """A key, whose dotted parts may be quoted, and its line."""
        parts: list[str] = []
        first = 0
        while not (self._next_is("=") or self._next_is("]")):
            kind = self.tokens[self.at][0]
            token, line = self._take()
            first = first or line
            parts.extend([token[1:-1]] if kind == "text" else [part for part in token.split(".") if part])
        return tuple(parts), first

    def _header(self) -> Path:
        """``[table]`` or ``[[row]]``: its full path, with the position of every array on the way."""
        self._take()
        row = self._next_is("[")
        if row:
            self._take()
        parts, line = self._key()
        for _ in range(2 if row else 1):
            self._take()
        path: Path = ()
        for number, part in enumerate(parts, start=1):
            path = (*path, part)
            self._record(path, line)
            if row and number == len(parts):
                self.sizes[path] = self.sizes.get(path, 0) + 1
            if path in self.sizes:
                path = (*path, self.sizes[path] - 1)
                self._record(path, line)
        return path

    def _pair(self, table: Path) -> None:
        parts, line = self._key()
        path = table
        for part in parts:
            path = (*path, part)
            self._record(path, line)
        self._take()
        self._value(path)

    def _value(self, path: Path) -> None:
        if self._next_is("["):
            self._array(path)
        elif self._next_is("{"):
            self._inline_table(path)
        else:
            self._scalar()

    def _array(self, path: Path) -> None:
        self._take()
        position = 0
        while not self._next_is("]"):
            self._record((*path, position), self.tokens[self.at][2])
            self._value((*path, position))
            position += 1
            if self._next_is(","):
                self._take()
        self._take()

    def _inline_table(self, path: Path) -> None:
        self._take()
        while not self._next_is("}"):
            self._pair(path)
            if self._next_is(","):
                self._take()
        self._take()

    def _scalar(self) -> None:
        """One text, or the words up to the end of the value: a date and its time may stand a blank apart."""
        self._skip()
        while self.at < len(self.tokens) and self.tokens[self.at][0] in ("bare", "text", "blank"):
            self.at += 1

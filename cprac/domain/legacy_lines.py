"""Old spreadsheets, the lowest step: from bytes to numbered lines of text, without guessing in silence.

The file is opened by others: a *source* is a function that gives its bytes from the start, in chunks, each time it is
called (reading takes three passes and keeps one line in memory). Every way in which a file cannot be read as a whole is
a :class:`LegacyFileError`; what concerns one line stays with that line.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cprac.domain.words import N_

Source = Callable[[], Iterable[bytes]]


class LegacyFileError(ValueError):
    """A file, or its mapping, that cannot be read at all. Its text is one line in Portuguese: where, and what."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        self.reason = reason
        self.line = line
        super().__init__(reason if line is None else f"linha {line}: {reason}")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may ask of us. The defaults are far beyond any real spreadsheet; services may lower or raise them."""

    field_characters: int = 1024 * 1024
    line_bytes: int = 4 * 1024 * 1024
    columns: int = 256
    lines: int = 1_000_000
    lines_in_quotes: int = 1000
    lines_read_again: int = 200_000


class Encoding(StrEnum):
    """The ways of writing letters that old Brazilian files use; the value is Python's name of the codec."""

    UTF_8 = "utf-8"
    UTF_16 = "utf-16"
    WINDOWS_1252 = "cp1252"
    DOS_850 = "cp850"
    MAC_ROMAN = "mac_roman"

    @property
    def label(self) -> str:
        """The name that people know."""
        return _ENCODING_LABELS[self]


_ENCODING_LABELS: Final = {
    Encoding.UTF_8: "UTF-8",
    Encoding.UTF_16: "UTF-16",
    Encoding.WINDOWS_1252: "Windows-1252 (Latin-1)",
    Encoding.DOS_850: "DOS 850",
    Encoding.MAC_ROMAN: "Mac Roman",
}


@dataclass(frozen=True, slots=True)
class TextFormat:
    """How the bytes of one file become lines: its encoding, its line end (LF, or CR alone), and how many lines it has.

    ``mixed`` is true where some lines are in another encoding than most; those lines carry the problem.
    """

    encoding: Encoding
    mixed: bool
    newline: bytes
    lines: int


@dataclass(frozen=True, slots=True)
class Line:
    """One physical line, counted from 1. With a ``problem``, ``text`` is only the best that could be made of it.

    ``repairable`` is true where the problem is the encoding alone and ``text`` reads well in the other encoding.
    ``cut`` is true where the line passed the limit and ``text`` is its beginning.
    """

    number: int
    text: str
    problem: str | None = None
    repairable: bool = False
    cut: bool = False


EMPTY_FILE: Final = N_("o arquivo está vazio")
TOO_MANY_LINES: Final = N_("o arquivo passa do limite de {limit} linhas")
CONTROL_CHARACTER: Final = N_("há um caractere de controle (código {code}) que não pode fazer parte de um texto")
UNREADABLE_BYTES: Final = N_("há bytes que não são texto em {encoding}")
OTHER_ENCODING: Final = N_("a linha está em {encoding}, e o resto do arquivo em {main}")
LINE_TOO_LONG: Final = N_("a linha passa do limite de {limit} bytes")

_FOREIGN: Final = (
    (b"PK\x03\x04", N_("o arquivo é uma planilha XLSX ou ODS; salve-a como CSV")),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", N_("o arquivo é uma planilha XLS; salve-a como CSV")),
    (b"%PDF", N_("o arquivo é um PDF; é preciso a planilha, salva como CSV")),
    (b"\x1f\x8b", N_("o arquivo está compactado; descompacte-o antes")),
    (b"{\\rtf", N_("o arquivo é um documento de texto (RTF); é preciso a planilha, salva como CSV")),
    (b"\xff\xfe\x00\x00", N_("o arquivo está em UTF-32; salve-o como UTF-8")),
    (b"\x00\x00\xfe\xff", N_("o arquivo está em UTF-32; salve-o como UTF-8")),
)
_PAGE: Final = re.compile(rb"\s*<(!doctype|html|head|table|\?xml)\b", re.IGNORECASE)
PAGE_FILE: Final = N_("o arquivo é uma página (HTML ou XML) e não uma planilha; abra-o na planilha e salve como CSV")
_JSON: Final = re.compile(rb'\s*(\[\s*)?\{\s*["}]')
JSON_FILE: Final = N_("o arquivo está em JSON; é preciso a planilha, salva como CSV")
NO_BYTE_ORDER: Final = N_("o arquivo parece UTF-16 sem a marca inicial, ou não é texto; salve-o como CSV em UTF-8")

_HEAD_BYTES: Final = 64 * 1024
# Everything that is no text; bidirectional overrides too, because they make a line show another order than it has.
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_ASCII: Final = bytes(range(128))
_PORTUGUESE: Final = frozenset("áàâãçéêíóôõúüñÁÀÂÃÇÉÊÍÓÔÕÚÜÑºª°§–—“”‘’")
_EIGHT_BIT: Final = (Encoding.WINDOWS_1252, Encoding.DOS_850, Encoding.MAC_ROMAN)


def detect_format(source: Source, limits: Limits, encoding: Encoding | None = None) -> TextFormat:
    """Find out how *source* is written, reading it once. *encoding* overrules the guess (not a byte order mark).

    Raises LegacyFileError for an empty file, one that is no text, or one of too many lines.
    """
    head = _head(source)
    _refuse_foreign(head)
    marked = _byte_order_mark(head)
    if encoding is Encoding.UTF_16 and marked is not Encoding.UTF_16:
        raise LegacyFileError(NO_BYTE_ORDER)
    newline = _newline(head if marked is not Encoding.UTF_16 else head.replace(b"\x00", b""))
    lines = unicode_lines = other_lines = 0
    high: Counter[int] = Counter()
    for raw, _cut in _split(_as_ascii_compatible(source, marked), newline, limits.line_bytes):
        lines += 1
        if lines > limits.lines:
            raise LegacyFileError(TOO_MANY_LINES.format(limit=f"{limits.lines:,}".replace(",", ".")), lines)
        if raw.isascii():
            continue
        if _decodes(raw, Encoding.UTF_8):
            unicode_lines += 1
        else:
            other_lines += 1
            high.update(raw.translate(None, _ASCII)[:1000])
    mixed = unicode_lines > 0 and other_lines > 0
    if marked:
        return TextFormat(marked, mixed, newline, lines)
    guessed = Encoding.UTF_8 if unicode_lines >= other_lines else _eight_bit_encoding(high)
    return TextFormat(encoding or guessed, mixed, newline, lines)


def read_lines(source: Source, form: TextFormat, limits: Limits) -> Iterator[Line]:
    """Yield the lines of *source* in order, decoded as *form* says, each with its problem where it has one."""
    chunks = _as_ascii_compatible(source, form.encoding)
    for number, (raw, cut) in enumerate(_split(chunks, form.newline, limits.line_bytes), 1):
        if number == 1:
            raw = raw.removeprefix(codecs.BOM_UTF8)  # noqa: PLW2901  (only the first line can carry the mark)
        if raw == b"\x1a":
            continue  # the end-of-file sign of DOS
        if cut:
            problem = LINE_TOO_LONG.format(limit=f"{limits.line_bytes:,}".replace(",", "."))
            yield Line(number, raw.decode(_codec(form), "replace"), problem, cut=True)
        else:
            yield _decode(number, raw, form)


def _decode(number: int, raw: bytes, form: TextFormat) -> Line:
    if raw.isascii():
        return _checked(Line(number, raw.decode("ascii")))
    main = _codec(form)
    other = Encoding.WINDOWS_1252 if main is Encoding.UTF_8 else Encoding.UTF_8
    foreign = OTHER_ENCODING.format(encoding=other.label, main=main.label)
    if main is not Encoding.UTF_8 and form.mixed and _decodes(raw, Encoding.UTF_8):
        return _checked(Line(number, raw.decode("utf-8"), foreign, repairable=True))
    try:
        return _checked(Line(number, raw.decode(main)))
    except UnicodeDecodeError:
        pass
    if form.encoding is Encoding.UTF_8 and _decodes(raw, other):
        return _checked(Line(number, raw.decode(other), foreign, repairable=True))
    return Line(number, raw.decode(main, "replace"), UNREADABLE_BYTES.format(encoding=form.encoding.label))


def _checked(line: Line) -> Line:
    if found := _CONTROL.search(line.text):
        return Line(line.number, line.text, CONTROL_CHARACTER.format(code=f"U+{ord(found[0]):04X}"))
    return line


def _codec(form: TextFormat) -> Encoding:
    """UTF-16 has become UTF-8 by the time that lines are cut."""
    return Encoding.UTF_8 if form.encoding is Encoding.UTF_16 else form.encoding


def _decodes(raw: bytes, encoding: Encoding) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _head(source: Source) -> bytes:
    head = bytearray()
    for chunk in source():
        head += chunk[:_HEAD_BYTES]
        if len(head) >= _HEAD_BYTES:
            break
    return bytes(head[:_HEAD_BYTES])


def _refuse_foreign(head: bytes) -> None:
    for mark, reason in _FOREIGN:
        if head.startswith(mark):
            raise LegacyFileError(reason)
    if _PAGE.match(head.removeprefix(codecs.BOM_UTF8)):
        raise LegacyFileError(PAGE_FILE)
    if _JSON.match(head.removeprefix(codecs.BOM_UTF8)):
        raise LegacyFileError(JSON_FILE)
    if _byte_order_mark(head) is not Encoding.UTF_16 and head.count(0) * 5 > len(head):
        raise LegacyFileError(NO_BYTE_ORDER)
    if not head.removeprefix(codecs.BOM_UTF8).strip():
        raise LegacyFileError(EMPTY_FILE)


def _byte_order_mark(head: bytes) -> Encoding | None:
    if head.startswith(codecs.BOM_UTF8):
        return Encoding.UTF_8
    return Encoding.UTF_16 if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else None


def _newline(head: bytes) -> bytes:
    """LF (with or without CR before it), or CR alone as the first Macintosh wrote it; a cell may hold the other one."""
    alone = head.count(b"\r") - head.count(b"\r\n")
    return b"\r" if alone > head.count(b"\n") else b"\n"


def _as_ascii_compatible(source: Source, encoding: Encoding | None) -> Iterable[bytes]:
    return _from_utf16(source()) if encoding is Encoding.UTF_16 else source()


def _from_utf16(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Turn UTF-16 into UTF-8. Half a character becomes a byte that UTF-8 has not, so its line carries the problem."""
    decoder = codecs.getincrementaldecoder("utf-16")("surrogatepass")
    for chunk in chunks:
        yield decoder.decode(chunk).encode("utf-8", "surrogatepass")
    try:
        yield decoder.decode(b"", final=True).encode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        yield b"\xff"


def _split(chunks: Iterable[bytes], newline: bytes, limit: int) -> Iterator[tuple[bytes, bool]]:
    """Cut chunks into lines of at most *limit* bytes, without their ends; the flag says that a line was cut short."""
    pending = bytearray()
    for chunk in chunks:
        first, *rest = bytes(chunk).split(newline)
        if len(pending) <= limit:
            pending += first[: limit + 1]
        if not rest:
            continue
        yield _trimmed(bytes(pending), newline, limit)
        for raw in rest[:-1]:
            yield _trimmed(raw, newline, limit)
        pending = bytearray(rest[-1][: limit + 1])
    if pending:
        yield _trimmed(bytes(pending), newline, limit)


def _trimmed(raw: bytes, newline: bytes, limit: int) -> tuple[bytes, bool]:
    if len(raw) > limit:
        return raw[:limit], True
    # Text mode on Windows may end lines with CR CR LF.
    return (raw.rstrip(b"\r") if newline == b"\n" else raw.removeprefix(b"\n")), False


def _eight_bit_encoding(high: Counter[int]) -> Encoding:
    """Tell the three apart by how many of their high bytes are letters that Portuguese uses; in doubt Windows."""
    share = {}
    for encoding in _EIGHT_BIT:
        letters = sum(n for byte, n in high.items() if bytes([byte]).decode(encoding, "replace") in _PORTUGUESE)
        share[encoding] = letters / max(1, high.total())
    best = max(_EIGHT_BIT, key=lambda encoding: share[encoding])
    return best if share[best] >= 0.9 and share[Encoding.WINDOWS_1252] < 0.5 else Encoding.WINDOWS_1252

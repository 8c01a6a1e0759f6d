"""Lines of the log without what is personal: an error may repeat what somebody typed (LGPD; reliability.md, threat 22).

Parameters of statements are hidden by the engine already; but PostgreSQL quotes the values of a row in a ``DETAIL`` of
its own, and any other error may name an address or a tax number.
"""

from __future__ import annotations

import logging
import re
import traceback

_DETAIL = re.compile(r"^[ \t|+-]*(DETAIL|CONTEXT|LINE \d+):.*$", re.MULTILINE)
_QUOTED = re.compile(r"(invalid input (?:syntax|value) for [^:]+: ).*")
_ADDRESS = re.compile(r"[^\s<>()=\"',;:]+@[^\s<>()\"',;:]+")
_TAX_NUMBER = re.compile(
    r"\b(?:\d{3}\.?\d{3}\.?\d{3}-?\d{2}|[0-9A-Z]{2}\.?[0-9A-Z]{3}\.?[0-9A-Z]{3}/?[0-9A-Z]{4}-?\d{2})\b"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u2028\u2029]")


def scrubbed(text: str) -> str:
    """*text* without addresses, tax numbers, values quoted by PostgreSQL, and characters that move a terminal."""
    for pattern, instead in ((_DETAIL, "…"), (_QUOTED, r"\1…"), (_ADDRESS, "…"), (_TAX_NUMBER, "…"), (_CONTROL, "�")):
        text = pattern.sub(instead, text)
    return text


def told(error: BaseException) -> str:
    """The traceback of *error*, scrubbed."""
    return scrubbed("".join(traceback.format_exception(error)))


class Scrubbing(logging.Formatter):
    """Formats whole records, tracebacks and all, scrubbed."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of *record*."""
        return scrubbed(super().format(record))


def to_standard_error() -> None:
    """Log to standard error from now on, each line scrubbed."""
    handler = logging.StreamHandler()
    handler.setFormatter(Scrubbing("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])

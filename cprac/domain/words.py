"""Words beside ids: marking Portuguese source texts for translation, and ids that carry what people read for them."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


def N_(text: str) -> str:  # noqa: N802  (the name that message extractors know for "mark now, translate later")
    """Return *text* unchanged; its only use is to be found by the message extractor."""
    return text


class Labelled(StrEnum):
    """An id with its words: each member is written as ``NAME = "id", N_("palavras")``."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:  # the default only lets a value be looked up
        """Keep the words beside the id."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

"""The adapter behind ``cprac identifiers check FILE``: vectors in, one answer a vector out."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

from cprac.domain.identifiers import IdentifierKind, check
from cprac.domain.words import N_

EMPTY = N_("arquivo vazio: nenhum número para conferir")
NOT_JSON = N_("linha {line}: não é JSON ({error})")
NOT_A_LIST = N_("“vectors” não é uma lista")
NO_NUMBER = N_("{text} não cabe em um número")
TOO_DEEP = N_("colchetes ou chaves aninhados demais")
MISSING_KEY = N_("{where}: falta “{key}”")
UNKNOWN_KIND = N_("{where}: tipo desconhecido {kind}; os tipos são {known}")
AT_LINE = N_("linha {number}")
AT_VECTOR = N_("vetor {number}")


def check_vectors(text: str) -> Iterator[dict[str, Any]]:
    """Yield ``{"input", "kind", "valid", "normalized", "reason"}`` for each vector of *text*, in its order.

    *text* is an object with a list ``vectors``, a list, one vector, or JSON lines of one vector each; a vector has
    ``kind`` (cpf, cnpj, cnj) and ``input`` (anything). ``valid`` is None where the input is not written as it should be
    but has one certain reading. All of *text* is read before the first answer, so bad input gives no half an output:
    ValueError with one line that says what and where.
    """
    vectors = [_vector(where, value) for where, value in _values(text.removeprefix("\ufeff"))]
    return (_answer(kind, value) for kind, value in vectors)


def _values(text: str) -> list[tuple[str, Any]]:
    if not text.strip():
        raise ValueError(EMPTY)
    try:
        whole = _parse(text)
    except ValueError as error:
        lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
        if len(lines) == 1 or not _is_json(lines[0][1]):
            raise ValueError(NOT_JSON.format(line=getattr(error, "lineno", 1), error=_first_line(error))) from None
        return [(AT_LINE.format(number=number), _parse_line(number, line)) for number, line in lines]
    if isinstance(whole, dict) and "vectors" in whole:
        whole = whole["vectors"]
        if not isinstance(whole, list):
            raise ValueError(NOT_A_LIST)
    if isinstance(whole, list):
        return [(AT_VECTOR.format(number=number), value) for number, value in enumerate(whole, 1)]
    return [(AT_LINE.format(number=1), whole)]


def _parse(text: str) -> Any:
    """Parse JSON; every way to fail is a ValueError. NaN and its like fail too, for the answer repeats the input."""
    try:
        return json.loads(text, parse_constant=_finite, parse_float=_finite)
    except RecursionError:
        raise ValueError(TOO_DEEP) from None


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(NO_NUMBER.format(text=text[:20]))
    return number


def _is_json(line: str) -> bool:
    try:
        _parse(line)
    except ValueError:
        return False
    return True


def _parse_line(number: int, line: str) -> Any:
    try:
        return _parse(line)
    except ValueError as error:
        raise ValueError(NOT_JSON.format(line=number, error=_first_line(error))) from None


def _vector(where: str, value: Any) -> tuple[IdentifierKind, Any]:
    for key in ("kind", "input"):
        if not isinstance(value, dict) or key not in value:
            raise ValueError(MISSING_KEY.format(where=where, key=key))
    kind = value["kind"]
    if not isinstance(kind, str) or kind.lower() not in list(IdentifierKind):
        raise ValueError(UNKNOWN_KIND.format(where=where, kind=_shown(kind), known=", ".join(IdentifierKind)))
    return IdentifierKind(kind.lower()), value["input"]


def _answer(kind: IdentifierKind, value: Any) -> dict[str, Any]:
    checked = check(kind, value)
    return {
        "input": value,
        "kind": kind.value,
        "valid": checked.valid,
        "normalized": checked.normalized,
        "reason": checked.reason,
    }


def _first_line(error: ValueError) -> str:
    return str(error).partition("\n")[0][:120]


def _shown(value: Any) -> str:
    """Show any JSON value in one short line."""
    return json.dumps(value[:40]) if isinstance(value, str) else f"({type(value).__name__})"

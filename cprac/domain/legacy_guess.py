"""The first guess of what the columns of an old spreadsheet mean, from their names and from what they hold.

A guess is for a person to correct: each thing that was not plain leaves a note.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from cprac.domain.legacy_columns import ColumnProfile, Content
from cprac.domain.legacy_mapping import (
    DATE_TARGETS,
    REQUIRED,
    TAX_TARGETS,
    Column,
    Mapping,
    MappingError,
    SheetKind,
    Target,
)
from cprac.domain.legacy_values import DateOrder, fold
from cprac.domain.words import N_


def _listed(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in text.split(","))


# The words that must all be in the name of the column. Longer lists win, then earlier ones.
_NAMES: Final = {
    Target.LEGACY_NUMBER: _listed(
        """numero processo, numero protocolo, numero caso, numero reclamacao, numero pedido, numero requerimento,
        numero atendimento, numero demanda, numero ficha, codigo processo, codigo caso, processo, protocolo, caso,
        reclamacao, requerimento, demanda, atendimento, ficha, numero, case id, case, id, codigo"""
    ),
    Target.OPENED_AT: _listed(
        """data abertura, data entrada, data protocolo, data inicio, data registro, data autuacao, data recebimento,
        data distribuicao, data cadastro, data instauracao, data reclamacao, data pedido, data requerimento,
        data processo, data atendimento, data criacao, data inicial, data ini, data ingresso, data solicitacao,
        abertura, aberto, aberta, entrada, inicio, autuacao, autuado, ingresso, recebimento, recebido, recebida,
        protocolado, protocolada, registrado, opened, open date, opening, start date, start, filed, received, created,
        data"""
    ),
    Target.CLOSED_AT: _listed(
        """data encerramento, data arquivamento, data conclusao, data fechamento, data baixa, data fim,
        data finalizacao, data termino, data solucao, data resolucao, data saida, data final, data decisao,
        encerramento, encerrado, encerrada, arquivamento, arquivado, arquivada, conclusao, concluido, concluida,
        fechamento, fechado, fechada, finalizacao, finalizado, finalizada, termino, resolucao, resolvido, desfecho,
        saida, fim, baixa, closed, close date, closing, end date, end, ended, finished, completed, resolved"""
    ),
    Target.DUE_ON: _listed(
        "prazo final, data prazo, data limite, data vencimento, prazo, vencimento, due date, deadline"
    ),
    Target.OUTCOME: _listed(
        "atendida, atendido, resultado, desfecho, acordo, resolvida, resolvido, conciliado, conciliada, solucao"
    ),
    Target.RESPONDENT_NAME: _listed(
        """razao social, nome requerido, nome reclamado, nome fornecedor, nome empresa, requerido, requerida, reclamado,
        reclamada, fornecedor, empresa, reu, demandado, demandada, parte contraria, polo passivo"""
    ),
    Target.RESPONDENT_TRADE_NAME: _listed("nome fantasia, fantasia"),
    Target.RESPONDENT_TAX_ID: _listed(
        """cnpj requerido, cnpj reclamado, cnpj fornecedor, cnpj empresa, cpf cnpj requerido, cpf cnpj reclamado,
        documento requerido, documento reclamado, cpf requerido, cpf reclamado, cnpj"""
    ),
    Target.APPLICANT_NAME: _listed(
        """nome requerente, nome reclamante, nome consumidor, nome interessado, nome contribuinte, requerente,
        reclamante, consumidor, interessado, interessada, autor, autora, cidadao, solicitante, contribuinte,
        demandante, polo ativo, nome"""
    ),
    Target.APPLICANT_TAX_ID: _listed(
        """cpf cnpj requerente, cpf requerente, cnpj requerente, cpf reclamante, cpf consumidor, cpf interessado,
        cpf cidadao, cpf solicitante, cpf contribuinte, documento requerente, documento interessado, cpf"""
    ),
    Target.PERSON_KIND: _listed("tipo pessoa, natureza pessoa, pessoa, tipo"),
    Target.MATTER: _listed("descricao assunto, assunto, materia, tema, objeto, categoria"),
    Target.PROBLEM: _listed("descricao problema, problema, motivo, queixa"),
    Target.CHANNEL: _listed("canal, forma entrada, meio entrada, forma atendimento, tipo atendimento, origem"),
    Target.DEPARTMENT: _listed("departamento, secretaria, orgao, setor, unidade, lotacao"),
    Target.GROUP: _listed("grupo, equipe, turma"),
    Target.RESPONSIBLE: _listed(
        """responsavel, procurador, procuradora, conciliador, conciliadora, mediador, mediadora, atendente, tecnico,
        analista, servidor, relator, usuario, resource"""
    ),
    Target.LAST_STEP: _listed(
        """ultima atividade, ultimo andamento, ultima movimentacao, situacao atual, fase atual, fase, situacao,
        status"""
    ),
    Target.STEP_COUNT: _listed(
        """numero andamentos, quantidade andamentos, total andamentos, numero movimentacoes, quantidade movimentacoes,
        total movimentacoes"""
    ),
    Target.STATE_REGION: _listed("sigla uf, uf, estado"),
    Target.VALUE: _listed("valor causa, valor pedido, valor reclamado, valor acordo, valor, montante, quantia"),
    Target.EXTERNAL_NUMBER: _listed("numero sei, processo sei, numero externo, processo externo, sei"),
    Target.LAWSUIT_NUMBER: _listed("processo judicial, numero judicial, acao judicial, numero cnj, processo cnj, cnj"),
    Target.AT: _listed(
        "data hora, data andamento, data movimentacao, data evento, data atividade, quando, timestamp, data"
    ),
    Target.STEP: _listed(
        "andamento, atividade, movimentacao, evento, etapa, tramite, tramitacao, passo, activity, descricao"
    ),
}
# A name with one of these words does not have that meaning, however well the rest fits.
_NEVER: Final = {
    Target.LEGACY_NUMBER: _listed(
        """data, tipo, situacao, status, judicial, sei, externo, cnj, andamentos, movimentacoes, assunto, problema,
        regiao, cnae, cpf, cnpj, ano, valor, prazo, telefone, cep, pagina, folha, uf"""
    ),
    Target.OPENED_AT: _listed("nascimento, encerramento, arquivamento, fim, prazo, atualizacao, audiencia"),
    Target.CLOSED_AT: _listed("prazo, motivo, limite, vencimento"),
    Target.DUE_ON: _listed("dias"),
    Target.OUTCOME: _listed("data, valor, numero, codigo"),
    Target.RESPONDENT_NAME: _listed(
        "cnpj, cpf, fantasia, tipo, codigo, documento, cnae, telefone, email, endereco, cep, uf"
    ),
    Target.RESPONDENT_TAX_ID: _listed(
        "radical, raiz, base, requerente, reclamante, consumidor, interessado, autor, cnae"
    ),
    Target.APPLICANT_NAME: _listed(
        """cnpj, cpf, fantasia, tipo, codigo, documento, telefone, email, endereco, cep, mae, social, sexo, idade,
        faixa, uf"""
    ),
    Target.APPLICANT_TAX_ID: _listed("requerido, reclamado, fornecedor, empresa, radical, raiz"),
    Target.PERSON_KIND: _listed("nome, cpf, cnpj, atendimento, processo"),
    Target.MATTER: _listed("codigo, data"),
    Target.PROBLEM: _listed("codigo, data"),
    Target.DEPARTMENT: _listed("codigo"),
    Target.VALUE: _listed("data"),
    Target.STATE_REGION: _listed("civil, codigo, regiao"),
    Target.STEP: _listed("numero, data, codigo, tipo"),
}
# Words that mean something only where they are the whole name.
_ALONE: Final = frozenset(_listed("data, nome, numero, id, codigo, tipo, pessoa, descricao, baixa"))
_ABBREVIATIONS: Final = dict(
    pair.split(" ", 1)
    for pair in _listed(
        """dt data, dat data, dth data, dta data, nm nome, nr numero, nro numero, num numero, no numero, n numero,
        vl valor, vlr valor, tp tipo, cd codigo, cod codigo, ds descricao, desc descricao, dsc descricao,
        proc processo, prot protocolo, resp responsavel, depto departamento, dep departamento, sec secretaria,
        encerr encerramento, qtd quantidade, qtde quantidade, qt quantidade, venc vencimento, doc documento,
        sit situacao, datahora data hora, cpfcnpj cpf cnpj"""
    )
)
_NOISE: Final = frozenset(
    _listed("de, da, do, das, dos, e, a, o, as, os, em, no, na, para, por, com, str, txt, int, fld, col, campo")
)

GUESSED_BY_VALUES: Final = N_("a coluna “{column}” foi tomada por {label} pelo que contém; confira")
ORDER_PROVEN: Final = N_("as datas de “{column}” estão em mês/dia/ano")
ORDER_ASSUMED: Final = N_("as datas de “{column}” tanto podem ser dia/mês quanto mês/dia; foram lidas como dia/mês/ano")
ORDER_MIXED: Final = N_("“{column}” mistura dia/mês e mês/dia; foi lida como dia/mês/ano, o resto será recusado")
WITH_YEAR: Final = N_("os números de “{column}” se repetem; cada caso ficou com o número e o ano de “{year}” (15/2019)")
BEGAN: Final = N_("foram abertos")
ENDED: Final = N_("terminaram (todos entrarão em aberto)")
ONLY_EXTERNAL: Final = N_("o número do caso foi tomado de “{column}”, o único que há")
NO_MEANING: Final = N_(
    "nenhuma coluna diz quando os casos {what}; há datas em “{columns}”: se alguma diz isso, ponha-a em um arquivo de "
    "mapeamento"
)
NO_NUMBER_COLUMN: Final = N_("nenhuma coluna parece ser “{target}” ({label}); diga qual é em um arquivo de mapeamento")


def words_of(name: str) -> tuple[str, ...]:
    """The words of a column's name: no accents, no capitals, no abbreviations. strDtAbertura is data abertura."""
    name = re.sub(r"\(?\bs\s*/\s*n\b\)?", " ", unicodedata.normalize("NFC", name[:200]), flags=re.IGNORECASE)
    name = re.sub(r"(?<=[a-zà-ÿ0-9])(?=[A-ZÀ-Þ])|(?<=[A-ZÀ-Þ])(?=[A-ZÀ-Þ][a-zà-ÿ])", " ", name)
    words = re.findall(r"[a-z0-9]+", fold(name.replace("°", "o").replace("_", " ")))
    # "no" is the ordinal sign of "nº" only at the beginning; inside a name it is a preposition.
    wanted = [word for place, word in enumerate(words) if word not in _NOISE or (word == "no" and place == 0)]
    return tuple(" ".join(_ABBREVIATIONS.get(word, word) for word in wanted).split())


def guess_mapping(columns: Sequence[ColumnProfile], kind: SheetKind = SheetKind.CASES) -> Mapping:
    """Guess the mapping of a sheet from its *columns*, in the order of the file.

    Raises MappingError where no column can be what every sheet of *kind* must have.
    """
    meanings = _by_name(columns, kind)
    notes: list[str] = []
    if kind is SheetKind.CASES:
        _number_from_outside(columns, meanings, notes)
        _add_by_content(columns, meanings, notes)
        _add_year(columns, meanings, notes)
        _tell_dates_left(columns, meanings, notes)
    for target in REQUIRED[kind]:
        if target not in meanings.values():
            raise MappingError(NO_NUMBER_COLUMN.format(target=target, label=target.label))
    mapped = []
    for place, profile in enumerate(columns):
        column = Column(profile.name, meanings.get(place, Target.EXTRA))
        mapped.append(_with_reading(column, profile, notes))
    return Mapping(kind, tuple(mapped), notes=tuple(notes))


def _by_name(columns: Sequence[ColumnProfile], kind: SheetKind) -> dict[int, Target]:
    """Give each meaning to the column whose name fits it best, each column one meaning."""
    offers = []
    for place, profile in enumerate(columns):
        words = words_of(profile.name)
        for target, names in _NAMES.items():
            if (target in {Target.AT, Target.STEP}) != (kind is SheetKind.STEPS) and target not in _BOTH:
                continue
            score = _score(words, target, names)
            if score and _can_be(target, profile, words):
                offers.append((-score, place, target))
    meanings: dict[int, Target] = {}
    for _, place, target in sorted(offers):
        if place not in meanings and target not in meanings.values():
            meanings[place] = target
    return meanings


_BOTH: Final = frozenset({Target.LEGACY_NUMBER, Target.GROUP, Target.RESPONSIBLE})


def _score(words: tuple[str, ...], target: Target, names: Sequence[str]) -> int:
    """0 where the name cannot mean *target*; more for exact names, for longer ones, for earlier ones."""
    found = set(words)
    if found.intersection(_NEVER.get(target, ())):
        return 0
    best = 0
    for order, name in enumerate(names):
        wanted = set(name.split())
        if wanted <= found and not (len(found) > 1 and name in _ALONE):
            exact = 10_000 if wanted == found else 0
            best = max(best, exact + 1000 * len(wanted) - 100 * len(found - wanted) - order)
    return max(best, 0)


def _can_be(target: Target, profile: ColumnProfile, words: Sequence[str]) -> bool:
    """Tell whether what the column holds allows *target*; an empty column allows everything.

    A name that says "data" is believed whatever the column holds, and one that means a day as soon as one cell looks
    like one: better rows refused for dates that cannot be read than cases that came in without them.
    """
    if profile.content is Content.EMPTY:
        return True
    if target in DATE_TARGETS:
        return profile.content is Content.DATE or profile.slashed_dates or "data" in words or _has_a_day(profile)
    if profile.content is Content.DATE:
        return False
    if target in TAX_TARGETS or target in {Target.STEP_COUNT, Target.LAWSUIT_NUMBER}:
        return _has_digits(profile)
    if target is Target.PERSON_KIND:
        return len(profile.known) <= 6
    if target is Target.VALUE:
        return _has_digits(profile)
    return True


_DAY: Final = re.compile(r"[0-9]{1,4}([-/.])[0-9]{1,2}\1[0-9]{2,4}(?![0-9])")


def _has_a_day(profile: ColumnProfile) -> bool:
    return any(_DAY.match(value.strip()) for value in profile.known)


def _has_digits(profile: ColumnProfile) -> bool:
    sample = sorted(profile.known)[:50]
    return not sample or sum(any("0" <= character <= "9" for character in value) for value in sample) * 2 >= len(sample)


def _add_by_content(columns: Sequence[ColumnProfile], meanings: dict[int, Target], notes: list[str]) -> None:
    """Where the names left out the number or the dates, look at what the columns hold."""

    def give(place: int, target: Target) -> None:
        meanings[place] = target
        notes.append(GUESSED_BY_VALUES.format(column=columns[place].name, label=target.label))

    free = [place for place in range(len(columns)) if place not in meanings]
    if Target.LEGACY_NUMBER not in meanings.values():
        unique = [
            place
            for place in free
            if columns[place].filled == columns[place].rows > 0
            and columns[place].content in {Content.DIGITS, Content.NUMBER, Content.TEXT}
            and _has_digits(columns[place])
            and not columns[place].repeats
        ]
        if unique:
            give(unique[0], Target.LEGACY_NUMBER)
            free.remove(unique[0])
    dates = [place for place in free if columns[place].content is Content.DATE]
    if Target.OPENED_AT not in meanings.values() and len(dates) == 1:
        give(dates[0], Target.OPENED_AT)


def _tell_dates_left(columns: Sequence[ColumnProfile], meanings: dict[int, Target], notes: list[str]) -> None:
    """Where nothing says when cases began or ended and a column of dates is left, a person must look."""
    left = [
        profile.name
        for place, profile in enumerate(columns)
        if place not in meanings and (profile.content is Content.DATE or profile.slashed_dates)
    ]
    for target, what in ((Target.OPENED_AT, BEGAN), (Target.CLOSED_AT, ENDED)):
        if left and target not in meanings.values():
            notes.append(NO_MEANING.format(what=what, columns="”, “".join(left)))


def _number_from_outside(columns: Sequence[ColumnProfile], meanings: dict[int, Target], notes: list[str]) -> None:
    """Where the process number of the city is the only number that there is, it is the case's."""
    if Target.LEGACY_NUMBER in meanings.values():
        return
    for place, target in list(meanings.items()):
        if target is Target.EXTERNAL_NUMBER and columns[place].filled == columns[place].rows > 0:
            meanings[place] = Target.LEGACY_NUMBER
            notes.append(ONLY_EXTERNAL.format(column=columns[place].name))


def _add_year(columns: Sequence[ColumnProfile], meanings: dict[int, Target], notes: list[str]) -> None:
    """Where numbers begin anew each year and the year has a column of its own, both together are the number."""
    number = next((place for place, target in meanings.items() if target is Target.LEGACY_NUMBER), None)
    if number is None or not (columns[number].repeats and columns[number].content in {Content.DIGITS, Content.FLAG}):
        return
    if not all(value.isdigit() for value in columns[number].known):
        return
    for place, profile in enumerate(columns):
        if place not in meanings and words_of(profile.name) in _YEARS and all(map(_YEAR.fullmatch, profile.known)):
            meanings[place] = Target.LEGACY_YEAR
            notes.append(WITH_YEAR.format(column=columns[number].name, year=profile.name))
            return


_YEAR: Final = re.compile("(19|20)[0-9]{2}")
_YEARS: Final = frozenset([("ano",), ("ano", "processo"), ("processo", "ano"), ("exercicio",), ("numero", "ano")])


def _with_reading(column: Column, profile: ColumnProfile, notes: list[str]) -> Column:
    """Add how the cells are to be read: the order of day and month, the mark of the centavos."""
    if column.target is Target.VALUE and len(profile.decimal_marks) == 1:
        return replace(column, decimal=next(iter(profile.decimal_marks)))
    if column.target not in DATE_TARGETS or not profile.slashed_dates:
        return column
    if profile.first_over_12:
        if profile.second_over_12:
            notes.append(ORDER_MIXED.format(column=profile.name))
        return column
    if profile.second_over_12:
        notes.append(ORDER_PROVEN.format(column=profile.name))
        return replace(column, date_order=DateOrder.MONTH_FIRST)
    notes.append(ORDER_ASSUMED.format(column=profile.name))
    return column

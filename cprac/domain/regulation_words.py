"""The names a chamber's file may use: switches, deadlines, units, directions, and the forms its values take.

An unknown name in a file is refused with the nearest known one; a new name is a member here and code that obeys it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Self

from cprac.domain.words import N_

ANY = "any"
"""In a row of the ladder: every matter, or either direction, that has no row of its own."""

NO_DIRECTION = "none"
"""The direction of a settlement in which nobody pays; its economic content goes by the ladder of what the city pays."""


@dataclass(frozen=True, slots=True)
class Least:
    """The smallest whole number a key admits."""

    value: int


@dataclass(frozen=True, slots=True)
class Like:
    """The form a text must have, as a regular expression, and an example of it."""

    pattern: str
    example: str


Natural = Annotated[int, Least(0)]
Positive = Annotated[int, Least(1)]
Identifier = Annotated[str, Like(r"[a-z][a-z0-9_]*", "queda_de_arvore")]
MonthDay = Annotated[str, Like(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])|", "12-08")]
Address = Annotated[str, Like(r"https?://\S+|", "https://www.contagem.mg.gov.br")]


class Switch(StrEnum):
    """A step or option that a regulation turns on or off; a transition's ``requires`` names it (``!name``: off)."""

    effect: str

    FORMAL_REVIEW = (
        "formal_review",
        N_("A conferência dos documentos é uma etapa própria, antes da decisão de aceitar o caso."),
    )
    PARTIAL_ADMISSION = "partial_admission", N_("O caso pode ser aceito só em parte; a outra parte tem recurso.")
    APPEALABLE_ARCHIVING = (
        "appealable_archiving",
        N_("O arquivamento por falta de documentos só fica definitivo depois do prazo de recurso."),
    )
    INVITATION_LAPSE_AUTOMATIC = (
        "invitation_lapse_automatic",
        N_("Convite sem resposta no prazo vale como recusa, sem precisar de assinatura."),
    )
    OFFER_DIRECTLY = "offer_directly", N_("A cidade pode oferecer uma proposta padrão por escrito, sem reunião.")
    SAME_PERSON_TRACK = (
        "same_person_track",
        N_("Conflito entre órgãos da mesma pessoa jurídica começa sem convite."),
    )
    INTERNAL_DETERMINATION = (
        "internal_determination",
        N_("Sem acordo entre órgãos públicos, a Procuradoria-Geral pode decidir."),
    )
    NO_SHOW_CLOSES = "no_show_closes", N_("Depois de uma ausência, o mediador pode encerrar o caso sem acordo.")
    DENIAL_CLOSES = (
        "denial_closes",
        N_("Negada a autorização do acordo, o caso é encerrado em vez de voltar à negociação."),
    )
    ADMIN_HOMOLOGATION = "admin_homologation", N_("O acordo só vale depois de homologado pelo Procurador-Geral.")
    PUBLICATION = "publication", N_("O acordo só vale depois de publicado o extrato.")
    COURT_HOMOLOGATION_ALWAYS = "court_homologation_always", N_("Todo acordo é levado ao juiz para homologação.")
    DEEMED_PORTAL_SERVICE = (
        "deemed_portal_service",
        N_("Aviso não aberto no portal vale como recebido depois do prazo, para quem assinou a adesão."),
    )
    SURVEY = "survey", N_("Encerrado o caso, as partes são convidadas a avaliar o serviço.")

    def __new__(cls, value: str, effect: str) -> Self:
        """Keep what the switch turns on beside its name."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.effect = effect
        return member


RULE_IDS = (
    "D-RECEIPT",
    "D-SCREEN",
    "D-FORMAL",
    "D-COMPLETE",
    "D-ADMIT",
    "D-AGENCY",
    "D-APPEAL",
    "D-RECONS",
    "D-APPEAL-ANSWER",
    "D-APPEAL-DEC",
    "D-INVITE-SEND",
    "D-INVITE",
    "D-OFFER",
    "D-ASSIGN",
    "D-DISCLOSE",
    "D-CHALLENGE",
    "D-FIRST-MEETING-MIN",
    "D-FIRST-MEETING",
    "D-NOTICE",
    "D-SESSION",
    "D-DURATION",
    "D-RESUME",
    "D-DRAFT",
    "D-OPINION",
    "D-AUTH-REQUEST",
    "D-AUTH",
    "D-SIGN",
    "D-HOMOLOGATE",
    "D-PUBLISH",
    "D-COURT-FILE",
    "D-OBL",
    "D-CURE",
    "D-BREACH-DECISION",
    "D-QUARANTINE",
    "D-LAWSUIT-STAY",
    "D-RPV",
    "D-PRESC-FAZ",
    "D-LAI",
    "D-OUVIDORIA",
    "D-LGPD",
    "D-INCIDENT",
    "D-REPORT",
)
"""The deadlines the program opens, in the order of a case's life. Every file gives each of them."""

DATED_IN_THE_CASE = {
    "D-OBL": "no termo do acordo",
    "D-RESUME": "no despacho que pausa o caso",
    "D-SESSION": "no aviso da reunião",
}
"""Deadlines whose date stands in the case. Their rule is one calendar day whose trigger is the eve of that date, so
that they are counted, moved and explained as all others."""

DEADLINES_OF_A_STEP = {
    "D-HOMOLOGATE": Switch.ADMIN_HOMOLOGATION,
    "D-PUBLISH": Switch.PUBLICATION,
    "D-OFFER": Switch.OFFER_DIRECTLY,
}
"""Deadlines that never run where their step is off. (D-COURT-FILE always may: unavailable rights, running lawsuits.)"""


class Direction(StrEnum):
    """Who pays under the settlement, from the city's side."""

    CITY_PAYS = "city_pays"
    CITY_RECEIVES = "city_receives"
    ANY = "any"


class ValueUnit(StrEnum):
    """What a limit of the ladder is counted in."""

    BRL = "BRL"  # centavos: 500_000_00 is R$ 500.000,00
    SM = "SM"  # minimum wages (salários mínimos)
    RPV = "RPV"  # the city's ceiling of small-claim payment orders
    UFM = "UFM"  # the city's fiscal unit


class Evidence(StrEnum):
    """Whether the text of an act was read for this file, or is believed and has still to be checked."""

    READ = "read"
    BELIEVED = "believed"

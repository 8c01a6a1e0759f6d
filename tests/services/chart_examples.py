"""One realistic chart of each kind, with invented figures."""

from __future__ import annotations

from datetime import date
from math import exp

from cprac.services.chart_data import Curve, CurvePoint, Outcome, Outcomes, Survival, Trend, Trends
from cprac.services.chart_rows import AgeBand, Backlog, Flow, Leaving, Phase, PhaseTimes, Stage

SOURCE = "Câmara de Conflitos de Contagem. Dados de 31/03/2026."


def curve(label, n, half, last, step=4):
    """An exponential decay in steps of *step* days with a plausible band."""
    points = []
    for day in range(0, last + 1, step):
        share = exp(-0.693 * day / half)
        margin = 0.09 * (share * (1 - share)) ** 0.5 * 2 * (200 / n) ** 0.5
        points.append(CurvePoint(day, share, max(0, share - margin), min(1, share + margin), int(n * share)))
    return Curve(label, n, tuple(points))


SURVIVAL = Survival(
    "Quanto tempo até a solução",
    "A cada 100 pedidos, 50 têm solução em até 84 dias e 90 em até 236. A faixa azul é a margem de 95%.",
    (curve("Todos", 412, 84, 272), curve("Contratos", 96, 128, 316), curve("Danos em via", 180, 48, 168)),
    None,
    84,
    source=SOURCE,
)
PUBLIC = Survival(
    "Quanto tempo leva",
    "A linha mostra quantos casos ainda não tinham solução.",
    (curve("Todos os casos", 412, 84, 272),),
    None,
    84,
    source=SOURCE,
)
WITH_REFERENCE = Survival(
    "Este ano e o anterior",
    "Mais rápido do que em 2025.",
    (curve("2026", 412, 84, 272),),
    curve("2025", 300, 104, 300),
    84,
    source=SOURCE,
)


def rising(end, rate, last=300):
    """(day, share) pairs that approach *end*."""
    return tuple((day, end * (1 - exp(-day / rate))) for day in range(6, last + 1, 6))


OUTCOMES = Outcomes(
    "Como os casos terminam",
    "Em 300 dias, 46% terminam em acordo.",
    412,
    (
        Outcome("agreement", "acordo", rising(0.48, 90)),
        Outcome("no_agreement", "sem acordo", rising(0.17, 100)),
        Outcome("inadmissible", "não aceito", rising(0.14, 20)),
        Outcome("withdrawn", "desistência", rising(0.07, 60)),
    ),
    300,
    source=SOURCE,
)
BACKLOG = Backlog(
    "Casos abertos, por idade",
    "31 casos têm mais de 120 dias; em 19 deles a vez é da Prefeitura.",
    ("da Prefeitura", "das partes", "da Justiça", "da Câmara"),
    (
        AgeBand("até 30 dias", (28, 9, 0, 6)),
        AgeBand("31 a 60", (24, 16, 0, 4)),
        AgeBand("61 a 120", (29, 18, 3, 12)),
        AgeBand("121 a 180", (12, 5, 3, 1)),
        AgeBand("mais de 180", (7, 1, 13, 0)),
    ),
    source=SOURCE,
)
MONTHS = tuple(date(2024 + (n + 9) // 12, (n + 9) % 12 + 1, 1) for n in range(18))
TRENDS = Trends(
    "Entradas, saídas e estoque",
    "Desde outubro saem mais casos do que entram.",
    MONTHS,
    (
        Trend("em aberto", (12, 30, 52, 75, 98, 118, 131, 140, 149, 160, 168, 175, 178, 176, 171, 165, 161, 158)),
        Trend("recebidos", (12, 22, 28, 31, 34, 33, 30, 29, 32, 36, 35, 38, 33, 31, 30, 32, 34, 33)),
        Trend("resolvidos", (None, 4, 6, 8, 11, 13, 17, 20, 23, 25, 27, 31, 30, 33, 35, 38, 38, 36)),
    ),
    source=SOURCE,
)
PHASES = PhaseTimes(
    "Onde o tempo passa",
    "A consulta ao órgão é a etapa mais longa.",
    (
        Phase("Admissibilidade formal", 398, 2, 4, 6, 9),
        Phase("Juízo de admissibilidade", 351, 8, 13, 19, 27),
        Phase("Consulta ao órgão", 187, 9, 16, 30, 48),
        Phase("Convite à outra parte", 244, 6, 11, 18, 30),
        Phase("Conferência jurídica e financeira", 163, 7, 12, 17, 25),
        Phase("Autorização por alçada", 158, 3, 6, 9.5, 14),
        Phase("Homologação", 7, None, None, None, None),
    ),
    source=SOURCE,
)
FLOW = Flow(
    "Do pedido ao acordo",
    "De 412 pedidos, 149 já terminaram em acordo.",
    (
        Stage("Pedido recebido", 412, (Leaving("desistências", 6),), 14),
        Stage("Exame do pedido", 392, (Leaving("não aceitos", 48), Leaving("desistências", 9)), 41),
        Stage("Convite à outra parte", 294, (Leaving("convites recusados", 32), Leaving("sem resposta", 11)), 37),
        Stage("Conversa", 214, (Leaving("sem acordo", 21), Leaving("desistências", 3)), 41),
        Stage("Acordo", 149),
    ),
    source=SOURCE,
)
ALL = {
    "survival": SURVIVAL,
    "public": PUBLIC,
    "reference": WITH_REFERENCE,
    "outcomes": OUTCOMES,
    "backlog": BACKLOG,
    "trends": TRENDS,
    "phases": PHASES,
    "flow": FLOW,
}

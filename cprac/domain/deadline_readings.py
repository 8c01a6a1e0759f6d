"""The readings that the law leaves open, each a parameter: what we take unless told otherwise, what else may be taken.

docs/deadlines.md prints this table, and ``cprac deadlines compute`` names a reading by its parameter and its value.
Sources are those of procedure (b) and (c); where a choice is ours, it says so.
"""

from dataclasses import dataclass

from cprac.domain.words import N_, Labelled


class SetIn(Labelled):
    """Where a chamber chooses: in the row of a deadline, for its whole calendar, for notices, or for limitation."""

    RULE = "rule", N_("cada prazo da tabela")
    CALENDAR = "calendar", N_("calendário da Câmara")
    NOTICE = "notice", N_("regras de aviso e recebimento")
    LIMITATION = "limitation", N_("estimativa de prescrição")


@dataclass(frozen=True, slots=True)
class Choice:
    """One reading: the value of the parameter, what it means, and what speaks for it."""

    value: str
    words: str
    ground: str


@dataclass(frozen=True, slots=True)
class OpenReading:
    """One parameter, its question, and its choices; the first is what we take unless told otherwise."""

    parameter: str
    set_in: SetIn
    question: str
    choices: tuple[Choice, ...]

    def choice(self, value: object) -> Choice:
        """The choice of a value, written as in a vector or as Python has it. Raises KeyError for any other."""
        wanted = str(value).lower() if isinstance(value, bool) else str(value)
        for choice in self.choices:
            if choice.value == wanted:
                return choice
        raise KeyError(wanted)


OPEN_READINGS = (
    OpenReading(
        "first_day",
        SetIn.RULE,
        N_("Que dia pode ser o dia 1?"),
        (
            Choice("any_day", N_("o dia seguinte ao do começo, útil ou não"), N_("Lei 9.784/1999, art. 66")),
            Choice(
                "business_day", N_("só um dia útil"), N_("CTN, art. 210, e CPC, por analogia; sempre após o Diário")
            ),
            Choice("normal_opening", N_("só um dia útil com expediente normal"), N_("CPC, art. 224, § 1º")),
        ),
    ),
    OpenReading(
        "month_end",
        SetIn.RULE,
        N_("Onde acaba um mês ou ano quando falta o dia (31 de janeiro mais 1 mês)?"),
        (
            Choice("last_day", N_("no último dia do mês"), N_("Lei 9.784/1999, art. 66, § 3º")),
            Choice(
                "next_day", N_("no dia seguinte ao último"), N_("Código Civil, art. 132, § 3º; usado na prescrição")
            ),
        ),
    ),
    OpenReading(
        "roll_forward",
        SetIn.RULE,
        N_("O fim em dia sem expediente normal passa para o próximo que o tenha?"),
        (
            Choice("true", N_("sim"), N_("Lei 9.784/1999, art. 66, § 1º")),
            Choice(
                "false",
                N_("não: o dia fica onde cai"),
                N_("prescrição e impedimentos, em que se discute; é o prudente"),
            ),
        ),
    ),
    OpenReading(
        "notice_in_pause",
        SetIn.RULE,
        N_("E se o aviso chega dentro de uma pausa ou de um recesso?"),
        (
            Choice("day_one_after", N_("o dia 1 é o primeiro que conta depois da pausa"), N_("CPC, arts. 220 e 221")),
            Choice(
                "deemed_after",
                N_("o aviso vale do 1º dia útil depois da pausa, e o dia 1 é o seguinte"),
                N_("a mesma lei, lida com a ciência ficta; vale também nos dias fechados logo depois da pausa"),
            ),
        ),
    ),
    OpenReading(
        "clear_days",
        SetIn.RULE,
        N_("Num prazo contado para trás, o dia do aviso conta?"),
        (
            Choice("false", N_("conta: só se exclui o dia da reunião"), N_("Lei 9.784/1999, arts. 26, § 2º, e 41")),
            Choice("true", N_("não conta: dias livres"), N_("convenção de editais e pautas")),
        ),
    ),
    OpenReading(
        "recess",
        SetIn.RULE,
        N_("O recesso de fim de ano para o prazo?"),
        (
            Choice("none", N_("não"), N_("Lei 9.784/1999, art. 67: só força maior suspende")),
            Choice("cpc220", N_("de 20 de dezembro a 20 de janeiro"), N_("CPC, art. 220, que trata de prazo judicial")),
            Choice("municipal_decree", N_("nos dias de um decreto municipal"), N_("decreto da cidade")),
        ),
    ),
    OpenReading(
        "multiplier",
        SetIn.RULE,
        N_("A Fazenda e a Defensoria têm prazo em dobro?"),
        (
            Choice("1", N_("não"), N_("CPC, arts. 183 e 186, só em juízo")),
            Choice("2", N_("sim"), N_("só se o regulamento da Câmara disser")),
        ),
    ),
    OpenReading(
        "optional_days_count",
        SetIn.CALENDAR,
        N_("Um ponto facultativo conta nos dias úteis?"),
        (
            Choice("false", N_("não: é dia sem expediente"), N_("Lei 9.784/1999, art. 66, § 1º; decreto da cidade")),
            Choice("true", N_("conta, e só adia o fim que caia nele"), N_("ponto facultativo não é feriado")),
        ),
    ),
    OpenReading(
        "closed_day_moves_notice",
        SetIn.NOTICE,
        N_("Um aviso recebido em dia sem expediente vale de que dia?"),
        (
            Choice(
                "false", N_("do próprio dia"), N_("Lei 9.784/1999, art. 66; no portal e no balcão, a outra leitura")
            ),
            Choice("true", N_("do dia útil seguinte"), N_("Lei 11.419/2006, art. 5º, § 2º")),
        ),
    ),
    OpenReading(
        "tacit",
        SetIn.NOTICE,
        N_("Um aviso que ninguém abriu no portal se considera feito após dez dias?"),
        (
            Choice("false", N_("não"), N_("falta base no regulamento e adesão assinada")),
            Choice("true", N_("sim"), N_("Lei 11.419/2006, art. 5º, § 3º, por analogia, com regra local ou adesão")),
        ),
    ),
    OpenReading(
        "tenth_day_moves",
        SetIn.NOTICE,
        N_("E se o 10º dia do aviso no portal não tem expediente?"),
        (
            Choice("true", N_("passa para o dia útil seguinte"), N_("Res. CNJ 185/2013, art. 21")),
            Choice("false", N_("vale o próprio 10º dia"), N_("texto da Lei 11.419/2006, art. 5º, § 3º")),
        ),
    ),
    OpenReading(
        "closes_at",
        SetIn.NOTICE,
        N_("O que chega depois do expediente é recebido quando?"),
        (
            Choice("none", N_("no mesmo dia, até as 24 horas"), N_("Lei 11.419/2006, art. 3º, parágrafo único")),
            Choice("18:00", N_("depois da hora de fechar, no dia útil seguinte"), N_("para o prazo de quem recebe")),
        ),
    ),
    OpenReading(
        "filing_day_stops",
        SetIn.LIMITATION,
        N_("O dia do pedido já não corre para a prescrição?"),
        (
            Choice(
                "true", N_("já não corre: resta um dia a mais"), N_("Lei 13.140/2015, art. 34, § 1º; convenção nossa")
            ),
            Choice("false", N_("ainda corre"), N_("a outra leitura; mostra-se a data mais próxima, a prudente")),
        ),
    ),
)


def open_reading(parameter: str) -> OpenReading:
    """The reading of that name. Raises KeyError for any other."""
    for reading in OPEN_READINGS:
        if reading.parameter == parameter:
            return reading
    raise KeyError(parameter)

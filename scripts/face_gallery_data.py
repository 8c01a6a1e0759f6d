"""The invented people, cases and forms that `scripts/face_gallery.py` shows. None of them exists."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    FieldList,
    FileField,
    Form,
    FormField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    validators,
)
from wtforms.fields import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from cprac.domain.states import CaseState, Stage
from cprac.web import filters

TODAY = date(2026, 3, 25)


def at(day: int, month: int, hour: int = 12, minute: int = 0) -> datetime:
    """An instant of 2026, given in local time."""
    return datetime(2026, month, day, hour, minute, tzinfo=filters.LOCAL_ZONE).astimezone(UTC)


def due(words: str, look: str, on: date | None = None, note: str = "") -> dict[str, Any]:
    """A deadline as pages get it."""
    return {"words": words, "look": look, "due": on, "note": note}


def ledger(notice: date, last: date, holidays: dict[date, str], today: date | None = TODAY) -> dict[str, Any]:
    """The days between a notice and a due date, as the domain lists them."""
    days, on = [], notice + timedelta(days=1)
    while on <= last:
        counted = on.weekday() < 5 and on not in holidays  # Saturday is 5
        kind = "holiday" if on in holidays else "weekend" if on.weekday() >= 5 else "business"
        days.append({"date": on, "kind": kind, "counted": counted, "why": holidays.get(on, "")})
        on += timedelta(days=1)
    return {"days": days, "notice": notice, "due": last, "today": today}


class InstalmentForm(Form):
    """A form within a list."""

    amount = StringField("Valor", description="Só números, como 8.420,00")
    when = StringField("Dia do pagamento")


class MoneyField(StringField):
    """An amount, as the product's own field is named."""


class BrazilianDateField(StringField):
    """A date typed as dd/mm/aaaa, as the product's own field is named."""


class FilingForm(Form):
    """The third step of a filing."""

    agency = SelectField(
        "Qual órgão da Prefeitura?",
        description="Se não souber, deixe “Não sei”. Nós encontramos.",
        choices=[SelectChoice("", "Não sei"), SelectChoice("obras", "Secretaria Municipal de Obras")],
    )
    happened_on = BrazilianDateField("Quando aconteceu?", description="Por exemplo, 27/01/2026")
    story = TextAreaField(
        "Conte o que aconteceu", description="Onde foi, o que causou e o que você já tentou. Até 4.000 letras."
    )
    amount = MoneyField("Quanto você pede?", description="Se não souber, deixe em branco.")
    lawsuit = RadioField(
        "Já existe processo na Justiça sobre isso?",
        choices=[SelectChoice("s", "Sim"), SelectChoice("n", "Não"), SelectChoice("x", "Não sei")],
    )

    def validate_happened_on(self, _field: Any) -> None:
        """The one rule that the sample breaks."""
        raise validators.ValidationError("A data do fato não pode estar no futuro")

    def validate_amount(self, _field: Any) -> None:
        """The other one."""
        raise validators.ValidationError("Escreva o valor só com números, como 8.420,00")


class EveryFieldForm(Form):
    """One field of each kind."""

    name = StringField("Nome", [validators.Optional()])
    password = PasswordField("Senha")
    proof = FileField("Comprovante", description="PDF, JPG ou PNG, até 20 MB")
    reasons = SelectMultipleField(
        "Motivos",
        choices=[SelectChoice("a", "Faltam documentos"), SelectChoice("b", "Fora da competência")],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    vouch = BooleanField("Li os autos e confirmo que faltam a procuração e o contrato social")
    witnesses = FieldList(StringField(), label="Testemunha", min_entries=2)
    instalments = FieldList(FormField(InstalmentForm, label="Parcela"), label="Parcelas", min_entries=1)


def filing_form() -> FilingForm:
    """The filing step, sent with two mistakes."""
    form = FilingForm(
        MultiDict(
            {
                "agency": "obras",
                "happened_on": "27/11/2026",
                "story": "A obra de drenagem na Rua Rio Comprido abriu uma vala junto ao meu muro. No dia seguinte o "
                "muro rachou em dois pontos. Liguei para o 156 (protocolo 88120) e ninguém veio.",
                "amount": "uns 8 mil",
                "lawsuit": "n",
            }
        )
    )
    form.validate()
    return form


def every_field_form(*, wrong: bool = False) -> EveryFieldForm:
    """One field of each kind; with *wrong*, each with a message."""
    form = EveryFieldForm(prefix="wrong-" if wrong else "")
    if wrong:
        for field in form:
            if field.short_name != "instalments":
                field.errors = [f"Confira {field.label.text.lower()}"]
        form.instalments.entries[0].form.amount.errors = ["Escreva o valor só com números, como 8.420,00"]
    return form


DEADLINES = (
    due("Venceu há 2 dias úteis", "overdue", date(2026, 3, 23)),
    due("Vence hoje", "today", TODAY),
    due("Vence amanhã", "soon", date(2026, 3, 26)),
    due("Faltam 3 dias úteis", "soon", date(2026, 3, 31)),
    due("Faltam 12 dias úteis", "later", date(2026, 4, 14)),
    due("Parado: restam 7 dias úteis", "paused", None, "volta em 13/04/2026"),
    due("Cumprido em 20/03/2026", "done"),
)

WORKLIST = (
    (
        DEADLINES[0],
        "Decidir se o caso é aceito",
        "O prazo não aceita nem recusa o pedido: você precisa decidir",
        "0131/2026",
        "Padaria Eldorado × Secretaria de Fazenda",
        CaseState.MERIT_ADMISSIBILITY,
        4631022,
        "",
    ),
    (
        DEADLINES[1],
        "Conferir os documentos",
        "Pedido recebido na quarta, 18/03",
        "0150/2026",
        "Ivone Ribeiro da Costa × Secretaria de Saúde",
        CaseState.FORMAL_REVIEW,
        390000,
        "Prioridade: pessoa com 80 anos ou mais",
    ),
    (
        due("Faltam 2 dias úteis", "soon", date(2026, 3, 30)),
        "Resolver a recusa do mediador, se houver",
        "As partes podem recusar até 30/03. Silêncio vale como aceite",
        "0093/2026",
        "Marina Alves Teixeira × Secretaria de Obras",
        CaseState.MEDIATOR_ASSIGNMENT,
        842000,
        "",
    ),
    (
        due("Faltam 2 dias úteis", "soon", date(2026, 3, 30)),
        "Assinar o arquivamento proposto",
        "Documentos não entregues até 24/03",
        "0088/2026",
        "Transportes Vale do Paraopeba Ltda. × TransCon",
        CaseState.AWAITING_COMPLETION,
        12870490,
        "",
    ),
    (
        DEADLINES[3],
        "Enviar o convite da reunião de 07/04",
        "As partes precisam de 3 dias úteis de antecedência",
        "0041/2026",
        "Condomínio Parque das Acácias × Secretaria de Obras",
        CaseState.IN_PROGRESS,
        21200000,
        "",
    ),
    (
        due("Faltam 7 dias úteis", "later", date(2026, 4, 7)),
        "Ler a resposta do órgão quando chegar",
        "Secretaria de Administração foi consultada em 20/03",
        "0119/2026",
        "Geraldo Pinto Moreira × Secretaria de Administração",
        CaseState.AWAITING_AGENCY,
        1765540,
        "",
    ),
    (
        DEADLINES[5],
        "Aguardar a perícia",
        "Suspensão pedida pelas partes; perícia no imóvel",
        "0067/2026",
        "Construtora Nova Contagem S.A. × Secretaria de Obras",
        CaseState.SUSPENDED,
        190411800,
        "",
    ),
    (
        due("Faltam 22 dias úteis", "later", date(2026, 4, 29)),
        "Confirmar a 2ª parcela",
        "Parcela 2 de 4, paga pela Prefeitura",
        "0012/2026",
        "Aparecida Nunes Lima × Secretaria de Educação",
        CaseState.IN_FORCE,
        2400000,
        "",
    ),
)

TIMELINE = (
    {
        "icon": "check-lg",
        "title": "Pedido aceito",
        "at": at(25, 2, 15, 20),
        "who": "Helena Duarte Reis",
        "summary": "A prescrição fica suspensa desde 09/02/2026.",
        "link": {"label": "Decisão", "url": "#"},
    },
    {"icon": "envelope-open-fill", "title": "Convite recebido", "at": at(27, 2, 9, 11), "who": "Secretaria de Obras"},
    {
        "icon": "hand-thumbs-up-fill",
        "title": "Convite aceito",
        "at": at(16, 3, 16, 5),
        "who": "Secretaria de Obras",
        "summary": "Aceita reunião por vídeo.",
    },
    {
        "icon": "person-check-fill",
        "title": "Mediador designado",
        "at": at(20, 3, 10, 42),
        "who": "Helena Duarte Reis",
        "summary": "Paulo Sérgio Antunes, pela ordem da distribuição. Declarou não ter impedimento.",
        "link": {"label": "Termo de revelação", "url": "#"},
    },
)

DOCUMENTS = (
    {
        "name": "Termo de revelação do mediador",
        "url": "#",
        "kind": "PDF",
        "pages": 1,
        "confidentiality": "docket",
        "added_at": date(2026, 3, 20),
        "size": 84000,
    },
    {
        "name": "Orçamento da oficina",
        "url": "#",
        "kind": "PDF",
        "pages": 2,
        "note": "feito só para a mediação",
        "confidentiality": "joint",
        "added_at": date(2026, 3, 17),
        "size": 310000,
    },
    {
        "name": "Boletim de ocorrência",
        "url": "#",
        "kind": "PDF",
        "pages": 3,
        "confidentiality": "docket",
        "added_at": date(2026, 2, 9),
        "size": 1200000,
    },
)

AVAILABLE = (
    {"name": "Trocar o mediador", "effect": "Abre nova escolha e novo prazo para recusa.", "url": "#"},
    {"name": "Pausar o caso", "effect": "Exige motivo e data de volta. Os prazos param.", "url": "#"},
    {
        "name": "Encerrar a pedido",
        "effect": "Só com desistência juntada. Volta a correr a prescrição.",
        "url": "#",
        "confirm": True,
    },
)
REFUSED = (
    {
        "name": "Marcar a primeira reunião",
        "reason": "O prazo para recusar o mediador termina em 30/03/2026.",
        "when": "Disponível em 31/03.",
        "article": "Lei 13.140/2015, art. 5º",
        "article_url": "#",
    },
    {
        "name": "Encerrar sem acordo",
        "reason": "Só depois da primeira reunião. Antes dela, use “Encerrar a pedido”.",
        "article": "Regra da Câmara",
        "article_url": "#",
    },
    {
        "name": "Homologar",
        "reason": "Cabe ao Procurador-Geral, e só depois das assinaturas.",
        "article": "Regra da Câmara",
    },
)

PARTIES = (
    {"role": "Quem pediu", "name": "Marina Alves Teixeira", "tax_id_masked": "***.482.916-**", "note": "sem advogado"},
    {
        "role": "Quem foi convidada",
        "name": "Secretaria Municipal de Obras",
        "note": "Rafael Moura Lins, procurador da parte",
        "kind": "agency",
    },
    {"role": "Quem media", "name": "Paulo Sérgio Antunes", "note": "servidor certificado · aguarda recusa até 30/03"},
)


def worklist_rows() -> list[dict[str, Any]]:
    """The sample worklist as mappings."""
    names = ("deadline", "task", "hint", "number", "parties", "state", "amount", "priority")
    return [dict(zip(names, entry, strict=True)) for entry in WORKLIST]


def sample(page: str) -> dict[str, Any]:
    """Everything that the sample *page* shows, besides the frame."""
    march = ledger(date(2026, 3, 20), date(2026, 3, 30), {date(2026, 3, 27): "Jubileu"})
    april = ledger(
        date(2026, 3, 20), date(2026, 4, 14), {date(2026, 3, 27): "Jubileu", date(2026, 4, 3): "Paixão de Cristo"}
    )
    long = ledger(
        date(2026, 3, 20), date(2026, 7, 10), {date(2026, 4, 3): "Paixão de Cristo", date(2026, 6, 4): "Corpus Christi"}
    )
    return {
        "state": CaseState,
        "stages": [stage.label for stage in Stage],
        "deadlines": DEADLINES,
        "worklist": worklist_rows(),
        "entries": TIMELINE,
        "documents": DOCUMENTS,
        "available": AVAILABLE,
        "refused": REFUSED,
        "parties": PARTIES,
        "march": march,
        "april": april,
        "long_ledger": long,
        "form": filing_form() if page == "filing" else None,
        "every_field": every_field_form(),
        "every_field_wrong": every_field_form(wrong=True),
        "vouch_form": every_field_form(),
        "now": at(25, 3, 14, 5),
        "families": {state.family: state for state in CaseState}.values(),
        "changes": [{"at": at(25, 3, 14, 31), "who": "Paulo Antunes", "what": "pausou o caso até 13/04/2026"}],
        "typed": [{"name": "order", "label": "Seu texto", "text": "Designo reunião para 08/04, às 14h, por vídeo."}],
    }

"""People and offices, leave, agencies, imports."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from cprac.domain.roles import Office
from cprac.persistence import queries_administration as queries
from cprac.services import accounts, agencies, credentials, legacy_import
from cprac.services.errors import RefusedError
from cprac.web import errors, guards, navigation
from cprac.web.admin import forms

blueprint = Blueprint("admin", __name__, url_prefix="/administracao")
administrators = guards.office(Office.ADMINISTRATOR)

LONGEST_SEARCH = 100
Answer = str | Response | tuple[str, int]


def me() -> int:
    """The administrator who is here."""
    return guards.member().account


def done(form: FlaskForm, act: Callable[[], object]) -> bool:
    """Whether *form* was filled in well and *act* was done; what stands against it is said in the form."""
    if not form.validate():
        return False
    try:
        act()
    except RefusedError as error:
        errors.into(form, error.refusal)
        return False
    return True


def office_of(value: str | None) -> Office | None:
    """The office that a filter names, None for none or nonsense."""
    return Office(value) if value in set(Office) else None


# --- People -----------------------------------------------------------------------------------------------------------


@blueprint.get("/")
@administrators
def people() -> str:
    """Who holds an office, by name; anybody with an account, when searched for."""
    search = " ".join(request.args.get("q", "").split())[:LONGEST_SEARCH]
    office = office_of(request.args.get("funcao"))
    everybody = request.args.get("quem") == "todos"
    found = queries.people(search, office, guards.today(), everybody=everybody)
    return render_template(
        "admin/people.html",
        people=found[: queries.PAGE],
        more=len(found) > queries.PAGE,
        search=search,
        office=office,
        everybody=everybody,
        offices=[(held.value, gettext(held.label)) for held in Office],
        leaves=queries.leaves(since=guards.today()),
    )


@blueprint.route("/pessoas/nova", methods=["GET", "POST"])
@administrators
def new_person() -> Answer:
    """Create an account with an office; the page that follows shows the code for its first password, once."""
    form = forms.NewPersonForm()
    created: list[int] = []

    def create() -> None:
        created.append(
            accounts.create(
                guards.chamber(),
                me(),
                form.email.data or "",
                form.name.data or "",
                now=guards.now(),
                office=Office(form.office.data),
                from_on=form.from_on.data,
                legal_act=form.legal_act.data or "",
            )
        )

    if request.method == "POST" and done(form, create):
        return _code_page(created[0])
    trail = navigation.breadcrumb((gettext("Pessoa nova"), None))
    page = render_template("admin/new_person.html", form=form, breadcrumb=trail)
    return (page, 400) if request.method == "POST" else page


@blueprint.get("/pessoas/<int:account>")
@administrators
def person(account: int) -> str:
    """One person: offices, leave, access."""
    who = queries.person(account) or abort(404)
    trail = navigation.breadcrumb((who.name, None))
    return render_template("admin/person.html", person=who, breadcrumb=trail, own=me() == account)


@blueprint.route("/pessoas/<int:account>/dados", methods=["GET", "POST"])
@administrators
def rename(account: int) -> Answer:
    """Correct name and address."""
    who = queries.person(account) or abort(404)
    form = forms.PersonForm(data={"name": who.name, "email": who.email})

    def act() -> None:
        accounts.rename(
            guards.chamber(), me(), account, name=form.name.data or "", email=form.email.data or "", now=guards.now()
        )

    return _about(who, form, act, gettext("Corrigir os dados"), gettext("Gravar"), gettext("Dados gravados."))


@blueprint.route("/pessoas/<int:account>/funcoes/nova", methods=["GET", "POST"])
@administrators
def grant(account: int) -> Answer:
    """Give an office."""
    who = queries.person(account) or abort(404)
    form = forms.GrantForm()

    def act() -> None:
        accounts.grant(
            guards.chamber(),
            me(),
            account,
            Office(form.office.data),
            now=guards.now(),
            from_on=form.from_on.data,
            until_on=form.until_on.data,
            legal_act=form.legal_act.data or "",
        )

    said = gettext(
        "Função dada. A pessoa precisa entrar de novo. Se é a primeira função dela, dê antes um código de senha."
    )
    return _about(who, form, act, gettext("Dar uma função"), gettext("Dar a função"), said)


@blueprint.route("/funcoes/<int:holding>/encerrar", methods=["GET", "POST"])
@administrators
def end_office(holding: int) -> Answer:
    """Name the last day of an office."""
    held = queries.holding(holding) or abort(404)
    who = queries.person(held.account) or abort(404)
    form = forms.EndForm(data={"until_on": guards.today()})

    def act() -> None:
        accounts.end_office(guards.chamber(), me(), holding, until_on=form.until_on.data, now=guards.now())

    title = gettext("Encerrar a função: %(office)s", office=gettext(held.office.label))
    said = gettext("Último dia da função gravado. A pessoa precisa entrar de novo.")
    return _about(who, form, act, title, gettext("Encerrar a função"), said)


@blueprint.route("/pessoas/<int:account>/ausencias/nova", methods=["GET", "POST"])
@administrators
def add_leave(account: int) -> Answer:
    """Note days of leave."""
    who = queries.person(account) or abort(404)
    form = forms.LeaveForm()

    def act() -> None:
        accounts.add_leave(
            guards.chamber(),
            me(),
            account,
            from_on=form.from_on.data,
            until_on=form.until_on.data,
            reason=form.reason.data or "",
            now=guards.now(),
        )

    said = gettext("Ausência anotada.")
    return _about(who, form, act, gettext("Anotar uma ausência"), gettext("Anotar"), said)


def _about(  # the page of one form about one person
    who: queries.PersonPage, form: FlaskForm, act: Callable[[], None], title: str, submit: str, said: str
) -> Answer:
    if request.method == "POST" and done(form, act):
        flash(said)
        return _again(who.id)
    trail = navigation.breadcrumb((who.name, url_for("admin.person", account=who.id)), (title, None))
    page = render_template(
        "admin/about_person.html", person=who, form=form, page_title=title, submit=submit, breadcrumb=trail
    )
    return (page, 400) if request.method == "POST" else page


def _again(account: int) -> Response:
    return redirect(url_for("admin.person", account=account), 303)


@blueprint.post("/ausencias/<int:leave>/retirar")
@administrators
def drop_leave(leave: int) -> Response:
    """Withdraw days of leave."""
    account = accounts.drop_leave(guards.chamber(), me(), leave, now=guards.now())
    flash(gettext("Ausência retirada."))
    return _again(account)


@blueprint.post("/pessoas/<int:account>/acesso")
@administrators
def access(account: int) -> Response:
    """Shut an account, or open it again."""
    try:
        if request.form.get("active") == "1":
            accounts.enable(guards.chamber(), me(), account, now=guards.now())
            flash(gettext("Conta ativada."))
        else:
            accounts.disable(guards.chamber(), me(), account, now=guards.now())
            flash(gettext("Conta desativada. As sessões dela terminaram."))
    except RefusedError as error:
        flash(errors.reason(error.refusal), "error")
    return _again(account)


@blueprint.post("/pessoas/<int:account>/codigo")
@administrators
def issue_code(account: int) -> Answer:
    """Give a one-time code for the password."""
    try:
        return _code_page(account)
    except RefusedError as error:
        flash(errors.reason(error.refusal), "error")
        return _again(account)


def _code_page(account: int) -> str:
    code = credentials.issue_reset(guards.chamber(), me(), account, now=guards.now())
    who = queries.person(account) or abort(404)
    trail = navigation.breadcrumb((who.name, url_for("admin.person", account=account)), (gettext("Código"), None))
    return render_template(
        "admin/code.html", person=who, code=code, address=navigation.public_address("auth.reset"), breadcrumb=trail
    )


# --- Agencies ---------------------------------------------------------------------------------------------------------


@blueprint.route("/orgaos", methods=["GET", "POST"], endpoint="agencies")
@administrators
def agency_list() -> Answer:
    """Every agency, and the form for a new one."""
    form = forms.AgencyForm()

    def add() -> None:
        agencies.create(guards.chamber(), me(), _agency_of(form), now=guards.now())

    if request.method == "POST" and done(form, add):
        flash(gettext("Órgão gravado."))
        return redirect(url_for("admin.agencies"), 303)
    page = render_template("admin/agencies.html", form=form, agencies=queries.agencies())
    return (page, 400) if request.method == "POST" else page


@blueprint.route("/orgaos/<int:agency>", methods=["GET", "POST"], endpoint="agency")
@administrators
def agency_page(agency: int) -> Answer:
    """Correct an agency, or switch it off."""
    known = queries.agency(agency) or abort(404)
    form = forms.AgencyForm(obj=known)

    def change() -> None:
        agencies.change(guards.chamber(), me(), agency, _agency_of(form), now=guards.now())

    if request.method == "POST" and done(form, change):
        flash(gettext("Órgão gravado."))
        return redirect(url_for("admin.agencies"), 303)
    trail = navigation.breadcrumb((gettext("Órgãos"), url_for("admin.agencies")), (known.name, None))
    page = render_template("admin/agency.html", form=form, agency=known, breadcrumb=trail)
    return (page, 400) if request.method == "POST" else page


def _agency_of(form: forms.AgencyForm) -> agencies.AgencyData:
    return agencies.AgencyData(
        form.code.data or "",
        form.name.data or "",
        form.email.data or "",
        same_person=bool(form.same_person.data),
        active=bool(form.active.data),
    )


# --- Imports ----------------------------------------------------------------------------------------------------------


@blueprint.get("/importacoes")
@administrators
def imports() -> str:
    """The files that were brought in, and how each ended."""
    return render_template("admin/imports.html", batches=queries.batches())


@blueprint.route("/importacoes/<int:batch>/reverter", methods=["GET", "POST"])
@administrators
def revert(batch: int) -> Answer:
    """Hide every case of a batch, with a reason."""
    known = queries.batch(batch)
    if known is None or known.status != "visible":
        abort(404)
    form = forms.RevertForm()

    def hide() -> None:
        reason = f"{form.reason.data} ({guards.member().name})"
        try:
            legacy_import.revert(batch, reason, guards.now())
        except ValueError as error:
            raise accounts.refuse(str(error).replace("{", "").replace("}", "")) from None

    if request.method == "POST" and done(form, hide):
        flash(gettext("Importação revertida. Nenhum caso dela aparece mais."))
        return redirect(url_for("admin.imports"), 303)
    page = render_template("admin/revert.html", form=form, batch=known)
    return (page, 400) if request.method == "POST" else page

"""Signing in and out, setting a password with a code, binding an account to a party, one's own account."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from cprac.domain.roles import Office
from cprac.persistence import queries_accounts
from cprac.services import accounts, browser_sessions, claims, credentials
from cprac.services.errors import NotFoundError, RefusedError
from cprac.web import errors, guards, kept_text, navigation, security, sessions
from cprac.web.auth import forms

blueprint = Blueprint("auth", __name__)

WRONG = lazy_gettext("E-mail ou senha não conferem.")


@blueprint.route("/entrar", methods=["GET", "POST"])
@guards.public
def sign_in() -> str | Response | tuple[str, int]:
    """Sign in. No account, a shut one, a wrong password: the same answer, byte for byte."""
    if request.method == "GET" and guards.viewer() is not None:
        return redirect(_way_on(), 303)
    form, code = forms.SignInForm(), 200
    if request.method == "POST":
        code = 400
        if form.validate():
            entry = credentials.sign_in(
                guards.chamber(), form.email.data, form.password.data, security.source(), now=guards.now()
            )
            if entry is not None:
                _enter(entry.account, staff=entry.staff)
                return redirect(_way_on(), 303)
            form.form_errors.append(WRONG)
    return render_template("auth/sign_in.html", form=form, lookup_url=security.safe_way_back("/consulta")), code


@blueprint.post("/sair")
@guards.public
def sign_out() -> Response:
    """Sign out, here and in every copy of the cookie."""
    sessions.sign_out()
    response = redirect(url_for("auth.sign_in", saiu=1), 303)
    if current_app.config["COOKIE_SECURE"]:
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@blueprint.route("/redefinir", methods=["GET", "POST"])
@guards.public
def reset() -> str | Response | tuple[str, int]:
    """Set a password with a one-time code. Opening the page uses nothing up; sending the form does."""
    form, code = forms.ResetForm(), 200
    if request.method == "POST":
        code = 400
        if form.validate():
            try:
                entry = credentials.use_reset(
                    guards.chamber(), form.code.data, form.password.data, security.source(), now=guards.now()
                )
            except RefusedError as error:
                errors.into(form, error.refusal)
            else:
                _enter(entry.account, staff=entry.staff)
                flash(gettext("Senha nova gravada. Você já entrou, e as outras sessões desta conta terminaram."))
                return redirect(_home(), 303)
    return render_template("auth/reset.html", form=form), code


@blueprint.route("/vincular", methods=["GET", "POST"])
@guards.public
def claim() -> str | Response | tuple[str, int]:
    """Bind the account to a party with the code of the receipt; who is not signed in makes an account with it."""
    who = guards.viewer()
    form = forms.CodeForm() if who else forms.NewcomerForm()
    code = 200
    if request.method == "POST":
        code = 400
        if form.validate():
            try:
                bound = _claim(form, who)
            except RefusedError as error:
                errors.into(form, error.refusal)
            else:
                _enter(bound.account, staff=bound.staff)
                flash(gettext("Pronto: sua conta está vinculada ao caso %(number)s.", number=bound.number))
                return redirect(_home(), 303)
    return render_template("auth/claim.html", form=form), code


def _claim(form: forms.CodeForm, who: queries_accounts.SignedIn | None) -> claims.Bound:
    newcomer = None
    if isinstance(form, forms.NewcomerForm):
        newcomer = claims.NewAccount(form.email.data or "", form.name.data or "", form.password.data or "")
    return claims.claim(
        guards.chamber(),
        form.code.data or "",
        security.source(),
        now=guards.now(),
        account=who.account if who else None,
        newcomer=newcomer,
        portal_consent=bool(form.portal_consent.data),
    )


# --- One's own account ------------------------------------------------------------------------------------------------


@blueprint.get("/minha-conta")
@guards.signed_in
def account() -> str:
    """Offices, password, open sessions, how to be told."""
    return _account_page(forms.PasswordForm(formdata=None), forms.ConsentForm(formdata=None))


def _account_page(form: forms.PasswordForm, consent: forms.ConsentForm) -> str:
    who = guards.member()
    here = sessions.current().stored
    return render_template(
        "auth/account.html",
        form=form,
        consent=consent,
        wrong=consent if consent.errors else form,
        wait_days=guards.chamber().regulation.service.deemed_after_days,
        own=queries_accounts.own_account(who.account),
        open_sessions=queries_accounts.sessions_of(who.account),
        here=here.digest if here else "",
    )


@blueprint.post("/minha-conta/senha")
@guards.signed_in
def change_password() -> Response | tuple[str, int]:
    """Change one's own password: every session of the account ends, and this browser gets a new one."""
    who, form = guards.member(), forms.PasswordForm()
    if form.validate():
        try:
            credentials.change_password(
                guards.chamber(),
                who.account,
                form.current_password.data or "",
                form.password.data or "",
                security.source(),
                now=guards.now(),
            )
        except RefusedError as error:
            errors.into(form, error.refusal)
        else:
            _enter(who.account, staff=who.is_staff)
            flash(gettext("Senha trocada. As outras sessões desta conta terminaram."))
            return redirect(url_for("auth.account"), 303)
    return _account_page(form, forms.ConsentForm(formdata=None)), 400


@blueprint.post("/minha-conta/sessoes")
@guards.signed_in
def end_session() -> Response:
    """End one of one's own sessions; ending this one signs out."""
    who, here = guards.member(), sessions.current()
    chosen = request.form.get("session", "")
    if here.stored is not None and chosen and here.stored.digest.startswith(chosen):
        return sign_out()
    if not browser_sessions.end_of(who.account, chosen):
        abort(404)
    flash(gettext("Sessão encerrada."))
    return redirect(url_for("auth.account"), 303)


@blueprint.post("/minha-conta/avisos")
@guards.signed_in
def portal_consent() -> Response | tuple[str, int]:
    """Adhere to the portal, or no longer, signing with the password: each try is counted, as at the door."""
    who, form = guards.member(), forms.ConsentForm()
    if form.validate():
        entry = credentials.sign_in(
            guards.chamber(), who.email, form.own_password.data or "", security.source(), now=sessions.clock()
        )
        if entry is not None and entry.account == who.account:
            agrees = form.agrees.data == "1"
            accounts.set_portal_consent(guards.chamber(), who.account, agrees=agrees, now=guards.now())
            flash(
                gettext("Anotado: os avisos feitos a partir de amanhã chegam a você por aqui, no portal.")
                if agrees
                else gettext("Anotado: nenhum aviso conta mais como recebido sem que você o abra.")
            )
            return redirect(url_for("auth.account"), 303)
        form.own_password.errors = [*form.own_password.errors, gettext("A senha não confere")]
    return _account_page(forms.PasswordForm(formdata=None), form), 400


# --- Codes that the registry and the administration give out ----------------------------------------------------------


@blueprint.route("/codigo-de-senha", methods=["GET", "POST"])
@guards.office(Office.REGISTRY, Office.ADMINISTRATOR)
def issue_reset() -> str | tuple[str, int]:
    """Give somebody who lost the password a one-time code, after checking at the desk who that is."""
    form, code = forms.IssueForm(), 200
    if request.method == "POST":
        code = 400
        if form.validate():
            try:
                return _issued(form)
            except RefusedError as error:
                errors.into(form, error.refusal)
    return render_template("auth/issue_reset.html", form=form), code


def _issued(form: forms.IssueForm) -> str:
    who = guards.member()
    account = queries_accounts.account_of_email(form.email.data or "")
    if account is None:
        raise accounts.refuse(gettext("Não há conta com este e-mail."), "email")
    try:
        code = credentials.issue_reset(guards.chamber(), who.account, account, now=guards.now())
    except NotFoundError:
        abort(404)
    return render_template(
        "auth/issued.html", code=code, email=form.email.data, address=navigation.public_address("auth.reset")
    )


# --- Ways on ----------------------------------------------------------------------------------------------------------


def _enter(account: int, *, staff: bool) -> None:
    """Sign in on this browser, and take along what this person was writing when the last session ran out."""
    kept = kept_text.carry_over(account)
    sessions.sign_in(account, staff=staff)
    guards.forget_viewer()
    if kept is not None:
        sessions.current()[kept_text.KEY] = kept


def _home() -> str:
    return navigation.home_of(guards.viewer())


def _way_on() -> str:
    return security.safe_way_back(request.args.get("next")) or _home()

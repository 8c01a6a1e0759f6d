"""The page of one act in one case: its form, confirming where it is grave, signing, and what happens when it is sent.

Guard, form, one call, redirect. A refusal comes back in the same form (400); where somebody else changed the case
meanwhile, the page says what changed and brings back everything that was typed, carrying the new version (409).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import HiddenField, PasswordField
from wtforms.validators import Length

from cprac.domain.acts import FIELDS, Act, Compartment, Kind
from cprac.domain.lifecycle import Decision
from cprac.domain.permissions import marker
from cprac.domain.roles import Role
from cprac.domain.states import CaseState
from cprac.domain.subject import Refusal
from cprac.domain.system_events import happening
from cprac.persistence import queries_case, queries_items
from cprac.persistence.queries_case import CaseFile
from cprac.persistence.queries_items import DocumentPage
from cprac.services import acts, credentials
from cprac.services.errors import BadFileError, NotFoundError, RefusedError, StaleError
from cprac.web import guards, kept_text, navigation, security, sessions
from cprac.web.act_forms import ActForm, Offered, form_class
from cprac.web.case_room import Room, answer_of, consequences, head_of, reader, refusal_view, sight
from cprac.web.form_fields import Needed

Answer = str | Response | tuple[str, int]
BY_ADDRESS = (Kind.PARTY, Kind.NOTICE, Kind.OBLIGATION, Kind.DEADLINE)
"""Kinds of fields that a link to the form may fill in beforehand."""


class SignForm(ActForm):
    """Signing: the exact text by its hash, and the password once more (Lei 14.063/2020, simple signature)."""

    text_hash = HiddenField()
    password = PasswordField(render_kw={"autocomplete": "current-password"})


class ActPage:
    """One act, asked for or sent, by the signed-in person."""

    def __init__(self, room: Room, file: CaseFile, act: Act) -> None:
        self.room, self.file, self.act = room, file, act
        self.look = sight(room, file.procedure)
        self.term: DocumentPage | None = None

    # --- the form -----------------------------------------------------------------------------------------------------

    def show(self) -> Answer:
        """The form, filled with what the case and the address propose; why not, where the act is not open."""
        answer = answer_of(self.file, self.look, self.act)
        if isinstance(answer, Refusal):
            return self._not_now(answer)
        kept = kept_text.take()
        form = self._form(kept)
        self._fresh(form, self.file.version)
        if kept is not None:
            flash(gettext("Guardamos o que você escreveu. Confira e envie."), "note")
        return self._page(form)

    def _form(self, formdata: MultiDict[str, str] | None = None) -> ActForm:
        offered = self._offered()
        base = form_class(FIELDS[self.act], offered)
        if self.act is Act.SIGN:
            base = type("SignForm", (SignForm, base), {})
        if request.method == "POST":
            form: ActForm = base()
        else:
            form = base(formdata=formdata, data=self._proposed(offered))
        if isinstance(form, SignForm):
            form.password.label.text = gettext("Sua senha, outra vez")
            form.password.validators = [Needed(gettext("escreva a senha")), Length(max=1000)]
        return form

    def _offered(self) -> Offered:
        return Offered(
            reader=reader(),
            file=self.file,
            regulation=self.look.regulation,
            zone=guards.chamber().zone,
            notices=queries_case.notices_of(reader(), self.file) if self.act is Act.RECORD_SERVICE else (),
            drafted=self._drafted() if self.act is Act.DRAFT_AGREEMENT else {},
            only_party=request.args.get("party", type=int),
        )

    def _drafted(self) -> Mapping[str, Any]:
        """The last draft's values, so that the next one begins where it ended."""
        last = queries_case.last_of(reader(), self.file, Act.DRAFT_AGREEMENT)
        if last is None:
            return {}
        values = {**last.payload.get("values", {}), **last.private}
        rows = [
            {**row, "debtor": str(row.get("debtor") or ""), "due": _day(row.get("due"))}
            for row in values.get("obligations", ())
        ]
        return {**values, "obligations": rows}

    def _proposed(self, offered: Offered) -> dict[str, Any]:
        data = {name: value for name, value in offered.drafted.items() if name != "obligations"}
        for item in FIELDS[self.act]:
            typed = request.args.get(item.name, "")
            if item.kind in BY_ADDRESS and typed.isascii() and typed.isdecimal() and len(typed) < 6:
                data[item.name] = typed
        return data

    @staticmethod
    def _fresh(form: ActForm, version: int) -> None:
        """A form that is shown carries the version it was drawn from and a key of its own."""
        form.version.data = str(version)
        form.idempotency_key.data = navigation.idempotency_key()

    # --- pages --------------------------------------------------------------------------------------------------------

    def _page(self, form: ActForm, status: int = 200, template: str = "act", **more: Any) -> Answer:
        answer = answer_of(self.file, self.look, self.act)
        if self.act is Act.SIGN:
            self._read_term(form)
        text = self._render(
            template,
            form=form,
            consequences=consequences(self.file, self.look, self.act, answer.row)
            if isinstance(answer, Decision)
            else [],
            submit=self._submit_words(),
            term=self.term,
            reserved=marker(self.act) if self.act.compartment is not Compartment.DOCKET else None,
            multipart=any(item.kind is Kind.FILES for item in FIELDS[self.act]),
            session_ends=guards.session_ends(),
            **more,
        )
        return (text, status) if status != 200 else text

    def _render(self, template: str, **more: Any) -> str:
        return render_template(
            self.room.template(template),
            room=self.room,
            file=self.file,
            sight=self.look,
            act=self.act,
            action=request.full_path.rstrip("?"),
            back=self._way_back(),
            **more,
        )

    def _not_now(self, refusal: Refusal) -> Answer:
        return self._render("refused", form=None, refusal=refusal_view(refusal)), 400

    def _read_term(self, form: ActForm) -> None:
        """The exact text that is signed; what is signed is what the page shows."""
        token = queries_items.newest(reader(), self.file, "final_term")
        self.term = queries_items.document(reader(), self.file.number, token) if token else None
        if self.term is None:
            raise NotFoundError("final_term")
        form["text_hash"].data = self.term.sha256

    def _submit_words(self) -> str:
        """What the button says; a form that writes in a reserved place says who will see the text."""
        match self.act.compartment:
            case Compartment.DOCKET:
                return gettext(self.act.label)
            case Compartment.NOTES:
                return gettext("Salvar só para mim")
            case Compartment.JOINT:
                return gettext("Salvar só para quem negocia")
            case Compartment.CITY:
                return gettext("Salvar só para a Procuradoria da parte")
            case _:
                return self._caucus_words()

    def _caucus_words(self) -> str:
        if Role.MEDIATOR not in self.file.viewer.roles:
            return gettext("Salvar só para você e o mediador")
        party = self.file.party(request.args.get("party", type=int))
        if party is None:
            return gettext("Salvar só para você e a parte escolhida")
        return gettext("Salvar só para você e %(name)s", name=party.name)

    def _way_back(self, party: int | None = None) -> str:
        place = self.act.compartment
        if place is Compartment.DOCKET:
            return self.room.url("case", self.file.number)
        ordinal = party or request.args.get("party", type=int)
        if place is not Compartment.CAUCUS:
            return self.room.url("conversation", self.file.number, compartment=place.value)
        if ordinal is None:
            return self.room.url("conversations", self.file.number)
        return self.room.url("conversation", self.file.number, compartment=f"{place.value}-{ordinal}")

    # --- doing it -----------------------------------------------------------------------------------------------------

    def do(self) -> Answer:
        """Do the act with what was sent, or say what is wrong with it."""
        form = self._form()
        if not form.validate():
            return self._again(form)
        if not form.key:
            form.form_errors = [
                *form.form_errors,
                gettext("Esta página é antiga. Confira o que escreveu e envie de novo."),
            ]
            return self._again(form)
        if isinstance(form, SignForm) and not self._is_me(form):
            form.password.errors = [*form.password.errors, gettext("A senha não confere")]
            return self._again(form)
        values = form.cleaned()
        if isinstance(form, SignForm):
            values["text_hash"] = form.text_hash.data
        try:
            done = acts.perform(
                guards.chamber(), guards.member().account, self.file.number, self.act, values,
                version=form.drawn_from, key=form.key, now=guards.now(),
            )  # fmt: skip
        except RefusedError as error:
            form.refuse(error.refusal)
            return self._again(form)
        except BadFileError as error:
            form["files"].errors = [*form["files"].errors, str(error)]
            return self._again(form)
        except StaleError as error:
            return self._stale(form, error)
        flash(self._done_words(done), "good")
        return redirect(self._way_back(values.get("party")), 303)

    def _again(self, form: ActForm) -> Answer:
        """The same form with what is wrong; a key of its own, for what is sent next is another sending."""
        form.idempotency_key.data = navigation.idempotency_key()
        return self._page(form, 400)

    @staticmethod
    def _is_me(form: SignForm) -> bool:
        """Whether the password is that of whoever is signed in: each try is counted, as at the door."""
        member = guards.member()
        entry = credentials.sign_in(
            guards.chamber(), member.email, form.password.data or "", security.source(), now=sessions.clock()
        )
        return entry is not None and entry.account == member.account

    def _done_words(self, done: acts.Done) -> str:
        words = gettext("%(what)s.", what=gettext(self.act.past))
        if self.act.compartment is not Compartment.DOCKET or done.state == self.file.state.value:
            return words
        state = CaseState(done.state)
        label = state.label if self.room.audience == "staff" else state.public_label
        return gettext("%(what)s. O caso está agora em: %(state)s.", what=gettext(self.act.past), state=gettext(label))

    def _stale(self, form: ActForm, error: StaleError) -> Answer:
        """Somebody was faster: what changed, who, when; the typed text in a form that carries the new version."""
        names = queries_case.names_of(change["actor"] for change in error.changes if change["actor"] is not None)
        changes = [
            {"at": change["at"], "who": names.get(change["actor"], ""), "what": gettext(happening(change["act"]).past)}
            for change in error.changes
        ]
        self.file = head_of(self.file.number)
        self.look = sight(self.room, self.file.procedure)
        self._fresh(form, error.version)
        answer = answer_of(self.file, self.look, self.act)
        refusal = refusal_view(answer) if isinstance(answer, Refusal) else None
        return self._page(form, 409, "stale", changes=changes, refusal=refusal)


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if text else None

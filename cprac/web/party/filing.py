"""Filing online in four calm steps, with or without an account, without JavaScript.

What is typed is kept at each step, right or wrong; the browser's session knows which draft it is writing, and the
draft's code opens it anywhere else. Nothing is filed before the last button.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from cprac.domain.filing import Answers, Step
from cprac.domain.identifiers import parse_case_number
from cprac.persistence import queries_drafts
from cprac.persistence.queries_drafts import DraftRow
from cprac.services import drafts, throttle
from cprac.services.drafts import AlreadyFiledError, IncompleteDraftError
from cprac.services.errors import BadFileError, KeyReusedError, NotFoundError
from cprac.services.receipts import Receipt
from cprac.services.uploads import Upload
from cprac.web import guards, security, sessions
from cprac.web.party.filing_forms import ConflictForm, ConsentForm, FilesForm, WhoForm
from cprac.web.party.room import blueprint, link

DRAFT = "filing_draft"
"""Where the browser's session keeps which draft it writes: its id and its code, to be shown again."""

TOO_LARGE = 413
Answer = str | Response | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Writing:
    """The draft this browser writes, and the code that opens it elsewhere ("" where only the account opens it)."""

    row: DraftRow
    code: str


def _account() -> int | None:
    who = guards.viewer()
    return who.account if who else None


def _remembered() -> dict[str, Any] | None:
    """What the session says about the draft; a form that was open while the session ended still finds its draft."""
    kept = session.get(DRAFT)
    here = sessions.current()
    if kept is None and request.method == "POST" and here.lapsed is not None and here.lapsed.account is None:
        kept = here.lapsed.values.get(DRAFT)
        if kept is not None:
            session[DRAFT] = kept
    return kept


def _writing() -> Writing | None:
    kept = _remembered()
    row = queries_drafts.draft(kept["id"], _account()) if kept else None
    if kept and (row is None or row.number is not None):
        session.pop(DRAFT, None)
        return None
    return Writing(row, kept["code"]) if kept and row else None


def _begin() -> Writing:
    throttle.spend("draft_source", security.source(), sessions.clock())
    new = drafts.begin(guards.chamber(), _account(), guards.now())
    session[DRAFT] = {"id": new.id, "code": new.code}
    row = queries_drafts.draft(new.id, _account())
    if row is None:
        raise NotFoundError("draft")
    return Writing(row, new.code)


def _steps(row: DraftRow) -> dict[Step, Answers]:
    known = [number for number, _name in queries_drafts.agencies()]
    return drafts.read_steps(guards.chamber(), row.data, known, guards.today())


def _page(template: str, writing: Writing | None, status: int = 200, **more: Any) -> Answer:
    code, row = (writing.code, writing.row) if writing else ("", None)
    # a sending that was too large has no form that could be read
    asked = request.args if status == TOO_LARGE or request.method == "GET" else request.form
    back = "check" if asked.get("back") == "check" else ""
    text = render_template(f"party/{template}.html", draft=row, code=code, back=back, **more)
    return text if status == 200 else (text, status)


def _done(number: str) -> Answer:
    """The draft was filed before, perhaps in another window."""
    session.pop(DRAFT, None)
    return render_template("party/already_filed.html", number=number)


# --- The way in -------------------------------------------------------------------------------------------------------


@blueprint.get("/pedido")
@guards.public
def start() -> Answer:
    """What filing is, what to have at hand, and the way on."""
    account = _account()
    mine = queries_drafts.drafts_of(account) if account is not None else ()
    matters = {row.id: row.plain for row in guards.chamber().regulation.matters}
    return _page("start", _writing(), mine=mine, matters=matters, checklist=guards.chamber().regulation.checklist)


@blueprint.route("/pedido/continuar", methods=["GET", "POST"])
@guards.public
def resume() -> Answer:
    """Go on with a draft: by its code, or one of the account's own."""
    typed = request.form.get("code", "")
    if request.method == "POST":
        throttle.spend("code_source", security.source(), sessions.clock())
        try:
            session[DRAFT] = _picked(typed, request.form.get("draft", ""))
        except NotFoundError:
            return _page("resume", None, 400, typed=typed, failed=True)
        return redirect(url_for("party.who"), 303)
    return _page("resume", None, typed=request.args.get("codigo", "")[:40], failed=False)


def _picked(typed: str, own: str) -> dict[str, Any]:
    """The draft that somebody chose among the account's own, or whose code was typed; NotFoundError."""
    account = _account()
    if own.isascii() and own.isdecimal() and len(own) < 10 and account is not None:
        chosen = queries_drafts.draft(int(own), account)
        if chosen is None or chosen.account != account or chosen.number is not None:
            raise NotFoundError("draft")
        return {"id": chosen.id, "code": ""}
    found = drafts.resume(typed, account)
    return {"id": found, "code": drafts.DRAFT_CODE.format(drafts.DRAFT_CODE.normalize(typed) or "")}


@blueprint.post("/pedido/apagar")
@guards.public
def discard() -> Answer:
    """Erase the draft, because the person asks for it."""
    writing = _writing()
    if writing is not None:
        drafts.discard(guards.chamber(), writing.row.id, _account())
        session.pop(DRAFT, None)
        flash(gettext("O rascunho foi apagado. Nada foi enviado."), "good")
    return redirect(url_for("party.start"), 303)


@blueprint.get("/pedido/guardado")
@guards.public
def saved() -> Answer:
    """The draft is kept: how to come back to it."""
    writing = _writing()
    return _page("saved", writing) if writing else redirect(url_for("party.start"), 303)


# --- Steps 1 and 2: words ---------------------------------------------------------------------------------------------


@blueprint.route("/pedido/quem-pede", methods=["GET", "POST"])
@guards.public
def who() -> Answer:
    """Step 1: who asks."""
    return _words(Step.WHO, _who_form, "who", "party.conflict")


@blueprint.route("/pedido/conflito", methods=["GET", "POST"])
@guards.public
def conflict() -> Answer:
    """Step 2: the conflict."""
    if _writing() is None:
        return redirect(url_for("party.who"), 303)
    return _words(Step.CONFLICT, _conflict_form, "conflict", "party.documents")


def _who_form(**given: Any) -> WhoForm:
    form = WhoForm(**given)
    form.offer(guards.chamber().regulation)
    return form


def _conflict_form(**given: Any) -> ConflictForm:
    form = ConflictForm(**given)
    form.offer(guards.chamber().regulation, queries_drafts.agencies())
    return form


def _words(step: Step, make: Any, template: str, following: str) -> Answer:
    """A step of questions: keep what was typed, then go on, go away, or say what is wrong."""
    writing = _writing()
    if request.method == "GET":
        form = make(formdata=None, data=dict(_prefilled(writing, step)))
        if "corrigir" in request.args and writing is not None:
            form.show(_steps(writing.row)[step].problems)
        return _page(template, writing, form=form)
    form = make(formdata=request.form)
    if writing is None:
        writing = _begin()
    try:
        drafts.save(writing.row.id, _account(), step, form.raw(), guards.now())
    except AlreadyFiledError as error:
        return _done(error.number)
    if "leave" in request.form:
        return redirect(url_for("party.saved"), 303)
    changed = queries_drafts.draft(writing.row.id, _account())
    answers = _steps(changed or writing.row)[step]
    if not answers.complete:
        form.show(answers.problems)
        return _page(template, writing, 400, form=form)
    back = "party.check" if request.form.get("back") == "check" else following
    return redirect(url_for(back), 303)


def _prefilled(writing: Writing | None, step: Step) -> dict[str, str]:
    """What the draft has; on a first visit, what the account already told us."""
    raw = dict(writing.row.raw(step.value)) if writing else {}
    person = guards.viewer()
    if step is Step.WHO and not raw and person is not None:
        raw = {"kind": "natural", "name": person.name, "email": person.email}
    return raw


# --- Step 3: files ----------------------------------------------------------------------------------------------------


@blueprint.route("/pedido/documentos", methods=["GET", "POST"])
@security.takes_files
@guards.public
def documents() -> Answer:
    """Step 3: files, kept with the draft."""
    writing = _writing()
    if writing is None:
        return redirect(url_for("party.who"), 303)
    form = FilesForm()
    form.offer(guards.chamber().regulation)
    if request.method == "GET":
        return _page("documents", writing, form=form)
    sent = [Upload(file.filename, file.read()) for file in request.files.getlist("files") if file.filename]
    try:
        if sent:
            throttle.spend("upload_account", f"draft:{security.source()}", sessions.clock())
            drafts.add_files(guards.chamber(), writing.row.id, _account(), sent, guards.now())
    except AlreadyFiledError as error:
        return _done(error.number)
    except BadFileError as error:
        form.files.errors = [str(error)]
        return _page("documents", _writing(), 400, form=form)
    if "leave" in request.form:
        return redirect(url_for("party.saved"), 303)
    if "add" in request.form:
        if not sent:
            form.files.errors = [gettext("Escolha um arquivo antes de juntar")]
            return _page("documents", writing, 400, form=form)
        return redirect(url_for("party.documents", _anchor="arquivos"), 303)
    return redirect(url_for("party.check"), 303)


@blueprint.post("/pedido/documentos/<int:file_id>/tirar")
@guards.public
def remove_file(file_id: int) -> Answer:
    """Take a file out of the draft."""
    writing = _writing()
    if writing is not None:
        try:
            drafts.remove_file(guards.chamber(), writing.row.id, _account(), file_id, guards.now())
        except AlreadyFiledError as error:
            return _done(error.number)
    return redirect(url_for("party.documents", _anchor="arquivos"), 303)


@blueprint.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> Answer:
    """Say in the step itself that a sending was too large; the answers of the other steps are kept."""
    if request.endpoint != "party.documents":
        return render_template("errors/413.html", limit=request.max_content_length), 413
    form = FilesForm(formdata=None)
    form.offer(guards.chamber().regulation)
    form.files.errors = [
        gettext(
            "O envio tem %(size)s MB. O limite é %(limit)s MB por arquivo. Envie um por vez ou reduza as fotos.",
            size=-(-(request.content_length or 0) // 2**20),
            limit=guards.chamber().regulation.uploads.max_file_bytes // 2**20,
        )
    ]
    kept = session.get(DRAFT)
    row = queries_drafts.draft(kept["id"], _account()) if kept else None
    return _page("documents", Writing(row, kept["code"]) if kept and row else None, TOO_LARGE, form=form)


# --- Step 4: check and send -------------------------------------------------------------------------------------------


@blueprint.route("/pedido/conferir", methods=["GET", "POST"])
@guards.public
def check() -> Answer:
    """Step 4: everything once more, what it means, and the one button that files."""
    writing = _writing() if request.method == "GET" else None
    if request.method == "POST":
        return _send()
    if writing is None:
        return redirect(url_for("party.start"), 303)
    steps = _steps(writing.row)
    for step, endpoint in ((Step.WHO, "party.who"), (Step.CONFLICT, "party.conflict")):
        if not steps[step].complete:
            return redirect(url_for(endpoint, corrigir=1), 303)
    return _summary(writing, ConsentForm(formdata=None))


def _send() -> Answer:
    form, kept = ConsentForm(), _remembered()
    key = request.form.get("idempotency_key", "")
    if kept is None or not 16 <= len(key) <= 64:
        return redirect(url_for("party.start"), 303)
    try:
        receipt = drafts.submit(
            guards.chamber(), kept["id"], _account(), form.raw(), key=key, now=guards.now(), source=security.source()
        )
    except IncompleteDraftError as error:
        if error.step is not Step.CHECK:
            endpoint = "party.who" if error.step is Step.WHO else "party.conflict"
            return redirect(url_for(endpoint, corrigir=1), 303)
        writing = _writing()
        if writing is None:
            return redirect(url_for("party.start"), 303)
        form.show(error.problems)
        return _summary(writing, form, 400)
    except AlreadyFiledError as error:
        return _done(error.number)
    except KeyReusedError:
        return redirect(url_for("party.check"), 303)
    return _receipt(receipt)


def _summary(writing: Writing, form: ConsentForm, status: int = 200) -> Answer:
    regulation, steps = guards.chamber().regulation, _steps(writing.row)
    who_said, what = steps[Step.WHO].values, steps[Step.CONFLICT].values
    matter = regulation.matter(what["matter"])
    return _page(
        "check",
        writing,
        status,
        form=form,
        who=who_said,
        what=what,
        matter=matter,
        agency=dict(queries_drafts.agencies()).get(what["agency"]),
        priority=next((row for row in regulation.priority_groups if row.id == who_said["priority"]), None),
    )


def _receipt(receipt: Receipt) -> Answer:
    """The receipt answers the sending itself: its codes are shown once and stand in no session and no address."""
    return render_template("party/receipt.html", receipt=receipt, account=_account(), case_url=_case_url(receipt))


def _case_url(receipt: Receipt) -> str:
    number = parse_case_number(receipt.number)
    if number is None or not guards.may_open("party.case"):
        return link("party.my_cases")
    return url_for("party.case", number=number.for_url)

"""Pages to be read: what the chamber is, the rules in force, help, privacy, accessibility."""

from __future__ import annotations

from flask import render_template, url_for

from cprac.domain.roles import Role
from cprac.persistence import queries_case
from cprac.web import guards
from cprac.web.public import rules as in_words
from cprac.web.public.room import blueprint


def _link(endpoint: str) -> str:
    return url_for(endpoint) if guards.may_open(endpoint) else ""


@blueprint.get("/")
@guards.public
def home() -> str:
    """What the chamber is, how to file, how to follow."""
    regulation = guards.chamber().regulation
    matters = [matter.plain for matter in regulation.matters]
    return render_template("public/home.html", file_url=_link("party.start"), mine_url=_mine(), matters=matters)


def _mine() -> str:
    who = guards.viewer()
    return _link("party.my_cases") if who is not None and not who.is_staff else ""


@blueprint.get("/regras")
@guards.public
def rules() -> str:
    """The rules in force, from the regulation: what is our choice and not the law's is marked so."""
    chamber, on = guards.chamber(), guards.today()
    regulation = chamber.regulation
    calendar = chamber.calendar(queries_case.decreed_days())
    return render_template(
        "public/rules.html",
        regulation=regulation,
        steps=in_words.steps(regulation),
        deadlines=in_words.deadlines(regulation),
        ladder=in_words.ladder(regulation, on),
        options=in_words.options(regulation),
        days_off=in_words.days_off(calendar, (on.year, on.year + 1)),
        roles=Role,
        on=on,
    )


@blueprint.get("/ajuda")
@guards.public
def help_page() -> str:
    """How the chamber works, in questions and answers."""
    regulation = guards.chamber().regulation
    return render_template("public/help.html", regulation=regulation, file_url=_link("party.start"))


@blueprint.get("/privacidade")
@guards.public
def privacy() -> str:
    """What the chamber does with personal data."""
    return render_template("public/privacy.html", regulation=guards.chamber().regulation)


@blueprint.get("/acessibilidade")
@guards.public
def accessibility() -> str:
    """What was done for everybody to use the pages, what is not known yet, and whom to tell."""
    return render_template("public/accessibility.html", regulation=guards.chamber().regulation)

"""People at their browsers: each signs in once, opens an act's page, fills it by the names of its fields, sends it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from tests.worlds import PASSWORD, STAFF

ROOMS = {"attorney_general": "/gabinete", "approver": "/gabinete"}
"""Where people work who are not of the chamber's own room."""


@dataclass
class Office:
    """A chamber at work: the served application, its world, and everybody's page."""

    app: object
    world: object
    open_page: object
    axe: object = None
    javascript: bool = True
    pages: dict = field(default_factory=dict)
    seen: set = field(default_factory=set)

    def today(self, day):
        """Let the day be *day* (ISO text or date) from now on; returns it as people type it."""
        day = date.fromisoformat(day) if isinstance(day, str) else day
        self.app.config["TODAY"] = day.isoformat()
        return day.strftime("%d/%m/%Y")

    def page(self, who):
        """The page of somebody of the chamber, signed in."""
        if who not in self.pages:
            page = self.open_page(javascript=self.javascript)
            if who in STAFF:
                sign_in(page, self.world.email(who), PASSWORD)
            self.pages[who] = page
        return self.pages[who]

    def room(self, who):
        """The address of the room somebody works in."""
        return ROOMS.get(who, "/procuradoria" if who in STAFF else "/meus-casos")

    def case(self, who, number):
        """The address of a case in the room of *who*."""
        room = self.room(who)
        return f"{room}/{number}" if room == "/meus-casos" else f"{room}/casos/{number}"

    def look(self, page, name):
        """Check a page's accessibility once for each kind of page."""
        if self.axe is not None and name not in self.seen:
            self.seen.add(name)
            self.axe(page)

    def do(self, who, number, act, **fields):
        """Let *who* do *act* in the case: open its page, fill it, send it, and come back to the case."""
        page = self.page(who)
        page.goto(f"{self.case(who, number)}/atos/{act}")
        self.look(page, f"{self.room(who)} {act}")
        fill(page, fields)
        send(page)
        problem = page.locator("[role=alert]")
        assert problem.count() == 0, f"{who} {act}: {problem.first.inner_text()}"
        assert "/atos/" not in page.url, f"{who} {act}: still at {page.url}"
        self.look(page, f"{self.room(who)} case")
        return page


def sign_in(page, email, password):
    """Through the door."""
    page.goto("/entrar")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", password)
    page.locator("form:has(input[name=password]) [type=submit]").first.click()
    assert "/entrar" not in page.url


def fill(page, fields):
    """Fill fields by name: text, lists that open, buttons of choice, ticks."""
    for name, value in fields.items():
        boxes = page.locator(f"main [name='{name}']")
        assert boxes.count(), f"no field {name} at {page.url}"
        first = boxes.first
        tag = first.evaluate("box => box.tagName + ':' + (box.type || '')")
        if tag.startswith("SELECT"):
            first.select_option(str(value))
        elif tag.endswith(":radio"):
            page.locator(f"main [name='{name}'][value='{value}']").check()
        elif tag.endswith(":checkbox"):
            values = value if isinstance(value, (list, tuple)) else [value]
            for each in values:
                box = first if each is True else page.locator(f"main [name='{name}'][value='{each}']")
                box.check()
        elif tag.endswith(":file"):
            first.set_input_files(value)
        else:
            first.fill(str(value))


def send(page):
    """Press the page's one main button."""
    page.locator("main .btn-primary").last.click()
    page.wait_for_load_state()


def codes_of(page):
    """The number, key and claim code that a receipt shows."""
    return [text.strip() for text in page.locator(".big-code").all_inner_texts()]


def address_of(number):
    """A case's number as addresses write it."""
    found = re.fullmatch(r"(\d+)/(\d{4})(?:/(\d+))?", number)
    return "-".join(part for part in (found[2], found[1], found[3]) if part)

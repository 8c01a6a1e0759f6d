"""What a strict visitor checks on any page: markup that holds together, no sideways scroll, no small target."""

from __future__ import annotations

from html5lib import HTMLParser
from html5lib.constants import E as PARSE_ERRORS
from lxml import html

SMALLEST_TARGET = 24
WIDTHS = (320, 360, 768, 901, 1024, 1600)
TEXT_SPACING = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
    " p { margin-bottom: 2em !important }"
)
_SPACE_OUT = "css => { const s = new CSSStyleSheet(); s.replaceSync(css); document.adoptedStyleSheets = [s] }"
_OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Links in the middle of a sentence are exempt (WCAG 2.5.8): these stand within text.
_SMALL = f"""() => [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary')]
  .filter(e => e.offsetParent && !e.closest('p, dd, td span, .alert-box li, .skip-link'))
  .map(e => [e, e.getBoundingClientRect()])
  .filter(([e, r]) => r.width && Math.min(r.width, r.height) < {SMALLEST_TARGET} - .5)
  .map(([e, r]) => [e.tagName, e.textContent.trim().slice(0, 30), r.width, r.height].join(' '))"""


def markup_faults(text):
    """Everything that does not hold together in the HTML *text* of a whole page."""
    parser = HTMLParser(strict=False)
    parser.parse(text)
    yield from (f"line {place[0]}: {PARSE_ERRORS[code] % details}" for place, code, details in parser.errors)
    page = html.fromstring(text)
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    yield from (f"id {name} used twice" for name in sorted({name for name in ids if ids.count(name) > 1}))
    known = set(ids)
    for attribute in ("for", "aria-describedby", "aria-labelledby"):
        for element in page.xpath(f"//*[@{attribute}]"):
            missing = set(element.get(attribute).split()) - known
            yield from (f"{attribute} names {name}, which is nowhere" for name in missing)
    for link in page.xpath("//a[starts-with(@href, '#')]"):
        if (target := link.get("href")[1:]) and target not in known:
            yield f"link to #{target}, which is nowhere"
    for element in page.xpath("//*[@aria-describedby='' or @href='None' or @action='None']"):
        yield f"empty attribute in {html.tostring(element)[:80]!r}"
    headings = page.xpath("//h1")
    if len(headings) != 1:
        yield f"{len(headings)} main headings"
    elif not page.findtext(".//title").removeprefix("Erro: ").startswith(" ".join(headings[0].text_content().split())):
        yield "the title does not begin with the main heading"
    yield from (f"form without action: {form.get('class')}" for form in page.xpath("//form[not(@action)]"))
    primary = page.xpath("//*[contains(concat(' ', @class, ' '), ' btn-primary ')]")
    if len(primary) > 1:
        yield f"{len(primary)} primary buttons: {[' '.join(button.text_content().split()) for button in primary]}"


def sideways_scroll(page):
    """Widths in pixels at which the open *page* scrolls sideways, with wide text spacing at 360 too (WCAG 1.4.12)."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if (over := page.evaluate(_OVERFLOW)) > 0:
            yield f"{over} px too wide at {width} px"
    page.set_viewport_size({"width": 360, "height": 900})
    page.evaluate(_SPACE_OUT, TEXT_SPACING)
    if (over := page.evaluate(_OVERFLOW)) > 0:
        yield f"{over} px too wide at 360 px with wide text spacing"
    page.evaluate(_SPACE_OUT, "")


def small_targets(page):
    """What can be pressed on the open *page* and is smaller than 24 px, outside running text."""
    return page.evaluate(_SMALL)

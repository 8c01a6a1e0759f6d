"""The words of a page in its language: the catalogue is looked up once a page, not three times a word.

A page of a case has some 360 marked texts, and the library asks its context anew for each: a tenth of the page's time.
"""

from __future__ import annotations

from typing import Any

import flask_babel
from flask import Flask, g


def catalogue() -> Any:
    """The messages in the language of this page, kept while the page is made; the texts as written outside a page."""
    if not g:
        return flask_babel.get_translations()
    here = g._get_current_object()  # noqa: SLF001  (a proxy asks for its context at each attribute)
    locale = getattr(getattr(here, "_flask_babel", None), "babel_locale", None)  # the library's; its changes are seen
    kept = getattr(here, "catalogue", None)
    if kept is None or kept[0] is not locale or locale is None:
        found = flask_babel.Domain.get_translations(flask_babel.get_babel().instance.domain_instance)
        kept = here.catalogue = (flask_babel.get_locale(), found)
    return kept[1]


class PageDomain(flask_babel.Domain):
    """The product's messages for ``gettext`` and the like."""

    def get_translations(self) -> Any:
        """The catalogue of this page."""
        return catalogue()


def init_app(app: Flask) -> None:
    """Give *app* its languages, and its templates the same catalogue as its code."""
    flask_babel.Babel(app).domain_instance = PageDomain()
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # of Jinja's own extension i18n
        gettext=lambda text: catalogue().ugettext(text),
        ngettext=lambda one, many, n: catalogue().ungettext(one, many, n),
        newstyle=True,
        pgettext=lambda context, text: catalogue().upgettext(context, text),
        npgettext=lambda context, one, many, n: catalogue().unpgettext(context, one, many, n),
    )

"""Show the face with invented data: every macro, and sample pages of every room. No database, no service, no case.

``python -m scripts.face_gallery`` serves it on port 8765 (``--port N``); tests/web render and visit the same pages.
The pages are samples of the look (``scripts/gallery/``); the product's own stand in ``templates/``.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask, render_template, request
from flask_babel import Babel
from flask_bootstrap import Bootstrap5
from jinja2 import ChoiceLoader, FileSystemLoader

from cprac.web import filters
from scripts.face_gallery_data import TODAY, sample

ROOT = Path(__file__).resolve().parent.parent
CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SAMPLES = (
    "components",
    "worklist",
    "case_file",
    "status",
    "filing",
    "sign_in",
    "deadline",
    "stale",
    "confirm",
    "public_case",
)
ERRORS = ("400", "403", "404", "409", "413", "422", "429", "500", "503")
PAGES = (*SAMPLES, *(f"error-{code}" for code in ERRORS))


def frame(page: str) -> dict[str, Any]:
    """What the layouts expect, for the room that *page* belongs to."""
    in_party = page in {"status", "filing", "deadline"}
    in_public = page in {"sign_in", "public_case"} or page.startswith("error-")
    if in_party:
        menu = [("Meus casos", "/status", page != "filing"), ("Avisos (1)", "#", False), ("Ajuda", "#", False)]
        viewer = SimpleNamespace(name="Marina Teixeira", offices="")
    elif in_public:
        menu = [
            ("Fazer um pedido", "#", False),
            ("Consultar caso", "#", page == "public_case"),
            ("Como funciona", "#", False),
            ("Estatísticas", "#", False),
        ]
        viewer = None
    else:
        menu = [
            ("Meu trabalho", "/worklist", page == "worklist"),
            ("Casos", "/case_file", page == "case_file"),
            ("Reuniões", "#", False),
            ("Câmara", "/components", page in {"components", "confirm", "stale"}),
        ]
        viewer = SimpleNamespace(name="Helena Duarte Reis", offices="Coordenadora")
    links = (
        "Regras em vigor",
        "Estatísticas",
        "Dados abertos",
        "Conferir documento",
        "Privacidade",
        "Fale com a Câmara",
    )
    return {
        "chamber": SimpleNamespace(
            name="Câmara de Conflitos",
            acronym="CPRAC-C",
            city="Contagem",
            office_name="Procuradoria-Geral do Município · amostra com dados inventados",
        ),
        "menu": menu,
        "viewer": viewer,
        "today": TODAY,
        "contrast": "alto" if request.args.get("contrast") == "alto" else "normal",
        "strip": {
            "accessibility_url": "#",
            "contrast_url": "#",
            "sign_in_url": "" if page == "sign_in" else "/sign_in",
            "sign_out_url": "#",
        },
        "footer_links": [(words, "#") for words in links],
        "home_url": "/",
    }


def create_gallery() -> Flask:
    """The throw-away application."""
    app = Flask("gallery", root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.config.update(BOOTSTRAP_SERVE_LOCAL=True, BABEL_DEFAULT_LOCALE="pt_BR", SEND_FILE_MAX_AGE_DEFAULT=0)
    Bootstrap5(app)
    Babel(app)
    filters.init_app(app)
    app.jinja_loader = ChoiceLoader([FileSystemLoader(ROOT / "templates"), FileSystemLoader(ROOT / "scripts/gallery")])

    @app.get("/")
    @app.get("/<page>")
    def show(page: str = "components") -> str:
        if page not in PAGES:
            page = "error-404"
        if page.startswith("error-"):
            return render_template(f"errors/{page.removeprefix('error-')}.html", **frame(page))
        return render_template(f"{page}.html", **frame(page), **sample(page))

    @app.after_request
    def policy(response: Any) -> Any:
        response.headers["Content-Security-Policy"] = CSP
        return response

    return app


def main() -> None:
    """Serve the gallery."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8765)
    create_gallery().run(port=parser.parse_args().port)


if __name__ == "__main__":
    main()

"""A chart on a page: picture in two widths, caption, table, downloads; images that are not sent twice."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import render_template_string

from cprac.web.chart_views import FILES, chart_response, chart_view, strip_view
from tests.services import chart_examples as examples
from tests.web.face_checks import markup_faults

PAGE = """{% extends '_layouts/public.html' %}{% import '_macros/charts.html' as charts %}
{% block title %}Página{% endblock %}{% block content %}<h1>Página</h1>
{{ charts.chart(view, heading=true, level=2) }}{{ charts.strip(places, 'de 55% a 67%') }}{% endblock %}
{% block scripts %}{{ charts.scripts() }}{% endblock %}"""


def shown(app, chart, **options):
    """The page with *chart*."""
    with app.test_request_context("/"):
        view = chart_view("tempo", chart, lambda file: f"/numeros/tempo/{file}", **options)
        return render_template_string(PAGE, view=view, places=strip_view(61, 0, 100, low=55, high=67, goal=60))


def test_the_figure_is_complete_without_a_script(app):
    text = shown(app, examples.SURVIVAL)
    assert list(markup_faults(text)) == []
    assert re.search(r'<source media="\(max-width: 639.98px\)" srcset="/numeros/tempo/360.svg\?v=\w{12}"', text)
    assert re.search(r'<img src="/numeros/tempo/760.svg\?v=\w{12}" width="760" height="\d+" alt="Quanto tempo', text)
    for words in ("(SVG)", "(PNG)", "(CSV)", "Ver os números em tabela", examples.SURVIVAL.sentence):
        assert words in text
    assert "style=" not in text
    assert '<details class="chart-numbers">' in text
    assert '<details class="chart-numbers" open>' in shown(app, examples.SURVIVAL, open_table=True)


def test_a_chart_without_data_says_so_and_shows_no_picture(app):
    text = shown(app, replace(examples.BACKLOG, bands=()))
    assert "Sem dados." in text
    assert "<picture" not in text


def test_words_from_outside_stay_words(app):
    text = shown(app, replace(examples.PUBLIC, title='"><script>x</script>', sentence="<script>y</script>"))
    assert "<script>x" not in text
    assert "<script>y" not in text


def answer(app, chart, file, headers=None, **options):
    """What the room would send."""
    with app.test_request_context("/", headers=headers):
        return chart_response(app.extensions["cprac"], chart, file, **options)


@pytest.mark.parametrize("file", FILES)
def test_each_file_is_sent_once_and_then_answered_with_304(app, file):
    first = answer(app, examples.PUBLIC, file, public=True)
    assert first.status_code == 200
    assert first.headers["Cache-Control"] == "public, max-age=300"
    tag = {"If-None-Match": first.headers["ETag"]}
    again = answer(app, examples.PUBLIC, file, tag)
    assert (again.status_code, again.get_data()) == (304, b"")
    assert again.headers["Cache-Control"] == "private, no-cache"
    assert answer(app, replace(examples.PUBLIC, median=80), file, tag).status_code == 200
    kept = first.headers.get("Content-Disposition", "")
    assert kept == (f"attachment; filename=quanto-tempo-leva.{FILES[file][1]}" if FILES[file][2] else "")


def test_what_does_not_exist_is_not_found(app):
    assert answer(app, examples.PUBLIC, "1000.svg").status_code == 404
    assert answer(app, replace(examples.PUBLIC, curves=()), "760.svg").status_code == 404


def test_a_strip_keeps_what_lies_outside_at_its_edge():
    assert strip_view(61, 0, 100, low=-5, high=130) == {"value": 122.0, "low": 0.0, "high": 200.0, "goal": None}
    with pytest.raises(ValueError, match="end"):
        strip_view(1, 5, 5)

"""What figures need beside the sums: asked once, not cut, and the survey question by question."""

from __future__ import annotations

from datetime import date

from cprac.persistence import queries_surveys
from cprac.persistence.queries_surveys import Share, SurveyResults
from cprac.services import report_sources

DAY = date(2026, 6, 30)
UNTOLD = Share(2, 3, None, None)


def asked(monkeypatch, results):
    spans = []
    monkeypatch.setattr(queries_surveys, "survey_results", lambda *days: spans.append(days) or results)
    source = report_sources.sources(None, date(2026, 1, 1), None, DAY)["survey"]
    return source(), source(), spans


def test_the_survey_is_told_by_question_and_asked_once(monkeypatch):
    told = {"ease": Share(8, 10, 0.49, 0.94), "fairness": Share(6, 10, 0.31, 0.83), "speed": UNTOLD}
    results = SurveyResults(20, 10, Share(10, 20, 0.3, 0.7), told, Share(9, 10, 0.6, 0.98))
    found, again, spans = asked(monkeypatch, results)
    assert spans == [(date(2026, 1, 1), DAY)]
    assert found is again
    assert (found["response"].numerator, found["response"].denominator) == (10, 20)
    assert [(part.key, part.value) for part in found["satisfaction"].parts] == [("ease", 0.8), ("fairness", 0.6)]
    assert (found["satisfaction"].numerator, found["satisfaction"].denominator) == (14, 20)


def test_nothing_is_told_of_a_handful_of_answers(monkeypatch):
    results = SurveyResults(0, 3, Share(3, 3, None, None), {"ease": UNTOLD}, UNTOLD)
    assert asked(monkeypatch, results)[0] == {}


def test_what_cannot_be_cut_by_matter_is_not_asked_at_all():
    assert report_sources.sources(None, None, None, DAY, narrowed=True) == {}

"""Filing as a service: numbers, roles, event 1, the sealed receipt, refusals, and a split that keeps what was known."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from cprac.domain.acts import Act
from cprac.domain.facts import CaseFacts, from_plain
from cprac.domain.states import CaseState
from cprac.persistence.database import db
from cprac.persistence.models import Case, CaseRole, EventRow, LinkedLawsuit, Notice, OneTimeCode, Party, Submission
from cprac.services import intake
from cprac.services.errors import KeyReusedError, RefusedError
from tests.worlds import NOW, TODAY, build_world

CNJ = "50370388520198130024"


@pytest.fixture
def world(app):
    return build_world(app, "filed")


@pytest.fixture
def chamber(world):
    with world.app.app_context():
        yield world.chamber
        db.session.remove()


def new_case(**changed):
    usual = {
        "parties": (
            intake.NewParty("applicant", "natural", "Ana Prado", email="ana@exemplo.com.br"),
            intake.NewParty("invitee", "city", ""),
        ),
        "matter": "other",
        "account": "Caiu.",
        "request": "Levantar.",
    }
    return intake.NewCase(**{**usual, **changed})


def stored(query):
    db.session.rollback()
    return list(db.session.scalars(query))


def case_of(receipt):
    return stored(select(Case).where(Case.number == receipt.number))[0]


def test_event_1_carries_every_fact_of_the_filing(chamber):
    receipt = intake.file(
        chamber, None, new_case(lawsuits=(CNJ,), fact_on=date(2026, 2, 3), value=900), key="k", now=NOW
    )
    case = case_of(receipt)
    (event,) = stored(select(EventRow).where(EventRow.case_id == case.id))
    assert event.payload["changes"] == case.facts
    assert (event.payload["from"], event.payload["to"]) == ("draft", "filed")
    facts = from_plain(CaseFacts, case.facts)
    assert facts.lawsuits[0].cnj == CNJ
    assert facts.claims[0].trigger_on == date(2026, 2, 3)
    assert stored(select(LinkedLawsuit.cnj).where(LinkedLawsuit.case_id == case.id)) == [CNJ]
    assert "Ana" not in str(event.payload), "names and words are kept apart"
    assert "Levantar" not in str(event.payload)


@pytest.mark.parametrize(
    "changed, has_claim",
    [({"fact_on": None}, False), ({"fact_on": date(2026, 2, 3)}, True)],
)
def test_a_claim_is_noted_only_where_the_day_of_the_fact_is_known(chamber, changed, has_claim):
    case = case_of(intake.file(chamber, None, new_case(**changed), key="k", now=NOW))
    assert bool(case.facts["claims"]) is has_claim


def test_a_tax_matter_is_marked_so(chamber):
    case = case_of(intake.file(chamber, None, new_case(matter="taxes", fact_on=TODAY), key="k", now=NOW))
    assert case.facts["claims"][0]["tax"] is True


def test_the_applicant_is_told_and_the_notice_is_theirs(chamber, world):
    receipt = intake.file(chamber, world.account("marina"), new_case(), key="k", now=NOW)
    notices = stored(select(Notice).where(Notice.case_id == case_of(receipt).id))
    assert [(row.act, row.party_ordinal, row.account_id) for row in notices] == [
        ("submit", 1, world.account("marina"))
    ]


@pytest.mark.parametrize(
    "who, channel, role",
    [
        (None, "portal", "applicant"),
        ("marina", "portal", "applicant"),
        ("registry", "portal", "applicant"),
        ("registry", "desk", "registry"),
        ("coordinator", "ex_officio", "coordinator"),
        ("city_attorney", "attorney_office", "municipal_attorney"),
        ("mediator", "desk", "applicant"),
    ],
)
def test_in_which_role_somebody_files(chamber, world, who, channel, role):
    account = world.account(who) if who else None
    receipt = intake.file(chamber, account, new_case(channel=channel), key="k", now=NOW)
    case = case_of(receipt)
    assert stored(select(EventRow.role).where(EventRow.case_id == case.id)) == [role]
    own = account is not None and role == "applicant"
    assert bool(receipt.claim_code) is not own
    assert len(stored(select(CaseRole).where(CaseRole.case_id == case.id))) == own
    codes = stored(select(OneTimeCode).join(Party).where(Party.case_id == case.id))
    assert bool(codes) is not own


@pytest.mark.parametrize(
    "changed, field",
    [
        ({"parties": (intake.NewParty("invitee", "city", ""),)}, "applicant_name"),
        ({"parties": (intake.NewParty("applicant", "natural", "  "), intake.NewParty("invitee", "city", ""))},
         "applicant_name"),
        ({"request": " "}, "request"),
        ({"matter": "pets"}, "matter"),
        ({"channel": "pigeon"}, "channel"),
        ({"priority": "vip"}, "priority"),
        ({"lawsuits": ("5037038852019813002",)}, "lawsuits"),
    ],
)  # fmt: skip
def test_what_is_missing_is_refused_with_its_field(chamber, changed, field):
    before = stored(select(Case.id))
    with pytest.raises(RefusedError) as told:
        intake.file(chamber, None, new_case(**changed), key="k", now=NOW)
    assert told.value.refusal.field == field
    assert stored(select(Case.id)) == before


def test_a_conflict_without_the_city_is_not_for_the_chamber(chamber):
    private = (intake.NewParty("applicant", "natural", "Ana"), intake.NewParty("invitee", "legal", "Loja"))
    with pytest.raises(RefusedError) as told:
        intake.file(chamber, None, new_case(parties=private), key="k", now=NOW)
    assert told.value.refusal.article == "Lei 13.140/2015, art. 32"


def test_numbers_run_without_gap_through_refusals_and_begin_anew_each_year(chamber):
    first = intake.file(chamber, None, new_case(), key="a", now=NOW)
    with pytest.raises(RefusedError):
        intake.file(chamber, None, new_case(matter="pets"), key="b", now=NOW)
    second = intake.file(chamber, None, new_case(), key="c", now=NOW)
    assert int(second.number.split("/")[0]) == int(first.number.split("/")[0]) + 1
    # half past nine at night on the last day, Brasília time: already next year in UTC
    late = datetime(2027, 1, 1, 0, 30, tzinfo=UTC)
    assert intake.file(chamber, None, new_case(), key="d", now=late).number.endswith("/2026")
    assert intake.file(chamber, None, new_case(), key="e", now=late.replace(hour=3)).number == "0001/2027"


def test_eight_first_filings_of_a_year_at_once_get_eight_numbers(world):
    numbers, together = [], threading.Barrier(8)
    when = datetime(2030, 1, 2, 13, 0, tzinfo=UTC)

    def send(key):
        with world.app.app_context():
            together.wait()
            numbers.append(intake.file(world.chamber, None, new_case(), key=key, now=when).number)
            db.session.remove()

    threads = [threading.Thread(target=send, args=(f"key-{each}",)) for each in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == [f"{each:04d}/2030" for each in range(1, 9)]


def test_an_equal_submission_gets_the_same_receipt_and_its_row_gives_nothing_away(chamber):
    first = intake.file(chamber, None, new_case(), key="a secret of the form", now=NOW)
    assert intake.file(chamber, None, new_case(), key="a secret of the form", now=NOW) == first
    with pytest.raises(KeyReusedError):
        intake.file(chamber, None, new_case(request="Outra coisa."), key="a secret of the form", now=NOW)
    kept = repr([(row.key, row.answer) for row in stored(select(Submission))])
    for secret in (first.access_key, first.claim_code, "a secret of the form", first.access_key.replace("-", "")):
        assert secret not in kept


def test_a_partial_admission_leaves_parties_lawsuits_and_limitation_in_both_cases(world, chamber):
    parties = (
        intake.NewParty(
            "applicant", "natural", "Ana Prado", "11144477735", "ana@exemplo.com.br", "3199990000", counsel="Dra. Eva"
        ),
        intake.NewParty("invitee", "city", "", agency=world.agencies["works"]),
    )
    new = new_case(parties=parties, lawsuits=(CNJ,), fact_on=date(2026, 2, 3))
    receipt = intake.file(chamber, world.account("marina"), new, key="k", now=NOW)
    world.numbers["split"], world.clock["split"] = receipt.number, NOW
    world.do("split", "registry", Act.SCREEN)
    world.do("split", "registry", Act.PASS_FORMAL)
    world.do(
        "split", "coordinator", Act.ADMIT_PARTIALLY,
        grounds="Em parte.", rejected_part="O resto.", reason_code="outside_regulation",
    )  # fmt: skip
    whole, part = stored(select(Case).where(Case.number.startswith(receipt.number)).order_by(Case.suffix))
    assert part.number == f"{receipt.number}/2"
    assert part.state is CaseState.INADMISSIBLE
    one, other = from_plain(CaseFacts, whole.facts), from_plain(CaseFacts, part.facts)
    assert [lawsuit.cnj for lawsuit in other.lawsuits] == [CNJ]
    assert other.claims == one.claims
    assert other.filed_on == one.filed_on
    assert [(p.side, p.kind, p.counsel) for p in other.parties] == [(p.side, p.kind, p.counsel) for p in one.parties]
    assert part.title == whole.title
    persons = [party.person for party in part.parties if party.person is not None]
    assert [(person.tax_id, person.phone) for person in persons] == [("11144477735", "3199990000")]


def test_a_value_beyond_four_octets_is_kept(chamber):
    case = case_of(intake.file(chamber, None, new_case(value=10**13), key="k", now=NOW))
    assert case.value == 10**13


def test_long_names_are_cut_and_never_fail(chamber):
    party = replace(new_case().parties[0], name="ã" * 900)
    case = case_of(intake.file(chamber, None, new_case(parties=(party, new_case().parties[1])), key="k", now=NOW))
    assert len(case.title) <= 300

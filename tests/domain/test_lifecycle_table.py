"""The table of transitions against the procedure it was written from, row by row, and what can be read off it alone."""

from __future__ import annotations

import itertools
import os
import re
from pathlib import Path

import pytest

from cprac.domain import lifecycle
from cprac.domain.acts import Act, Compartment
from cprac.domain.conditions import CONDITIONS, condition_words
from cprac.domain.documents import DocumentKind
from cprac.domain.regulation import RULE_IDS
from cprac.domain.regulation_words import Switch
from cprac.domain.roles import Role
from cprac.domain.states import ACTIVE, PROCEDURE, CaseState
from cprac.domain.transitions_table import EVERY_DEADLINE, LAW, MODEL, OURS, TABLE
from cprac.persistence.regulation_files import load_regulation

SNAPSHOTS = Path(__file__).parent / "snapshots"
CHAMBERS = ("contagem", "amazonas")
switches_of = {name: load_regulation(name).switches for name in CHAMBERS}

# What procedure.md says, a line per act: number, act, sources and destinations, roles. a.2 with section 00 where it
# corrects it; roles in the words of the code (REQ applicant, PMUN municipal_attorney …). "S9,S10>S13" is an edge from
# each, "S13>S9,S10" an edge to each, "S16=" a row that leaves the state as it is, "*" every state of the procedure.
PROCEDURE_SAYS = """
T0   register_legacy          S0>L1 S0>L2                 registry
T53  adopt_legacy             L1>S1                       registry
T1   submit                   S0>S1                       applicant registry coordinator municipal_attorney
T39  reopen                   S0>S1                       coordinator
T2   screen                   S1>S2                       registry
T3   request_completion       S2>S3                       registry coordinator
T4   complete                 S3>S2                       applicant municipal_attorney
T5   archive_incomplete       S3>S27                      coordinator
T6   pass_formal              S2>S4                       registry coordinator
T7   ask_agency               S4,S12,S15>S5               coordinator mediator
T8   agency_answers           S5>S4,S12,S15               agency
T9   admit                    S4>S8                       coordinator
T10  admit_partially          S4>S8                       coordinator
T10a split_rejected           S0>S6                       coordinator
T11  reject                   S4>S6                       coordinator
T12  appeal                   S6>S7                       applicant municipal_attorney
T12a reconsider               S7>S4                       coordinator
T12b forward_appeal           S7=                         coordinator system
T12c uphold                   S7>S31                      attorney_general appeal_decider
T12d reverse                  S7>S8 S7>S4                 attorney_general appeal_decider
T12e dismiss_appeal           S7>S31                      attorney_general appeal_decider
T12f lapse_appeal             S6>S31                      coordinator
T12g answer_appeal            S7=                         invitee municipal_attorney
T13  invite                   S8>S9                       registry
T14  accept                   S9= S9>S10                  invitee municipal_attorney
T15  decline                  S9= S9>S10 S9>S26           invitee municipal_attorney
T15a lapse_invitation         S9= S9>S10 S9>S26           coordinator system
T16  assign                   S10=                        coordinator
T17  disclose                 S10=                        mediator
T17a challenge                S10=                        applicant invitee municipal_attorney
T17b replace                  S10=                        coordinator
T18  schedule                 S10>S11 S12>S11             registry
T19  open_session             S11>S12                     mediator
T20  caucus                   S12=                        mediator
T21  suspend                  S4,S9,S10,S11,S12,S14,S15,S16,S17,S20,S21>S13  coordinator mediator
T22  resume                   S13>S4,S9,S10,S11,S12,S14,S15,S16,S17,S20,S21  coordinator system
T23  no_show                  S11= S11>S24                registry mediator
T24  terms_reached            S12>S14                     mediator
T25  close_without_agreement  S5,S10,S11,S12,S13,S14,S15,S16,S17>S24  mediator applicant invitee municipal_attorney
T26  withdraw                 TO17>S25                    applicant invitee municipal_attorney
T27  send_to_review           S14>S15                     coordinator
T28  request_authorization    S15>S16                     municipal_attorney
T29  authorize                S16= S16>S17                approver attorney_general council
T29a deny                     S16>S12 S16>S24             approver attorney_general council
T30  sign                     S17= S17>S18 S17>S19 S17>S20 S17>S21  applicant invitee municipal_attorney
T31  homologate_admin         S18>S19 S18>S21             attorney_general
T32  publish                  S19>S21 S19>S20             registry
T33  file_in_court            S18>S20 S19>S20             municipal_attorney
T34  court_homologates        S20>S21                     registry
T35  register_fulfilment      S21= S21>S23                registry
T36  declare_breach           S21>S22                     coordinator
T37  cure                     S22>S21                     registry
T37a renegotiate              S22>S14                     municipal_attorney
T37b enforce                  S22>S30                     municipal_attorney
T38  arbitrate_internal       S12>S29                     attorney_general
T40  redistribute             *=                          coordinator attorney_general
T40a take_over                *=                          attorney_general
T41  offer_directly           S8>S14                      coordinator
T41a refuse_offer             S14>S10                     applicant invitee municipal_attorney
T42  opinion_adverse          S15>S14 S15>S12             opinion_author
T43  refuse_homologation      S18>S14                     attorney_general
T44  lapse_signatures         S17>S12                     coordinator
T45  redraft                  S14>S12                     coordinator
T46  court_refuses            S20>S12 S20>S14             registry
T47  declare_moot             *>S28                       coordinator
T48  invitation_undeliverable S9= S9>S26                  registry coordinator
T49  annul                    S21>S32 S23>S32             coordinator
T51  assign_substitute        *=                          coordinator
T52  start_without_invitation S8>S10                      coordinator
"""

# What the code has besides: edges or roles that the procedure does not name, each explained in docs/decisions/0002.
WE_ADD = """
T0a  legacy_step              L1=                         registry
T0b  close_legacy             L1>L2                       registry
T1a  set_external_process     ACTIVE=                     registry coordinator
T2   screen                   S1>S4                       -
T3   request_completion       S4>S3                       -
T4   complete                 S3>S4                       registry
T4a  extend_completion        S3=                         registry coordinator
T4b  add_document             ACTIVE=  applicant invitee municipal_attorney registry coordinator mediator
T5   archive_incomplete       S3>S6                       -
T7   ask_agency               -                           opinion_author
T8   agency_answers           -                           registry coordinator
T8a  proceed_without_answer   S5>S4,S12,S15               coordinator
T9a  record_claim             *=                          registry coordinator municipal_attorney
T12  appeal                   -                           registry
T12a reconsider               S7>S2                       -
T12c uphold                   S7>S27                      -
T12d reverse                  S7>S2                       -
T12e dismiss_appeal           S7>S27                      -
T12f lapse_appeal             S6>S27                      -
T13a record_service           *=  registry coordinator applicant invitee municipal_attorney system
T17a challenge                S11>S10 S12>S10             -
T17b replace                  S11>S10 S12>S10             -
T18  schedule                 -                           mediator
T18a reschedule               S11=                        registry mediator
T19a record_minutes           S12=                        mediator registry
T20  caucus                   S11= S14=                   applicant invitee municipal_attorney
T20a record_offer             S11= S12= S14=              mediator applicant invitee municipal_attorney
T20b mediator_note            S10= S11= S12= S14=         mediator
T20c city_note                S5,S8,S9,S10,S11,S12,S13,S14,S15,S16,S17,S18,S19,S20,S21,S22=  municipal_attorney
T22  resume                   -                           mediator
T24a draft_agreement          S14=                        mediator coordinator municipal_attorney
T24b split_remainder          S0>S12                      mediator coordinator
T27a issue_opinion            S15=                        opinion_author
T29a deny                     S16>S14                     -
T31  homologate_admin         S18=                        -
T33  file_in_court            S20=                        -
T33a link_lawsuit             ACTIVE=                     registry coordinator municipal_attorney
T34  court_homologates        S20>S19                     -
T36a notify_to_cure           S21=                        coordinator
T37  cure                     S22>S23                     -
T37a renegotiate              -                           coordinator
T37b enforce                  -                           registry
T37c keep_settlement          S11,S12,S14,S15,S16,S17>S22  coordinator mediator applicant invitee municipal_attorney
T40b extend_deadline          *=                          coordinator attorney_general
T40c change_deadline          *=                          coordinator attorney_general
T40d confirm_deadline_change  *=                          coordinator attorney_general
T40e refuse_deadline_change   *=                          coordinator attorney_general
T44  lapse_signatures         S17>S14                     -
T45  redraft                  -                           mediator
T48  invitation_undeliverable S9>S10                      -
T51a assign_city_attorney     *=                          coordinator
"""

NAMED = {
    "*": [state.code for state in PROCEDURE],
    "ACTIVE": [state.code for state in ACTIVE],
    "TO17": [f"S{number}" for number in range(1, 18)],
}


def edges_of(words):
    for word in words:
        sources, sign, dests = re.fullmatch(r"([\w*,]+)([>=])([\w,]*)", word).groups()
        for source in NAMED.get(sources, sources.split(",")):
            yield from ((source, dest) for dest in (dests.split(",") if sign == ">" else [source]))


def read(table):
    """Return act -> (number, edges, roles) of a table as above."""
    said = {}
    for line in table.strip().splitlines():
        number, act, *words = line.split()
        edges = [word for word in words if ">" in word or "=" in word]
        roles = [word for word in words if word not in edges and word != "-"]
        said[act] = (number, set(edges_of(edges)), set(roles))
    return said


SAID, ADDED = read(PROCEDURE_SAYS), read(WE_ADD)


@pytest.mark.parametrize("act", [act for act in Act if act is not Act.SET_ASIDE], ids=str)
def test_each_act_has_the_edges_and_roles_of_the_procedure_and_only_the_additions_we_own_up_to(act):
    rows = [row for row in TABLE if row.act is act]
    nothing = ("", set(), set())
    said, added = SAID.get(act, nothing), ADDED.get(act, nothing)
    assert {(row.source.code, row.dest.code) for row in rows} == said[1] | added[1]
    assert {role.value for row in rows for role in row.roles} == said[2] | added[2]
    assert act.code == (said[0] or added[0])


def test_no_addition_repeats_what_the_procedure_says():
    for act, (_number, edges, roles) in ADDED.items():
        _, said_edges, said_roles = SAID.get(act, ("", set(), set()))
        assert not edges & said_edges, act
        assert not roles & said_roles, act


def test_every_number_of_the_procedure_is_there():
    numbers = {int(re.match(r"T(\d+)", act.code)[1]) for act in Act}
    assert numbers == set(range(54))


# The guards and documents that a.2 and section 00 ask of an act, on every row of it (the fields an act declares are
# guards too: what must be vouched for at admission is in test_acts).
ASKS = """
extend_deadline         deadline_extendable |
change_deadline         no_change_waits deadline_changeable new_date_fits |
confirm_deadline_change change_waits change_is_anothers change_still_fits |
refuse_deadline_change  change_waits |
submit                  applicant_is_named object_is_stated has_public_party lawsuits_are_declared | application receipt
reopen                  previous_case_ended | order
screen                  | checklist
request_completion      items_are_specific | completion_request
complete                speaks_for_the_applicant |
extend_completion       completion_extendable |
archive_incomplete      completion_lapsed | archiving_decision
pass_formal             | formal_report
ask_agency              | official_letter
agency_answers          | technical_note
proceed_without_answer  agency_term_over |
admit                   | admissibility_decision
admit_partially         | admissibility_decision
reject                  | admissibility_decision
appeal                  speaks_for_the_applicant appeal_in_time | appeal
lapse_appeal            appeal_term_over |
reconsider              appeal_is_with_the_author | appeal_decision
uphold         appeal_was_forwarded did_not_decide_before gave_no_contested_guidance others_were_heard | appeal_decision
reverse        appeal_was_forwarded did_not_decide_before gave_no_contested_guidance others_were_heard | appeal_decision
dismiss_appeal appeal_was_forwarded did_not_decide_before gave_no_contested_guidance others_were_heard | appeal_decision
answer_appeal           may_answer_the_appeal | appeal_answer
invite                  needs_an_invitation someone_to_invite | invitation
accept                  is_open_invitee | acceptance
decline                 is_open_invitee |
lapse_invitation        invitation_lapsed |
invitation_undeliverable names_an_open_invitee |
start_without_invitation same_legal_person |
refuse_offer            was_offered_directly takes_part |
assign                  no_mediator_yet eligible_mediator | assignment
disclose                mediator_not_disclosed_yet | disclosure
challenge               mediator_disclosed takes_part |
replace                 mediator_was_assigned another_mediator eligible_mediator | assignment
schedule                mediator_settled session_notice_in_time parties_want_another_meeting | session_notice
reschedule              session_notice_in_time | session_notice
open_session            session_day_came both_sides_came equally_assisted | opening_record
no_show                 session_day_came | absence_minutes
record_minutes          | minutes
caucus                  takes_part caucus_with_own_side |
record_offer            takes_part |
city_note               case_was_admitted |
suspend                 pause_has_end | order
resume                  timer_waits_for_the_planned_end | order
terms_reached           | minutes
close_without_agreement a_session_was_opened no_settlement_in_force origin_allows_leaving takes_part | final_record
withdraw                no_session_yet may_withdraw no_settlement_in_force origin_allows_leaving takes_part | withdrawal
draft_agreement         obligations_have_dates | draft_term
send_to_review          draft_complete opinion_by_another |
issue_opinion           did_not_negotiate no_opinion_yet | legal_opinion
opinion_adverse         did_not_negotiate | legal_opinion
request_authorization   opinion_is_favourable ladder_covers | authorization_request
authorize               is_next_rung | authorization
deny                    is_next_rung | authorization
sign                    has_own_signature_due power_to_settle_is_stated |
lapse_signatures        signatures_overdue |
homologate_admin        not_homologated_yet | homologation
refuse_homologation     not_homologated_yet | homologation_refusal
publish                 date_is_not_in_the_future | abstract
file_in_court           date_is_not_in_the_future | petition
court_homologates       was_filed_in_court prosecution_was_heard date_is_not_in_the_future | court_decision
court_refuses           was_filed_in_court date_is_not_in_the_future | court_decision
register_fulfilment     obligation_pending date_is_not_in_the_future |
notify_to_cure          an_obligation_is_overdue | cure_notice
declare_breach          cure_term_over | breach_certificate
cure                    date_is_not_in_the_future |
keep_settlement         replaces_a_settlement takes_part |
enforce                 more_than_one_person |
arbitrate_internal      both_public no_settlement_in_force | internal_determination
declare_moot            | order
annul                   | annulment
redistribute            assignee_may_lead | order
take_over               | order
assign_substitute       substitute_is_free | order
assign_city_attorney    city_is_a_party attorney_is_free |
record_service          notice_is_open date_is_not_in_the_future service_follows_the_notice |
record_claim            date_is_not_in_the_future |
set_aside               last_act_can_fall | order
"""


@pytest.mark.parametrize("line", ASKS.strip().splitlines(), ids=lambda line: line.split()[0])
def test_every_row_of_an_act_has_the_guards_and_documents_that_the_procedure_asks(line):
    before, _, after = line.partition("|")
    act, *guards = before.split()
    rows = [row for row in TABLE if row.act == act]
    assert rows
    for row in rows:
        assert set(guards) <= {guard.__name__ for guard in row.guards}
        assert set(after.split()) <= set(row.documents)


def test_the_acts_without_guards_or_documents_are_few_and_named():
    told = {line.split()[0] for line in ASKS.strip().splitlines()}
    assert {act.value for act in Act} - told == {
        "register_legacy", "legacy_step", "adopt_legacy", "close_legacy", "split_rejected", "split_remainder",
        "forward_appeal", "offer_directly", "mediator_note", "redraft", "renegotiate", "link_lawsuit",
        "set_external_process", "add_document",
    }  # fmt: skip


def test_setting_aside_leads_back_along_every_edge_that_may_fall_and_along_no_other():
    back = {(row.source, row.dest) for row in TABLE if row.act is Act.SET_ASIDE}
    never = {"submit", "reopen", "register_legacy", "adopt_legacy", "sign", "split_rejected", "split_remainder"}
    never |= {"set_aside", "admit_partially"}
    forward = {
        (row.dest, row.source)
        for row in TABLE
        if row.act.compartment is Compartment.DOCKET and row.act not in never
        if row.source is not CaseState.DRAFT and not row.dest.terminal
    }
    assert back == forward


def test_a_terminal_state_is_left_only_by_annulment():
    assert {row.act for row in TABLE if row.source.terminal} == {Act.ANNUL}


def test_a_private_act_moves_nothing_opens_nothing_and_tells_nobody():
    for row in TABLE:
        if row.act.compartment is not Compartment.DOCKET:
            assert row.source is row.dest
            touched = (row.opens, row.closes, row.closes_own, row.pauses, row.resumes, row.tells, row.documents)
            assert not any(touched)


def test_the_rows_name_only_switches_documents_and_deadlines_that_exist():
    for row in TABLE:
        assert {name.removeprefix("!") for name in row.requires} <= set(Switch)
        assert set(row.documents) <= set(DocumentKind)
        rules = {*row.opens, *row.closes, *row.closes_own, *row.pauses, *row.resumes}
        rules |= {tell.starts for tell in row.tells if tell.starts}
        assert rules - {EVERY_DEADLINE} <= set(RULE_IDS)


def test_every_kind_of_document_is_written_by_some_act():
    assert {name for row in TABLE for name in row.documents} == set(DocumentKind)


def test_every_deadline_that_is_opened_is_also_closed_by_an_act():
    opened = {rule for row in TABLE for rule in row.opens} | {
        tell.starts for row in TABLE for tell in row.tells if tell.starts
    }
    closed = {rule for row in TABLE for rule in (*row.closes, *row.closes_own)}
    # The obligations of a term end with the obligation; the invitation's 15 first days close on receipt (services).
    assert opened - closed == {"D-OBL"}


def test_the_same_act_from_the_same_state_to_the_same_state_is_told_apart_by_something():
    seen = {}
    for row in TABLE:
        key = (row.act, row.source, row.dest, row.roles, frozenset(row.requires), row.when)
        assert key not in seen, row
        seen[key] = row


def test_each_condition_has_its_words_for_a_lawyer_and_no_word_is_left_over():
    used = {function.__name__ for row in TABLE for function in (*row.guards, *row.when)}
    for row in TABLE:
        for function in (*row.guards, *row.when):
            words = condition_words(function)
            assert words
            assert words == words.strip(". ")
    assert set(CONDITIONS) <= used


def test_the_timer_alone_does_only_what_hurts_nobody_or_what_the_regulation_automates():
    alone = {(row.act, row.requires) for row in TABLE if Role.SYSTEM in row.roles}
    assert alone == {
        (Act.RESUME, ()),
        (Act.FORWARD_APPEAL, ()),
        (Act.RECORD_SERVICE, ("deemed_portal_service",)),
        (Act.RECORD_SERVICE, ()),  # and only where the person adhered in writing: the row's selector
        (Act.LAPSE_INVITATION, ("invitation_lapse_automatic",)),
    }


# --- basis ------------------------------------------------------------------------------------------------------------

# Articles that procedure.md cites; a row or a refusal never cites another (none is invented).
CITED = {
    "Lei 13.140/2015": "2º 3º 4º 5º 6º 7º 8º 10 14 15 16 17 18 19 20 21 22 30 31 32 34 36 46",
    "Lei 9.784/1999": "6º 9º 18 24 26 39 40 41 42 48 50 51 52 53 56 59 62 63 67",
    "Lei 12.527/2011": "7º 8º",
    "Lei 11.419": "5º",
    "Lei 9.469/1997": "1º",
    "Lei 5.202/2019 de Montes Claros": "3º",
    "Decreto 20.910/1932": "1º 4º",
    "CPC": "313 515 534 535 725 784 910 922",
    "LINDB": "26",
    "Portaria PGE-AM 19/2022": "12 38",
    "Lei 14.063/2020": "",
    "AM": "12",
    "Portaria da CCAF de 2025": "",
    "Resolução CNJ 65/2008": "",
}
WITHOUT_ARTICLE = {"Regulamento da Câmara", "Regulamento da Câmara, alçada", "Termo do acordo", ""}


def citations(basis):
    """Split "Lei X, arts. 1º, § 2º, e 3º; CPC, art. 4" into (law, articles)."""
    basis = re.sub(r"\((?:modelo|por analogia): ([^)]*)\)", r"; \1", basis)
    basis = re.sub(r" \(analogia\)", "", basis)
    for part in basis.split(";"):
        law, _, rest = part.strip().partition(", art")
        numbers = re.sub(r"§§? ?\d+º?(?: e \d+º)?|parágrafo único|[IVX]+\b", "", rest)
        articles = re.findall(r"\d+º?", numbers)
        if " a " in numbers and len(articles) == 2:
            first, last = (int(number.rstrip("º")) for number in articles)
            articles = [f"{number}º" if number < 10 else str(number) for number in range(first, last + 1)]
        yield law.strip(), articles


def assert_cited(basis):
    for law, articles in citations(basis):
        name = law.split(", regras")[0]
        if name not in WITHOUT_ARTICLE or articles:
            assert set(articles) <= set(CITED[name].split()), basis


def test_no_row_cites_an_article_that_the_procedure_does_not():
    for row in TABLE:
        assert_cited(row.legal_basis)


def test_a_row_that_stands_on_law_cites_one_and_a_row_of_ours_says_so():
    for row in TABLE:
        assert row.basis in (LAW, MODEL, OURS)
        laws = {law for law, articles in citations(row.legal_basis) if articles} - {"Portaria PGE-AM 19/2022"}
        if row.basis == LAW:
            assert laws or row.legal_basis.startswith("CPC"), row
        if row.basis == MODEL:
            assert "modelo" in row.legal_basis, row


def whole_rows():
    """Every column of every row, a line each, rows that differ only in their source together."""
    out = {}
    for row in TABLE:
        dest = "=" if row.dest is row.source else row.dest.code
        columns = {
            "requires": row.requires, "when": [each.__name__ for each in row.when],
            "guards": [each.__name__ for each in row.guards], "documents": row.documents, "opens": row.opens,
            "closes": row.closes, "closes_own": row.closes_own, "pauses": row.pauses, "resumes": row.resumes,
            "tells": [f"{tell.audience}{f' ({tell.starts})' if tell.starts else ''}" for tell in row.tells],
        }  # fmt: skip
        words = "; ".join(f"{name}: {', '.join(values)}" for name, values in columns.items() if values)
        roles = ", ".join(role.value for role in row.roles)
        key = (row.act.code, row.act.value, dest, roles, words, f"{row.legal_basis} [{row.basis}]")
        out.setdefault(key, []).append(row.source.code)
    return "\n".join(
        f"{code} {act} {','.join(sources)}>{dest} by {roles}\n    {words or '-'}\n    {basis}"
        for (code, act, dest, roles, words, basis), sources in out.items()
    )


def test_every_column_of_every_row_is_what_was_last_read():
    snapshot("rows.txt", whole_rows() + "\n")


def test_every_act_with_a_row_of_ours_is_explained_to_the_lawyer():
    decision = (Path(__file__).parents[2] / "docs" / "decisions" / "0002-our-own-transitions.md").read_text("utf-8")
    ours = {row.act for row in TABLE if row.basis == OURS}
    assert {act.value for act in ours if f"`{act.value}`" not in decision} == set()
    assert {act for act in ADDED if f"`{act}`" not in decision} == set()


# --- the snapshot -----------------------------------------------------------------------------------------------------


def snapshot(name, text):
    """Compare *text* with the file; CPRAC_WRITE_SNAPSHOTS=1 writes it anew. Read the diff before keeping it."""
    path = SNAPSHOTS / name
    if os.environ.get("CPRAC_WRITE_SNAPSHOTS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text, f"{name} differs: see CPRAC_WRITE_SNAPSHOTS in this file"


def test_who_may_do_what_in_which_state_is_what_a_lawyer_last_read():
    snapshot("acts_by_state.txt", lifecycle.as_lines())


@pytest.mark.parametrize("name", CHAMBERS)
def test_the_same_for_each_chamber_that_is_shipped(name):
    snapshot(f"acts_by_state.{name}.txt", lifecycle.as_lines(switches_of[name]))


# --- no dead end, read off the table (00.15) --------------------------------------------------------------------------

NAMES = sorted({name.removeprefix("!") for row in TABLE for name in row.requires})
ALL_CHAMBERS = [
    frozenset(name for name, on in zip(NAMES, choice, strict=True) if on)
    for choice in itertools.product((False, True), repeat=len(NAMES))
]
ASIDE = (Act.REGISTER_LEGACY, Act.DECLARE_MOOT, Act.SET_ASIDE)
BEGINNINGS = (Act.REOPEN, Act.SPLIT_REJECTED, Act.SPLIT_REMAINDER)


def ways(switches, without):
    return {
        (row.source, row.dest)
        for row in TABLE
        if row.act not in without and row.source is not row.dest and row.enabled(switches)
    }


def closure(edges, start):
    found, fringe = set(start), list(start)
    while fringe:
        here = fringe.pop()
        for source, dest in edges:
            if source is here and dest not in found:
                found.add(dest)
                fringe.append(dest)
    return found


def test_there_are_as_many_chambers_as_choices():
    assert len(ALL_CHAMBERS) == 2 ** len(NAMES) >= 4096


def test_in_no_chamber_that_could_be_is_there_a_state_nobody_reaches_or_nobody_leaves():
    """Leaving T0, T47 and T50 aside, and the acts that begin a case elsewhere than at filing."""
    sources = {act: {row.source for row in TABLE if row.act is act} for act in Act}
    own = [row for row in TABLE if len(sources[row.act]) < 9 and row.act not in (*ASIDE, *BEGINNINGS)]
    legacy = {CaseState.LEGACY_OPEN, CaseState.LEGACY_CLOSED}
    known = set()
    for switches in ALL_CHAMBERS:
        edges = frozenset(ways(switches, (*ASIDE, *BEGINNINGS)))
        named = frozenset(state for row in own if row.enabled(switches) for state in (row.source, row.dest)) - legacy
        if (edges, named) in known:
            continue
        known.add((edges, named))
        reached = closure(edges, [CaseState.DRAFT])
        assert named <= reached, (sorted(switches), named - reached)
        backwards = {(dest, source) for source, dest in edges}
        leaves = closure(backwards, [state for state in reached if state.terminal])
        assert reached <= leaves, (sorted(switches), reached - leaves)
    assert len(known) > 100


@pytest.mark.parametrize(
    "name, off",
    [("contagem", "S29"), ("amazonas", "S18 S19")],
)
def test_the_states_that_a_shipped_chamber_never_sees_are_those_its_steps_switch_off(name, off):
    never = set(CaseState) - lifecycle.reachable(switches_of[name])
    assert {state.code for state in never} == set(off.split())


def test_without_a_formal_review_documents_can_still_be_asked_for():
    switches = switches_of["contagem"] - {"formal_review"}
    reached = lifecycle.reachable(switches)
    assert CaseState.FORMAL_REVIEW not in reached
    assert {CaseState.AWAITING_COMPLETION, CaseState.CLOSED_INCOMPLETE} <= reached


# --- for people and programs ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("switches", [None, *switches_of.values()], ids=["all", *CHAMBERS])
def test_the_json_has_the_shape_that_the_command_promises(switches):
    told = lifecycle.as_json(switches)
    assert set(told) == {"states", "transitions"}
    ids = {state["id"] for state in told["states"]}
    for state in told["states"]:
        assert {"id", "label", "public_label", "waiting_on", "terminal"} <= set(state)
    for row in told["transitions"]:
        assert {"act", "source", "dest", "roles", "guards", "documents", "legal_basis"} <= set(row)
        assert {row["source"], row["dest"]} <= ids


@pytest.mark.parametrize("switches", [None, *switches_of.values()], ids=["all", *CHAMBERS])
def test_the_diagram_names_every_state_it_joins(switches):
    text = lifecycle.as_mermaid(switches)
    named = set(re.findall(r" as (\w+)$", text, re.MULTILINE))
    joined = set(re.findall(r"^    (\w+) --> (\w+)", text, re.MULTILINE))
    assert {state for pair in joined for state in pair} == named
    assert "[*] --> draft" in text


def test_the_written_table_has_a_line_for_every_act_and_state():
    text = lifecycle.as_markdown()
    for act in Act:
        assert f"`{act.value}`" in text
    for state in CaseState:
        assert f"`{state.value}`" in text
    widths = {line.count("|") for line in text.splitlines() if line.startswith("| T")}
    assert widths == {11}

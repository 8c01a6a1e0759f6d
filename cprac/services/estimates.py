"""Where limitation stands for the claims of a case, from its facts alone: what final records print (procedure 00.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cprac.domain.business_days import DAY
from cprac.domain.deadlines import DeadlineError
from cprac.domain.facts import CaseFacts, ClaimFact
from cprac.domain.limitation import ClaimEstimate, Direction, Ground, GroundPause, LimitationClaim, estimate


@dataclass(frozen=True, slots=True)
class Estimated:
    """One claim of a case with its estimate on a day."""

    claim: ClaimFact
    estimate: ClaimEstimate


def of_case(facts: CaseFacts, on: date) -> tuple[Estimated, ...]:
    """The estimate of each claim of the case on the day *on*; none for a case that was never filed here.

    Art. 34 counts from the filing if the case was admitted; a case that ended without admission leaves that ground
    unfulfilled. Dec. 20.910 art. 4 counts from the same filing and is contestable. From the day after the end the
    clock runs again. A settlement that binds replaces the claim by its title.
    """
    if facts.filed_on is None:
        return ()
    return tuple(Estimated(claim, estimate(_claim(claim, facts, on), on)) for claim in facts.claims if _sound(claim))


def as_of(facts: CaseFacts, on: date) -> tuple[Estimated, ...]:
    """The same as pages of the day *on* print it: a case that ended is shown as it runs again from the next day."""
    return of_case(facts, max(on, facts.closed_on + DAY) if facts.closed_on is not None else on)


def _sound(claim: ClaimFact) -> bool:
    try:
        LimitationClaim("", "", Direction(claim.direction), claim.trigger_on, claim.years)
    except (DeadlineError, ValueError):
        return False
    return True


def _claim(claim: ClaimFact, facts: CaseFacts, on: date) -> LimitationClaim:
    return LimitationClaim(
        creditor="",
        debtor="",
        direction=Direction(claim.direction),
        trigger_on=claim.trigger_on,
        amount=claim.years,
        pauses=_pauses(facts),
        tax=claim.tax,
        replaced_by_title_on=on if facts.bound_by_settlement else None,
    )


def _pauses(facts: CaseFacts) -> tuple[GroundPause, ...]:
    filed, closed = facts.filed_on, facts.closed_on
    if filed is None:
        return ()
    ended = max(filed, closed) if closed is not None else None
    admitted = max(filed, facts.admitted_on) if facts.admitted_on is not None else None
    refused = ended if admitted is None else None
    return (
        GroundPause(Ground.ART_34, filed, admitted_on=admitted, refused_on=refused, ended_on=ended),
        GroundPause(Ground.DEC_20910, filed, ended_on=ended),
    )

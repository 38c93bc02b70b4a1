"""Teacher against model: what a word claims of a learner, and whom later answers bear out.

Three kinds of words can be tested, where they are on one learner. A stated mastery claims that
the learner knows a skill better, or less well, than the answers alone say; the kernel compares
the two (`core_rs/kernels/src/stated.rs`). A success to aim for claims that questions are too
easy or too hard: that all chances lie so much higher or lower, in log-odds, as the target was
moved the other way. A skipped skill claims that what builds on it can be done: that it is
known, where the model has it known with its mastery only, and guesses at the rest.

Each answer adds the log of how much likelier the claim made it than the model did, a Bayes
factor (Kass & Raftery 1995, Journal of the American Statistical Association 90:773-795). At 3
to 1, their "positive" evidence, or after `LONGEST` answers the claim is closed. It counts for
the teacher with the chance that the claim was the better model, for the model with the rest,
as partial feedback does in the beta reputation system (Josang & Ismail 2002, 15th Bled
eCommerce Conference): see `weight`. What the model learns by itself from right answers narrows
the lead that a teacher can win; counting shares, not wins, keeps that fair.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from math import exp, log
from typing import Literal

import msgspec

from hub.lesson.overrides import OWN, Override

Kind = Literal["knows", "not_yet", "too_easy", "too_hard", "skip"]
#: So much likelier one side made the answers: 3 to 1.
DECIDED = log(3.0)
#: After as many answers as make wheel-spinning (Beck & Gong 2013) nobody waits for more.
LONGEST = 10
#: From 3 to 2 on, answers are said to bear someone out. A judgement.
LEANING = 0.6
#: However often a teacher was right, answers go on to count for something.
LEAST_WEIGHT = 0.25
#: Of stated masteries: what was right of one kind speaks for the other as well.
STATED: tuple[Kind, ...] = ("knows", "not_yet")
_TINY = 1e-6


class Claim(msgspec.Struct, frozen=True, array_like=True):
    """What the word of row `hub_seq` claims of `learner`, and how it fares.

    `shift` is how far all chances lie from the model's, in log-odds, for what is too easy or
    too hard; `odds` the log of the Bayes factor for the claim after `answers`.
    """

    hub_seq: int
    learner: int
    kind: Kind
    by: int
    shift: float = 0.0
    odds: float = 0.0
    answers: int = 0

    @property
    def is_closed(self) -> bool:
        """Whether no further answer is weighed."""
        return abs(self.odds) >= DECIDED or self.answers >= LONGEST

    @property
    def share(self) -> float:
        """The chance that the claim was the better model of the two, by the answers alone."""
        return 1.0 / (1.0 + exp(-self.odds))

    @property
    def bears_out(self) -> Literal["teacher", "model", "nobody"]:
        """Whom the answers bear out so far."""
        if self.share >= LEANING:
            return "teacher"
        return "model" if self.share <= 1.0 - LEANING else "nobody"


class Answered(msgspec.Struct, frozen=True):
    """An answer as claims hear it: the model's chance of a right one, and what it built on.

    `stated` has the odds and the count of each statement by its number; `before` the mastery,
    by the answers alone, of each skill that the item's skills build on; `guess` the chance of
    a right answer by who lacks one of those.
    """

    learner: int
    is_right: bool
    p: float
    guess: float
    stated: dict[int, tuple[float, int]]
    before: dict[int, float]


class Contest:
    """The claims of one class, open and closed."""

    def __init__(self, claims: Iterable[Claim] = ()) -> None:
        claims = list(claims)
        self._open = {one.hub_seq: one for one in claims if not one.is_closed}
        self._closed = {one.hub_seq: one for one in claims if one.is_closed}

    def add(self, word: Override, *, before: object, by: int) -> None:
        """Takes in what `word` claims, if it claims anything; `before` is what held then."""
        claim = _claim(word, before, by)
        if claim is not None:
            self._open[claim.hub_seq] = claim

    def of(self, hub_seq: int) -> Claim | None:
        """What the word of this row claims; None for one that cannot be tested."""
        return self._open.get(hub_seq) or self._closed.get(hub_seq)

    def is_heard(self, learner: int) -> bool:
        """Whether an answer of `learner` may say something."""
        return any(one.learner == learner for one in self._open.values())

    def answered(self, heard: Answered, words: Iterable[Override]) -> None:
        """Weighs an answer that moved the learner model."""
        skills = {word.hub_seq: word.skill for word in words}
        for claim in [one for one in self._open.values() if one.learner == heard.learner]:
            del self._open[claim.hub_seq]
            if claim.hub_seq in skills:
                moved = _moved(claim, heard, skills[claim.hub_seq])
                (self._closed if moved.is_closed else self._open)[moved.hub_seq] = moved

    def drop(self, over: Collection[int]) -> None:
        """The words of these rows are over: what was not closed is forgotten."""
        for hub_seq in over:
            self._open.pop(hub_seq, None)

    def score(self, *kinds: Kind, by: int | None = None) -> tuple[float, float]:
        """How much answers bore out the teacher, and the model, in claims of these kinds; their
        sum is how many claims were closed.
        """
        shares = [
            one.share
            for _, one in sorted(self._closed.items())
            if one.kind in kinds and by in (None, one.by)
        ]
        return sum(shares), len(shares) - sum(shares)

    def weight(self, by: int) -> float:
        """The weight with which answers move what this teacher states, 1 at first.

        Of the beta counts (1 + right, 1 + wrong) twice the share of wrong: a teacher who was
        right more often than wrong is yielded to; one who was not is heard as at first.
        """
        right, wrong = self.score(*STATED, by=by)
        return min(1.0, max(LEAST_WEIGHT, 2.0 * (1 + wrong) / (2 + right + wrong)))

    def saved(self) -> list[Claim]:
        """For `Contest(claims)`; what is equal gives equal bytes."""
        both = self._open | self._closed
        return [both[hub_seq] for hub_seq in sorted(both)]


def _claim(word: Override, before: object, by: int) -> Claim | None:
    if word.nearness != OWN:
        return None
    if word.action == "skip":
        return Claim(word.hub_seq, word.learner, "skip", by)
    if word.action not in ("mastery", "pace") or not isinstance(before, float):
        return None
    is_more = word.value > before
    if word.value == before:
        return None
    if word.action == "mastery":
        return Claim(word.hub_seq, word.learner, "knows" if is_more else "not_yet", by)
    shift = _log_odds(before) - _log_odds(word.value)
    kind: Kind = "too_hard" if is_more else "too_easy"
    return Claim(word.hub_seq, word.learner, kind, by, shift)


def _moved(claim: Claim, heard: Answered, skill: int) -> Claim:
    """The claim after an answer; the same where that has nothing to do with it."""
    if claim.kind in STATED:
        odds, answers = heard.stated.get(claim.hub_seq, (claim.odds, claim.answers))
        return msgspec.structs.replace(claim, odds=odds, answers=answers)
    own, claimed = heard.p, heard.p
    if claim.kind == "skip":
        if skill not in heard.before:
            return claim
        known = heard.before[skill]
        own = known * heard.p + (1.0 - known) * heard.guess
    else:
        claimed = 1.0 / (1.0 + exp(-(_log_odds(heard.p) + claim.shift)))
    told = log(_chance(claimed, heard) / _chance(own, heard))
    return msgspec.structs.replace(claim, odds=claim.odds + told, answers=claim.answers + 1)


def _chance(right: float, heard: Answered) -> float:
    return max(_TINY, right if heard.is_right else 1.0 - right)


def _log_odds(p: float) -> float:
    kept = min(1.0 - _TINY, max(_TINY, p))
    return log(kept / (1.0 - kept))

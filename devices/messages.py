"""The wire, version 1: topics, and what travels on them as typed, frozen values.

Payloads are JSON of at most 8 KiB. Unknown fields are ignored, so that an older hub
understands a newer tablet; a wrong type or an impossible number is refused.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar

import msgspec

WIRE_VERSION = 1
ROOT = f"mangotree/{WIRE_VERSION}"
MAX_PAYLOAD_BYTES = 8 * 1024
#: Beyond this no answer of ours nests; deeper input is refused before it is decoded.
MAX_DEPTH = 16
#: JavaScript numbers are exact up to here, and SQLite's integers beyond.
MAX_INTEGER = 2**53 - 1

Counter = Annotated[int, msgspec.Meta(ge=1, le=MAX_INTEGER)]
Natural = Annotated[int, msgspec.Meta(ge=0, le=MAX_INTEGER)]
Label = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
ClassState = Literal["practice", "pause", "closed"]
Saying = Literal["too_easy", "too_hard", "other_kind"]
#: What an answer was worth. Of the last three nothing is concluded: the learner is asked again.
Verdict = Literal["right", "wrong", "wrong_form", "unreadable", "ambiguous"]

#: Why an answer was refused, as a device can read it. The first group is final: the answer
#: moves to the device's refused box. The second asks the device to act and send again.
FINAL_REFUSALS = frozenset({"unknown_learner", "unknown_activity", "signed_out"})
Refusal = Literal[
    "unknown_learner",
    "unknown_activity",
    "signed_out",
    "out_of_sequence",
    "not_understood",
    "too_large",
    "too_fast",
    "hub_full",
]


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One answer of one learner, as a device sends it to `up/answer`.

    (device, boot, device_seq) is its identity: `boot` is new each time the device starts
    or loses its store, `device_seq` counts from 1 without gaps within a boot.
    """

    device_seq: Counter
    boot: Counter
    learner: Counter
    session: Label
    item: Label
    seed: Natural
    answer: Annotated[str, msgspec.Meta(max_length=512)]
    step: Natural = 0
    ms: Natural = 0
    hints: Natural = 0
    tries: Natural = 1
    at: Natural = 0


class SignIn(msgspec.Struct, frozen=True, tag="sign_in", tag_field="kind"):
    """A child tapped its card on this device."""

    learner: Counter


class SignOut(msgspec.Struct, frozen=True, tag="sign_out", tag_field="kind"):
    """The child is done, or another one takes the tablet."""

    session: Label


class AskHint(msgspec.Struct, frozen=True, tag="hint", tag_field="kind", kw_only=True):
    """The child asks for help: hint `level`, from 1, of the whole (`step` 0) or of a step."""

    learner: Counter
    session: Label
    item: Label
    seed: Natural
    step: Annotated[int, msgspec.Meta(ge=0, le=64)] = 0
    level: Annotated[int, msgspec.Meta(ge=1, le=3)] = 1


class Appeal(msgspec.Struct, frozen=True, tag="appeal", tag_field="kind", kw_only=True):
    """The child says that the question at hand is too easy or too hard, and wants another."""

    learner: Counter
    session: Label
    item: Label
    seed: Natural
    step: Annotated[int, msgspec.Meta(ge=0, le=64)] = 0
    says: Saying


class Hand(msgspec.Struct, frozen=True, tag="hand", tag_field="kind", kw_only=True):
    """The child raises the hand for the teacher at this question, or takes it down."""

    learner: Counter
    session: Label
    item: Label
    seed: Natural
    step: Annotated[int, msgspec.Meta(ge=0, le=64)] = 0
    is_up: bool = True


Event = SignIn | SignOut | AskHint | Appeal | Hand


class Hello(msgspec.Struct, frozen=True, omit_defaults=True):
    """A device connected; it asks where each of its boots stands on disk.

    `is_page`: it shows questions as the hub draws them below `/learn/task`. Until its next
    hello each `Next` is without what it finds there: the activity's words and reasons, a
    plain verdict, the right answer, the mastery before.

    `waiting` answers are held, of all boots; `battery` is in percent. None where the device
    does not know. A device says hello anew when its battery has changed by some percent.
    """

    boots: Annotated[list[Counter], msgspec.Meta(max_length=64)] = []
    is_page: bool = False
    waiting: Natural | None = None
    battery: Annotated[int, msgspec.Meta(ge=0, le=100)] | None = None
    is_charging: bool | None = None


class Reason(msgspec.Struct, frozen=True, array_like=True):
    """One part of a score: a fixed code, and how much it added."""

    code: str
    number: float


class QuizPlace(msgspec.Struct, frozen=True):
    """Where a question stands in a quiz: number `nth`, from 1, of at most `most`."""

    quiz: int
    nth: int
    most: int


class Activity(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An item with a seed, given to a learner, with the words a device needs to show it.

    `step` is 0 for the whole, else which of the item's steps is asked. `prompt` is the
    question as one line of text in the language `locale`; a page shows it better, as the hub
    serves it below `/learn/task`, and is told `item`, `seed` and `step` alone. `hints` tells
    how many hints there are, `hints_seen` how many of them this learner has had. `example`,
    where the question was failed again and again, is one like it worked out, line by line: its
    question, its steps, its answer. `quiz` is there where it is a quiz that asks: one try, no
    hint.
    """

    item: str
    seed: int
    skill: str = ""
    prompt: str = ""
    step: int = 0
    locale: str = ""
    kind: str = ""
    hints: int = 0
    hints_seen: int = 0
    example: tuple[str, ...] = ()
    why: str = ""
    reasons: tuple[Reason, ...] = ()
    is_review: bool = False
    quiz: QuizPlace | None = None


class Rest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Of a class whose teacher set breaks or a limit for a day, in ms, for one learner.

    `why` is empty while there is work to do; a "break" is over in `left_ms`, a "day" when the
    teacher says so or a night has passed. After each `spell_ms` of work comes a break of
    `break_ms`; `work_ms` are left until the next, `day_ms` this day: None for no such limit.
    """

    why: Literal["", "break", "day"] = ""
    left_ms: int = 0
    work_ms: int | None = None
    spell_ms: int = 0
    break_ms: int = 0
    day_ms: int | None = None


class Next(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The reply to an answer, from memory: what it was worth, and what comes next.

    `is_right` is None when nothing was answered (a sign-in), and where `verdict` says that the
    answer could not simply be taken. `activity` is None while the class is paused or when
    nothing is left to practise; it is the same one again while the learner may try again.
    `expected`, the right answer as it is written, comes once the problem is over; `is_worked`
    asks to show the way to it, too. `hint` answers a request for help, `notice` an appeal.
    `is_hand_up`: the learner waits for the teacher. `is_noted`: the answer was one in a
    quiz, and what it was worth is told at the end. `rest` says of breaks and the day's limit,
    where the teacher set any; `activity` is None in a rest.
    """

    learner: int
    boot: int = 0
    device_seq: int = 0
    is_right: bool | None = None
    verdict: Verdict | None = None
    feedback: str = ""
    expected: str = ""
    is_worked: bool = False
    hint: str = ""
    hint_level: int = 0
    mastery_before: float | None = None
    mastery_after: float | None = None
    activity: Activity | None = None
    state: ClassState = "practice"
    notice: str = ""
    is_hand_up: bool = False
    is_noted: bool = False
    rest: Rest | None = None


class Receipt(msgspec.Struct, frozen=True):
    """All answers of `boot` up to and including `upto` are on the hub's disk."""

    boot: int
    upto: int


class Refused(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    tag="refused",
    tag_field="kind",
    omit_defaults=True,
):
    """An answer that the hub did not take, and why.

    With `out_of_sequence`, `expected` is the device_seq that the hub waits for.
    """

    reason: Refusal
    boot: int = 0
    device_seq: int = 0
    expected: int = 0
    retry_ms: int = 0


class SignedIn(msgspec.Struct, frozen=True, kw_only=True, tag="signed_in", tag_field="kind"):
    """The session that this device's answers for this learner carry from now on."""

    learner: int
    session: str


class ClassControl(msgspec.Struct, frozen=True, tag="class", tag_field="kind"):
    """What the teacher set for the whole class; retained.

    `quiz` changes with each thing done to a quiz: a device asks then what comes next.
    """

    state: ClassState
    quiz: Natural = 0


Control = Refused | SignedIn | ClassControl

Message = TypeVar("Message")
_encoder = msgspec.json.Encoder()
#: The library works a type out when it is first read; two threads that begin with the same
#: one end the process (a NULL in msgspec 0.22, seen in devices on both roads). A module is
#: imported by one thread: so nobody meets these for the first time.
_MET = [msgspec.json.Decoder(kind) for kind in (Answer, Hello, Event, Next, Receipt, Control)]


def up_topic(device: int, leaf: Literal["answer", "event", "hello"]) -> str:
    """The topic on which `device` speaks to the hub."""
    return f"{ROOT}/dev/{device}/up/{leaf}"


def down_topic(device: int, leaf: Literal["next", "receipt", "control"]) -> str:
    """The topic on which the hub speaks to `device`."""
    return f"{ROOT}/dev/{device}/down/{leaf}"


def state_topic(device: int) -> str:
    """The retained `online` or `offline` of `device`; its last will writes the latter."""
    return f"{ROOT}/dev/{device}/state"


def class_topic(class_id: int) -> str:
    """The retained control message of a class."""
    return f"{ROOT}/class/{class_id}/all/control"


def encode(message: msgspec.Struct) -> bytes:
    """`message` as JSON bytes."""
    return _encoder.encode(message)


def is_too_deep(payload: bytes) -> bool:
    """Whether brackets nest deeper than `MAX_DEPTH`; strings may over-count, never under."""
    depth = deepest = 0
    if payload.count(b"[") + payload.count(b"{") <= MAX_DEPTH:
        return False
    for byte in payload:
        if byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest > MAX_DEPTH

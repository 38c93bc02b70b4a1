"""Who may do what: four roles, and what each page or deed of a teacher needs."""

from __future__ import annotations

from typing import Literal, get_args

#: What a page or a deed needs.
#: watch    a class at work, one learner and why
#: help     let a child in, take a hand down, pause the class
#: decide   what a class or a learner does next: overrides, quiz, rest, language, limits
#: roster   learners, their codes and cards, the class's tablets
#: classes  what is the whole hub's: new classes, imports, packs
#: people   the other teachers: invite, roles, remove
#: hub      how the machine is; no learner's name is there
#: account  one's own name, password and language, and signing out
Duty = Literal["watch", "help", "decide", "roster", "classes", "people", "hub", "account"]
#: head        answers for the hub: all classes, and who else may come in. The last one stays.
#: teacher     answers for their own classes, and must be able to do everything there without
#:             asking; other classes' children are none of their business.
#: assistant   a second pair of eyes and hands in the room. Letting a child in needs no code, so
#:             they see none: who knows a child's code could answer as that child later.
#: technician  repairs the machine, often from outside the school: sees no child's name.
Role = Literal["head", "teacher", "assistant", "technician"]
DUTIES: tuple[Duty, ...] = get_args(Duty)
ROLES: tuple[Role, ...] = get_args(Role)
#: The duties that are about one class: they reach no further than the teacher's own classes.
OF_A_CLASS: frozenset[Duty] = frozenset({"watch", "help", "decide", "roster"})

_MAY: dict[Role, frozenset[Duty]] = {
    "head": frozenset(DUTIES),
    "teacher": OF_A_CLASS | {"hub", "account"},
    "assistant": frozenset({"watch", "help", "account"}),
    "technician": frozenset({"hub", "account"}),
}


def may(role: Role, duty: Duty) -> bool:
    """Whether a teacher of that role may do what needs `duty`."""
    return duty in _MAY[role]

"""Who shares this tablet, and whose turn it is, as the lesson's page shows it."""

from __future__ import annotations

from hub.roster.devices import Device
from hub.roster.people import Learner
from hub.roster.seats import MOST_SEATED, Seated
from hub.web.parts import parts
from hub.web.safety import this_device


def turns(learner: Learner) -> dict[str, object]:
    """`turn` is the child that the tablet goes to, None while it is `learner`'s own turn;
    `seated` are all who share it; `has_room` says whether one more may sit down; `here` is
    for a tablet that is out of reach.
    """
    seated = parts().door.seats.at(this_device().id)
    people = parts().people.learners
    is_shared = len(seated.learners) > 1 and learner.id in seated.learners
    turn = _awake(seated, learner.id) if is_shared else learner.id
    return {
        "turn": people.get(turn) if turn != learner.id else None,
        "seated": [people[one] for one in seated.learners if one in people],
        "has_room": has_room(),
        "here": here(this_device()),
    }


def here(tablet: Device) -> str:
    """Who may go on at `tablet` with no word of the hub: "all", or the numbers of those
    who sit there, for whoever else needs a code.
    """
    if parts().people.classes[tablet.class_id].sign_in == "tap":
        return "all"
    return " ".join(str(one) for one in parts().door.seats.at(tablet.id).learners)


def has_room() -> bool:
    """Whether one more child may sit down at this tablet."""
    return 0 < len(parts().door.seats.at(this_device().id).learners) < MOST_SEATED


def _awake(seated: Seated, here: int) -> int:
    """Whose turn it is, passing over who rests; `here` where all of them do."""
    resting = parts().classroom.resting(this_device().class_id)
    one = seated.turn
    for _ in seated.learners:
        if one not in resting:
            return one
        one = seated.after(one)
    return here

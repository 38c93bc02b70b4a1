"""The teacher's word against the model's: each a row of the log, in force at once, undoable."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from hub.classroom import Classroom
from hub.errors import RosterError
from hub.lesson.again import said_already
from hub.lesson.overrides import Override, override_of
from hub.lesson.room import ACTIONS, Room
from hub.lesson.rules import CHOICE, PRACTICE, Standing, standing, target_of
from hub.roster.groups import Groups
from hub.store.spoken import reasons
from hub.store.writer import Writer

#: The words on a skill.
ON_SKILL = (*ACTIONS, "park")
#: What practice can be for.
GOALS = ("support", PRACTICE, "accelerate", CHOICE)
#: The success to aim for, in percent: 60, 65 ... 90. The planner's own goals lie between 70
#: and 85 (Klinkenberg et al. 2011); a teacher may go a little beyond on either side.
PACES = range(60, 91, 5)
#: What "known" and "not yet" say of a mastery: a little beyond what ends practice of a skill
#: (0.955), so that one slip is no end of it; and so low that a few right answers are wanted.
LEVELS = {"known": 0.97, "not_yet": 0.2}
#: A reason is a sentence or two; a word that ends by itself lasts at most a school year.
LONGEST_REASON = 200
MOST_ANSWERS, MOST_DAYS = 1000, 365
#: Invisible characters that scripts need, among those that could turn a line around.
_JOINERS = "\u200c\u200d"


@dataclass(frozen=True, slots=True)
class Whom:
    """A learner, a group, or (neither given) the whole class."""

    learner: int = 0
    group: int = 0


@dataclass(frozen=True, slots=True)
class Note:
    """Why, by which teacher (0: not known), and after how many answers or days it ends."""

    reason: str = ""
    by: int = 0
    answers: int = 0
    days: int = 0


CLASS = Whom()
NOTE = Note()


class Overriding:
    """The deeds; each gives the number that undoes it, and raises RosterError for nonsense.

    A word that was said already and holds whole is the same word: nothing is logged then, and
    its number comes back. A skill is named by its id, or by its place in the class's pack.
    """

    def __init__(self, classroom: Classroom, writer: Writer) -> None:
        self._classroom = classroom
        self._writer = writer
        self.groups = Groups(writer)
        #: Why each word in force was said, by its row: the state does not keep that.
        self._reasons: dict[int, str] = {}

    def start(self) -> None:
        """Reads names and reasons, and ends what time has ended while the hub was off."""
        with self._classroom.lock:
            rooms = self._classroom.rooms.values()
            self.groups.load({group for room in rooms for group in room.words.groups})
            self.pass_time()
            self._load_reasons({one.hub_seq for room in rooms for one in room.overrides})

    def pass_time(self) -> None:
        """Ends the words whose days are over; without it the class's next row would."""
        with self._classroom.lock:
            now = self._classroom.now()
            for class_id, room in self._classroom.rooms.items():
                if room.words.is_due(now):
                    self._classroom.deed(class_id, "time", {})

    def set_skill(
        self, class_id: int, whom: Whom, action: str, skill: int | str, note: Note = NOTE
    ) -> int:
        """Pins, skips, unlocks or parks a skill; what is parked must come back some time."""
        with self._speaking(class_id) as room:
            place = _place(room, skill)
            if action not in ON_SKILL or place is None:
                raise RosterError("There is no such skill, or nothing like that to do with it.")
            if action == "park" and not (note.answers or note.days):
                raise RosterError(
                    "A skill that rests must come back: say after how many answers or days."
                )
            said = [
                one.action
                for one in self.on(room, whom)
                if one.skill == place and one.action in ON_SKILL
            ]
            facts = {"action": action, "skill": place, "before": " ".join(said)}
            return self._say(room, whom, facts, note)

    def set_mastery(
        self, class_id: int, whom: Whom, skill: int | str, level: str | int, note: Note = NOTE
    ) -> int:
        """Says how well a skill is known: "known", "not_yet", or a percent from 1 to 99.

        Answers move it on from there. It needs a reason, and no end. Taken back, all is as it
        would be without it.
        """
        value = LEVELS.get(level) if isinstance(level, str) else level / 100
        if value is None or not 0.01 <= value <= 0.99:
            raise RosterError("Say that it is known, or not yet, or choose 1 to 99 percent.")
        with self._speaking(class_id) as room:
            place = _place(room, skill)
            if place is None:
                raise RosterError("There is no such skill in the lessons of this class.")
            if not _plain(note.reason):
                raise RosterError("Say why, in a word or two: it is shown beside the number.")
            if note.answers or note.days:
                raise RosterError(
                    "What is said of a skill holds until answers move it: no end."
                )
            facts = {"action": "mastery", "skill": place, "value": value}
            facts["weight"] = room.contest.weight(note.by)
            self._check_whom(room, whom)
            if whom.learner:
                facts["before"] = room.mastery(whom.learner, place)
            return self._say(room, whom, facts, note)

    def ban(self, class_id: int, whom: Whom, item: str, note: Note = NOTE) -> int:
        """Keeps an item away; the others of its skill go on."""
        with self._speaking(class_id) as room:
            place = room.pack.item_index.get(item)
            if place is None:
                raise RosterError("There is no such question in the lessons of this class.")
            was = any((one.action, one.item) == ("ban", place) for one in self.on(room, whom))
            facts = {"action": "ban", "item": place, "before": "ban" if was else ""}
            return self._say(room, whom, facts, note)

    def set_goal(self, class_id: int, whom: Whom, goal: str, note: Note = NOTE) -> int:
        """What practice is for: one of `GOALS`."""
        if goal not in GOALS:
            raise RosterError(f"There is no such goal. Choose one of: {', '.join(GOALS)}.")
        with self._speaking(class_id) as room:
            before = self.standing(class_id, whom).goal
            facts = {"action": "goal", "goal": goal, "before": before}
            return self._say(room, whom, facts, note)

    def set_pace(self, class_id: int, whom: Whom, percent: int, note: Note = NOTE) -> int:
        """How often an answer should be right, in percent: easier questions, or harder ones."""
        if percent not in PACES:
            raise RosterError(
                f"Choose a success between {PACES[0]} and {PACES[-1]} percent, in steps of 5."
            )
        with self._speaking(class_id) as room:
            before = target_of(room.tracer, self.standing(class_id, whom))
            facts = {"action": "pace", "value": percent / 100, "before": before}
            return self._say(room, whom, facts, note)

    def exempt(self, class_id: int, whom: Whom, note: Note = NOTE) -> int:
        """Takes out of the evidence how quick or slow answers come, from now on."""
        with self._speaking(class_id) as room:
            before = "exempt" if self.standing(class_id, whom).is_exempt else ""
            return self._say(room, whom, {"action": "exempt", "before": before}, note)

    def set_group(
        self,
        class_id: int,
        learners: Sequence[int],
        *,
        name: str = "",
        group: int = 0,
        since: int | None = None,
    ) -> tuple[int, int]:
        """Who is in a group from now on, or in a new one of this `name`; nobody ends it.

        Gives the group, and the number that undoes it. `since` is the row that said who is in
        the group for the one who changes it: RosterError where another one says it by now,
        unless it says the same; what changes nothing is no setting, and nothing is logged.
        """
        with self._classroom.lock:
            room = self._room(class_id)
            if any(one not in room.places for one in learners):
                raise RosterError("There is no such learner in this class.")
            if group:
                self._check_whom(room, Whom(group=group))
                if since is not None and set(learners) == set(room.words.groups[group]):
                    return group, room.words.setting(group)
                if since not in (None, room.words.setting(group)):
                    raise RosterError(
                        "Somebody changed this group meanwhile, so nothing was changed now."
                        " Look at who is in it, then change it again."
                    )
            else:
                self._free_names(room)
                group = self.groups.add(class_id, _plain(name)).id
            facts = {"group": group, "learners": sorted(set(learners))}
            said = self._classroom.deed(class_id, "group", facts)
        self.wait_for_disk()
        return group, said

    def rename_group(self, group: int, name: str) -> None:
        """Another name for a group."""
        with self._classroom.lock:
            known = self.groups.all.get(group)
            if known is not None:
                self._free_names(self._room(known.class_id))
            self.groups.rename(group, _plain(name))

    def on(self, room: Room, whom: Whom) -> list[Override]:
        """What was said already that holds for the one who is meant, the oldest first."""
        self._check_whom(room, whom)
        if whom.learner:
            return room.words.of(whom.learner)
        return [
            one
            for one in room.words.in_force
            if not one.learner and one.group in (0, whom.group)
        ]

    def standing(self, class_id: int, whom: Whom) -> Standing:
        """What that comes to; of a group or the class as such, not of each child in it."""
        return standing(self.on(self._room(class_id), whom))

    def wait_for_disk(self) -> None:
        """Comes back once all that was said so far is on the disk: then it may be told.

        Raises StoreError where the disk takes nothing; what was said holds, and is written as
        soon as it does. Not for one who holds the classroom's lock: a class would wait.
        """
        self._writer.call(lambda _database: None)

    @contextmanager
    def _speaking(self, class_id: int) -> Iterator[Room]:
        """The class, held still until the word is said; then it comes on the disk."""
        with self._classroom.lock:
            yield self._room(class_id)
        self.wait_for_disk()

    def _say(self, room: Room, whom: Whom, facts: dict[str, Any], note: Note) -> int:
        """Logs the word, with what it needs to be understood later; or finds it said."""
        self._check_whom(room, whom)
        whole: dict[str, Any] = {"learner": whom.learner}
        whole |= {"group": whom.group} if whom.group else {}
        whole |= {name: value for name, value in facts.items() if value not in ("", None)}
        whole |= _noted(note)
        # A word on one learner's skill wins at once, whatever is open.
        if not whom.learner or facts["action"] not in ACTIONS:
            whole["leaves"] = _leaving(room, self._learners(room, whom), facts)
        said = self._said(room, whole)
        if said is None:
            said = self._classroom.deed(room.class_id, "override", whole)
            self._reasons[said] = whole.get("reason", "")
        return said

    def _said(self, room: Room, whole: dict[str, Any]) -> int | None:
        """The number of the word in force that says this already, if there is one."""
        now = self._classroom.now()
        found = said_already(room, override_of(0, whole, now), now)
        # Who came into a group since may be at work on what it says.
        if found is None or whole.get("leaves"):
            return None
        is_same = self._reasons.get(found.hub_seq) == whole.get("reason", "")
        return found.hub_seq if is_same else None

    def _load_reasons(self, in_force: Collection[int]) -> None:
        """Those of words from before this start are read, those of words that are over go."""
        unknown = sorted(set(in_force) - self._reasons.keys())
        if unknown:
            read = self._writer.call(lambda database: reasons(database.conn, unknown))
            self._reasons |= read
        self._reasons = {one: self._reasons[one] for one in in_force if one in self._reasons}

    def _free_names(self, room: Room) -> None:
        """Names whose groups were taken back are for others again."""
        self.groups.keep(room.class_id, room.words.groups)

    def _room(self, class_id: int) -> Room:
        room = self._classroom.rooms.get(class_id)
        if room is None:
            raise RosterError(f"There is no class {class_id}.")
        return room

    def _check_whom(self, room: Room, whom: Whom) -> None:
        is_there = not whom.learner or whom.learner in room.places
        is_known = not whom.group or whom.group in room.words.groups
        if not is_there or not is_known or (whom.learner and whom.group):
            raise RosterError("There is no such learner or group in this class.")

    def _learners(self, room: Room, whom: Whom) -> list[int]:
        if whom.learner:
            return [whom.learner]
        return room.words.groups[whom.group] if whom.group else list(room.places)


def _place(room: Room, skill: int | str) -> int | None:
    """Where the class's pack has the skill; None where it has not."""
    if isinstance(skill, str):
        return room.pack.skill_index.get(skill)
    return skill if 0 <= skill < len(room.pack.skills) else None


def _noted(note: Note) -> dict[str, Any]:
    """What a row keeps of a note; RosterError for one that cannot be."""
    reason = _plain(note.reason)
    if len(reason) > LONGEST_REASON:
        raise RosterError(
            f"A reason has at most {LONGEST_REASON} letters. Write a shorter one."
        )
    if not (0 <= note.answers <= MOST_ANSWERS and 0 <= note.days <= MOST_DAYS):
        raise RosterError(
            f"A word may last {MOST_ANSWERS} answers, {MOST_DAYS} days, or until it is undone."
        )
    told = {"reason": reason, "by": note.by, "answers": note.answers, "days": note.days}
    return {name: value for name, value in told.items() if value}


def _leaving(room: Room, on: Sequence[int], facts: dict[str, Any]) -> list[int]:
    """Whose open problem ends by the word: only what must not come any more is taken out of a
    child's hands.
    """
    open_items = {one: room.problems[one].item for one in on if one in room.problems}
    if facts["action"] == "ban":
        return [one for one, item in open_items.items() if item == facts["item"]]
    if facts["action"] in ("skip", "park"):
        skills = room.pack.item_skills
        return [one for one, item in open_items.items() if facts["skill"] in skills[item]]
    return []


def _plain(text: str) -> str:
    """A teacher's words on one line, without what could hide or turn other words around."""
    kept = (
        one if unicodedata.category(one) not in {"Cc", "Cf", "Cs", "Co"} or one in _JOINERS
        else " "
        for one in text
    )  # fmt: skip
    return " ".join("".join(kept).split())

"""What a teacher does to a class: open it, pause it, pin a skill; each deed is in the log."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, get_args

import msgspec

from devices.messages import ClassState
from hub.classroom import Classroom
from hub.errors import ModelError, RosterError
from hub.kernels import ARITHMETIC
from hub.lesson import models
from hub.lesson.appeals import Reach
from hub.lesson.asking import askable
from hub.lesson.counted import COUNTING
from hub.lesson.models import Models
from hub.lesson.pack_install import examine, put, read_back, want
from hub.lesson.packs import Packs, install
from hub.lesson.quiz import MOVES
from hub.lesson.quiz_bank import plan
from hub.lesson.rest import Rule
from hub.lesson.room import ASK, Aloud, Override, Room
from hub.lesson.visits import DOES
from hub.overriding import NOTE, Note, Overriding, Whom
from hub.roster.people import Class, Learner, People
from hub.store.writer import Writer
from models.domain.pack import Pack
from models.domain.reading import decode_pack
from models.domain.signing import Keys
from models.learner.fitted import decode_model
from models.learner.weights import Model, load_stack

OnState = Callable[[int], object]
OnLearner = Callable[[int, int], object]
#: What can be set for work and rest, in seconds: an hour of work at once and of rest is more
#: than any class of children has, a day has eight. Judgements.
LONGEST_SPELL_S, LONGEST_BREAK_S, LONGEST_DAY_S = 3600, 3600, 8 * 3600


class Teaching:
    """The deeds; `on_state` hears when a class pauses or goes on, `on_learner` (class, learner)
    of a hand that the teacher takes down, and of a rest that begins or ends by the teacher.
    """

    def __init__(
        self,
        classroom: Classroom,
        people: People,
        writer: Writer,
        models: Models,
        packs: Packs,
        keys: Keys,
    ) -> None:
        self._classroom = classroom
        self._people = people
        self._writer = writer
        self._models = models
        self._packs = packs
        self._keys = keys
        self.words = Overriding(classroom, writer)
        self.on_state: list[OnState] = []
        self.on_learner: list[OnLearner] = []

    def install_pack(self, body: bytes, *, where: str) -> tuple[int, Pack]:
        """Takes a pack's bytes in; PackError names `where` and what is wrong."""
        return install(self._writer, body, where=where), decode_pack(body)

    def take_pack(
        self,
        body: bytes,
        *,
        where: str,
        for_classes: Collection[int] = (),
        allow_older: bool = False,
    ) -> int:
        """Takes in a signed pack, and lets these classes work with it; gives its id.

        Raises PackError, with what is wrong in which file; nothing was changed then.
        """
        new = examine(body, self._keys, where=where)
        pack = put(self._writer, new, for_classes=for_classes, allow_older=allow_older)
        read_back(self._writer, pack, new)
        for class_id in for_classes:
            self.use_pack(class_id, pack)
        return pack

    def use_pack(self, class_id: int, pack: int) -> None:
        """Lets a class work with pack `pack` from its next question on; PackError for none."""
        want(self._writer, [class_id], pack)
        self.catch_up()

    def add_class(
        self,
        name: str,
        pack: tuple[int, Pack],
        names: Sequence[str],
        *,
        is_new_name: bool = False,
    ) -> Class:
        """A new class at work, with its learners; RosterError where its name has to be new and
        is not.
        """

        def furnish(class_id: int) -> None:
            # A page that sees a new class finds its room, and a model in it.
            with self._classroom.lock:
                room = Room(class_id, pack[1], self._models, self._packs)
                self._classroom.rooms[class_id] = room
                self.catch_up()

        added = self._people.add_class(name, pack[0], is_new_name=is_new_name, furnish=furnish)
        self.add_learners(added.id, names)
        for listener in self.on_state:
            listener(added.id)
        return added

    def add_learners(self, class_id: int, names: Sequence[str]) -> list[Learner]:
        """New learners, ready for their first question."""
        added = self._people.add_learners(class_id, names)
        self.catch_up()
        return added

    def use_model(self, body: bytes | None) -> str | None:
        """Lets the classes work with this fitted model, or with what is shipped; its hash.

        A class whose pack it does not fit goes on with what is shipped. Raises ModelError for
        what is no model, or fits no class; nothing was changed then.
        """
        if body is not None:
            self._check_model(body)
        digest = None if body is None else models.install(self._writer, body)
        models.choose(self._writer, digest)
        self.catch_up()
        return digest

    def catch_up(self) -> None:
        """Logs for each class what it lacks: its pack, its model, learners not enrolled.

        A cut between adding a learner and logging it, or between choosing a model and logging
        that, heals here, at the next start.
        """
        # Held throughout: two who add learners at once must not enrol anyone twice.
        with self._classroom.lock:
            self.words.start()
            chosen = self._models.chosen
            for class_id, room in self._classroom.rooms.items():
                wanted = self._packs.wanted(class_id)
                if wanted is not None and wanted != room.line.digest:
                    self._classroom.deed(class_id, "pack", {"pack": wanted})
                model = self._model_for(room, chosen)
                if room.model != model:
                    self._classroom.deed(class_id, "model", msgspec.to_builtins(model))
                self._catch_up_with(room, self._people.in_class(class_id))

    def _catch_up_with(self, room: Room, here: Sequence[Learner]) -> None:
        """Logs who is new in the class, who has left it, and who is back."""
        missing = [one for one in here if one.id not in room.places]
        if missing:
            facts: dict[str, Any] = {"learners": [one.id for one in missing]}
            spoken = [(one.id, one.language) for one in missing if one.language is not None]
            if spoken:
                facts["languages"] = spoken
            self._classroom.deed(room.class_id, "enrol", facts)
        away = room.places.keys() - {one.id for one in here}
        for changed, is_here in ((away - room.away, False), (room.away - away, True)):
            if changed:
                facts = {"learners": sorted(changed), "is_here": is_here}
                self._classroom.deed(room.class_id, "presence", facts)

    def _model_for(self, room: Room, chosen: str | None) -> Model:
        shipped = load_stack()
        # A class keeps the tracing it began with: what was traced stays true.
        tracing = shipped.bkt if room.model is None else room.model.bkt
        is_fit = chosen is not None and not models.misfits(
            self._models[chosen], {room.class_id: room.pack}
        )
        return Model(shipped.weights, tracing, chosen if is_fit else None, ARITHMETIC, COUNTING)

    def _check_model(self, body: bytes) -> None:
        try:
            model = decode_model(body, "What came in")
        except ValueError as error:
            raise ModelError(str(error)) from error
        packs = {class_id: room.pack for class_id, room in self._classroom.rooms.items()}
        unfit = models.misfits(model, packs)
        if packs and len(unfit) == len(packs):
            raise ModelError(next(iter(unfit.values())))

    def set_state(self, class_id: int, state: ClassState) -> None:
        """Pauses the class, or lets it go on."""
        if class_id not in self._classroom.rooms:
            raise RosterError(f"There is no class {class_id}.")
        self._classroom.deed(class_id, "class_state", {"state": state})
        for listener in self.on_state:
            listener(class_id)

    def set_language(self, class_id: int, tag: str, learners: Sequence[int] = ()) -> None:
        """The language of the lessons, for some learners or for the whole class.

        RosterError for one that the class's pack does not speak, or for other learners.
        """
        room = self._classroom.rooms.get(class_id)
        if room is None or any(one not in room.places for one in learners):
            raise RosterError("There is no such class, or no such learner in it.")
        if tag not in room.pack.locales:
            raise RosterError("The lessons of this class are not written in that language.")
        facts = {"locale": tag, "learners": list(learners)}
        self._classroom.deed(class_id, "language", facts)

    def set_aloud(self, class_id: int, how: str) -> None:
        """How the class hears what nobody recorded: "off", at a "tap", or by it"self".

        RosterError for another word, or where there is no such class.
        """
        if class_id not in self._classroom.rooms or how not in get_args(Aloud):
            raise RosterError("There is no such class, or no such way to read aloud.")
        self._classroom.deed(class_id, "aloud", {"aloud": how})

    def judge_why(self, class_id: int, hub_seq: int, level: int | None) -> None:
        """The teacher's word on a learner's explanation, 0 to 2; None takes it back.

        Nothing follows from it.
        """
        facts = {"of": hub_seq, "level": level}
        self._classroom.deed(class_id, "why_rubric", facts)

    def override(self, learner: int, action: str, skill: int | str, note: Note = NOTE) -> int:
        """The teacher's word on a skill, by its id or its place in the pack, for a learner;
        gives the number that undoes it.
        """
        class_id = self._people.learner(learner).class_id
        return self.words.set_skill(class_id, Whom(learner), action, skill, note)

    def ask(self, learner: int, item: str, seed: int) -> int:
        """Has `learner` asked this very question next; gives the number that undoes it.

        It comes when the problem that is open is over, and comes once. Asked for again
        meanwhile, it is the same word. RosterError for a question that cannot be asked.
        """
        class_id = self._people.learner(learner).class_id
        with self._classroom.lock:
            room = self._classroom.rooms[class_id]
            place = askable(room, item, seed)
            for one in room.overrides:
                if (one.learner, one.action, one.item, one.seed) == (learner, ASK, place, seed):
                    return one.hub_seq
            skill = room.pack.item_skills[place][0]
            facts = {"learner": learner, "skill": skill, "item": place, "seed": seed}
            return self._classroom.deed(class_id, "ask", facts)

    def undo(self, class_id: int, hub_seq: int, by: int = 0) -> None:
        """Takes back an override, the last setting of a group, or what followed from an appeal;
        `by` is the teacher who does.
        """
        room = self._classroom.rooms[class_id]
        in_force = {one.hub_seq for one in room.overrides}
        in_force |= {one.hub_seq for one in room.appeals.fresh if one.is_in_force}
        in_force |= set(room.rests.undoable.values()) | room.words.last_settings
        in_force |= set(room.visits.undoable.values())
        if hub_seq not in in_force:
            raise RosterError("This was taken back already, or is done.")
        self._change(class_id, "undo", {"of": hub_seq} | ({"by": by} if by else {}))
        self.words.wait_for_disk()

    def start_quiz(
        self,
        class_id: int,
        skills: Sequence[int],
        *,
        most: int,
        learners: Sequence[int],
        tells: bool = False,
    ) -> int:
        """Begins a quiz of at most so many questions; gives the number that undoes it.

        `tells` lets learners see at once what each answer was worth. RosterError for skills or
        learners that the class does not have, or while another quiz is not over.
        """
        with self._classroom.lock:
            room = self._classroom.rooms[class_id]
            if room.quizzes.at_hand is not None:
                raise RosterError("A quiz is going on. End it before you begin another one.")
            facts = plan(room, skills, most, learners, tells=tells)
            return self._quiz(class_id, facts)

    def move_quiz(self, class_id: int, does: str, last: int) -> int:
        """Pauses, resumes or ends the quiz at hand ("pause", "resume", "end"), or takes back
        ("undo") what was done last, as long as the pack is the same.

        `last` is what the teacher saw done last (`Quizzes.undoable`): a form sent twice, or
        from a page of before, moves nothing else. RosterError where it cannot be done.
        """
        with self._classroom.lock:
            quizzes = self._classroom.rooms[class_id].quizzes
            quiz, is_stale = quizzes.at_hand, last != quizzes.undoable
            if does == "undo":
                if not quizzes.undoable:
                    raise RosterError("There is nothing to take back.")
                if is_stale:
                    raise RosterError("This was taken back already, or is done.")
                return self._quiz(class_id, {"does": does, "of": last})
            if quiz is None or is_stale or quiz.state not in MOVES.get(does, ()):
                raise RosterError("The quiz is not at a point where that can be done.")
            return self._quiz(class_id, {"does": does})

    def _quiz(self, class_id: int, facts: dict[str, object]) -> int:
        done = self._classroom.deed(class_id, "quiz", facts)
        for listener in self.on_state:
            listener(class_id)
        return done

    def set_reach(self, class_id: int, reach: str) -> None:
        """How far the class's appeals go from now on; RosterError for no such way."""
        if class_id not in self._classroom.rooms or reach not in get_args(Reach):
            raise RosterError("There is no such class, or no such limit to set.")
        self._classroom.deed(class_id, "appeals", {"reach": reach})

    def lower_hand(self, learner: int) -> None:
        """The teacher was there: takes the learner's hand down, if it is up."""
        class_id = self._people.learner(learner).class_id
        with self._classroom.lock:
            room = self._classroom.rooms[class_id]
            mine = [one for one in room.hands if one.learner == learner]
            for one in mine:
                where = {"item": one.item, "seed": one.seed, "step": one.step}
                whose = {"learner": learner, "is_up": False, "by": "teacher"}
                self._classroom.deed(class_id, "hand", whose | where)
        self._tell(class_id, [learner] if mine else [])

    def visit(self, learner: int, does: str, by: int = 0) -> int:
        """The teacher "visited" `learner`, whose hand goes down, or says "not_now"; gives the
        number that undoes it. `by` is the teacher. RosterError for another word.

        Said again before the learner did anything, by a second tap or phone, it is the same.
        """
        if does not in DOES:
            raise RosterError("There is nothing like that to say of a visit.")
        class_id = self._people.learner(learner).class_id
        facts = {"learner": learner, "does": does} | ({"by": by} if by else {})
        with self._classroom.lock:
            room, now = self._classroom.rooms[class_id], self._classroom.now()
            answers = room.answers(learner)
            same = room.visits.standing(learner, does, now, answers, room.hands)
            return same or self._change(class_id, "visit", facts)

    def set_rest(self, class_id: int, rule: Rule) -> int:
        """Breaks and a limit for a day from now on; gives the number that undoes it.

        What is set already is not set again: what can be taken back stays, 0 for nothing.
        RosterError for a rule that no class can keep, or where there is no such class.
        """
        has_break = 0 < rule.after_s <= LONGEST_SPELL_S and 0 < rule.break_s <= LONGEST_BREAK_S
        is_possible = (has_break or not rule.after_s) and 0 <= rule.day_s <= LONGEST_DAY_S
        if class_id not in self._classroom.rooms or not is_possible or rule.break_s < 0:
            raise RosterError("There is no such class, or nobody can work and rest like that.")
        with self._classroom.lock:
            rests = self._classroom.rooms[class_id].rests
            if rule == rests.rule:
                return rests.undoable.get("rule", 0)
            return self._change(class_id, "rest", msgspec.structs.asdict(rule))

    def let_go_on(self, class_id: int, learner: int = 0) -> int:
        """Ends the rest of `learner`, or of all who rest now; gives the number that undoes it.

        RosterError where nobody rests any more.
        """
        with self._classroom.lock:
            found = self._classroom.resting(class_id)
            learners = [one for one in found if learner in (0, one)]
            if not learners:
                raise RosterError("The rest is over already.")
            return self._change(class_id, "rest_over", {"learners": learners})

    def _change(self, class_id: int, kind: str, facts: dict[str, Any]) -> int:
        """The deed, and word of it to each whose rest or raised hand begins or ends by it."""
        with self._classroom.lock:
            before = self._seen_by(class_id)
            hub_seq = self._classroom.deed(class_id, kind, facts)
            changed = before ^ self._seen_by(class_id)
        self._tell(class_id, sorted({learner for learner, _ in changed}))
        return hub_seq

    def _seen_by(self, class_id: int) -> set[tuple[int, str]]:
        """What tablets show of these deeds: by learner a rest, and a hand that is up."""
        hands = self._classroom.rooms[class_id].hands
        rests = self._classroom.resting(class_id)
        return {(one.learner, "hand") for one in hands} | {(one, "rest") for one in rests}

    def _tell(self, class_id: int, learners: Sequence[int]) -> None:
        for learner in learners:
            for listener in self.on_learner:
                listener(class_id, learner)

    def overrides(self, class_id: int) -> list[Override]:
        """All that is in force in the class."""
        return self._classroom.rooms[class_id].overrides

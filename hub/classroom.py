"""The heart: an answer comes in, and what it was worth and what comes next goes out.

Admit, grade, record, trace, choose, explain: from memory, at once. The receipt is another
matter: it follows when the writer's commit is on the disk.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from devices.messages import Answer, Appeal, AskHint, Hand, Next
from hub.errors import Refused, StoreFull
from hub.lesson.admission import Aside, aside_fault, fault, position
from hub.lesson.easing import decide
from hub.lesson.grading import Verdict, grade
from hub.lesson.hands import is_up
from hub.lesson.rest import Resting, When
from hub.lesson.room import Room
from hub.replies import appeal, first, hint, reply, rested, resting
from hub.roster.devices import Device, Devices
from hub.store.ledger import Ledger
from hub.store.log import Attempt

#: Hears of each answer that was counted, from within the answer path: be quick.
Watcher = Callable[[Attempt], object]
#: Hears of an answer that came before its turn: device, boot, the number that is waited for.
OnGap = Callable[[Device, int, int], object]


class Classroom:
    """All classes of this hub at work; safe to call from any thread."""

    def __init__(self, rooms: dict[int, Room], devices: Devices, ledger: Ledger) -> None:
        self.rooms = rooms
        self.lock = threading.RLock()
        self.watchers: list[Watcher] = []
        self.on_gap: OnGap = lambda *_: None
        self._devices = devices
        self._ledger = ledger

    def answer(self, device: Device, sent: Answer, *, is_urgent: bool = False) -> Next:
        """The reply to one answer; the same answer again gets its reply again.

        Raises Refused with the reason that the device can read. `is_urgent` asks the disk
        not to wait for more answers, for a page that waits for its receipt.
        """
        with self.lock:
            room = self.rooms[device.class_id]
            item = self._admit(room, device, sent)
            language = room.language(sent.learner)
            asker = room.line.of(sent.seed) or room.pack
            place = asker.item_index[sent.item]
            verdict = grade(asker, place, sent.seed, sent.answer, step=sent.step, tag=language)
            before = room.mastery(sent.learner, room.pack.item_skills[item][0])
            if sent.device_seq > position(room, device, sent):
                self._count(room, device, sent, (item, verdict), is_urgent=is_urgent)
            told = reply(room, sent, verdict, before, room.choose(sent.learner))
            return self._told(room, told)

    def start(self, device: Device, learner: int) -> Next:
        """What `learner` is to do now, before any answer."""
        with self.lock:
            room = self.rooms[device.class_id]
            if learner not in room.places:
                raise Refused("unknown_learner")
            return self._told(room, first(room, learner))

    def hint(self, device: Device, asked: AskHint) -> Next:
        """The hint that was asked for; in the problem at hand it is logged first, and counts.

        A page that was left open may ask for one of a problem that is over: it gets the words
        of the first, and what the learner works on now stays. Raises Refused for what `answer`
        would refuse, too.
        """
        with self.lock:
            room, item = self._beside(device, asked)
            problem = room.problem(asked.learner, item, asked.seed)
            level = min(asked.level, problem.hints + 1)
            is_at_hand = asked.step == problem.now and room.may_open(asked.learner, problem)
            if level > problem.hints and is_at_hand:
                facts = {"learner": asked.learner, "item": item, "seed": asked.seed}
                facts |= {"step": asked.step, "level": level}
                self._check_room()
                self.deed(room.class_id, "hint", facts, is_urgent=False)
            return self._told(room, hint(room, asked, level))

    def appeal(self, device: Device, sent: Appeal) -> Next:
        """The question that comes where `sent` says that one is not the right one.

        The same appeal again is answered again and counts once; of a question that is over,
        nothing follows. Raises Refused for what `answer` would refuse, too.
        """
        with self.lock:
            room, item = self._beside(device, sent)
            learner, at = sent.learner, room.answers(sent.learner)
            made = room.appeals.said(learner, sent.says, item, sent.seed, at=at)
            problem = room.problem(learner, item, sent.seed)
            if made is None and room.may_open(learner, problem):
                self._check_room()
                facts = decide(room, learner, sent.says, item, sent.seed)
                self.deed(room.class_id, "appeal", facts | {"step": sent.step})
                made = room.appeals.of(learner)[-1]
            return self._told(room, appeal(room, sent, made))

    def hand(self, device: Device, sent: Hand) -> Next:
        """What is at hand once the learner's hand is up, or down again; nothing else changes.

        Raises Refused for what `answer` would refuse, too.
        """
        with self.lock:
            room, item = self._beside(device, sent)
            if sent.is_up != is_up(room.hands, sent.learner):
                self._check_room()
                where = {"item": item, "seed": sent.seed, "step": sent.step}
                whose = {"learner": sent.learner, "is_up": sent.is_up, "by": "learner"}
                self.deed(room.class_id, "hand", whose | where)
            return self._told(room, first(room, sent.learner))

    def resting(self, class_id: int) -> dict[int, Resting]:
        """Who rests now by the teacher's rule, each with why."""
        with self.lock:
            room, now = self.rooms[class_id], self.now()
            if not room.rests.rule.is_on:
                return {}
            found = {learner: resting(room, learner, now) for learner in room.places}
            return {learner: one for learner, one in found.items() if one is not None}

    def now(self) -> When:
        """This instant, as a row of the log would have it."""
        hub_boot, now = self._ledger.now()
        return When(hub_boot, now.monotonic_ms, now.wall_s, int(now.is_trusted))

    def deed(
        self, class_id: int, kind: str, facts: dict[str, Any], *, is_urgent: bool = True
    ) -> int:
        """Logs a change of what the class does next, and lets it count; gives its hub_seq."""
        with self.lock:
            self._ledger.check_room()
            row = self._ledger.event(class_id, kind, facts)
            self.rooms[class_id].apply(row)
            self._ledger.append(row, is_urgent=is_urgent)
            return row.hub_seq

    def _told(self, room: Room, reply: Next) -> Next:
        """`reply`, in a rest without a question."""
        return rested(room, reply, self.now()) if room.rests.rule.is_on else reply

    def _admit(self, room: Room, device: Device, sent: Answer) -> int:
        """The place of the answered item; Refused for what this class does not take.

        A refusal for good is logged, without the answer: the device may go on behind it.
        """
        is_new = sent.device_seq > (last := position(room, device, sent))
        if sent.device_seq > last + 1:
            self.on_gap(device, sent.boot, last + 1)
            raise Refused("out_of_sequence", expected=last + 1)
        self._check_room()
        reason = fault(room, device, sent, self._devices)
        if reason is None:
            return room.pack.item_index[sent.item]
        if is_new:
            place = {"device": device.id, "boot": sent.boot, "device_seq": sent.device_seq}
            facts = {**place, "reason": reason}
            self.deed(room.class_id, "refused", facts, is_urgent=False)
        raise Refused(reason)

    def _beside(self, device: Device, asked: Aside) -> tuple[Room, int]:
        """The class and the item of a request beside an answer; Refused for what is none."""
        room = self.rooms[device.class_id]
        reason = aside_fault(room, device, asked, self._devices)
        if reason is not None:
            raise Refused(reason)
        return room, room.pack.item_index[asked.item]

    def _check_room(self) -> None:
        try:
            self._ledger.check_room()
        except StoreFull as error:
            raise Refused("hub_full") from error

    def _count(
        self,
        room: Room,
        device: Device,
        sent: Answer,
        graded: tuple[int, Verdict],
        *,
        is_urgent: bool,
    ) -> None:
        """Traces the answer, chooses what is next, and queues the row in the same order."""
        item, verdict = graded
        row = self._ledger.attempt(room.class_id, device.id, sent, item, verdict)
        p = room.apply(row)
        row = row._replace(p=p, next_item=room.next_item(sent.learner))
        self._ledger.append(row, is_urgent=is_urgent)
        for watcher in self.watchers:
            watcher(row)

"""Pictures and recordings of a pack: each is there, is what it says, is small, and is used."""

from __future__ import annotations

from dataclasses import dataclass, field

from models.domain.carried import MediaFile, first_of, image_names, recorded
from models.domain.container import ArchiveFault
from models.domain.faults import PackFault
from models.domain.images import IMAGES, check_image
from models.domain.lint.source import Source
from models.domain.lint.subject import Asked, Subject
from models.domain.messages import MessageFault, parse
from models.domain.recordings import SOUNDS, check_recording
from models.domain.showing import IMAGE, Showing

#: Half a minute of one voice at 32 kbit/s; loaded only by who taps to hear it.
MOST_RECORDING_BYTES = 120 * 1024


@dataclass
class Media:
    """The files of `media/`, and which of them are used."""

    source: Source
    used: set[str] = field(default_factory=set)

    def is_needed(self, subject: Subject) -> bool:
        """Whether the item or a step of it shows a file."""
        return any(map(_is_image, subject.asked()))

    def need_item(self, subject: Subject, showings: list[Showing]) -> None:
        """Looks up the pictures of an item in the language of `showings`."""
        for asked in subject.asked():
            if _is_image(asked):
                for showing in showings:
                    self._need(subject, asked, showing)

    def check_files(self) -> None:
        """Each file by itself."""
        for name, file in self.source.media.items():
            try:
                self._check(name, file)
            except ArchiveFault as fault:
                self.source.fault(fault)

    def tell_unused(self) -> None:
        """Notes files that nothing shows."""
        for name in self.source.media.keys() - self.used:
            if recorded(name) is None:
                self.source.warning(name, "$", "nothing shows this file")

    def _need(self, subject: Subject, asked: Asked, showing: Showing) -> None:
        path = f"{asked.path}.picture"
        try:
            name = showing.image_name(asked.picture or {})
        except PackFault as fault:
            subject.count(path, "is no image", showing.made, detail=str(fault))
            return
        tag = showing.locale.tag
        found = first_of(self.source.media, image_names(name, tag, self.source.default_locale))
        if found is None:
            what = "there is no such file in the pack"
            subject.count(path, what, showing.made, tag=tag, detail=f"media/{name}")
        elif found.name.rpartition(".")[2] not in IMAGES:
            what = f"is no picture: those are {', '.join(IMAGES)}"
            subject.count(path, what, showing.made, tag=tag, detail=found.name)
        else:
            self.used.add(found.name)

    def _check(self, name: str, file: MediaFile) -> None:
        suffix, body = name.rpartition(".")[2], file.read()
        if suffix in IMAGES:
            check_image(name, body)
        elif suffix in SOUNDS:
            self._check_recording(name, body)

    def _check_recording(self, name: str, body: bytes) -> None:
        if len(body) > MOST_RECORDING_BYTES:
            most = f"{MOST_RECORDING_BYTES:,}"
            self._error(name, f"weighs {len(body):,} bytes, and may weigh {most}")
        check_recording(name, body)
        place = recorded(name)
        if place is None:
            self._error(name, "no text can have this sound: it is media/audio/LANGUAGE/KEY.mp3")
            return
        tag, key = place
        text = self.source.texts.get(tag, {}).get(key)
        if text is None:
            self._error(name, f"locales/{tag}.json has no text '{key}' that it could say")
            return
        try:
            slots = parse(text).slots
        except MessageFault:
            return  # Told where the texts are read.
        if slots:
            told = f"the text '{key}' has slots, and a recording says the same each time"
            self._error(name, f"{told}: {', '.join(sorted(slots))}")
        if name.endswith(".ogg") and f"{name.removesuffix('.ogg')}.mp3" in self.source.media:
            self._error(name, "this text is recorded twice: mp3 is the one that is played")

    def _error(self, name: str, message: str) -> None:
        self.source.error(name, "$", message)


def _is_image(asked: Asked) -> bool:
    return asked.picture is not None and asked.picture.get("kind") == IMAGE

"""The hub's voice: small sounds made once, by one process at a time, kept up to a size."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest

from hub.speech import narrator as narrator_module
from hub.speech import speaker
from hub.speech.narrator import FAILURES, MOST_WAITING, REST_S, Narrator, Silent
from hub.speech.shelf import Shelf
from hub.speech.voices import as_said, languages, voice
from tests.hub.voice import fake, real, tone, until

TEXTS = {
    "en": "How many mangoes? 3 plus 4 equals what number",
    "sw": "Kuna maembe mangapi? 3 kujumlisha 4 ni sawa na namba gani",
    "ar": "كم عدد النقاط كلها؟",
}
#: A question in 16 bits at espeak-ng's own rate would be 44 KB a second.
BYTES_PER_S = 11_025


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    made = Shelf(tmp_path / "sounds", spare=0)
    made.start()
    return made


def narrator(
    program: Path | None, shelf: Shelf, *, limit_s: float = 10.0, patience_s: float = 6.0
) -> Narrator:
    made = Narrator(program, shelf, limit_s=limit_s, patience_s=patience_s)
    made.start()
    assert made.is_known(60)
    return made


@pytest.mark.parametrize("tag", TEXTS)
def test_each_language_of_the_starter_is_spoken_small(shelf: Shelf, tag: str) -> None:
    sound = narrator(real(), shelf).say(TEXTS[tag], tag)
    assert sound[:4] == b"RIFF"
    # Format 7 is mu-law, one channel, 11,025 samples of 8 bits.
    assert sound[20:24] == b"\x07\0\x01\0"
    assert int.from_bytes(sound[24:28], "little") == BYTES_PER_S
    assert int.from_bytes(sound[4:8], "little") == len(sound) - 8
    assert 1.0 < len(sound) / BYTES_PER_S < 8.0


def test_the_same_text_is_made_once_and_is_there_after_a_start(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    program = fake(tmp_path, f"echo . >> {calls}; cat {tone(tmp_path)}")
    first, second = Shelf(tmp_path / "sounds", spare=0), Shelf(tmp_path / "sounds", spare=0)
    sounds = [narrator(program, first).say("Three", "en") for _ in range(2)]
    assert narrator(program, second).say("Three", "en-GB") == sounds[0] == sounds[1]
    assert calls.read_text() == ".\n"


def test_mu_law_gives_each_sample_back_to_a_sixteenth() -> None:
    table = speaker._mu_laws()
    for sample in range(-32_600, 32_600, 37):
        back = _decoded(table[sample + 32_768 >> 3])
        assert abs(back - sample) <= max(12, abs(sample) / 16)


@pytest.mark.parametrize("wav", [b"", b"RIFF", b"hello" * 20, bytes(200)])
def test_what_is_no_sound_is_refused_by_name(wav: bytes) -> None:
    with pytest.raises(speaker.NoSound):
        speaker.small(wav)


def test_a_hub_without_the_program_says_that_it_has_no_voice(shelf: Shelf) -> None:
    silent = narrator(None, shelf)
    assert not silent.can_say("en")
    with pytest.raises(Silent) as raised:
        silent.say("Three", "en")
    assert raised.value.retry_s is None


def test_a_language_without_a_voice_is_not_read_by_another(shelf: Shelf) -> None:
    found = languages(real())
    assert {voice(tag, found) for tag in TEXTS} == set(TEXTS)
    # Hausa and Somali have none in espeak-ng 1.51; Brazilian Portuguese is one of Portuguese.
    assert [voice(tag, found) for tag in ("ha", "so", "pt-BR")][:2] == [None, None]
    assert not narrator(real(), shelf).can_say("ha")


def test_a_machine_that_is_busy_at_the_start_finds_its_voices_later(
    tmp_path: Path,
    shelf: Shelf,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(narrator_module, "LOOKS_S", (0.1, 600.0))
    is_calm = tmp_path / "calm"
    program = fake(tmp_path, "true", busy=f"while [ ! -e {is_calm} ]; do sleep 0.05; done")
    made = Narrator(program, shelf)
    made.start()
    until(lambda: "voices_not_known" in caplog.text)
    # A page that is drawn now may be heard in a moment, in any language.
    assert made.can_say("en")
    assert made.can_say("ha")
    with pytest.raises(Silent) as raised:
        made.say("Three", "en")
    assert raised.value.retry_s == 2.0
    is_calm.touch()
    assert made.is_known(60)
    assert made.can_say("en")
    assert not made.can_say("ha")


@pytest.mark.parametrize(
    "body", ["kill -9 $$", "exit 1", "echo hello", "true", "kill -SEGV $$"]
)
def test_a_voice_that_dies_is_silent_and_nothing_is_kept(
    tmp_path: Path, shelf: Shelf, body: str
) -> None:
    with pytest.raises(Silent) as raised:
        narrator(fake(tmp_path, body), shelf).say("Three", "en")
    assert raised.value.retry_s
    assert list((tmp_path / "sounds").iterdir()) == []


def test_a_voice_that_hangs_is_ended_with_all_that_it_started(
    tmp_path: Path, shelf: Shelf
) -> None:
    note = tmp_path / "pid"
    program = fake(tmp_path, f"echo $$ > {note}.new; mv {note}.new {note}; exec sleep 60")
    # A slow machine may not even have begun within the first limit.
    for limit_s in (1.5, 3.0, 6.0):
        with pytest.raises(Silent):
            narrator(program, shelf, limit_s=limit_s).say("Three", "en")
        if note.exists():
            break
    until(lambda: _is_gone(int(note.read_text())))


def test_a_voice_that_fails_again_and_again_is_left_alone_for_a_while(
    tmp_path: Path, shelf: Shelf
) -> None:
    calls, now = tmp_path / "calls", [0.0]
    program = fake(tmp_path, f"echo . >> {calls}; exit 1")
    made = Narrator(program, shelf, monotonic=lambda: now[0])
    made.start()
    assert made.is_known(60)
    for _ in range(FAILURES + 4):
        with pytest.raises(Silent):
            made.say("Three", "en")
    assert calls.read_text() == ".\n" * FAILURES
    now[0] = REST_S + 1
    fake(tmp_path, f"cat {tone(tmp_path)}")
    assert made.say("Three", "en")


def test_one_speaks_at_a_time_and_a_crowd_is_sent_away(tmp_path: Path, shelf: Shelf) -> None:
    turns = tmp_path / "turns"
    sound = tone(tmp_path)
    program = fake(tmp_path, f"echo + >> {turns}; sleep 0.1; echo - >> {turns}; cat {sound}")
    made = narrator(program, shelf, patience_s=600.0)
    heard: list[str] = []

    def ask(number: int) -> None:
        try:
            made.say(f"Number {number % 4}", "en")
            heard.append("sound")
        except Silent as silent:
            heard.append(f"again in {silent.retry_s}")

    threads = [threading.Thread(target=ask, args=(at,)) for at in range(MOST_WAITING + 8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(heard) <= {"sound", "again in 2.0"}
    assert heard.count("sound") >= MOST_WAITING
    # Four texts among them: each made once, none while another was.
    assert turns.read_text().split() == ["+", "-"] * 4


def test_a_full_disk_keeps_no_sound_and_the_text_is_heard(tmp_path: Path) -> None:
    full = Shelf(tmp_path / "sounds", spare=2**62)
    said = narrator(fake(tmp_path, f"cat {tone(tmp_path)}"), full).say("Three", "en")
    assert said[:4] == b"RIFF"
    assert list((tmp_path / "sounds").iterdir()) == []


def test_a_folder_that_cannot_be_had_keeps_no_sound(tmp_path: Path) -> None:
    (tmp_path / "sounds").write_text("in the way")
    broken = Shelf(tmp_path / "sounds", spare=0)
    program = fake(tmp_path, f"cat {tone(tmp_path)}")
    assert narrator(program, broken).say("Three", "en")[:4] == b"RIFF"


def test_the_shelf_drops_what_was_not_heard_for_longest(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "sounds", limit=250, spare=0)
    shelf.start()
    keys = [f"{at:032x}" for at in range(3)]
    assert all(shelf.put(key, bytes(100)) for key in keys[:2])
    assert shelf.get(keys[0]) == bytes(100)
    assert shelf.put(keys[2], bytes(100))
    assert [shelf.get(key) is None for key in keys] == [False, True, False]
    assert shelf.size == 200 == sum(one.stat().st_size for one in _files(tmp_path))


def test_a_file_that_the_power_took_half_of_is_made_again(tmp_path: Path) -> None:
    key = "a" * 32
    first = Shelf(tmp_path / "sounds", spare=0)
    first.start()
    first.put(key, b"sound" * 100)
    (whole,) = _files(tmp_path)
    whole.write_bytes(b"sound" * 50)
    (tmp_path / "sounds" / "left.new").write_bytes(b"half")
    again = Shelf(tmp_path / "sounds", spare=0)
    again.start()
    assert again.get(key) is None
    assert _files(tmp_path) == []
    assert again.put(key, b"sound" * 100)
    assert again.get(key) == b"sound" * 100


def test_what_a_text_holds_is_said_and_never_obeyed(tmp_path: Path, shelf: Shelf) -> None:
    note = tmp_path / "heard"
    program = fake(tmp_path, f"cat > {note}; cat {tone(tmp_path)}")
    wild = "-w ./x; $(reboot) [[h@'loU]] <break/> `id`\n\0 --help"
    narrator(program, shelf).say(wild, "en")
    assert note.read_text() == "-w ./x; $(reboot) h@'loU break/ id --help"


def test_the_arabic_for_how_many_is_not_said_as_kilometre() -> None:
    assert as_said("كم عدد النقاط؟ هنا كمية", "ar") == "كَم عدد النقاط؟ هنا كمية"
    assert as_said("أي حرف: أ، ب، ج أم د؟ عُدّ!", "ar") == "أي حرف: أ، ب، ج أم دال؟ عُدّ!"


def test_a_stopped_hub_leaves_no_voice_behind(tmp_path: Path, shelf: Shelf) -> None:
    note = tmp_path / "pid"
    made = narrator(fake(tmp_path, f"echo $$ > {note}; exec sleep 60"), shelf)
    asking = threading.Thread(target=_expect_silence, args=(made,))
    asking.start()
    until(lambda: note.exists() and note.read_text() != "")
    made.stop()
    asking.join(60)
    assert not asking.is_alive()
    until(lambda: _is_gone(int(note.read_text())))


def _expect_silence(made: Narrator) -> None:
    with pytest.raises(Silent):
        made.say("Three", "en")


def _decoded(code: int) -> int:
    turned = ~code & 0xFF
    magnitude = (((turned & 15) << 3) + 132 << (turned >> 4 & 7)) - 132
    return -magnitude if turned & 0x80 else magnitude


def _files(folder: Path) -> list[Path]:
    return sorted((folder / "sounds").glob("*.wav"))


def _is_gone(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGCONT)
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except (ProcessLookupError, FileNotFoundError):
        return True


def test_a_shelf_with_strange_things_on_it_begins_all_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "sounds"
    (folder / "somebody's folder").mkdir(parents=True)
    (folder / "half.new").write_bytes(b"cut")
    shelf = Shelf(folder, spare=0)
    shelf.start()
    assert shelf.size == 0
    assert [one.name for one in folder.iterdir()] == ["somebody's folder"]

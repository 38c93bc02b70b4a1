"""Which languages espeak-ng speaks on this machine, and what it is told to say them well."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from models.domain.locales import fallback

#: The program that reads aloud, where it is installed.
VOICE = "espeak-ng"
#: A list of 130 lines; measured: 20 ms. A board that boots from a card may take seconds.
LIMIT_S = 5.0
#: More than any question has; a voice that never ends helps nobody.
LONGEST = 600
#: Slower than its 175 words a minute: people read to children at 120 to 150.
WORDS_PER_MINUTE = 130
# Two brackets would be read as names of sounds; signs that are no text as their names.
_UNSPEAKABLE = re.compile(r"[\x00-\x1f\x7f\[\]<>{}|\\^~`*#_]+")
# What a voice takes for something else, with the marks that say what is meant. espeak-ng
# 1.51 says the Arabic for "how many" as "kilometre", and the letter of a point as "doctor".
_ALONE = r"(?<![\w\u064b-\u0652]){}(?![\w\u064b-\u0652])"
_RESPELLED = {
    "ar": (
        (re.compile(_ALONE.format("كم")), "كَم"),
        (re.compile(_ALONE.format("د")), "دال"),
    )
}


def languages(program: Path, limit_s: float = LIMIT_S) -> frozenset[str]:
    """The languages that `program` has a voice for; none where it does not run.

    Raises TimeoutError when it has not said so within `limit_s`: that it has none is not known.
    """
    try:
        listed = subprocess.run(  # noqa: S603  (a list: no shell reads it)
            [program, "--voices"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=limit_s,
            check=True,
        ).stdout.decode(errors="replace")
    except subprocess.TimeoutExpired as error:
        raise TimeoutError(f"{program} named no voices within {limit_s:g} s") from error
    except (OSError, subprocess.SubprocessError):
        return frozenset()
    rows = (line.split() for line in listed.splitlines()[1:])
    return frozenset(row[1] for row in rows if len(row) > 1)


def voice(tag: str, spoken: frozenset[str]) -> str | None:
    """The voice for the language `tag` among those that are `spoken`; None for none."""
    for one in fallback(tag):
        if any(other == one or other.startswith(f"{one}-") for other in spoken):
            return one
    return None


def as_said(text: str, voice: str) -> str:
    """`text` without what a voice would stumble over."""
    plain = " ".join(_UNSPEAKABLE.sub(" ", text).split())[:LONGEST]
    for pattern, better in _RESPELLED.get(voice, ()):
        plain = pattern.sub(better, plain)
    return plain

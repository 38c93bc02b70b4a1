"""Where Debian keeps the fonts that go into the file; nothing is shipped with the hub."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

DEBIAN = Path("/usr/share/fonts/truetype")


@dataclass(frozen=True, slots=True)
class Font:
    """A font file and the Debian package that brings it; ./start installs both packages."""

    path: Path
    package: str


#: Letters of Latin, Arabic, Cyrillic, Greek, Hebrew and some more scripts. The regular face:
#: the bold one has fewer letters.
WORDS = Font(DEBIAN / "dejavu/DejaVuSans.ttf", "fonts-dejavu-core")
#: The pictures of the cards, in colour.
PICTURES = Font(DEBIAN / "noto/NotoColorEmoji.ttf", "fonts-noto-color-emoji")
ALL = (WORDS, PICTURES)

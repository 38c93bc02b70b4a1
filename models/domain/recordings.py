"""Recorded words: whether a file is the sound that its name says.

Two formats. mp3 is played by all browsers of tablets, old Chrome and iPads among them; ogg
(Vorbis, Opus) is free and small, but older iPads are silent at it. m4a is not taken: its
container may as well hold a film, and nothing plays it that does not play mp3.
"""

from __future__ import annotations

from models.domain.container import ArchiveFault

SOUNDS = ("mp3", "ogg")
#: Layer III in kbit/s by the header's four bits: MPEG 1, then 2 and 2.5 (ISO 11172-3, 13818-3).
_RATES_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_RATES_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_HERTZ = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_MPEG_1, _LAYER_3 = 3, 1
_ID3_HEAD = 10


def check_recording(name: str, body: bytes) -> None:
    """Raises ArchiveFault unless the sound `name` begins as its format does, twice in a row."""
    if name.endswith(".mp3"):
        first = _after_tag(body)
        length = _frame_length(body[first : first + 4])
        second = body[first + length : first + length + 4]
        # A header is easily met by chance, a second one in its place is not.
        if not length or not _frame_length(second):
            raise ArchiveFault("is no mp3: no two frames of sound follow each other", file=name)
    elif not _begins_ogg_sound(body):
        raise ArchiveFault("is no sound of Vorbis or Opus in an ogg", file=name)


def _after_tag(body: bytes) -> int:
    """Where the sound begins behind a tag (ID3v2.4, section 3.1: 7 bits of each byte)."""
    if not body.startswith(b"ID3") or len(body) < _ID3_HEAD:
        return 0
    size = 0
    for byte in body[6:_ID3_HEAD]:
        size = size << 7 | byte & 0x7F
    return _ID3_HEAD + size


def _frame_length(head: bytes) -> int:
    """The bytes of the frame that `head` begins; 0 where it begins none."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return 0
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    rate, hertz, is_padded = head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if version not in _HERTZ or layer != _LAYER_3 or not 0 < rate < 15 or hertz == 3:
        return 0
    kbit = (_RATES_1 if version == _MPEG_1 else _RATES_2)[rate]
    slots = 144_000 if version == _MPEG_1 else 72_000
    return slots * kbit // _HERTZ[version][hertz] + is_padded


def _begins_ogg_sound(body: bytes) -> bool:
    """An ogg's first page holds the head of its codec (RFC 3533, 5334; RFC 7845 for Opus)."""
    if len(body) < 28 or not body.startswith(b"OggS\0"):
        return False
    packet = body[27 + body[26] :]
    return packet.startswith((b"\x01vorbis", b"OpusHead"))

"""Says one text with espeak-ng, as a small sound: run as a process of its own, at low priority.

    python -I -S speaker.py PROGRAM VOICE WORDS_PER_MINUTE < text > sound.wav

espeak-ng writes 22,050 samples a second of 16 bits, 44 KB/s. What goes to tablets is half as
many samples in mu-law (ITU-T G.711), 8 bits that hear like 12: 11 KB/s. It imports nothing but
the standard library, so that it starts in 15 ms beside a hub that answers.
"""

from __future__ import annotations

import array
import os
import resource
import struct
import subprocess
import sys
from contextlib import suppress

#: For espeak-ng with its longest text; measured: 30 ms for a question.
LIMIT_S = 8
_SPOKEN_RATE = 22_050
_MU_LAW = 7
#: Below it nothing is heard: -56 dB of the loudest.
_SILENCE = 50
#: What is left of the silence around the words, in samples: 0.1 s.
_MARGIN = 1_100


class NoSound(Exception):
    """espeak-ng gave something else than the sound that was asked for."""


def main(arguments: list[str]) -> int:
    """The process: 0 with the sound on its output, else 1 with a reason on the other one."""
    program, voice, words_per_minute = arguments
    # A system that forbids it has its own idea of who comes first.
    with suppress(PermissionError):
        os.nice(19)
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT_S, LIMIT_S))
    try:
        said = speak(program, voice, int(words_per_minute), sys.stdin.buffer.read())
        sys.stdout.buffer.write(small(said))
    except (NoSound, OSError, subprocess.TimeoutExpired) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def speak(program: str, voice: str, words_per_minute: int, text: bytes) -> bytes:
    """What `program` says, as WAV. The text goes in by its input: none of it is an option."""
    command = [program, "-v", voice, "-s", str(words_per_minute), "-b", "1"]
    ended = subprocess.run(  # noqa: S603  (a list: no shell reads it)
        [*command, "--stdin", "--stdout"],
        input=text,
        capture_output=True,
        timeout=LIMIT_S,
        check=False,
    )
    if ended.returncode != 0:
        told = ended.stderr.decode(errors="replace").strip()[-200:]
        raise NoSound(f"{program} ended with {ended.returncode}: {told}")
    return ended.stdout


def small(wav: bytes) -> bytes:
    """`wav` at half the rate in mu-law, without the silence around; raises NoSound."""
    samples = _without_silence(_halved(_samples(wav)))
    if not samples:
        raise NoSound("nothing can be heard in it")
    return _file(bytes(map(_mu_laws().__getitem__, (one + 32_768 >> 3 for one in samples))))


def _samples(wav: bytes) -> array.array[int]:
    """The samples; a stream's header does not know how many there are."""
    if wav[:4] != b"RIFF" or wav[8:16] != b"WAVEfmt " or wav[36:40] != b"data":
        raise NoSound(f"{len(wav)} bytes that are no WAV")
    kind, channels, rate, _, _, bits = struct.unpack("<HHIIHH", wav[20:36])
    if (kind, channels, rate, bits) != (1, 1, _SPOKEN_RATE, 16):
        raise NoSound(f"a sound of another kind: {kind} {channels} {rate} {bits}")
    samples = array.array("h", wav[44 : len(wav) - len(wav) % 2])
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def _halved(samples: array.array[int]) -> list[int]:
    """Every second sample behind a half-band filter: what is too high for the rate goes."""
    padded = array.array("h", bytes(6)) + samples + array.array("h", bytes(8))
    rows = (padded[at:-8:2] for at in (0, 2, 3, 4, 6))
    halved = (
        16 * middle + 9 * (left + right) - (further_left + further_right) >> 5
        for further_left, left, middle, right, further_right in zip(*rows, strict=False)
    )
    return [max(-32_768, min(one, 32_767)) for one in halved]


def _without_silence(samples: list[int]) -> list[int]:
    heard = [at for at, one in enumerate(samples) if abs(one) > _SILENCE]
    if not heard:
        return []
    return samples[max(0, heard[0] - _MARGIN) : heard[-1] + _MARGIN]


def _mu_laws() -> bytes:
    """The code of each sample, by its upper 13 bits: mu-law's finest step is 8 of 16 bits."""
    return bytes(_mu_law(upper * 8 - 32_768) for upper in range(1 << 13))


def _mu_law(sample: int) -> int:
    """G.711: sign, three bits of exponent, four of mantissa, all turned over."""
    sign = 0x80 if sample < 0 else 0
    magnitude = min(abs(sample), 32_635) + 132
    exponent = magnitude.bit_length() - 8
    return ~(sign | exponent << 4 | magnitude >> exponent + 3 & 15) & 0xFF


def _file(codes: bytes) -> bytes:
    rate = _SPOKEN_RATE // 2
    form = struct.pack("<HHIIHHH", _MU_LAW, 1, rate, rate, 1, 8, 0)
    parts = ((b"fmt ", form), (b"fact", struct.pack("<I", len(codes))), (b"data", codes))
    body = b"WAVE" + b"".join(_part(name, part) for name, part in parts)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _part(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

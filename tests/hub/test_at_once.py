"""Types that several threads read are known before the first of them comes."""

from __future__ import annotations

import subprocess
import sys

#: What the library calls for a type that it has not met yet; its name is all that is used.
LEARNS = "get_class_annotations"
SCRIPT = f"""
import sys
import msgspec
import hub.web.learner.lesson
from devices import messages
from models.domain import pack, pictures, speech

met = []

def watch(frame, event, _):
    if event == "call" and frame.f_code.co_name == "{LEARNS}":
        met.append(frame)

class Unknown(msgspec.Struct):
    one: int

structs = [one for one in vars(messages).values() if isinstance(one, msgspec.StructMeta)]
kinds = [one for one in structs if one.__module__ == messages.__name__]
sys.setprofile(watch)
for kind in (*kinds, pack.Item, pack.Template, pictures.Picture, speech.Table):
    msgspec.json.Decoder(kind)
print(len(kinds), len(met))
msgspec.json.Decoder(Unknown)
print(len(met))
"""


def test_threads_never_meet_a_type_for_the_first_time() -> None:
    # Two that do at once end the process: seen with devices, made small with four threads.
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True
    )
    (kinds, met), (after,) = (map(int, line.split()) for line in done.stdout.splitlines())
    assert kinds > 10
    assert met == 0, "several threads may be the first to read one of the types"
    assert after == 1, "the watch saw nothing where there was something"

from types import SimpleNamespace
from models.domain.pieces import plain


def speak(pieces, locale):
    return SimpleNamespace(text=plain(pieces))

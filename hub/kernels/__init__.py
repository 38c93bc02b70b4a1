"""The one door to the Rust kernels: tracing answers and planning the next item."""

from __future__ import annotations

from hub.errors import MissingPart

try:
    from hub._core import (
        ARITHMETIC,
        MASTERED,
        WEIGHT_NAMES,
        AheadNode,
        Choice,
        Evidence,
        Prediction,
        Rules,
        Stated,
        Traced,
        Tracer,
        __version__,
        build_profile,
    )
except ImportError as error:
    raise MissingPart(
        part="The compiled part hub/_core",
        remedy="Install the mangotree wheel of this machine, "
        "or build it where the source is: maturin develop -r",
    ) from error

__all__ = [
    "ARITHMETIC",
    "MASTERED",
    "WEIGHT_NAMES",
    "AheadNode",
    "Choice",
    "Evidence",
    "Prediction",
    "Rules",
    "Stated",
    "Traced",
    "Tracer",
    "__version__",
    "build_profile",
    "require_release",
]


def require_release() -> None:
    """Refuses a debug build, whose times say nothing about a class."""
    if build_profile != "release":
        raise MissingPart(
            part="A release build of hub/_core",
            remedy="This one is a debug build; build it again: maturin develop -r",
        )

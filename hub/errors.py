"""What can go wrong in the hub, each with the facts that a message needs."""

from __future__ import annotations

from devices.messages import Refusal


class HubError(Exception):
    """The root: every error that the hub raises on purpose."""


class MissingPart(HubError):
    """A part that the hub cannot run without is not there.

    `part` names it, `remedy` is the sentence that says what to do.
    """

    def __init__(self, *, part: str, remedy: str) -> None:
        super().__init__(f"{part} is missing. {remedy}")
        self.part = part
        self.remedy = remedy


class SettingsError(HubError):
    """A settings file says something that the hub does not understand."""

    def __init__(self, message: str, *, key: str, line: int | None) -> None:
        super().__init__(message)
        self.key = key
        self.line = line


class StoreError(HubError):
    """The database cannot be opened or is not what it should be."""


class PackBroken(StoreError):
    """A pack in the database is gone, or has other bytes than came; `digest` names it."""

    def __init__(self, digest: str, why: str) -> None:
        super().__init__(
            f"The pack {digest[:8]} cannot be read ({why}). Nothing is lost: a pack that came "
            "with the hub is put back at its next start; of any other, install the file again, "
            "then start the hub."
        )
        self.digest = digest


class StoreFull(StoreError):
    """More answers wait for the disk than the hub may hold in memory."""


class HomeInUse(HubError):
    """Another hub already runs on this data folder."""


class BrokerError(HubError):
    """The broker could not start, or is gone for good."""


class WebError(HubError):
    """The pages cannot be served."""


class PackError(HubError):
    """A content pack is not what it should be; `where` names file and key."""

    def __init__(self, message: str, *, where: str) -> None:
        super().__init__(f"{where}: {message}")
        self.where = where


class ModelError(HubError):
    """A fitted model is not what it should be, is not there, or fits no class."""


class Refused(HubError):
    """An answer or a request that the hub does not take; `reason` is the wire's code."""

    def __init__(self, reason: Refusal, *, expected: int = 0, retry_ms: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.expected = expected
        self.retry_ms = retry_ms


class RosterError(HubError):
    """A learner, class, device or teacher is not there, or the request makes no sense."""


class NoPaper(HubError):
    """A file to print could not be made; the cards can be printed from the browser."""


class ClockRefused(HubError):
    """A time that the hub's clock cannot be set to."""


class NotAllowed(HubError):
    """Wrong code, wrong password, or too many tries; `retry_s` says how long to wait."""

    def __init__(self, message: str, *, retry_s: float = 0.0) -> None:
        super().__init__(message)
        self.retry_s = retry_s

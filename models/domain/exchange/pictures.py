"""Pictures from elsewhere: what an imported item may show is judged as the check judges it."""

from __future__ import annotations

import hashlib

from models.domain.container import ArchiveFault
from models.domain.images import IMAGES, check_image
from models.domain.media import check_media


def image_name(path: str, body: bytes) -> str:
    """What the picture `body`, elsewhere at `path`, is called in `media/`: by its bytes.

    Raises ArchiveFault for a file that the check of a pack would refuse.
    """
    suffix = path.rpartition(".")[2].lower()
    suffix = "jpg" if suffix in ("jpeg", "jpe") else suffix
    if suffix not in IMAGES:
        raise ArchiveFault(f"is none of {', '.join(IMAGES)}", file=path)
    name = f"{hashlib.sha256(body).hexdigest()[:16]}.{suffix}"
    check_media(name, body)
    check_image(name, body)
    return name

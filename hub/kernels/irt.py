"""Item response theory: curves, information, scores."""

from __future__ import annotations

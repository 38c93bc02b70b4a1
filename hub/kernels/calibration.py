"""Item banks: calibration, item fit, fairness between groups."""

from __future__ import annotations

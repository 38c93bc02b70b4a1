"""The stack: fitting it, tracing with it, asking what would change a prediction."""

from __future__ import annotations

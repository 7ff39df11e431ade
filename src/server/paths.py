"""Finds the operations of the contract at a path."""

from __future__ import annotations

import re

from accord.generated.operations import OPERATIONS, Operation

_PATTERNS = [(re.compile(operation.pattern), operation) for operation in OPERATIONS.values()]


def operations_at(path: str) -> list[Operation]:
    """Return the operations at a path, one for each method.

    A path of the contract takes precedence over one with parameters that matches it.
    """
    matching = [operation for pattern, operation in _PATTERNS if pattern.fullmatch(path)]
    return [operation for operation in matching if operation.pattern == re.escape(path)] or matching

"""Pydantic models as dictionaries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic_core import SchemaSerializer, core_schema

from accord.generated.base import ContractModel

_ANY = SchemaSerializer(core_schema.any_schema())


def dumped_all(models: Sequence[ContractModel]) -> list[dict[str, Any]]:
    """Return all `models` as dictionaries for chat templates: the contract's names, without nulls.

    The result is that of `model_dump`, in one call for all: a long history has hundreds of messages, and many
    tools.
    """
    dumped: list[dict[str, Any]] = _ANY.to_python(models, by_alias=True, exclude_none=True)
    return dumped

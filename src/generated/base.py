# Written by `python -m codegen` from openapi/. Never edited by hand.
"""What every generated model has in common."""

from typing import Any

from pydantic import BaseModel, BeforeValidator, ConfigDict


def _boolean(value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise ValueError("Input should be a valid boolean")
    return value


BOOLEAN = BeforeValidator(_boolean)
"""Of a literal true or false, which pydantic takes 1 and 0 for."""


class ContractModel(BaseModel):
    """Reads JSON as strictly as the contract says it: no coercion, no NaN, unknown fields kept apart."""

    model_config = ConfigDict(
        strict=True,
        extra="allow",
        allow_inf_nan=False,
        protected_namespaces=(),
        serialize_by_alias=True,
        validate_by_name=True,
        validate_by_alias=True,
    )

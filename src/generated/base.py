# Written by `python -m codegen` from openapi/. Never edited by hand.
"""What every generated model has in common."""

from pydantic import BaseModel, ConfigDict


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

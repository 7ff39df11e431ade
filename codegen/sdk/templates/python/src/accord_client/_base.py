"""What every answer has in common."""

from pydantic import BaseModel, ConfigDict


class Answer(BaseModel):
    """Reads what the server says, and keeps fields that this version does not know."""

    model_config = ConfigDict(extra="allow", protected_namespaces=(), serialize_by_alias=True)

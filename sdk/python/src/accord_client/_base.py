"""The base class of responses."""

from pydantic import BaseModel, ConfigDict


class Answer(BaseModel):
    """A model of the server's data. It keeps fields that this version does not know."""

    model_config = ConfigDict(extra="allow", protected_namespaces=(), serialize_by_alias=True)

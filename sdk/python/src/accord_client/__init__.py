"""The client of an Accord server: `Accord`, and `AsyncAccord` for asynchronous code."""

from accord_client import models, params
from accord_client._errors import AccordError
from accord_client.client import Accord, AsyncAccord

__all__ = ["Accord", "AccordError", "AsyncAccord", "models", "params"]

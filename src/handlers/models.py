"""The models that this server serves."""

from __future__ import annotations

from accord.generated import models
from accord.handlers.call import Call


async def list_models(call: Call) -> models.ModelList:
    """List every name that requests can give in `model`."""
    return models.ModelList(object="list", data=[_model(call, name) for name in call.engine.model_names])


async def retrieve_model(call: Call, parameters: models.RetrieveModelParameters) -> models.ServedModel:
    """Return one model."""
    return _model(call, call.model(parameters.model))


def _model(call: Call, name: str) -> models.ServedModel:
    engine = call.engine
    model = models.ServedModel(id=name, object="model", created=engine.created, owned_by="accord")
    if (adapter := engine.adapters.served.get(name)) is not None:
        names = engine.served_model_names
        model.root = str(adapter.source.path)
        model.parent = adapter.source.base_model if adapter.source.base_model in names else names[0]
    elif (length := engine.max_model_len) is not None:
        model.max_model_len = length
    return model

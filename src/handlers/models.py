"""The models that this server serves."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from accord.engine import AdapterSource
from accord.errors import InvalidRequest
from accord.generated import models
from accord.handlers.call import Call


async def list_models(call: Call, parameters: models.ListModelsParameters) -> models.ModelList:
    """List every name that requests can give in `model`."""
    names = call.engine.model_names
    if parameters.after_id is not None:
        names = names[_index(names, parameters.after_id, "after_id") + 1 :]
    if parameters.before_id is not None:
        names = names[: _index(names, parameters.before_id, "before_id")]
    limit = parameters.limit or len(names)
    page = names[-limit:] if parameters.before_id is not None else names[:limit]
    return models.ModelList(
        object="list",
        data=[_model(call, name) for name in page],
        has_more=len(page) < len(names),
        first_id=page[0] if page else None,
        last_id=page[-1] if page else None,
    )


def _index(names: list[str], name: str, parameter: str) -> int:
    if name not in names:
        raise InvalidRequest(f"{parameter}: there is no model '{name}' to list from.", param=parameter)
    return names.index(name)


async def retrieve_model(call: Call, parameters: models.RetrieveModelParameters) -> models.ServedModel:
    """Return one model."""
    return _model(call, call.model(parameters.model))


async def load_lora_adapter(call: Call, body: models.LoadLoraAdapterRequest) -> str:
    """Load an adapter; the response is vLLM's."""
    source = AdapterSource(body.lora_name, Path(body.lora_path), bool(body.is_3d_lora_weight))
    await call.engine.load_adapter(source, bool(body.load_inplace))
    return f"Success: LoRA adapter '{body.lora_name}' added successfully."


async def unload_lora_adapter(call: Call, body: models.UnloadLoraAdapterRequest) -> str:
    """Unload an adapter; the response is vLLM's."""
    await call.engine.unload_adapter(body.lora_name)
    return f"Success: LoRA adapter '{body.lora_name}' removed successfully."


def _model(call: Call, name: str) -> models.ServedModel:
    engine = call.engine
    model = models.ServedModel(
        id=name,
        object="model",
        created=engine.created,
        owned_by="accord",
        type="model",
        display_name=name,
        created_at=datetime.fromtimestamp(engine.created, UTC),
        lifecycle="active",
    )
    length = engine.max_model_len
    if (adapter := engine.adapters.served.get(name)) is not None:
        names = engine.served_model_names
        model.root = str(adapter.source.path)
        model.parent = adapter.source.base_model if adapter.source.base_model in names else names[0]
    elif length is not None:
        model.max_model_len = length
    if length is not None:
        model.max_input_tokens = model.max_tokens = model.context_length = model.context_window = length
    return model

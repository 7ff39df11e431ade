"""Health, version, metrics, and information about the deployment."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager

from accord.dialects.licenses import license_info, license_text
from accord.dialects.manifest import manifest
from accord.engine.deployment.deployment import Deployment
from accord.engine.deployment.model_files import ModelNotHere, ModelUnreadable
from accord.engine.engine import LOADING_RETRY_SECONDS
from accord.errors import NotReady
from accord.generated import models
from accord.handlers.call import Call
from accord.licenses import own_license
from accord.telemetry.metrics import CONTENT_TYPE, before_scrape, exposition


async def get_health_live(call: Call) -> models.HealthLive:
    """Answer that the process runs."""
    return models.HealthLive(object="health.response", message="The server is live.", status="live")


async def get_health_ready(call: Call) -> models.HealthReady | models.HealthNotReady:
    """Answer whether the model is available."""
    reason = call.services.unready
    if reason is None:
        return models.HealthReady(object="health.response", message="The server is ready.", status="ready")
    call.status = 503
    call.headers["retry-after"] = str(LOADING_RETRY_SECONDS)
    return models.HealthNotReady(object="health.response", message=reason.message, status=reason.status)


async def get_root(call: Call) -> models.Root:
    """Return the version and the links of the deployment."""
    return models.Root(
        name="Accord",
        release=call.services.release,
        models="/v1/models",
        health="/v1/health/ready",
        contract="/openapi.json",
    )


async def get_version(call: Call) -> models.Version:
    """Return the release and the contract's version."""
    return models.Version(release=call.services.release, api=call.services.contract_version)


async def get_metadata(call: Call) -> models.Metadata:
    """Return the model's metadata."""
    deployment = call.engine.deployment
    with _model_is_here():
        url = deployment.files.url
        profile_id = await asyncio.to_thread(_profile_id, deployment)
    return models.Metadata(
        assetInfo=[],
        licenseInfo=license_info(own_license()),
        modelInfo=[models.ModelInfo(shortName=name, modelUrl=url) for name in call.engine.served_model_names],
        repository_override=_repository_override(),
        version=call.services.release,
        selectedModelProfileId=profile_id,
    )


def _profile_id(deployment: Deployment) -> str:
    try:
        return deployment.selected.id
    except ModelUnreadable:
        return ""


async def get_manifest(call: Call) -> models.Manifest:
    """Return the profiles of the model, and which of them this machine supports."""
    with _model_is_here():
        text = await asyncio.to_thread(manifest, call.engine.deployment, call.services.release)
    return models.Manifest(manifest_file=text, repository_override=_repository_override())


async def get_license(call: Call) -> models.License:
    """Return the server's license, and the model's."""
    try:
        of_model = await asyncio.to_thread(lambda: call.engine.deployment.license)
    except ModelNotHere:
        of_model = None
    return license_text(own_license(), of_model)


def _repository_override() -> str:
    """The mirror from which Hugging Face's library downloads models, if one is set."""
    return os.environ.get("HF_ENDPOINT", "")


@contextmanager
def _model_is_here() -> Iterator[None]:
    try:
        yield
    except ModelNotHere as error:
        raise NotReady(str(error), code="model_loading", retry_after=LOADING_RETRY_SECONDS) from error


async def get_metrics(call: Call) -> str:
    """Return the metrics of engine, server and GPUs, formatted in a thread while streams continue."""
    call.headers["content-type"] = CONTENT_TYPE
    before_scrape()
    return await asyncio.to_thread(exposition)


async def get_prometheus_metrics(call: Call) -> str:
    """Return the metrics at the path that scrapers expect."""
    return await get_metrics(call)

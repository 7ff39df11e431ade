"""Licenses in the form of the management endpoints."""

from __future__ import annotations

import hashlib
from typing import Any

from accord.generated import models
from accord.licenses import License


def license_info(own: License) -> models.LicenseInfo:
    """Return the server's license without its text."""
    return models.LicenseInfo(**_described(own))


def license_text(own: License, of_model: License | None) -> models.License:
    """Return the server's license with its text, and the model's where it is known."""
    answer = models.License(**_described(own), content=own.text or "")
    if of_model is not None:
        answer.modelLicense = _model_license(of_model)
    return answer


def _described(own: License) -> dict[str, Any]:
    text = own.text or ""
    return {
        "name": own.name,
        "path": str(own.path),
        "sha": _sha(text),
        "size": len(text),
        "url": own.url or "",
        "type": "file",
    }


def _model_license(of_model: License) -> models.ModelLicense:
    optional: dict[str, Any] = {}
    if of_model.url is not None:
        optional["url"] = of_model.url
    if (text := of_model.text) is not None:
        optional |= {"sha": _sha(text), "size": len(text), "content": text}
    return models.ModelLicense(name=of_model.name, path=str(of_model.path), **optional)


def _sha(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()

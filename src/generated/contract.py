# Written by `python -m codegen` from openapi/. Never edited by hand.
"""The contract."""

VERSION = "0.2.1"

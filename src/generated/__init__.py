# Written by `python -m codegen` from openapi/. Never edited by hand.
"""What codegen makes from the contract."""

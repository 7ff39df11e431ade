"""From the contract in openapi/ to src/generated/."""

"""The client SDKs in sdk/, made from the published document."""

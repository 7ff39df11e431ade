"""The handlers, one module per tag: they map a generated request model to a response model or a stream."""

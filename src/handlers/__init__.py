"""One module a tag, thin: a generated model in, a generated model or an event stream out."""

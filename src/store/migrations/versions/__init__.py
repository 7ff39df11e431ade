"""One module a version. A version that was released is never changed: the next one changes what it made."""

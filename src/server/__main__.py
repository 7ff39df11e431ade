"""`python -m accord.server` is `accord`."""

from accord.server.cli import main

if __name__ == "__main__":
    main()

"""Putting it together: settings, command line, the Connexion application, errors, lifespan."""

"""The error that ends a command of ``embedlab``."""


class CommandError(Exception):
    """A command cannot be carried out; the message is for whoever typed it, and says what helps."""

"""A package that knows its version."""

__version__ = "0.4.0.dev0"

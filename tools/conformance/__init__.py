"""Conformance: folders of other people's models, run as they are; nothing of them is part of the project."""

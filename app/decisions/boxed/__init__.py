"""Boxed expressions: what the logic of a decision can be."""

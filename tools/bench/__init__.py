"""Measuring: the figures the product promises, over HTTP, against the server that `make run` starts."""

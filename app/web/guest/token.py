"""The token of a guest link: random, and signed so that only this installation can have made it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

_RANDOM = 32  # characters of 24 bytes
_SIGNATURE = 16  # characters of 12 bytes


def new_token(secret: str) -> str:
    """48 characters that stand in an address."""
    random = secrets.token_urlsafe(24)
    return random + _signature(random, secret)


def is_ours(token: str, secret: str) -> bool:
    """Whether this installation made the token; compares in constant time."""
    random, signature = token[:_RANDOM], token[_RANDOM:]
    return hmac.compare_digest(signature.encode(), _signature(random, secret).encode())


def _signature(random: str, secret: str) -> str:
    made = hmac.new(secret.encode(), b"guest link " + random.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made)[:_SIGNATURE].decode()

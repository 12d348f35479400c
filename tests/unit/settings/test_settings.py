"""What a setting may say, and the sentence that names it when it says something else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from app import settings
from app.settings import Limit, Settings, SettingsError


def load(folder: Path, **env: str) -> Settings:
    return settings.load({"AFTERCARE_DATA": str(folder), "AFTERCARE_SECRET_KEY": "x" * 40, **env})


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("", Limit(10, timedelta(minutes=1))),
        ("10 per minute", Limit(10, timedelta(minutes=1))),
        ("20 per 5 minutes", Limit(20, timedelta(minutes=5))),
        ("3 per hour", Limit(3, timedelta(hours=1))),
        ("1 per 30 seconds", Limit(1, timedelta(seconds=30))),
    ],
)
def test_the_limit_of_logins_is_read_like_a_sentence(tmp_path: Path, said: str, meant: Limit) -> None:
    assert load(tmp_path, AFTERCARE_LOGIN_LIMIT=said).login_limit == meant


@pytest.mark.parametrize("said", ["ten per minute", "10", "0 per minute", "5 per 0 minutes", "5 per 25 hours"])
def test_another_limit_is_refused_by_its_name(tmp_path: Path, said: str) -> None:
    with pytest.raises(SettingsError, match="AFTERCARE_LOGIN_LIMIT"):
        load(tmp_path, AFTERCARE_LOGIN_LIMIT=said)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("", ""),
        ("https://service.example.com", "https://service.example.com"),
        ("https://service.example.com/", "https://service.example.com"),
        ("http://10.0.0.7:8000/aftercare/", "http://10.0.0.7:8000/aftercare"),
    ],
)
def test_the_public_address_has_no_slash_at_its_end(tmp_path: Path, said: str, meant: str) -> None:
    assert load(tmp_path, AFTERCARE_URL=said).public_url == meant


@pytest.mark.parametrize("said", ["service.example.com", "ftp://x", "https://", "https://me@x", "https://x/?a=1"])
def test_what_is_no_address_is_refused_by_its_name(tmp_path: Path, said: str) -> None:
    with pytest.raises(SettingsError, match="AFTERCARE_URL"):
        load(tmp_path, AFTERCARE_URL=said)


@pytest.mark.parametrize("said", ["yes", "-1", "10"])
def test_proxies_are_counted(tmp_path: Path, said: str) -> None:
    with pytest.raises(SettingsError, match="AFTERCARE_PROXIES"):
        load(tmp_path, AFTERCARE_PROXIES=said)
    assert load(tmp_path, AFTERCARE_PROXIES="1").proxies == 1

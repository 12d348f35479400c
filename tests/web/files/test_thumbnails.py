"""Pictures that are asked for small come small; everything else comes as it is."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from app import settings
from app.house import House
from app.identity import load_actor_by_login
from app.runtime import start_case
from app.runtime.tables import attachment
from app.web.files.thumbnail import LONGEST, thumbnail
from tests.web.conftest import MONDAY, ClientOf

Store = Callable[..., Path]
KEY = "picture-0001"


def drawn(kind: str, size: tuple[int, int] = (1600, 1200), mode: str = "RGB", **how: object) -> bytes:
    content = io.BytesIO()
    Image.effect_noise(size, 60).convert(mode).save(content, kind, **how)
    return content.getvalue()


@pytest.fixture
def client(client_of: ClientOf) -> FlaskClient:
    return client_of("hotline_agent_1")


@pytest.fixture
def stored(app: Flask, house: House) -> Store:
    """Puts a whole upload into a new case."""
    conf: settings.Settings = app.extensions["aftercare_settings"]

    def store(content: bytes, content_type: str, key: str = KEY) -> Path:
        with house.db.transaction() as tx:
            agent = load_actor_by_login(tx, "hotline_agent_1")
            assert agent is not None
            case = start_case(tx, house.world, actor=agent, process_key="contact_intake", unit_code="O1")
            tx.execute(
                attachment.insert().values(
                    id=key, case_no=case.case_no, name="照片.jpg", content_type=content_type, size=len(content),
                    received=len(content), uploaded_by=agent.id, uploaded_at=MONDAY,
                )
            )  # fmt: skip
        path = conf.files_dir / key[:2] / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    return store


class TestAsked:
    def test_a_picture_comes_small_and_the_original_stays(self, client: FlaskClient, stored: Store) -> None:
        original = drawn("JPEG")
        stored(original, "image/jpeg")
        answer = client.get(f"/api/files/{KEY}?size=thumb")
        assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
        assert Image.open(io.BytesIO(answer.data)).size == (LONGEST, LONGEST * 3 // 4)
        assert len(answer.data) < len(original) / 4
        assert client.get(f"/api/files/{KEY}").data == original

    def test_it_is_made_once(self, client: FlaskClient, stored: Store) -> None:
        path = stored(drawn("PNG", (900, 900)), "image/png", "picture-0002")
        first = client.get("/api/files/picture-0002?size=thumb").data
        path.write_bytes(b"not read again")
        assert client.get("/api/files/picture-0002?size=thumb").data == first

    def test_what_is_no_picture_comes_as_it_is(self, client: FlaskClient, stored: Store) -> None:
        content = b"%PDF-1.7 " + b"0" * 99
        stored(content, "application/pdf", "document-0001")
        answer = client.get("/api/files/document-0001?size=thumb")
        assert (answer.mimetype, answer.data) == ("application/pdf", content)

    def test_a_broken_picture_comes_as_it_is(self, client: FlaskClient, stored: Store) -> None:
        content = drawn("JPEG")[:3000]
        stored(content, "image/jpeg", "picture-0003")
        answer = client.get("/api/files/picture-0003?size=thumb")
        assert (answer.status_code, answer.data) == (200, content)

    def test_nobody_sees_the_small_picture_of_a_case_of_others(self, client_of: ClientOf, stored: Store) -> None:
        stored(drawn("JPEG"), "image/jpeg", "picture-0004")
        assert client_of("hotline_agent_3").get("/api/files/picture-0004?size=thumb").status_code == 404


class TestMade:
    def made(self, folder: Path, content: bytes, content_type: str) -> Image.Image | None:
        path = folder / "original"
        path.write_bytes(content)
        small = thumbnail(path, content_type, folder / "small")
        return None if small is None else Image.open(small)

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_of_every_kind_that_may_be_uploaded(self, tmp_path: Path, kind: str) -> None:
        small = self.made(tmp_path, drawn(kind, (300, 1200)), f"image/{kind.lower()}")
        assert small is not None
        assert (small.format, small.size) == ("JPEG", (120, 480))

    def test_a_small_picture_keeps_its_size(self, tmp_path: Path) -> None:
        small = self.made(tmp_path, drawn("PNG", (60, 40)), "image/png")
        assert small is not None
        assert small.size == (60, 40)

    def test_what_the_camera_held_sideways_stands_upright(self, tmp_path: Path) -> None:
        exif = Image.Exif()
        exif[0x0112] = 6  # turn right
        small = self.made(tmp_path, drawn("JPEG", (1200, 600), exif=exif), "image/jpeg")
        assert small is not None
        assert small.size == (240, 480)
        assert 0x0112 not in small.getexif()

    @pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "1", "L", "CMYK"])
    def test_every_way_to_say_colour(self, tmp_path: Path, mode: str) -> None:
        kind = "JPEG" if mode == "CMYK" else "PNG"
        small = self.made(tmp_path, drawn(kind, (800, 800), mode), f"image/{kind.lower()}")
        assert small is not None
        assert small.mode == "RGB"

    def test_what_is_transparent_is_white(self, tmp_path: Path) -> None:
        content = io.BytesIO()
        Image.new("RGBA", (100, 100), (0, 0, 0, 0)).save(content, "PNG")
        small = self.made(tmp_path, content.getvalue(), "image/png")
        assert small is not None
        assert small.getpixel((50, 50)) == (255, 255, 255)

    def test_a_picture_that_would_fill_the_memory_is_not_opened(self, tmp_path: Path) -> None:
        content = io.BytesIO()
        Image.new("1", (30_000, 30_000)).save(content, "PNG")
        assert len(content.getvalue()) < 1_000_000
        assert self.made(tmp_path, content.getvalue(), "image/png") is None

    def test_one_kind_in_the_clothes_of_another_is_not_opened(self, tmp_path: Path) -> None:
        assert self.made(tmp_path, drawn("PNG"), "image/jpeg") is None

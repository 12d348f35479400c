"""`run`: bring the database up to date, deploy the folders, serve."""

from __future__ import annotations

import getpass
import logging
import os
import socket
import sys
import time
from pathlib import Path

import click

from app import settings as product_settings
from app.settings import Settings, SettingsError

STATIC = Path(__file__).resolve().parent.parent / "web" / "static"


@click.command("run")
@click.option("--demo", is_flag=True, help="Found the demo company in an empty database; its password is public.")
@click.option("--host", default=lambda: os.environ.get("AFTERCARE_HOST", "127.0.0.1"), show_default="127.0.0.1")
@click.option("--port", type=click.IntRange(0, 65535), default=lambda: int(os.environ.get("AFTERCARE_PORT", "8000")))
@click.option("--processes", type=click.IntRange(1, 64), default=1, show_default=True, help="Server processes.")
@click.option("--threads", type=click.IntRange(1, 64), default=2, show_default=True, help="Threads of each process.")
def command(demo: bool, host: str, port: int, processes: int, threads: int) -> None:
    """Serve the product."""
    began = time.monotonic()
    if demo:
        os.environ["AFTERCARE_DEMO"] = "1"
    conf = product_settings.load()
    port = free_port(host, port)
    prepare(conf)
    serve(host, port, processes, threads, began)


def free_port(host: str, port: int) -> int:
    """The port, or any free one for 0; refuses with one sentence when somebody else listens there."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    except OSError:
        raise SettingsError(f"There is no address {host} on this machine.") from None
    with socket.socket(family, socket.SOCK_STREAM) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((host, port))
        except PermissionError:
            raise SettingsError(f"Port {port} may only be used by the administrator of this machine.") from None
        except OSError as busy:
            raise SettingsError(
                f"Port {port} is in use ({busy.strerror}); choose another: make run PORT={port + 1 if port else 8001}."
            ) from None
        return int(attempt.getsockname()[1])


def prepare(conf: Settings) -> None:
    """Everything that must be true before the first request."""
    from sqlalchemy.exc import OperationalError

    from app.cli.assembly import bring_up_to_date, open_house
    from app.cli.demo import load_demo
    from app.rehearsal import load_demo_cases

    house = open_house(conf)
    try:
        try:
            bring_up_to_date(house.db)
        except OperationalError as unreachable:
            reason = str(unreachable.orig).strip().splitlines()[0]
            raise SettingsError(f"The database cannot be opened: {reason}.") from None
        founded = conf.demo and load_demo(house)
        if not conf.demo:
            _require_administrator(house)
        house.learn_holidays()
        deployed = house.deploy_folders()
        if founded:
            click.echo(f"The demo company is founded, with {load_demo_cases(house)} cases.")
    finally:
        house.db.close()
    if deployed is None:
        return
    if deployed.refused:
        errors = [problem for problem in deployed.problems if problem.severity == "error"]
        for problem in errors[:20]:
            click.echo(f"{problem.file}:{problem.line or 1}: {problem.message.en}", err=True)
        raise SettingsError(f"The procedures cannot be deployed: {len(errors)} errors, see above.")
    click.echo(f"{len(deployed.new)} procedures deployed, {len(deployed.unchanged)} unchanged.")


def serve(host: str, port: int, processes: int, threads: int, began: float) -> None:
    """Serve until stopped. The application is imported before the processes part, so that they share it."""
    from granian import Granian
    from granian.constants import Interfaces, Loops
    from granian.log import LogLevels

    import app.cli.serving  # noqa: F401

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    server = Granian(
        "app.cli.serving:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=processes,
        blocking_threads=threads,
        loop=Loops.asyncio,
        backlog=1024,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    )
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - only compared
    click.echo(
        f"Aftercare: http://{f'[{shown}]' if ':' in shown else shown}:{port}/  ({time.monotonic() - began:.1f} s)"
    )
    sys.stdout.flush()
    server.serve()


def _require_administrator(house: object) -> None:
    from app.cli.administrator import administrator_with_password, make_administrator
    from app.cli.demo import holds_demo_people
    from app.house import House

    assert isinstance(house, House)
    if holds_demo_people(house.db):
        raise SettingsError(
            "This database holds the demo company, whose password everybody knows: "
            "start with --demo, or set AFTERCARE_DATABASE_URL to another database."
        )
    with house.db.reading() as tx:
        if administrator_with_password(tx) is not None:
            return
    password = os.environ.get("AFTERCARE_ADMIN_PASSWORD", "")
    if not password and sys.stdin.isatty():
        password = getpass.getpass("Password for the administrator “admin” (at least 10 characters): ")
    if not password:
        raise SettingsError(
            "There is no administrator yet: set AFTERCARE_ADMIN_PASSWORD for the first start, or start with --demo."
        )
    with house.db.transaction() as tx:
        make_administrator(tx, house.roles, company=product_settings.load().company_name, password=password)
    click.echo("The administrator “admin” can log in.")

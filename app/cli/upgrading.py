"""A house of an earlier release becomes one of this release: backup, schema, procedures, what is derived."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text

from app import clock
from app.cli.archive import is_empty, schema_of, write_archive
from app.cli.assembly import port_of, prepare_jobs
from app.db import Database
from app.db.schema import VERSIONS, NewerDatabaseError, current, head, tables_there, upgrade
from app.definitions import Deployed
from app.house import House
from app.messages import Message, Refusal
from app.settings import Settings


@dataclass(slots=True)
class Upgraded:
    """What was done. `deployed` is None when the folders were as they were deployed last."""

    before: str
    after: str
    backup: Path | None = None
    deployed: Deployed | None = None
    holidays: list[int] = field(default_factory=list)
    clocks_moved: int = 0


def upgrade_house(
    house: House, conf: Settings, *, backup: Path | None, folders: Sequence[Path] = (VERSIONS,)
) -> Upgraded:
    """Bring the house to this release; `backup` is the archive to write before anything changes, None for none.

    Refuses an empty database and one of a newer release, before anything is done. A migration that fails leaves the
    schema and every row as they were. What people published stays live until the folders bring something new for it.
    """
    before, wanted = current(house.db), head(folders)
    if before is None:
        raise Refusal(
            "nothing_to_upgrade",
            Message(
                "数据库是空的，没有可升级的内容；请启动产品（run）或恢复备份（restore）。",
                "The database is empty, there is nothing to upgrade; start the product (run) or restore a backup.",
            ),
        )
    if before > wanted:
        raise NewerDatabaseError(before, wanted)
    done = Upgraded(before, wanted, backup)
    if backup is not None:
        write_safely(house, conf, backup)
    upgrade(house.db, folders=folders)
    prepare_jobs(house.db)
    done.holidays = house.learn_holidays()
    done.deployed = house.deploy_folders(reason=f"upgrade {before} → {wanted}")
    with house.db.transaction() as tx:
        # Defaults of parameters may be others now; a clock that runs is computed from them.
        done.clocks_moved = house.move_clocks(tx)
    shutil.rmtree(conf.thumbnails_dir, ignore_errors=True)
    return done


def backup_path(conf: Settings) -> Path:
    """Where a backup goes when nobody says."""
    return conf.data_dir / f"backup-{clock.now():%Y%m%dT%H%M%S}.tar.gz"


def write_safely(house: House, conf: Settings, target: Path) -> int:
    """Write an archive that appears when it is whole, readable by its owner only; returns how many rows it holds."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".part")
    try:
        partial.touch(mode=0o600)
        counts = write_archive(house.db, port_of(house), conf.files_dir, partial)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return sum(counts.values())


def prepare_for(source: Path, database: Database, folders: Sequence[Path] = (VERSIONS,)) -> bool:
    """Give an empty database the schema that an archive was made with; False when it holds something.

    An archive of an earlier release is restored into its own schema and then migrated. Refuses one of a newer release.
    """
    wanted, known = schema_of(source), head(folders)
    if wanted > known:
        raise Refusal(
            "newer_archive",
            Message(
                f"备份来自更新的版本（结构 {wanted}，本版本 {known}），请用那个版本恢复。",
                f"The backup is of a newer release (schema {wanted}, this one {known}); restore it with that one.",
            ),
        )
    if current(database) not in {None, wanted}:
        if not is_empty(database):
            return False
        _drop_all(database)
    if current(database) is None:
        upgrade(database, wanted, folders)
    prepare_jobs(database)
    return is_empty(database)


def _drop_all(database: Database) -> None:
    """Remove the tables of an empty database, so that those of another release can be made."""
    with database.transaction() as tx:
        for table in reversed(tables_there(tx.connection)):
            table.drop(tx.connection)
        tx.execute(text("DROP TABLE alembic_version"))

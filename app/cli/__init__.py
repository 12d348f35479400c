"""The command line: `aftercare …`, the same as `python -m app …`; one file per command, imported when it is called."""

from __future__ import annotations

import importlib
import sys

import click

_COMMANDS = {
    "backup": "Write the database and the uploaded files into one archive.",
    "deploy": "Deploy a folder of diagrams, forms and decisions.",
    "feel": "Evaluate a FEEL expression.",
    "import": "Import contacts from a CSV file.",
    "ledger": "Prove the parts ledger.",
    "lint": "Check diagrams without running them.",
    "registers": "Make registers again from history.",
    "restore": "Bring back a backup.",
    "run": "Serve the product.",
    "scenario": "Play the scenarios of procedures.",
    "try": "Run one instance of a model in memory.",
    "upgrade": "Bring a house to this release.",
    "worker": "Do the jobs.",
}


class _Lazy(click.Group):
    """Finds `app.cli.<name>_command` when the command is called: `feel` does not wait for Flask."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"app.cli.{cmd_name}_command")
        command: click.Command = module.command
        command.help = command.help or _COMMANDS[cmd_name]
        return command


@click.group(cls=_Lazy, help="Aftercare: after-sales procedures that run as BPMN diagrams.")
def cli() -> None:
    pass


def main() -> None:
    """Run the command; a refusal is one sentence on stderr, never a stack trace."""
    from app.messages import Refusal
    from app.settings import SettingsError

    try:
        cli(prog_name="aftercare")
    except Refusal as refusal:
        click.echo(refusal.message.en, err=True)
        sys.exit(2)
    except SettingsError as wrong:
        click.echo(str(wrong), err=True)
        sys.exit(2)

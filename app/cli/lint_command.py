"""`lint FILE…`: reads files that may be broken or hostile, each in a process of its own with a time limit."""

from __future__ import annotations

import json
import multiprocessing
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import click

from app import settings as product_settings
from app.messages import Message, Problem

MEMORY_LIMIT = 1024 * 1024 * 1024  # bytes that one file may make the reader take


@click.command("lint")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--limit", type=float, default=10.0, show_default=True, help="Seconds for each file.")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def command(files: tuple[Path, ...], limit: float, lang: str, as_json: bool) -> None:
    """Check diagrams, decisions and forms; exit 2 when one of them is refused.

    What a file names and does not hold is looked for in the project around it: the nearest folder above it that has a
    folder `processes` or `forms`.
    """
    checked = check_files(files, limit, lang)
    if as_json:
        click.echo(json.dumps({"files": checked}, ensure_ascii=False, indent=2))
    else:
        for each in checked:
            click.echo(f"{each['file']}: {'refused' if each['refused'] else 'ok'}")
            for problem in each["problems"]:
                click.echo(f"  {problem['line'] or 1}: {problem['severity']}: {problem['message']} [{problem['rule']}]")
    sys.exit(2 if any(each["refused"] for each in checked) else 0)


def check_files(files: tuple[Path, ...], limit: float, lang: str) -> list[dict[str, Any]]:
    """One answer per file, in order. A file that kills or outlasts its reader is refused, and the next one read."""
    answers = []
    reader: _Reader | None = None
    for path in files:
        if path.suffix not in {".bpmn", ".dmn", ".form"}:
            answers.append({"file": str(path), "refused": True, "problems": [_unknown(path, lang)]})
            continue
        if reader is None:
            reader = _Reader(lang)
        answer = reader.ask(path, limit)
        if isinstance(answer, str):
            reader = None
            answer = {"file": str(path), "refused": True, "problems": [_gave_up(path, answer, limit, lang)]}
        answers.append(answer)
    if reader is not None:
        reader.end()
    return answers


class _Reader:
    """A process that reads one file after the other."""

    def __init__(self, lang: str) -> None:
        context = multiprocessing.get_context("spawn")
        self._ours, theirs = context.Pipe()
        self._process = context.Process(target=_read_files, args=(theirs, lang), daemon=True)
        self._process.start()
        theirs.close()
        self._ours.recv()

    def ask(self, path: Path, limit: float) -> dict[str, Any] | str:
        """The answer, or why there is none: `time` or `died`."""
        try:
            self._ours.send(str(path))
            if self._ours.poll(limit):
                answer: dict[str, Any] = self._ours.recv()
                return answer
            reason = "time"
        except (EOFError, OSError):
            reason = "died"
        self._process.kill()
        self._process.join()
        return reason

    def end(self) -> None:
        """Let it go."""
        self._process.kill()
        self._process.join()


def _read_files(pipe: Connection, lang: str) -> None:
    import resource

    from app.cli.project_lint import ProjectLint

    reader = ProjectLint(product_settings.load())
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, resource.RLIM_INFINITY))
    pipe.send("ready")
    while True:
        name = pipe.recv()
        try:
            problems = reader.problems(Path(name))
        except (MemoryError, RecursionError):
            pipe.close()
            return
        refused = any(problem.severity == "error" for problem in problems)
        shown = [problem.as_json(lang) for problem in problems]
        pipe.send({"file": name, "refused": refused, "problems": shown})


def _unknown(path: Path, lang: str) -> dict[str, Any]:
    message = Message("只能检查 .bpmn、.dmn 和 .form 文件。", "Only .bpmn, .dmn and .form files can be checked.")
    return Problem("unknown_file", "error", message, file=str(path)).as_json(lang)


def _gave_up(path: Path, reason: str, limit: float, lang: str) -> dict[str, Any]:
    message = (
        Message(f"{limit:g} 秒内没有读完这个文件。", f"The file was not read within {limit:g} seconds.")
        if reason == "time"
        else Message("读这个文件占用的内存太多。", "The file takes too much memory.")
    )
    return Problem("too_much", "error", message, file=str(path)).as_json(lang)

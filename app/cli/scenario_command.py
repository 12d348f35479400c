"""`scenario`: plays scenarios and prints the path walked and the coverage."""

from __future__ import annotations

import sys

import click

from app import settings


@click.command("scenario")
@click.argument("process", required=False)
@click.option("--path/--no-path", default=True, help="Print the path walked.")
def command(process: str | None, path: bool) -> None:
    """Play the scenarios of one process folder, or of all."""
    from app.rehearsal import Coverage, load_scenarios, run_scenario
    from app.rehearsal.stages import Stages

    conf = settings.load()
    scenarios = load_scenarios(conf.processes_dir, process)
    if not scenarios:
        raise click.ClickException(f"there are no scenarios for {process}" if process else "there are no scenarios")
    stages = Stages(conf.processes_dir, conf.forms_dir)
    coverages: dict[str, Coverage] = {}
    failed = 0
    for scenario in scenarios:
        stage = stages.of(scenario)
        outcome = run_scenario(stage, scenario)
        verdict = "ok  " if outcome.passed else "FAIL"
        click.echo(f"{verdict} {scenario.path.parent.parent.name}/{scenario.path.stem}  {scenario.title}")
        if path:
            click.echo(f"     {' → '.join(outcome.path)}")
        for failure in outcome.failures:
            click.echo(f"     {failure}")
        failed += not outcome.passed
        for key, moves in outcome.moves.items():
            if key not in coverages:
                with stage.house.db.reading() as tx:
                    coverages[key] = Coverage(stage.house.world.definitions.live(tx, key).process)
            coverages[key].add(moves)
    wanted = {scenario.path.parent.parent.name for scenario in scenarios} | {scenario.process for scenario in scenarios}
    for key in sorted(wanted & set(coverages)):
        coverage = coverages[key]
        click.echo(coverage.sentence())
        for missed in (*coverage.missed_elements, *coverage.missed_flows):
            click.echo(f"     not visited: {missed}")
    click.echo(f"{len(scenarios) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)

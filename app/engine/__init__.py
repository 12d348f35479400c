"""The engine: reads diagrams and moves tokens; state and command in, state and facts out.

The only room that knows SpiffWorkflow, and a pure one: time, expressions, decisions, jobs and called processes come
from an `Environment`. What the architecture leaves open is decided here:

- **Tasks.** A task id is the id of SpiffWorkflow's task, which here is a token. User tasks and jobs wait READY,
  events WAITING, subprocesses, calls and repeated elements STARTED. Each command checks the wait first
  (`NotWaiting`).
- **A fired event** ends its wait. A non-interrupting message and the next round of a cycle open a new wait with a
  new task id before the fired token goes on. `TimerArmed`, `SubscriptionOpened` of an event subprocess name its
  start event.
- **A repeated element** (multi-instance, loop) tells itself once as a whole (`whole=True`) and once per round.
- **A join** tells itself once, when its set is complete. Joins nobody can satisfy any more raise the incident
  `deadlock`.
- **Boundary events** are armed only where a token stays: not at scripts, decisions and inline jobs.
- **Start listeners** run before the inputs are mapped, end listeners after the outputs. They are always inline.
- **Incidents** (`expression`, `condition`, `decision`, `call`, `timer`, `multi_instance`, `unhandled_error`,
  `endless_loop`, `deadlock`, `model`) leave the token where it is: `retry`, or `skip` with results and, at a
  gateway, the flow to take. `IncidentResolved` comes before the new attempt and when the token is withdrawn.
- **A call** gives back the variables the called process has set itself, so a long call overwrites nothing with
  stale copies; with output mappings only those. A restored call keeps the version it began with
  (`Environment.process_version`).
- **Signals** travel as messages without a key named `signal:<name>`, so whoever delivers messages delivers them
  too.
- **Escalations** nobody catches change nothing. Errors nobody catches are an incident at the thrower.
- **A message** is published under the header `correlation_key`, else the correlation key drawn at the message.
- **Timers**: naive dates are read in `Environment.zone` when there is one, else UTC; a day is 24 hours; months
  count on the calendar; cycles are `R3/PT1H`; cron is refused, except at a timer start event, which the house reads.
- **Limits**: 10 MB and 20,000 elements a file, 20 nested subprocesses, 20 nested calls, 1,000 items, 1,000 visits
  of one element by one flow in one step.
- **Not supported, refused by name**: event behaviour of multi-instance, ad-hoc orders other than once each,
  compensation event subprocesses, several definitions at the start of an event subprocess, choreographies, any
  script but FEEL.
"""

from __future__ import annotations

from app.engine import facts, timers
from app.engine.environment import Environment, JobCall
from app.engine.errors import BpmnError, ModelRefused, NotOnPath, NotWaiting, StateUnreadable
from app.engine.instance import Instance, OpenTask, start
from app.engine.migration import Migration, migrate
from app.engine.model import (
    Element,
    Flow,
    Lane,
    Listener,
    Model,
    MultiInstance,
    Process,
    StandardLoop,
    Timer,
    is_expression,
)
from app.engine.reading import parse_model
from app.engine.snapshot import restore

__all__ = [
    "BpmnError",
    "Element",
    "Environment",
    "Flow",
    "Instance",
    "JobCall",
    "Lane",
    "Listener",
    "Migration",
    "Model",
    "ModelRefused",
    "MultiInstance",
    "NotOnPath",
    "NotWaiting",
    "OpenTask",
    "Process",
    "StandardLoop",
    "StateUnreadable",
    "Timer",
    "facts",
    "is_expression",
    "migrate",
    "parse_model",
    "restore",
    "start",
    "timers",
]

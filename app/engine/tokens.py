"""SpiffWorkflow's task and workflow classes as the engine uses them: a task is a token, a workflow one scope."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, NoReturn
from uuid import UUID, uuid4

from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

if TYPE_CHECKING:
    from app.engine.elements.flow_node import FlowNode
    from app.engine.instance import Instance
    from app.engine.model import Process
    from app.engine.specs import ScopeSpec


class Token(Task):
    """A task of SpiffWorkflow that carries no data: `task.data` stays empty, variables live in scope documents."""

    task_spec: FlowNode
    workflow: ProcessScope | InnerScope
    internal_data: dict[str, Any]

    def __init__(
        self,
        workflow: ProcessScope | InnerScope,
        spec: FlowNode,
        parent: Token | None,
        state: int = TaskState.FUTURE,
        key: UUID | None = None,
    ) -> None:
        super().__init__(workflow, spec, parent, state, key or uuid4())
        self.key = str(self.id)

    def _set_state(self, value: int) -> None:
        # The stock method builds two log records per change of state, a fifth of the time of a step.
        self._state = value

    def _inherit_data(self) -> None:
        """Nothing to inherit: the stock method deep-merges the parent's data into every token."""

    def cancel(self) -> None:
        """Withdraw the token; the stock method would also tear its children out of the tree."""
        if not self.finished:
            self._set_state(TaskState.CANCELLED)
            self.task_spec._on_cancel(self)

    @property
    def finished(self) -> bool:
        """Completed, withdrawn or failed."""
        return bool(self._state & TaskState.FINISHED_MASK)

    @property
    def instance(self) -> Instance:
        """The running instance this token belongs to."""
        return self.workflow.instance


class NoScripts:
    """The script engine of every workflow: a diagram holds FEEL only, Python is never evaluated or executed."""

    environment = None

    def evaluate(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse."""
        raise RuntimeError("Python expressions are not part of the dialect")

    execute = call_service = evaluate


class _ScopeTokens:
    """What both kinds of workflow share: the live tokens of one scope, and those that wait at its joins.

    `marks` are the flows a complex gateway has taken tokens from since it fired, `compensable` what can be undone.
    """

    spec: ScopeSpec
    tasks: dict[UUID, Token]
    task_tree: Token
    instance: Instance
    process: Process
    scope_id: str

    def _open(self, instance: Instance, process: Process, scope_id: str) -> None:
        self.instance = instance
        self.process = process
        self.scope_id = scope_id
        self.live = 0
        self.arrivals: dict[str, deque[Token]] = {}
        self.marks: dict[str, list[str]] = {}
        self.compensable: list[list[Any]] = []
        self.task_tree = Token(self, self.spec.start, None, TaskState.COMPLETED)  # type: ignore[arg-type]

    def live_tokens(self) -> list[Token]:
        """Every token that is not finished, oldest first."""
        return [token for token in self.tasks.values() if not token._state & TaskState.FINISHED_MASK]

    def compact(self) -> None:
        """Drop the finished prefix of the tree: what is alive hangs from the root, nothing else is kept or stored."""
        root = self.task_tree
        alive = self.live_tokens()
        if len(self.tasks) == len(alive) + 1 and len(root._children) == len(alive):
            return
        self.tasks.clear()
        self.tasks[root.id] = root
        root._children = [token.id for token in alive]
        for token in alive:
            self.tasks[token.id] = token
            token._parent = root.id
            token._children = []

    def _task_completed_notify(self, task: Task) -> None:
        """The stock method looks at every waiting task after each completion; the engine knows whom to ask."""


class ProcessScope(_ScopeTokens, BpmnWorkflow):
    """The workflow of the process instance itself."""

    def __init__(self, spec: ScopeSpec, instance: Instance, scope_id: str) -> None:
        BpmnWorkflow.__init__(self, spec, script_engine=NoScripts(), deserializing=True)
        self._open(instance, spec.process, scope_id)

    def get_task_from_id(self, task_id: UUID) -> Token:
        """The token with this id in any scope of the instance."""
        return self.instance.tokens[str(task_id)]


class InnerScope(_ScopeTokens, BpmnSubWorkflow):
    """The workflow inside an embedded subprocess or a call activity; `parent_task_id` is the token outside."""

    def __init__(self, spec: ScopeSpec, host: Token, scope_id: str) -> None:
        top = host.workflow.top_workflow
        BpmnSubWorkflow.__init__(self, spec, host.id, top, deserializing=True)
        self._open(host.instance, spec.process, scope_id)
        self.host = host
        top.subprocesses[host.id] = self

    def _calculate_depth(self) -> int:
        outer = self.top_workflow.get_task_from_id(self.parent_task_id).workflow
        return int(outer.depth) + 1

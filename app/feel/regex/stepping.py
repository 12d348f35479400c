"""Matches patterns that refer back to a group, one counted step after the other, since RE2 cannot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.feel.errors import NoResult
from app.feel.regex.syntax import Anchor, Chars, Choice, Group, Part, Reference, Repeat, Sequence

MAX_PROGRAM = 5_000

# Instructions: what to do, and with what.
CHAR, SPLIT, JUMP, SAVE, ANCHOR, BACK, MARK, MOVED, DONE = range(9)


@dataclass(slots=True)
class Program:
    """A pattern as a list of instructions."""

    steps: list[tuple[int, Any, Any]]
    groups: int
    slots: int
    fold: bool
    lines: bool


def program(part: Part, groups: int, flags: str) -> Program:
    """The instructions of a tree."""
    writer = _Writer(groups, "i" in flags)
    writer.write(part)
    writer.add(DONE)
    return Program(writer.steps, groups, writer.slots, "i" in flags, "m" in flags)


class _Writer:
    def __init__(self, groups: int, fold: bool) -> None:
        self.steps: list[tuple[int, Any, Any]] = []
        self.slots = 2 * (groups + 1)
        self.fold = fold

    def add(self, kind: int, first: Any = None, second: Any = None) -> int:
        if len(self.steps) >= MAX_PROGRAM:
            raise NoResult("正则表达式太复杂。", "the pattern is too complex.")
        self.steps.append((kind, first, second))
        return len(self.steps) - 1

    def write(self, part: Part) -> None:
        match part:
            case Chars():
                self.add(CHAR, part)
            case Anchor():
                self.add(ANCHOR, part.kind)
            case Reference():
                self.add(BACK, part.group)
            case Group():
                if part.number:
                    self.add(SAVE, 2 * part.number)
                self.write(part.body)
                if part.number:
                    self.add(SAVE, 2 * part.number + 1)
            case Sequence():
                for one in part.parts:
                    self.write(one)
            case Choice():
                self.choice(part.options)
            case Repeat():
                self.repeat(part)

    def choice(self, options: list[Part]) -> None:
        jumps = []
        for option in options[:-1]:
            split = self.add(SPLIT)
            self.write(option)
            jumps.append(self.add(JUMP))
            self.steps[split] = (SPLIT, split + 1, len(self.steps))
        self.write(options[-1])
        for jump in jumps:
            self.steps[jump] = (JUMP, len(self.steps), None)

    def repeat(self, part: Repeat) -> None:
        for _ in range(part.least):
            self.write(part.body)
        if part.most is None:
            slot = self.slots
            self.slots += 1
            split = self.add(SPLIT)
            self.add(MARK, slot)
            self.write(part.body)
            self.add(MOVED, slot)
            self.add(JUMP, split)
            self._branch(split, part.lazy)
            return
        splits = []
        for _ in range(part.most - part.least):
            splits.append(self.add(SPLIT))
            self.write(part.body)
        for split in splits:
            self._branch(split, part.lazy)

    def _branch(self, split: int, lazy: bool) -> None:
        inside, after = split + 1, len(self.steps)
        self.steps[split] = (SPLIT, after, inside) if lazy else (SPLIT, inside, after)


def match_at(code: Program, text: str, start: int, charge: Callable[[int], None]) -> tuple[int, ...] | None:
    """The places of the groups of a match that begins at `start`; None when there is none there."""
    steps, size = code.steps, len(text)
    waiting: list[tuple[int, int, tuple[int, ...]]] = [(0, start, (-1,) * code.slots)]
    spent = 0
    while waiting:
        at, place, saved = waiting.pop()
        spent += 2
        while True:
            kind, first, second = steps[at]
            spent += 1
            if spent >= 64:
                # An instruction costs about as much as two steps of an expression.
                charge(spent * 2)
                spent = 0
            if kind == CHAR:
                if place >= size or not _holds(first, text[place], code.fold):
                    break
                place += 1
            elif kind == SPLIT:
                waiting.append((second, place, saved))
                at = first
                continue
            elif kind == JUMP:
                at = first
                continue
            elif kind in (SAVE, MARK):
                saved = (*saved[:first], place, *saved[first + 1 :])
            elif kind == MOVED:
                if saved[first] == place:
                    break
            elif kind == ANCHOR:
                if not _anchored(first, text, place, code.lines):
                    break
            elif kind == BACK:
                piece = text[saved[2 * first] : saved[2 * first + 1]] if saved[2 * first + 1] >= 0 else ""
                found = text[place : place + len(piece)]
                if found != piece and not (code.fold and found.casefold() == piece.casefold()):
                    break
                place += len(piece)
                spent += len(piece) >> 4
            else:
                return (start, place, *saved[2 : 2 * (code.groups + 1)])
            at += 1
    return None


def _holds(chars: Chars, char: str, fold: bool) -> bool:
    if chars.holds(char):
        return True
    return fold and any(len(other) == 1 and chars.holds(other) for other in (char.lower(), char.upper()))


def _anchored(kind: str, text: str, place: int, lines: bool) -> bool:
    if kind == "^":
        return place == 0 or (lines and text[place - 1] == "\n")
    if kind == "$":
        return place == len(text) or (lines and text[place] == "\n")
    before = place > 0 and (text[place - 1].isalnum() or text[place - 1] == "_")
    after = place < len(text) and (text[place].isalnum() or text[place] == "_")
    return (before != after) == (kind == "b")

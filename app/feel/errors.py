"""What FEEL says when a text is wrong: one table of bilingual sentences, each with the place in the text."""

from __future__ import annotations

from dataclasses import dataclass

from app.messages import Message

SENTENCES: dict[str, tuple[str, str]] = {
    # reading a text
    "empty": ("表达式是空的。", "The expression is empty."),
    "too_long": (
        "表达式太长：{length} 个字符，最多 {limit} 个。",
        "The expression is too long: {length} characters, at most {limit}.",
    ),
    "too_deep": (
        "表达式嵌套太深（最多 {limit} 层）。",
        "The expression is nested too deeply (at most {limit} levels).",
    ),
    "unclosed_string": ('字符串没有结束，缺少右引号 "。', 'The string does not end: a closing " is missing.'),
    "unclosed_comment": ("注释没有结束，缺少 */。", "The comment does not end: */ is missing."),
    "bad_escape": ("字符串里的转义「{found}」不认识。", "The escape {found!r} in the string is not known."),
    "bad_number": ("「{found}」不是数字。", "{found!r} is not a number."),
    "bad_temporal": (
        '@"{found}" 不是日期、时间或时长。例：@"2026-03-02"、@"2026-03-02T09:00:00+08:00"、@"PT12H"。',
        '@"{found}" is no date, time or duration. Examples: @"2026-03-02", @"2026-03-02T09:00:00+08:00", @"PT12H".',
    ),
    "unexpected": (
        "这里应该是{expected_zh}，却是「{found}」。{hint_zh}",
        "Expected {expected_en} here, found {found!r}. {hint_en}",
    ),
    "unexpected_end": (
        "表达式没写完，末尾应该还有{expected_zh}。",
        "The expression stops too early: {expected_en} is missing at the end.",
    ),
    "trailing": (
        "表达式到这里已经结束，后面多出了「{found}」。{hint_zh}",
        "The expression is complete here; {found!r} does not belong. {hint_en}",
    ),
    "duplicate_key": ("上下文里的键「{name}」出现了两次。", "The key {name!r} occurs twice in the context."),
    "duplicate_parameter": ("参数「{name}」出现了两次。", "The parameter {name!r} occurs twice."),
    "external_function": (
        "不支持外部函数（Java、PMML）：{what}。",
        "External functions (Java, PMML) are not supported: {what}.",
    ),
    # evaluating
    "budget_steps": (
        "表达式「{shown}」计算量太大，已停止（上限 {limit} 步）。",
        "The expression {shown!r} takes too many steps and was stopped (limit {limit}).",
    ),
    "budget_depth": (
        "表达式「{shown}」的函数调用层数太多，已停止。",
        "The expression {shown!r} calls functions too deeply and was stopped.",
    ),
    "budget_size": (
        "表达式「{shown}」产生的文本或列表太大，已停止（上限 {limit}）。",
        "The expression {shown!r} builds a text or list that is too large and was stopped (limit {limit}).",
    ),
    "assertion": ("断言不成立：{cause}", "Assertion failed: {cause}"),
    "foreign_value": ("变量里有 FEEL 不认识的值：{found}。", "A variable holds a value FEEL does not know: {found}."),
    "not_json": ("{found}不能作为流程变量保存。", "{found} cannot be kept as a process variable."),
    # warnings: the value is null, and this is why
    "no_variable": ("没有变量「{name}」。", "There is no variable {name!r}."),
    "no_entry": ("上下文里没有「{name}」。", "The context has no entry {name!r}."),
    "no_property": ("{kind_zh}没有属性「{name}」。", "{kind_en} has no property {name!r}."),
    "no_function": ("没有函数「{name}」。", "There is no function {name!r}."),
    "not_a_function": ("「{name}」不是函数，不能调用。", "{name!r} is not a function and cannot be called."),
    "arguments": ("函数「{name}」的参数不对：{cause_zh}", "The arguments of {name!r} do not fit: {cause_en}"),
    "invalid_argument": ("函数「{name}」得不到结果：{cause_zh}", "The function {name!r} has no result: {cause_en}"),
    "operands": (
        "{left_zh}和{right_zh}之间不能用「{operator}」。",
        "{operator!r} cannot be used between {left_en} and {right_en}.",
    ),
    "operand": ("{left_zh}前面不能用「{operator}」。", "{operator!r} cannot be used on {left_en}."),
    "division_by_zero": ("除数是零。", "Division by zero."),
    "number_range": ("数字超出范围。", "The number is out of range."),
    "not_comparable": ("{left_zh}和{right_zh}不能比较。", "{left_en} and {right_en} cannot be compared."),
    "zone_missing": (
        "一个{left_zh}有时区，另一个没有，不能比较或相减。",
        "One {left_en} has a time zone and the other has none; they cannot be compared or subtracted.",
    ),
    "not_boolean": (
        "「{operator}」需要真或假，这里是{left_zh}。",
        "{operator!r} needs true or false, this is {left_en}.",
    ),
    "condition_not_boolean": (
        "条件的结果不是真或假，是{left_zh}。",
        "The condition is not true or false but {left_en}.",
    ),
    "index_range": ("列表没有第 {index} 项（共 {size} 项）。", "The list has no item {index} (it has {size})."),
    "not_a_list": ("这里需要列表，不是{left_zh}。", "A list is needed here, not {left_en}."),
    "not_allowed": (
        "「{name}」的值{left_zh}不在允许的值里。",
        "{name!r} is {left_en}, which is not among its allowed values.",
    ),
    "bad_range": ("区间的两端类型不同或无法比较。", "The ends of the range differ in type or cannot be compared."),
    "not_iterable": ("不能逐个列举这个区间。", "This range cannot be iterated."),
    "type_mismatch": ("需要{expected}，却是{left_zh}。", "Needs {expected}, this is {left_en}."),
}


def sentence(code: str, **facts: object) -> Message:
    """The bilingual sentence of `code` with its facts filled in."""
    zh, en = SENTENCES[code]
    return Message(zh=zh.format(**facts).rstrip(), en=en.format(**facts).rstrip())


def place(text: str, position: int) -> tuple[int, int]:
    """Line and column (both from 1) of a position in `text`."""
    line = text.count("\n", 0, position) + 1
    column = position - (text.rfind("\n", 0, position) + 1) + 1
    return line, column


def shortened(text: str, limit: int = 120) -> str:
    """A text short enough to be quoted in a message."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


class FeelError(Exception):
    """An expression that cannot be read, or that had to be stopped; `message` is for the person who wrote it."""

    def __init__(self, code: str, message: Message, text: str = "", position: int = 0) -> None:
        super().__init__(message.en)
        self.code = code
        self.message = message
        self.text = text
        self.position = position
        self.line, self.column = place(text, position)
        self.facts: dict[str, object] = {}

    def within(self, text: str) -> FeelError:
        """The same error, naming the expression it happened in."""
        return FeelError.of(self.code, text, 0, **{**self.facts, "shown": shortened(text)})

    @classmethod
    def of(cls, code: str, text: str = "", position: int = 0, **facts: object) -> FeelError:
        """The error `code` at a position of `text`."""
        error = cls(code, sentence(code, **facts), text, position)
        error.facts = facts
        return error

    def __str__(self) -> str:
        return f"{self.message.en} (line {self.line}, column {self.column})"


@dataclass(frozen=True, slots=True)
class FeelWarning:
    """Why a part of an expression became null."""

    code: str
    message: Message
    text: str
    position: int

    @property
    def line(self) -> int:
        """Line in the expression, from 1."""
        return place(self.text, self.position)[0]

    @property
    def column(self) -> int:
        """Column in that line, from 1."""
        return place(self.text, self.position)[1]


class NoResult(Exception):
    """Raised inside a built-in function: its result is null, for this reason."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en

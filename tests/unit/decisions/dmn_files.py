"""Writes small decision files for the tests."""

from __future__ import annotations

from xml.sax.saxutils import escape

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def file(*parts: str, namespace: str = NAMESPACE, extra: str = "") -> bytes:
    """A file of these elements."""
    head = f'<definitions xmlns="{namespace}" id="file" name="file" namespace="urn:test" {extra}>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}\n{"".join(parts)}\n</definitions>'.encode()


def input_data(name: str, type_: str = "") -> str:
    """Input data with its name as id."""
    typed = f' typeRef="{type_}"' if type_ else ""
    return f'<inputData id="{escape(name)}" name="{escape(name)}"><variable name="{escape(name)}"{typed}/></inputData>'


def decision(key: str, logic: str, requires: str = "", knows: str = "", name: str = "", type_: str = "") -> str:
    """A decision with boxed logic; `requires` and `knows` are ids separated by spaces, `#x` being a decision."""
    links = "".join(
        f'<informationRequirement><required{"Decision" if one.startswith("#") else "Input"} href="#{one.lstrip("#")}"/>'
        "</informationRequirement>"
        for one in requires.split()
    ) + "".join(
        f'<knowledgeRequirement><requiredKnowledge href="#{one}"/></knowledgeRequirement>' for one in knows.split()
    )
    typed = f' typeRef="{type_}"' if type_ else ""
    shown = escape(name or key)
    return f'<decision id="{key}" name="{shown}"><variable name="{shown}"{typed}/>{links}{logic}</decision>'


def literal(text: str) -> str:
    """A literal expression."""
    return f"<literalExpression><text>{escape(text)}</text></literalExpression>"


def table(rows: str, hit_policy: str = "UNIQUE", aggregation: str = "", values: str = "", defaults: str = "") -> str:
    """A decision table from text: a heading `a | b || x | y`, then a line per rule.

    `values` and `defaults` are the output values and default outputs, one per output, separated by `|`.
    """
    lines = [line for line in rows.strip().splitlines() if line.strip()]
    inputs, outputs = (split(part) for part in lines[0].split("||"))
    allowed, preset = split(values), split(defaults)
    body = "".join(f"<input><inputExpression><text>{escape(i)}</text></inputExpression></input>" for i in inputs if i)
    for index, name in enumerate(outputs):
        inner = f"<outputValues><text>{escape(allowed[index])}</text></outputValues>" if index < len(allowed) else ""
        if index < len(preset) and preset[index]:
            inner += f"<defaultOutputEntry><text>{escape(preset[index])}</text></defaultOutputEntry>"
        body += f'<output name="{escape(name)}">{inner}</output>'
    for number, line in enumerate(lines[1:], 1):
        tests, results = (split(part) for part in line.split("||"))
        cells = "".join(f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in tests[: len(inputs)])
        cells += "".join(f"<outputEntry><text>{escape(cell)}</text></outputEntry>" for cell in results)
        body += f'<rule id="r{number}">{cells}</rule>\n'
    aggregated = f' aggregation="{aggregation}"' if aggregation else ""
    return f'<decisionTable hitPolicy="{hit_policy}"{aggregated}>{body}</decisionTable>'


def split(part: str) -> list[str]:
    """The cells of a line."""
    return [cell.strip() for cell in part.split("|")] if part.strip() else []

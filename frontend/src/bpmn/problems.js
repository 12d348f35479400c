/** Problems of a diagram: counts, order, grouping by element. Pure, for tests. */

const ORDER = { error: 0, warning: 1, info: 2 };

export function sortProblems(problems) {
  return [...problems].sort((a, b) => (ORDER[a.severity] ?? 3) - (ORDER[b.severity] ?? 3) || String(a.element_id).localeCompare(String(b.element_id)));
}

export function countProblems(problems) {
  const count = (severity) => problems.filter((problem) => problem.severity === severity).length;
  return { errors: count('error'), warnings: count('warning') };
}

/** element id → {severity: the worst, messages: […]}; problems without an element are left out. */
export function byElement(problems) {
  const found = new Map();
  for (const { element_id: id, severity, message } of sortProblems(problems)) {
    if (id) {
      const entry = found.get(id) ?? { severity, messages: [] };
      entry.messages.push(message);
      found.set(id, entry);
    }
  }
  return found;
}

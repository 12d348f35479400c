/** Shows problems on the shapes and in a list whose items select the shape. */
import { say } from '../i18n/say.js';
import { byElement, countProblems, sortProblems } from './problems.js';

const OVERLAY = 'problem';

export function showProblems(editor, { list, summary }, problems) {
  const overlays = editor.get('overlays');
  const registry = editor.get('elementRegistry');
  overlays.remove({ type: OVERLAY });
  for (const [id, { severity, messages }] of byElement(problems)) {
    const element = registry.get(id);
    if (element) {
      const mark = document.createElement('button');
      mark.type = 'button';
      mark.className = `problem-mark problem-${severity}`;
      mark.textContent = severity === 'error' ? '!' : severity === 'warning' ? '?' : 'i';
      mark.title = messages.join('\n');
      mark.setAttribute('aria-label', mark.title);
      mark.addEventListener('click', () => select(editor, id));
      overlays.add(id, OVERLAY, { position: { top: -10, left: -10 }, html: mark, show: { minZoom: 0.2 } });
    }
  }
  const { errors, warnings } = countProblems(problems);
  summary.textContent = problems.length ? say('modeler_problem_count', { errors, warnings }) : say('modeler_no_problems');
  summary.className = errors ? 'bad' : warnings ? 'warn' : 'good';
  list.replaceChildren(...sortProblems(problems).map((problem) => item(editor, problem)));
}

function item(editor, problem) {
  const row = document.createElement('li');
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'problem';
  const badge = document.createElement('span');
  badge.className = `badge badge-${problem.severity === 'error' ? 'bad' : problem.severity === 'warning' ? 'warn' : 'accent'}`;
  badge.textContent = say(`modeler_${problem.severity}`);
  const name = document.createElement('strong');
  name.textContent = problem.element_name || elementName(editor, problem.element_id);
  const text = document.createElement('span');
  text.textContent = problem.message;
  button.append(badge, name, text);
  if (problem.hint) {
    const hint = document.createElement('small');
    hint.textContent = problem.hint;
    button.append(hint);
  }
  button.disabled = !problem.element_id || !editor.get('elementRegistry').get(problem.element_id);
  button.addEventListener('click', () => select(editor, problem.element_id));
  row.append(button);
  return row;
}

const elementName = (editor, id) => editor.get('elementRegistry').get(id)?.businessObject.name ?? '';

export function select(editor, id) {
  const element = editor.get('elementRegistry').get(id);
  if (element) {
    editor.get('canvas').scrollToElement(element, { top: 120, bottom: 200, left: 120, right: 120 });
    editor.get('selection').select(element);
  }
}

/** The step bar of consecutive tasks: `steps` = [{id, label, state: "done"|"current"|"todo", url?}]. */
import { say } from '../i18n/say.js';

export function renderSteps(box, steps = []) {
  if (!box) {
    return;
  }
  box.replaceChildren();
  box.hidden = steps.length < 2;
  if (box.hidden) {
    return;
  }
  const list = document.createElement('ol');
  steps.forEach((step, index) => {
    const item = document.createElement('li');
    item.className = `step step-${step.state}`;
    const inner = document.createElement(step.url && step.state !== 'current' ? 'a' : 'span');
    if (step.url && step.state !== 'current') {
      inner.href = step.url;
    }
    const mark = document.createElement('i');
    mark.textContent = step.state === 'done' ? '✓' : index + 1;
    mark.setAttribute('aria-hidden', 'true');
    const words = document.createElement('span');
    words.className = 'visually-hidden';
    words.textContent = `（${say(`step_${step.state}`)}）`;
    inner.append(mark, step.label, words);
    if (step.state === 'current') {
      item.setAttribute('aria-current', 'step');
    }
    item.append(inner);
    list.append(item);
  });
  box.setAttribute('aria-label', say('steps'));
  box.append(list);
  list.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center', behavior: 'auto' });
}

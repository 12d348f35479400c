/** Errors at their fields and in a summary at the top whose items lead there. */
import { translateFormJs } from '../i18n/form_js.js';
import { say } from '../i18n/say.js';
import { pathText, readPath } from './paths.js';

function instances(form) {
  const fields = form.get('formFieldRegistry');
  return form
    .get('formFieldInstanceRegistry')
    .getAllKeyed()
    .map((instance) => ({ ...instance, field: fields.get(instance.id), path: pathText(instance.valuePath) }));
}

export function labelOf({ field, valuePath }) {
  const label = field.words ?? (field.label ?? field.dateLabel ?? field.key ?? '');
  const row = valuePath.findLast?.((part) => Number.isInteger(part)) ?? valuePath.filter(Number.isInteger).at(-1);
  return row === undefined ? label : say('error_in_row', { n: row + 1, label });
}

const domIdOf = (form, { id, indexes }) => ['fjs-form', form._id, id].join('-') + Object.values(indexes ?? {}).map((i) => `_${i}`).join('');

/** What form-js found itself, in the order of the form: [{label, message, instance}]. */
export function ownErrors(form, errors) {
  return instances(form).flatMap((instance) => {
    const found = Object.values(instance.indexes ?? {}).reduce((at, index) => at?.[index], errors[instance.id]);
    return Array.isArray(found) ? found.map((text) => ({ label: labelOf(instance), message: translateFormJs(text), instance })) : [];
  });
}

/** Puts the server's errors [{field, code, message}] at their fields; returns the same list as `ownErrors`. */
export function placeServerErrors(form, errors) {
  const all = instances(form);
  const placed = {};
  const list = errors.map(({ field, message }) => {
    const path = field ? pathText(readPath(field)) : null;
    const instance = path && all.find((candidate) => candidate.path === path);
    if (!instance) {
      return { label: '', message, instance: null };
    }
    const indexes = Object.values(instance.indexes ?? {});
    let at = placed;
    for (const part of [instance.id, ...indexes].slice(0, -1)) {
      at[part] ??= indexes.length ? [] : {};
      at = at[part];
    }
    const last = [instance.id, ...indexes].at(-1);
    at[last] = [...(at[last] ?? []), message];
    return { label: labelOf(instance), message, instance };
  });
  form._setState({ errors: placed });
  return list;
}

/** The control of a field instance that can take the focus. */
export function controlOf(form, instance) {
  const id = domIdOf(form, instance);
  const exact = document.getElementById(id);
  if (exact?.matches('input, select, textarea, canvas, button')) {
    return exact;
  }
  return exact ?? document.getElementById(`${id}-0`) ?? document.querySelector(`[id^="${CSS.escape(id)}-"]`);
}

export function showSummary(box, form, list) {
  box.replaceChildren();
  box.hidden = !list.length;
  if (!list.length) {
    return;
  }
  const title = document.createElement('h2');
  title.textContent = say('errors_title', { n: list.length });
  const items = document.createElement('ul');
  for (const { label, message, instance } of list) {
    const item = document.createElement('li');
    const text = label ? `${label}：${message}` : message;
    if (instance) {
      const link = document.createElement('a');
      link.href = `#${domIdOf(form, instance)}`;
      link.textContent = text;
      link.addEventListener('click', (event) => {
        event.preventDefault();
        goTo(form, instance);
      });
      item.append(link);
    } else {
      item.textContent = text;
    }
    items.append(item);
  }
  box.append(title, items);
  box.tabIndex = -1;
  box.focus({ preventScroll: true });
  box.scrollIntoView({ block: 'start', behavior: 'auto' });
}

function goTo(form, instance) {
  const control = controlOf(form, instance);
  if (!control) {
    return;
  }
  for (let parent = control.closest('details'); parent; parent = parent.parentElement.closest('details')) {
    parent.open = true;
  }
  (control.closest('.fjs-form-field') ?? control).scrollIntoView({ block: 'center', behavior: 'auto' });
  control.focus({ preventScroll: true });
}

/** Renders the form of a task with our fields and words. */
import { Form } from '@bpmn-io/form-js-viewer';
import { ourFieldsModule } from './fields.js';
import { isSent, prepareSchema } from './prepare.js';

/** `page`: {schema, data, task, labels}. Resolves to the form-js Form, attached to `container`. */
export async function mountForm(container, page) {
  container.replaceChildren();
  const form = new Form({
    container,
    page,
    additionalModules: [ourFieldsModule],
    properties: { ariaLabel: page.task.title ?? '', textLinkTarget: '_blank' },
  });
  const schema = prepareSchema(page.schema, { readOnly: page.task.read_only });
  await form.importSchema(schema, page.data ?? {});
  // Enter in a text box must not hand in half a form: only our button submits.
  container.addEventListener('submit', swallow, true);
  return form;
}

function swallow(event) {
  event.preventDefault();
  event.stopPropagation();
}

/** The values of visible fields that can be changed here. */
export function valuesOf(form) {
  const fields = form.get('formFieldRegistry');
  const { data } = form._getState();
  const sent = emptyLists(form, data);
  for (const { id, valuePath } of form.get('formFieldInstanceRegistry').getAllKeyed()) {
    const field = fields.get(id);
    if (isSent(field) && !field.disabled) {
      put(sent, valuePath, valuePath.reduce((at, part) => at?.[part], data));
    }
  }
  return sent;
}

/** A list whose last row was removed has no field any more that could say so. */
function emptyLists(form, data) {
  const empty = {};
  const paths = form.get('pathRegistry');
  for (const field of form.get('formFieldRegistry').getAll()) {
    if (field.type === 'dynamiclist') {
      const path = paths.getValuePath(field, { indexes: {} });
      const value = path.every((part) => typeof part === 'string') ? path.reduce((at, part) => at?.[part], data) : null;
      if (Array.isArray(value) && !value.length) {
        put(empty, path, []);
      }
    }
  }
  return empty;
}

function put(target, path, value) {
  let at = target;
  path.slice(0, -1).forEach((part, index) => {
    at[part] ??= Number.isInteger(path[index + 1]) ? [] : {};
    at = at[part];
  });
  at[path.at(-1)] = value === undefined ? null : value;
}

/** Puts the values of a draft into the form, without touching what is only shown. */
export function restoreValues(data, values) {
  return { ...data, ...values };
}

/** Turns the schema of a task into what this page renders: optional marks, read-only fields as plain text, no buttons. */

/** Kept in step with `OPTIONAL_MARK` of i18n/form_js_jsx.js, which cannot be imported where there is no browser. */
export const OPTIONAL_MARK = '\u2063';

export const INPUT_TYPES = new Set([
  'textfield', 'textarea', 'number', 'datetime', 'checkbox', 'select', 'radio', 'checklist', 'taglist', 'filepicker',
  'signature', 'photos', 'person', 'lookup',
]); // prettier-ignore
const CONTAINERS = new Set(['group', 'dynamiclist', 'default']);
const LIST_TYPES = new Set(['checklist', 'taglist', 'photos', 'filepicker']);

function isOptional(component) {
  const { validate = {} } = component;
  return (
    INPUT_TYPES.has(component.type) &&
    component.type !== 'checkbox' &&
    !validate.required &&
    !component.readonly &&
    !component.disabled
  );
}

function withOptionalMark(component) {
  const name = component.label === undefined && component.dateLabel !== undefined ? 'dateLabel' : 'label';
  const label = component[name] ?? '';
  const condition = component.properties?.required_if?.replace(/^=/, '');
  const text = label.startsWith('=') ? `(${label.slice(1)})` : JSON.stringify(label);
  // form-js knows no conditional `required`: the label itself follows the condition, the server checks it.
  const marked = condition
    ? `=if ${condition} then ${text} else ${text} + "${OPTIONAL_MARK}"`
    : label.startsWith('=')
      ? `=${text} + "${OPTIONAL_MARK}"`
      : label + OPTIONAL_MARK;
  return { ...component, [name]: marked, words: label };
}

function asShown(component) {
  const { type, conditional, layout, id, key, path, label, properties } = component;
  const common = { id, key: key ?? path, label: label ?? component.dateLabel, conditional, layout, properties };
  const shown = { ...component, type };
  return { ...common, type: type === 'dynamiclist' ? 'shown_list' : 'shown', shown };
}

function prepareComponent(component, readonly) {
  const locked = readonly || component.readonly === true;
  if (component.type === 'button') {
    return null;
  }
  if (component.type === 'dynamiclist' && locked) {
    return { ...asShown(component), shown: { ...component, components: component.components ?? [] } };
  }
  if (CONTAINERS.has(component.type)) {
    const components = prepareAll(component.components, locked);
    return { ...component, components };
  }
  if (INPUT_TYPES.has(component.type)) {
    return locked ? asShown(component) : isOptional(component) ? withOptionalMark(component) : component;
  }
  return component;
}

function prepareAll(components = [], readonly) {
  return components.map((component) => prepareComponent(component, readonly)).filter(Boolean);
}

export function prepareSchema(schema, { readOnly = false } = {}) {
  return { ...schema, components: prepareAll(schema.components, readOnly) };
}

/** Field keys a person can change here (read-only, shown and computed ones are not sent back). */
export function isSent(component) {
  return INPUT_TYPES.has(component.type) || component.type === 'expression';
}

export const isListType = (type) => LIST_TYPES.has(type);

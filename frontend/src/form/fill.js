/** What the server knows of a thing that was chosen goes into fields that are still empty, never over what was typed. */

const isEmpty = (value) => value === null || value === undefined || value === '' || (Array.isArray(value) && !value.length);

export function fillEmpty(form, fill = {}) {
  const fields = form.get('formFieldRegistry');
  for (const instance of form.get('formFieldInstanceRegistry').getAllKeyed()) {
    const key = instance.valuePath.join('.');
    const present = instance.valuePath.reduce((at, part) => at?.[part], form._getState().data);
    if (key in fill && isEmpty(present) && !fields.get(instance.id).readonly) {
      form._update({ fieldInstance: instance, value: fill[key] });
    }
  }
}

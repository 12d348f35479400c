/** Label, hint, errors around the control of one of our own fields, in form-js's markup so that one CSS fits all. */
import { Description, Errors, Label } from '@bpmn-io/form-js-viewer';

export const descriptionId = (domId) => `${domId}-description`;
export const errorId = (domId) => `${domId}-error-message`;

export function describedBy(domId) {
  return `${descriptionId(domId)} ${errorId(domId)}`;
}

export function fieldClass(type, { errors = [], disabled, readonly }) {
  return ['fjs-form-field', `fjs-form-field-${type}`, errors.length && 'fjs-has-errors', disabled && 'fjs-disabled', readonly && 'fjs-readonly']
    .filter(Boolean)
    .join(' ');
}

export function Frame({ type, field, domId, errors = [], disabled, readonly, labelFor = domId, children }) {
  return (
    <div class={fieldClass(type, { errors, disabled, readonly })}>
      <Label htmlFor={labelFor} id={`${domId}-label`} label={field.label} required={Boolean(field.validate?.required)} />
      {children}
      <Description id={descriptionId(domId)} description={field.description} />
      <Errors id={errorId(domId)} errors={errors} />
    </div>
  );
}

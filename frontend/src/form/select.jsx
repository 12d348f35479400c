/** A short list is the browser's own select (one tap on a phone); a long or computed one is form-js's searchable list. */
import { Select as FormJsSelect } from '@bpmn-io/form-js-viewer';
import { say } from '../i18n/say.js';
import { Frame, describedBy } from './frame.jsx';

const LONG = 15;

export function Select(props) {
  const { field, domId, value, onChange, onBlur, onFocus, errors = [], disabled, readonly } = props;
  const { values } = field;
  if (!Array.isArray(values) || field.searchable || values.length > LONG) {
    return <FormJsSelect {...props} field={{ ...field, searchable: true }} />;
  }
  const chosen = values.findIndex((option) => option.value === value);
  return (
    <Frame type="select" field={field} domId={domId} errors={errors} disabled={disabled} readonly={readonly}>
      <select
        id={domId}
        class="fjs-input"
        disabled={disabled || readonly}
        aria-invalid={errors.length > 0}
        aria-describedby={describedBy(domId)}
        onChange={(event) => onChange({ value: values[event.currentTarget.value]?.value ?? null })}
        onBlur={onBlur}
        onFocus={onFocus}
      >
        <option value="" selected={chosen < 0}>
          {say('please_choose')}
        </option>
        {values.map((option, index) => (
          <option key={index} value={index} selected={index === chosen}>
            {option.label}
          </option>
        ))}
      </select>
    </Frame>
  );
}

Select.config = FormJsSelect.config;

/** form-js's text area, which keeps what is being typed. */
import { Textarea as FormJsTextarea } from '@bpmn-io/form-js-viewer';
import { useTyped } from './typed.js';

export function Textarea(props) {
  const { value, onInput } = useTyped(props.value);
  return (
    <div onInput={onInput}>
      <FormJsTextarea {...props} value={value} />
    </div>
  );
}

Textarea.config = FormJsTextarea.config;

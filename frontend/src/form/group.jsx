/** A group of fields; one with the property `folded` = "true" opens with a tap. */
import { Group as FormJsGroup } from '@bpmn-io/form-js-viewer';

export const isFolded = (field) => field.properties?.folded === 'true';

export function Group(props) {
  const { field } = props;
  if (!isFolded(field)) {
    return <FormJsGroup {...props} />;
  }
  return (
    <details class="folded">
      <summary>{field.label}</summary>
      <FormJsGroup {...props} field={{ ...field, label: '', showOutline: false }} />
    </details>
  );
}

Group.config = FormJsGroup.config;

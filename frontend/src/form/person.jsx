/** Chooses one person (value: login) or several (list of logins) from GET /api/people. */
import { useEffect, useState } from 'preact/hooks';
import { request } from '../http/client.js';
import { say } from '../i18n/say.js';
import { usePage } from './context.js';
import { Frame } from './frame.jsx';
import { added, asList, removed, takesSeveral } from './pick_values.js';
import { Picker } from './picker.jsx';

const known = new Map();

/** Names of logins: those the page brought, those picked here, else asked from the server once. */
export function useNames(logins, labels = {}) {
  const [, redraw] = useState(0);
  const missing = logins.filter((login) => !labels[login] && !known.has(login));
  useEffect(() => {
    if (!missing.length) {
      return;
    }
    missing.forEach((login) => known.set(login, login));
    request(`/api/people?${new URLSearchParams({ logins: missing.join(',') })}`)
      .then(({ data }) => {
        (data.items ?? []).forEach((item) => known.set(item.value, item.label));
        redraw((n) => n + 1);
      })
      .catch(() => missing.forEach((login) => known.delete(login)));
  }, [missing.join()]);
  return (login) => labels[login] ?? known.get(login) ?? login;
}

export function Person(props) {
  const { field, domId, value, onChange, onBlur, onFocus, errors = [], disabled, readonly } = props;
  const page = usePage();
  const multiple = takesSeveral(field);
  const values = asList(value);
  const nameOf = useNames(values, page.labels?.people);
  const url = (q) => `/api/people?${new URLSearchParams({ role: field.properties?.role ?? '', q, task: page.task?.id ?? '' })}`;
  return (
    <Frame type="person" field={field} domId={domId} errors={errors} disabled={disabled} readonly={readonly}>
      <Picker
        domId={domId}
        url={url}
        values={values}
        labelOf={nameOf}
        multiple={multiple}
        placeholder={say('search_people')}
        disabled={disabled}
        readonly={readonly}
        invalid={errors.length > 0}
        onPick={(item) => {
          known.set(item.value, item.label);
          onChange({ value: added(value, item.value, multiple) });
        }}
        onRemove={(item) => onChange({ value: removed(value, item, multiple) })}
        onFocus={onFocus}
        onBlur={onBlur}
      />
    </Frame>
  );
}

Person.config = {
  type: 'person',
  keyed: true,
  name: 'Person',
  group: 'selection',
  emptyValue: null,
  create: (options = {}) => ({ ...options }),
};

/** Chooses a known thing (region, part, skill, customer, unit, trip, order, case) from GET /api/lookup/<source>. */
import { useEffect, useState } from 'preact/hooks';
import { request } from '../http/client.js';
import { say } from '../i18n/say.js';
import { useFormService, usePage } from './context.js';
import { fillEmpty } from './fill.js';
import { Frame } from './frame.jsx';
import { added, asList, removed, takesSeveral } from './pick_values.js';
import { Picker } from './picker.jsx';

const known = new Map();
const keyFor = (source, value) => `${source}\n${value}`;

export function useLabels(source, values, labels = {}) {
  const [, redraw] = useState(0);
  const missing = values.filter((value) => !labels[value] && !known.has(keyFor(source, value)));
  useEffect(() => {
    if (!missing.length || !source) {
      return;
    }
    missing.forEach((value) => known.set(keyFor(source, value), value));
    request(`/api/lookup/${encodeURIComponent(source)}?${new URLSearchParams({ values: missing.join(',') })}`)
      .then(({ data }) => {
        (data.items ?? []).forEach((item) => known.set(keyFor(source, item.value), item.label));
        redraw((n) => n + 1);
      })
      .catch(() => missing.forEach((value) => known.delete(keyFor(source, value))));
  }, [source, missing.join()]);
  return (value) => labels[value] ?? known.get(keyFor(source, value)) ?? value;
}

export function Lookup(props) {
  const { field, domId, value, onChange, onBlur, onFocus, errors = [], disabled, readonly } = props;
  const page = usePage();
  const form = useFormService('form');
  const source = field.properties?.source ?? '';
  const multiple = takesSeveral(field);
  const values = asList(value);
  const labelOf = useLabels(source, values, page.labels?.[source]);
  const url = (q) => `/api/lookup/${encodeURIComponent(source)}?${new URLSearchParams({ q, task: page.task?.id ?? '' })}`;
  return (
    <Frame type="lookup" field={field} domId={domId} errors={errors} disabled={disabled} readonly={readonly}>
      <Picker
        domId={domId}
        url={url}
        values={values}
        labelOf={labelOf}
        multiple={multiple}
        placeholder={say('search_lookup')}
        disabled={disabled}
        readonly={readonly}
        invalid={errors.length > 0}
        onPick={(item) => {
          known.set(keyFor(source, item.value), item.label);
          onChange({ value: added(value, item.value, multiple) });
          fillEmpty(form, item.fill);
        }}
        onRemove={(item) => onChange({ value: removed(value, item, multiple) })}
        onFocus={onFocus}
        onBlur={onBlur}
      />
    </Frame>
  );
}

Lookup.config = {
  type: 'lookup',
  keyed: true,
  name: 'Lookup',
  group: 'selection',
  emptyValue: null,
  create: (options = {}) => ({ ...options }),
};

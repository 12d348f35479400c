/** Fields that are only read here: one line of label and words, lists as a small table. */
import { Label } from '@bpmn-io/form-js-viewer';
import { isChinese, say } from '../i18n/say.js';
import { usePage } from './context.js';
import { shown as datetimeShown } from './datetime_text.js';
import { useLabels } from './lookup.jsx';
import { useNames } from './person.jsx';
import { PhotoList } from './photos.jsx';
import { asList } from './pick_values.js';
import { SignatureShown } from './signature.jsx';

const isEmpty = (value) => value === null || value === undefined || value === '' || (Array.isArray(value) && !value.length);

function Names({ value }) {
  const nameOf = useNames(asList(value), usePage().labels?.people);
  return <>{asList(value).map(nameOf).join('、')}</>;
}

function Labels({ field, value }) {
  const source = field.properties?.source;
  const labelOf = useLabels(source, asList(value), usePage().labels?.[source]);
  return <>{asList(value).map(labelOf).join('、')}</>;
}

export function formatNumber(value, field) {
  const number = Number(value);
  if (!Number.isFinite(number)) {
    return String(value);
  }
  const money = field.properties?.format === 'money';
  const options = money ? { minimumFractionDigits: 2, maximumFractionDigits: 2 } : { maximumFractionDigits: 10 };
  const { prefixAdorner = '', suffixAdorner = '' } = field.appearance ?? {};
  return [prefixAdorner, number.toLocaleString('zh-CN', options), suffixAdorner].filter(Boolean).join(' ');
}

/** The value of a field in words. */
export function Words({ field, value }) {
  if (isEmpty(value)) {
    return field.type === 'checkbox' ? <>{say('no')}</> : <span class="muted">{say('nothing')}</span>;
  }
  const optionLabel = (one) => (field.values ?? []).find((option) => option.value === one)?.label ?? String(one);
  switch (field.type) {
    case 'checkbox':
      return <>{say(value === true ? 'yes' : 'no')}</>;
    case 'select':
    case 'radio':
    case 'checklist':
    case 'taglist':
      return <>{asList(value).map(optionLabel).join('、')}</>;
    case 'datetime':
      return <>{datetimeShown(value, field.subtype ?? 'date', isChinese())}</>;
    case 'number':
      return <>{formatNumber(value, field)}</>;
    case 'person':
      return <Names value={value} />;
    case 'lookup':
      return <Labels field={field} value={value} />;
    case 'photos':
    case 'filepicker':
      return <PhotoList value={value} labels={usePage().labels?.files} />;
    case 'signature':
      return <SignatureShown value={value} />;
    default:
      return <span class="pre">{typeof value === 'object' ? JSON.stringify(value) : String(value)}</span>;
  }
}

export function Shown({ field, value, domId }) {
  return (
    <div class="fjs-form-field shown" id={domId}>
      <Label label={field.label} />
      <div class="shown-value">
        <Words field={field.shown} value={value} />
      </div>
    </div>
  );
}

export function ShownList({ field, value, domId }) {
  const columns = (field.shown.components ?? []).filter((column) => column.key);
  const rows = asList(value);
  return (
    <div class="fjs-form-field shown shown-list" id={domId}>
      <Label label={field.label} />
      {rows.length ? (
        <div class="table-wrap">
          <table class="table">
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column.key} scope="col">
                    {column.label ?? column.dateLabel}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row, index) => (
                <tr key={index}>
                  {columns.map((column) => (
                    <td key={column.key} data-label={column.label ?? column.dateLabel}>
                      <Words field={column} value={row?.[column.key]} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <span class="muted">{say('nothing')}</span>
      )}
    </div>
  );
}

const config = (type) => ({ type, keyed: true, name: type, group: 'presentation', emptyValue: null, create: (options = {}) => ({ ...options }) });
Shown.config = config('shown');
ShownList.config = { ...config('shown_list') };

/** Date, time or both: typed freely on a desktop, the phone's own picker on a touch screen, shown in plain words. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { isChinese, say } from '../i18n/say.js';
import { atMinute, fromNative, isoDate, isoDateTime, isoTime, parseIso, readTyped, shown, toNative, typed } from './datetime_text.js';
import { Frame, describedBy } from './frame.jsx';

const NATIVE = { date: 'date', time: 'time', datetime: 'datetime-local' };
const touch = () => globalThis.matchMedia?.('(pointer: coarse)').matches;

export function Datetime(props) {
  const { field, domId, value, onChange, onBlur, onFocus, errors = [], disabled, readonly } = props;
  const subtype = field.subtype ?? 'date';
  const [text, setText] = useState(typed(value, subtype));
  const [unread, setUnread] = useState(false);
  const native = useRef();

  useEffect(() => {
    setText(typed(value, subtype));
    setUnread(false);
  }, [value, subtype]);

  const set = (next) => onChange({ value: next || null });
  const read = (raw) => {
    const next = readTyped(raw, subtype);
    setUnread(next === null);
    const changed = next !== null && next !== (value ?? '');
    if (changed) {
      set(next);
    } else if (next) {
      setText(typed(next, subtype));
    }
    return changed;
  };
  const setNow = () => {
    const now = new Date();
    set({ date: isoDate(now), time: isoTime(now), datetime: isoDateTime(atMinute(now)) }[subtype]);
  };
  const openPicker = () => {
    if (native.current.showPicker) {
      native.current.showPicker();
    } else {
      native.current.focus();
    }
  };
  const shownErrors = unread ? [say('date_bad'), ...errors] : errors;
  const common = { disabled, 'aria-invalid': shownErrors.length > 0, 'aria-describedby': describedBy(domId), onFocus };
  const nativeInput = (extra) => (
    <input
      {...extra}
      type={NATIVE[subtype]}
      value={toNative(value, subtype)}
      onChange={(event) => set(fromNative(event.currentTarget.value, subtype))}
    />
  );
  return (
    <Frame type="datetime" field={labelled(field)} domId={domId} errors={shownErrors} disabled={disabled} readonly={readonly}>
      <div class="datetime">
        {touch() ? (
          nativeInput({ ...common, id: domId, readOnly: readonly, class: 'fjs-input', onBlur })
        ) : (
          <>
            <input
              {...common}
              id={domId}
              class="fjs-input"
              type="text"
              autocomplete="off"
              readOnly={readonly}
              placeholder={say(`${subtype}_placeholder`)}
              value={text}
              onInput={(event) => setText(event.currentTarget.value)}
              onKeyDown={(event) => event.key === 'Enter' && read(event.currentTarget.value)}
              onBlur={(event) => {
                // form-js would check the value from before the change, and call it missing.
                if (!read(event.currentTarget.value)) {
                  onBlur();
                }
              }}
            />
            {subtype !== 'time' && (
              <button type="button" class="button quiet" disabled={disabled || readonly} onClick={openPicker} aria-label={say('date_pick')} title={say('date_pick')}>
                ▾
              </button>
            )}
            {nativeInput({ ref: native, class: 'datetime-native', tabIndex: -1, 'aria-hidden': true, disabled: disabled || readonly })}
          </>
        )}
        <button type="button" class="button quiet" disabled={disabled || readonly} onClick={setNow}>
          {say(subtype === 'date' ? 'date_today' : 'date_now')}
        </button>
      </div>
      {value && subtype !== 'time' && <div class="datetime-words">{shown(value, subtype, isChinese())}</div>}
    </Frame>
  );
}

/** form-js keeps the label of a date in `dateLabel`; our forms use `label` like every other field. */
function labelled(field) {
  return field.label ? field : { ...field, label: field.dateLabel ?? field.timeLabel ?? '' };
}

Datetime.config = {
  type: 'datetime',
  keyed: true,
  name: 'Date time',
  group: 'basic-input',
  emptyValue: null,
  sanitizeValue: ({ formField, value }) => {
    if (typeof value !== 'string' || value === '') {
      return null;
    }
    if (formField.subtype === 'time') {
      return /^\d{2}:\d{2}/.test(value) ? value : null;
    }
    return parseIso(value) ? value : null;
  },
  create: (options = {}) => ({ subtype: 'date', ...options }),
};

/** form-js's text box with the right keyboard on a phone, and known customers or products offered while typing. */
import { Textfield as FormJsTextfield } from '@bpmn-io/form-js-viewer';
import { useEffect, useRef, useState } from 'preact/hooks';
import { notify } from '../app/toast.js';
import { request } from '../http/client.js';
import { say } from '../i18n/say.js';
import { useFormService, usePage } from './context.js';
import { fillEmpty } from './fill.js';
import { focusNextEmpty } from './focus.js';
import { canScan, scanCode } from './scan.js';
import { inputMode, longEnough, sourceOf } from './suggest.js';
import { useTyped } from './typed.js';

const PAUSE = 300;

export function Textfield(props) {
  const { field, disabled, readonly } = props;
  const box = useRef();
  const mode = inputMode(field);
  useEffect(() => {
    if (mode) {
      box.current.querySelector('input')?.setAttribute('inputmode', mode);
    }
  });
  const source = !disabled && !readonly && sourceOf(field);
  const { value, onInput } = useTyped(props.value);
  const onKeyDown = source ? (event) => amongOffers(event, box.current) : undefined;
  return (
    <div ref={box} class="textfield" onKeyDown={onKeyDown} onInput={onInput}>
      <FormJsTextfield {...props} value={value} />
      {source === 'unit' && canScan() && <Scan onChange={props.onChange} />}
      {source && <Suggestions {...props} source={source} />}
    </div>
  );
}

Textfield.config = FormJsTextfield.config;

/** Arrow keys walk from the text box through what is offered below it; Enter takes the first offer, Escape goes back. */
function amongOffers(event, box) {
  const stops = [box.querySelector('input'), ...box.querySelectorAll('.suggestions button')];
  const here = stops.indexOf(document.activeElement);
  if (stops.length < 2 || here < 0) {
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    stops[Math.max(0, Math.min(stops.length - 1, here + step))].focus();
  } else if (event.key === 'Enter' && here === 0) {
    stops[1].click();
  } else if (event.key === 'Escape' && here > 0) {
    stops[0].focus();
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}

function Scan({ onChange }) {
  const scan = async () => {
    try {
      const text = await scanCode();
      if (text) {
        onChange({ value: text });
      }
    } catch {
      notify(say('scan_failed'), { kind: 'warn' });
    }
  };
  return (
    <button type="button" class="button small" onClick={scan}>
      {say('scan')}
    </button>
  );
}

function Suggestions({ source, value, onChange }) {
  const page = usePage();
  const form = useFormService('form');
  const [items, setItems] = useState([]);
  const first = useRef(value); // what was there from the beginning needs no offer
  const taken = useRef(null);
  const box = useRef();
  useEffect(() => {
    if (!longEnough(value) || value === first.current || value === taken.current) {
      setItems([]);
      return undefined;
    }
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const query = new URLSearchParams({ q: value, task: page.task?.id ?? '' });
        const { ok, data } = await request(`/api/lookup/${source}?${query}`, { signal: stop.signal, timeout: 8000 });
        setItems(ok ? (data.items ?? []).slice(0, 5) : []);
      } catch {
        setItems([]); // an offer that cannot be made is no error
      }
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [value]);
  const take = (item) => {
    taken.current = item.text ?? value;
    if (item.text && item.text !== value) {
      onChange({ value: item.text });
    }
    fillEmpty(form, item.fill);
    const input = box.current.closest('.textfield').querySelector('input');
    setItems([]);
    setTimeout(() => focusNextEmpty(input)); // when the values stand in their fields
  };
  if (!items.length) {
    return null;
  }
  return (
    <div ref={box} class="suggestions" role="group" aria-label={say('known_things')} aria-live="polite">
      {items.map((item) => (
        <button type="button" key={item.value} onClick={() => take(item)}>
          <strong>{item.label}</strong>
          {item.hint && <small>{item.hint}</small>}
        </button>
      ))}
    </div>
  );
}

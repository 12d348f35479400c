/** One search box with a list of results: the ground of `person` and `lookup` (combobox pattern of WAI-ARIA). */
import { useEffect, useRef, useState } from 'preact/hooks';
import { request } from '../http/client.js';
import { say } from '../i18n/say.js';
import { describedBy } from './frame.jsx';

const PAUSE = 200;

/** `items`: [{value, label, hint?, fill?}] from the server. */
function useSearch(url, query, open) {
  const [found, setFound] = useState({ state: 'idle', items: [], query: '' });
  useEffect(() => {
    if (!open) {
      return undefined;
    }
    const stop = new AbortController();
    const timer = setTimeout(
      async () => {
        setFound((before) => ({ ...before, state: 'searching' }));
        try {
          const { ok, data } = await request(url(query), { signal: stop.signal, timeout: 10000 });
          setFound({ state: ok ? 'found' : 'failed', items: ok ? (data.items ?? []) : [], query });
        } catch (error) {
          if (!stop.signal.aborted) {
            setFound({ state: 'offline', items: [], query });
          }
        }
      },
      query ? PAUSE : 0,
    );
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [query, open]);
  return found;
}

/** Until the answer to what is typed now arrives, only what fits it may be picked: a quick Enter must not take another. */
function fitting({ items, query: asked }, query) {
  const wanted = query.trim().toLowerCase();
  const fits = ({ value, label, hint }) => [value, label, hint].some((text) => String(text ?? '').toLowerCase().includes(wanted));
  return asked === query ? items : items.filter(fits);
}

export function Picker({ domId, url, values, labelOf, multiple, placeholder, disabled, readonly, invalid, onPick, onRemove, onFocus, onBlur }) {
  const [query, setQuery] = useState('');
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const input = useRef();
  const found = useSearch(url, query, open);
  const { state } = found;
  const items = fitting(found, query).filter((item) => !values.includes(item.value));
  const listId = `${domId}-list`;
  const locked = disabled || readonly;

  const pick = (item) => {
    onPick(item);
    setQuery('');
    setOpen(false);
    setActive(0);
  };
  const onKeyDown = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      setOpen(true);
      setActive((index) => Math.max(0, Math.min(items.length - 1, index + step)));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (open && items[active]) {
        pick(items[active]);
      }
    } else if (event.key === 'Escape' && open) {
      event.stopPropagation();
      setOpen(false);
    } else if (event.key === 'Backspace' && !query && values.length) {
      onRemove(values.at(-1));
    }
  };
  const said = { searching: say('searching'), offline: say('search_offline'), failed: say('load_failed') }[state];
  const showBox = !locked && (multiple || values.length === 0);
  return (
    <div class="picker">
      {values.map((value) => (
        <span class="picked" key={value}>
          {labelOf(value)}
          {!locked && (
            <button type="button" class="picked-remove" aria-label={say('remove_one', { label: labelOf(value) })} onClick={() => onRemove(value)}>
              ×
            </button>
          )}
        </span>
      ))}
      {readonly && !values.length && <span class="muted">{say('nothing')}</span>}
      {showBox && (
        <input
          ref={input}
          id={domId}
          class="fjs-input"
          type="search"
          role="combobox"
          autocomplete="off"
          aria-expanded={open}
          aria-controls={listId}
          aria-activedescendant={open && items[active] ? `${listId}-${active}` : undefined}
          aria-invalid={invalid}
          aria-describedby={describedBy(domId)}
          placeholder={placeholder}
          disabled={disabled}
          value={query}
          onInput={(event) => {
            setQuery(event.currentTarget.value);
            setOpen(true);
            setActive(0);
          }}
          onFocus={() => {
            setOpen(true);
            onFocus();
          }}
          onBlur={() => {
            setOpen(false);
            setQuery('');
            onBlur();
          }}
          onKeyDown={onKeyDown}
        />
      )}
      {open && showBox && (
        <ul class="picker-list" id={listId} role="listbox">
          {items.map((item, index) => (
            <li
              key={item.value}
              id={`${listId}-${index}`}
              role="option"
              aria-selected={index === active}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => pick(item)}
            >
              <span>{item.label}</span>
              {item.hint && <small>{item.hint}</small>}
            </li>
          ))}
          {(said || (state === 'found' && !items.length)) && (
            <li class="picker-note" role="presentation">
              {said ?? say('search_hint_none', { q: query })}
            </li>
          )}
        </ul>
      )}
      <span class="visually-hidden" role="status">
        {open && state === 'found' ? say('results', { n: items.length }) : ''}
      </span>
    </div>
  );
}

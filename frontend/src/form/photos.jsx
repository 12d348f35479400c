/** Photos (and other files) of a task: shrunk and stamped here, uploaded in pieces, shown as thumbnails. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { filesUrl } from '../http/client.js';
import { say } from '../i18n/say.js';
import { forgetFile, isLocal, keepFile, keptFile, uploadKept } from '../upload/waiting.js';
import { shrinkPhoto } from '../upload/shrink.js';
import { usePage } from './context.js';
import { isoDate, isoDateTime, isoTime } from './datetime_text.js';
import { Frame, describedBy } from './frame.jsx';
import { isMultiple, itemsOf, valueOf, withFile } from './file_items.js';

const MOST_BYTES = 20 * 1024 * 1024;

/** Adds a photo or file of this task to the files waiting for upload; resolves to its local id. */
export async function addFile(file, task = {}) {
  const now = new Date();
  const meta = { task: task.id ?? '', case_no: task.case_no ?? '', taken_at: isoDateTime(now) };
  if (!file.type.startsWith('image/')) {
    return keepFile(file, { name: file.name, meta });
  }
  const stamp = [`${isoDate(now)} ${isoTime(now)}`];
  if (task.case_no) {
    stamp.push(say('photo_stamp_case', { case_no: task.case_no }));
  }
  const blob = await shrinkPhoto(file, stamp);
  return keepFile(blob, { name: `${file.name.replace(/\.\w+$/, '') || 'photo'}.jpg`, meta });
}

export const fileUrl = (id) => `${filesUrl()}/${encodeURIComponent(id)}`;

/** The picture of a file id: a local one from this device, else the server's small version. */
export function usePicture(id) {
  const [url, setUrl] = useState(isLocal(id) ? null : `${fileUrl(id)}?size=thumb`);
  useEffect(() => {
    if (!isLocal(id)) {
      setUrl(`${fileUrl(id)}?size=thumb`);
      return undefined;
    }
    let made;
    keptFile(id).then((row) => {
      if (row?.blob) {
        made = URL.createObjectURL(row.blob);
        setUrl(made);
      } else if (row?.server) {
        setUrl(`${fileUrl(row.server)}?size=thumb`);
      }
    });
    return () => made && URL.revokeObjectURL(made);
  }, [id]);
  return url;
}

function Thumbnail({ id, index, name, onRemove, state, onRetry }) {
  const picture = usePicture(id);
  const [broken, setBroken] = useState(false);
  const words = state?.error
    ? say('photo_failed', { message: state.error })
    : state?.offline
      ? say('photo_waiting')
      : state?.percent !== undefined
        ? say('photo_uploading', { percent: state.percent })
        : '';
  const label = say('photo_n', { n: index + 1 });
  return (
    <li class="photo">
      <a href={isLocal(id) ? picture : fileUrl(id)} target="_blank" rel="noopener" aria-label={say('photo_open', { n: index + 1 })}>
        {picture && !broken ? <img src={picture} alt={label} onError={() => setBroken(true)} /> : <span class="photo-name">{name ?? label}</span>}
      </a>
      {words && <span class={state.error ? 'photo-state bad' : 'photo-state'}>{words}</span>}
      {state?.error && (
        <button type="button" class="button small" onClick={onRetry}>
          {say('photo_retry')}
        </button>
      )}
      {onRemove && (
        <button type="button" class="photo-remove" aria-label={say('photo_remove', { n: index + 1 })} onClick={onRemove}>
          ×
        </button>
      )}
    </li>
  );
}

export function PhotoList({ value, labels = {} }) {
  return (
    <ul class="photos">
      {itemsOf(value).map(({ file }, index) => (
        <Thumbnail key={file} id={file} index={index} name={labels[file]} />
      ))}
    </ul>
  );
}

function FileField({ kind, props }) {
  const { field, domId, value, onChange, onBlur, onFocus, errors = [], disabled, readonly } = props;
  const page = usePage();
  const items = itemsOf(value);
  const [states, setStates] = useState({});
  const [note, setNote] = useState('');
  const input = useRef();
  // Uploads end later than the render they began in: they must change the newest value.
  const latest = useRef(items);
  latest.current = items;
  const locked = disabled || readonly;
  const set = (next) => {
    latest.current = next;
    onChange({ value: valueOf(next, field) });
  };
  const mark = (id, state) => setStates((before) => ({ ...before, [id]: state }));

  const upload = async (id) => {
    mark(id, { percent: 0 });
    try {
      const server = await uploadKept(id, (part) => mark(id, { percent: Math.round(part * 100) }));
      mark(id, undefined);
      if (latest.current.some(({ file }) => file === id)) {
        set(withFile(latest.current, id, server));
      }
    } catch (error) {
      mark(id, error.name === 'Offline' ? { offline: true } : { error: error.message });
    }
  };
  useEffect(() => {
    const resume = () => latest.current.filter(({ file }) => isLocal(file)).forEach(({ file }) => upload(file));
    resume(); // from a restored draft
    globalThis.addEventListener('online', resume);
    return () => globalThis.removeEventListener('online', resume);
  }, []);

  const choose = async (event) => {
    const chosen = [...event.currentTarget.files];
    event.currentTarget.value = '';
    for (const file of chosen) {
      if (!file.type.startsWith('image/') && file.size > MOST_BYTES) {
        setNote(say('file_too_big', { size: '20 MB' }));
        continue;
      }
      setNote(say('photo_preparing'));
      try {
        const id = await addFile(file, page.task);
        const item = { file: id, taken_at: isoDateTime(new Date()) };
        set(isMultiple(field) ? [...latest.current, item] : [item]);
        setNote('');
        upload(id);
      } catch {
        setNote(say('photo_unreadable'));
      }
    }
  };
  const remove = (id) => {
    set(latest.current.filter(({ file }) => file !== id));
    if (isLocal(id)) {
      forgetFile(id);
    }
  };
  const photos = kind === 'photos';
  const add = photos ? say(items.length ? 'photo_more' : 'photo_add') : say('file_add');
  return (
    <Frame type={kind} field={field} domId={domId} errors={errors} disabled={disabled} readonly={readonly}>
      {items.length > 0 && (
        <ul class="photos">
          {items.map(({ file }, index) => (
            <Thumbnail
              key={file}
              id={file}
              index={index}
              name={page.labels?.files?.[file]}
              state={states[file]}
              onRetry={() => upload(file)}
              onRemove={locked ? null : () => remove(file)}
            />
          ))}
        </ul>
      )}
      {!locked && (
        <label class="button wide photo-add" for={domId}>
          {add}
          <input
            ref={input}
            id={domId}
            class="visually-hidden"
            type="file"
            multiple={isMultiple(field)}
            accept={photos ? 'image/*' : (field.accept ?? '')}
            capture={photos && field.properties?.camera_only === 'true' ? 'environment' : undefined}
            aria-describedby={describedBy(domId)}
            onChange={choose}
            onFocus={onFocus}
            onBlur={onBlur}
          />
        </label>
      )}
      <div class="field-note" role="status">
        {note}
      </div>
    </Frame>
  );
}

const config = (type, name, emptyValue) => ({
  type,
  keyed: true,
  name,
  group: 'basic-input',
  emptyValue,
  sanitizeValue: ({ value, formField }) => valueOf(itemsOf(value), formField),
  create: (options = {}) => ({ ...options }),
});

export function Photos(props) {
  return <FileField kind="photos" props={props} />;
}
Photos.config = config('photos', 'Photos', []);

export function FilePicker(props) {
  return <FileField kind="filepicker" props={props} />;
}
FilePicker.config = config('filepicker', 'Files', null);

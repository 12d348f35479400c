/**
 * A signature: drawn with a finger, or a photo of the paper that carries the company seal.
 * Value: {kind: "drawn", width, height, strokes: [[{x, y, time}, …], …]} or {kind: "sealed_photo", file}.
 */
import SignaturePad from 'signature_pad';
import { useEffect, useRef, useState } from 'preact/hooks';
import { say } from '../i18n/say.js';
import { forgetFile, isLocal, uploadKept } from '../upload/waiting.js';
import { usePage } from './context.js';
import { Frame, describedBy } from './frame.jsx';
import { addFile, usePicture } from './photos.jsx';
import { fromPad, strokePaths, toPad } from './strokes.js';

const HEIGHT = 180;
const SEALED = 'sealed_photo';

export function Drawing({ value }) {
  return (
    <svg class="signature-drawing" viewBox={`0 0 ${value.width ?? 340} ${value.height ?? HEIGHT}`} role="img" aria-label={say('sign_drawn')}>
      {strokePaths(value.strokes).map((d, index) => (
        <path key={index} d={d} fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round" />
      ))}
    </svg>
  );
}

export function SealedPaper({ file }) {
  const picture = usePicture(file);
  return picture ? <img class="signature-photo" src={picture} alt={say('sign_by_photo')} /> : <span>{say('sign_by_photo')}</span>;
}

export function SignatureShown({ value }) {
  if (value?.kind === 'drawn') {
    return <Drawing value={value} />;
  }
  return value?.kind === SEALED ? <SealedPaper file={value.file} /> : <span class="muted">{say('sign_empty')}</span>;
}

function Pad({ domId, value, onChange, invalid, label }) {
  const canvas = useRef();
  const pad = useRef();
  const [empty, setEmpty] = useState(!value);
  const [big, setBig] = useState(false);
  const box = useRef();

  const emit = () => {
    const strokes = fromPad(pad.current.toData());
    setEmpty(!strokes.length);
    onChange(strokes.length ? { kind: 'drawn', width: canvas.current.clientWidth, height: canvas.current.clientHeight, strokes } : null);
  };
  useEffect(() => {
    pad.current = new SignaturePad(canvas.current, { minWidth: 1, maxWidth: 2.6, penColor: '#111' });
    pad.current.addEventListener('endStroke', emit);
    return () => pad.current.off();
  }, []);
  // The canvas loses its drawing when its size changes (turning the phone, full screen): draw the strokes again.
  useEffect(() => {
    const fit = () => {
      const { clientWidth: width, clientHeight: height } = canvas.current;
      if (!width) {
        return;
      }
      const ratio = Math.max(globalThis.devicePixelRatio || 1, 1);
      canvas.current.width = width * ratio;
      canvas.current.height = height * ratio;
      canvas.current.getContext('2d').scale(ratio, ratio);
      pad.current.fromData(value?.kind === 'drawn' ? toPad(value, width, height) : []);
    };
    fit();
    const observer = new ResizeObserver(fit);
    observer.observe(canvas.current);
    return () => observer.disconnect();
  }, [value, big]);

  const undo = () => {
    pad.current.fromData(pad.current.toData().slice(0, -1));
    emit();
  };
  const clear = () => {
    pad.current.clear();
    emit();
  };
  return (
    <div class={big ? 'signature signature-big' : 'signature'} ref={box}>
      <div class="signature-box">
        <canvas
          id={domId}
          ref={canvas}
          style={big ? undefined : { height: `${HEIGHT}px` }}
          tabIndex={0}
          role="img"
          aria-label={`${label} ${say(empty ? 'sign_here' : 'sign_drawn')}`}
          aria-invalid={invalid}
          aria-describedby={describedBy(domId)}
        />
        {empty && <span class="signature-hint">{say('sign_here')}</span>}
      </div>
      <div class="signature-tools">
        <button type="button" class="button small" disabled={empty} onClick={undo}>
          {say('sign_undo')}
        </button>
        <button type="button" class="button small" disabled={empty} onClick={clear}>
          {say('sign_clear')}
        </button>
        <button type="button" class="button small" onClick={() => setBig(!big)}>
          {say(big ? 'sign_done' : 'sign_big')}
        </button>
      </div>
    </div>
  );
}

export function Signature(props) {
  const { field, domId, value, onChange, errors = [], disabled, readonly } = props;
  const page = usePage();
  const [byPhoto, setByPhoto] = useState(value?.kind === SEALED);
  const [note, setNote] = useState('');
  const latest = useRef(value);
  latest.current = value;
  const set = (next) => {
    latest.current = next;
    onChange({ value: next });
  };
  const upload = async (id) => {
    try {
      const server = await uploadKept(id, (part) => setNote(say('photo_uploading', { percent: Math.round(part * 100) })));
      setNote('');
      if (latest.current?.file === id) {
        set({ ...latest.current, file: server });
      }
    } catch (error) {
      setNote(error.name === 'Offline' ? say('photo_waiting') : say('photo_failed', { message: error.message }));
    }
  };
  const takePhoto = async (event) => {
    const [file] = event.currentTarget.files;
    event.currentTarget.value = '';
    if (!file) {
      return;
    }
    setNote(say('photo_preparing'));
    try {
      const id = await addFile(file, page.task);
      set({ kind: SEALED, file: id });
      await upload(id);
    } catch {
      setNote(say('photo_unreadable'));
    }
  };
  const turn = () => {
    if (isLocal(value?.file)) {
      forgetFile(value.file);
    }
    set(null);
    setNote('');
    setByPhoto(!byPhoto);
  };
  const locked = disabled || readonly;
  return (
    <Frame type="signature" field={field} domId={domId} errors={errors} disabled={disabled} readonly={readonly}>
      {locked ? (
        <SignatureShown value={value} />
      ) : byPhoto ? (
        <>
          {value?.kind === SEALED && <SealedPaper file={value.file} />}
          <label class="button wide photo-add" for={domId}>
            {say('photo_add')}
            <input id={domId} class="visually-hidden" type="file" accept="image/*" capture="environment" aria-describedby={describedBy(domId)} onChange={takePhoto} />
          </label>
        </>
      ) : (
        <Pad domId={domId} value={value} onChange={set} invalid={errors.length > 0} label={field.label ?? ''} />
      )}
      <div class="field-note" role="status">
        {note}
      </div>
      {!locked && field.properties?.photo !== 'false' && (
        <button type="button" class="button quiet small" onClick={turn}>
          {say(byPhoto ? 'sign_draw' : 'sign_photo')}
        </button>
      )}
    </Frame>
  );
}

Signature.config = {
  type: 'signature',
  keyed: true,
  name: 'Signature',
  group: 'basic-input',
  emptyValue: null,
  sanitizeValue: ({ value }) => (value && typeof value === 'object' && ['drawn', SEALED].includes(value.kind) ? value : null),
  create: (options = {}) => ({ ...options }),
};

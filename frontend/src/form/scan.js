/** Reads a QR or bar code with the camera; only where the browser can (BarcodeDetector, Android). */
import { openDialog } from '../app/dialog.js';
import { say } from '../i18n/say.js';

const EVERY = 200;

export const canScan = () => 'BarcodeDetector' in globalThis && Boolean(navigator.mediaDevices?.getUserMedia);

/** Resolves to the text of the first code seen, or null when the person closes the window. */
export async function scanCode() {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  const video = document.createElement('video');
  video.className = 'scanner';
  video.playsInline = true;
  video.muted = true;
  video.srcObject = stream;
  const detector = new globalThis.BarcodeDetector();
  let found = null;
  let timer = null;
  const look = async () => {
    const [code] = await detector.detect(video).catch(() => []);
    if (code) {
      found = code.rawValue;
      video.closest('dialog')?.close();
    } else {
      timer = setTimeout(look, EVERY);
    }
  };
  const closed = openDialog(say('scan_title'), video);
  await video.play();
  look();
  await closed;
  clearTimeout(timer);
  stream.getTracks().forEach((track) => track.stop());
  return found && textOf(found);
}

/** A code on a machine is often an address: the number is its last part. */
export function textOf(raw) {
  try {
    const url = new URL(raw);
    return url.searchParams.get('sn') ?? url.searchParams.get('id') ?? url.pathname.split('/').filter(Boolean).at(-1) ?? raw;
  } catch {
    return raw.trim();
  }
}

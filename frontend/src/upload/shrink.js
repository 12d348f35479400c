/** A photo from the camera made small enough for a weak connection, with time and case number written into it. */

const LONG_SIDE = 1600;
const QUALITY = 0.82;

/** Width and height that fit into a square of `limit`, never larger than before. */
export function fitted(width, height, limit = LONG_SIDE) {
  const scale = Math.min(1, limit / Math.max(width, height));
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

export async function shrinkPhoto(file, stamp) {
  const bitmap = await load(file);
  const { width, height } = fitted(bitmap.width, bitmap.height);
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close?.();
  if (stamp.length) {
    write(context, stamp, width, height);
  }
  const blob = await new Promise((resolve) => {
    canvas.toBlob(resolve, 'image/jpeg', QUALITY);
  });
  if (!blob) {
    throw new Error('the canvas gave no picture');
  }
  return blob;
}

async function load(file) {
  if (globalThis.createImageBitmap) {
    try {
      return await createImageBitmap(file, { imageOrientation: 'from-image' });
    } catch {
      // Some phones refuse the option or the format (HEIC): the image element may still read it.
    }
  }
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    return image;
  } finally {
    URL.revokeObjectURL(url);
  }
}

function write(context, lines, width, height) {
  const size = Math.max(16, Math.round(Math.min(width, height) / 32));
  const line = Math.round(size * 1.4);
  const pad = Math.round(size * 0.6);
  context.font = `600 ${size}px "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif`;
  context.textBaseline = 'bottom';
  const widest = Math.max(...lines.map((text) => context.measureText(text).width));
  context.fillStyle = 'rgba(0, 0, 0, 0.55)';
  context.fillRect(0, height - lines.length * line - pad, widest + 2 * pad, lines.length * line + pad);
  context.fillStyle = '#fff';
  lines.forEach((text, index) => {
    context.fillText(text, pad, height - pad / 2 - (lines.length - 1 - index) * line);
  });
}

/** Fields whose text finds a known thing while somebody types: field key or property `suggest` → look-up source. */

const BY_KEY = { contact_phone: 'customer', serial_no: 'unit' };
const LEAST = 4; // four digits of a serial number are enough to find the product

export const sourceOf = (field) => field.properties?.suggest ?? BY_KEY[field.key] ?? null;

export const longEnough = (text) => String(text ?? '').replace(/[\s-]/g, '').length >= LEAST;

export function inputMode(field) {
  return { phone: 'tel', email: 'email', money: 'decimal', integer: 'numeric' }[field.properties?.format] ?? null;
}

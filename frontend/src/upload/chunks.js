/**
 * Resumable upload: POST /api/files?key=…&offset=…&size=…&name=…&type=… with a piece of the file as body.
 * The server answers {received} while pieces are missing, 409 {received} when it has another number of bytes than we
 * think, and 201 (or 200 for a repeated key) {id, name, size, type} when the file is whole.
 */

export const CHUNK = 256 * 1024;

export class UploadRefused extends Error {
  constructor(message, code = '') {
    super(message);
    this.name = 'UploadRefused';
    this.code = code;
  }
}

export async function uploadFile({ key, blob, name, type, meta = {}, post, to = '/api/files', onProgress = () => {}, chunk = CHUNK }) {
  let offset = 0;
  let corrections = 0;
  for (;;) {
    const query = new URLSearchParams({ ...meta, key, offset, size: blob.size, name, type });
    const { status, data } = await post(`${to}?${query}`, blob.slice(offset, offset + chunk));
    if (status >= 200 && status < 300 && data.id) {
      onProgress(1);
      return data;
    }
    if ((status === 409 || (status >= 200 && status < 300)) && Number.isInteger(data.received)) {
      if (status === 409 || data.received <= offset) {
        corrections += 1;
      }
      if (corrections > 5 || data.received > blob.size) {
        throw new UploadRefused(data.message ?? 'upload out of step', data.code);
      }
      offset = data.received;
      onProgress(offset / blob.size);
      continue;
    }
    throw new UploadRefused(data.message ?? `HTTP ${status}`, data.code);
  }
}

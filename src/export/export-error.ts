/** Something stands in the way of an export; the message says what, and what to do. */
export class ExportError extends Error {
  override readonly name = 'ExportError';
}

/** An export cannot start or continue; the message says why, and what to do. */
export class ExportError extends Error {
  override readonly name = 'ExportError';
}

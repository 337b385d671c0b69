/** @param header `Accept-Encoding` as it came; a client that sends none gets plain text */
export function acceptsGzip(header = ''): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(header);
}

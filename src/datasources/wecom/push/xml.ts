/** CDATA, a tag without attributes, or text. Anything else, such as a DTD or a comment, ends the parsing. */
const TOKENS = /<!\[CDATA\[([^]*?)\]\]>|<(\/?)([A-Za-z_][\w.-]*)\s*(\/?)>|([^<]+)/gy;
const PROLOGUE = /^\s*(?:<\?xml[^?<>]*\?>)?/;
/** Also what only begins like one, which is then not among the known. */
const ENTITY = /&[a-z]*;?/g;
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&apos;', "'"],
]);

/**
 * Parses the XML of callbacks: one element with fields in it. Deeper elements, which some events have, are skipped.
 *
 * It is deliberately not an XML parser: nothing in a callback can make it load, expand or define anything.
 *
 * @returns the text of each field by its name; null when it is anything else, or a field comes twice
 */
export function readXml(xml: string): ReadonlyMap<string, string> | null {
  const content = xml.replace(PROLOGUE, '');
  const fields = new Map<string, string>();
  const path: string[] = [];
  let hasRoot = false;
  let text = '';
  let end = 0;
  for (const token of content.matchAll(TOKENS)) {
    const [whole, cdata, slash, name, selfClosing, raw] = token;
    end = token.index + whole.length;
    if (name === undefined) {
      const piece = cdata ?? unescapeText(raw ?? '');
      if (piece === null) return null;
      const isBetweenElements = path.length < 2;
      if (isBetweenElements && (cdata !== undefined || piece.trim() !== '')) return null;
      if (path.length === 2) text += piece;
      continue;
    }
    if (!slash) {
      if (path.length === 0 && hasRoot) return null;
      hasRoot = true;
      path.push(name);
      if (path.length === 2) text = '';
    }
    if (slash || selfClosing) {
      if (path.length === 2) {
        if (fields.has(name)) return null;
        fields.set(name, text);
      }
      if ((slash && selfClosing) || path.pop() !== name) return null;
    }
  }
  return hasRoot && path.length === 0 && end === content.length ? fields : null;
}

/** @returns null when it holds an entity that XML does not define by itself */
function unescapeText(text: string): string | null {
  const isKnown = (text.match(ENTITY) ?? []).every((entity) => ENTITIES.has(entity));
  return isKnown ? text.replace(ENTITY, (entity) => ENTITIES.get(entity) ?? '') : null;
}

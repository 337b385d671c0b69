const PREFIX = 'graphiql:';
const HEADERS = `${PREFIX}headers`;
/** GraphiQL's history keeps the headers of each request, whatever it is told about keeping headers. */
const CONFIDENTIAL = [HEADERS, `${PREFIX}queries`, `${PREFIX}favorites`];

/** Says what to type, and sends nothing as long as nothing is typed. */
const HEADERS_TEMPLATE = `{
  // "Authorization": "Bearer <your API key>"
}
`;

/**
 * What GraphiQL remembers. Tabs and theme stay on the disk; what can hold an API key ends with the browser's tab.
 */
export const storage = {
  getItem: (key: string): string | null => areaOf(key).getItem(key),
  setItem: (key: string, value: string): void => {
    areaOf(key).setItem(key, value);
  },
  removeItem: (key: string): void => {
    areaOf(key).removeItem(key);
  },
  clear: (): void => {
    for (const area of [localStorage, sessionStorage]) for (const key of ownKeys(area)) area.removeItem(key);
  },
  get length(): number {
    return ownKeys(localStorage).length + ownKeys(sessionStorage).length;
  },
};

/** As typed: JSON with comments. */
export function readHeaders(): string {
  return storage.getItem(HEADERS) ?? HEADERS_TEMPLATE;
}

export function keepHeaders(text: string): void {
  storage.setItem(HEADERS, text);
}

function areaOf(key: string): Storage {
  return CONFIDENTIAL.includes(key) ? sessionStorage : localStorage;
}

/** Other pages of the same origin may keep something too. */
function ownKeys(area: Storage): string[] {
  return Object.keys(area).filter((key) => key.startsWith(PREFIX));
}

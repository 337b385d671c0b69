import { hasText, toJsonObject, type JsonText } from './json-text.ts';

/** Response keys and their values. Without what other objects inherit: `__proto__` is a key as any other. */
export class Results {
  [key: string]: unknown;
}
Object.setPrototypeOf(Results.prototype, null);

/** The results, once all of them are there; written, if one of them is. */
export function settle(results: Results): Promise<Results | JsonText> {
  return Promise.all(Object.values(results)).then((values) => {
    const settled = new Results();
    for (const [index, key] of Object.keys(results).entries()) settled[key] = values[index];
    return values.some(hasText) ? toJsonObject(settled) : settled;
  });
}

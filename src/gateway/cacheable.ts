interface WithExtensions {
  extensions: Readonly<Record<string, unknown>>;
}

/**
 * Marks a field whose value may be kept with its object: it depends on nothing but the object and what the caller may see,
 * and neither changes. The same holds for the properties of the value.
 */
export function asCacheable<F>(resolve: F): WithExtensions & { resolve: F } {
  return { resolve, extensions: { isCacheable: true } };
}

export function isCacheable({ extensions }: WithExtensions): boolean {
  return extensions['isCacheable'] === true;
}

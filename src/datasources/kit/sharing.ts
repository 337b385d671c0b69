/**
 * Makes each value once a key: the messages of a page repeat the same few conversations and participants.
 *
 * @param make of the key alone; the value is shared, so it is never changed
 */
export function sharing<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    let value = made.get(key);
    if (value === undefined) made.set(key, (value = make(key)));
    return value;
  };
}

/** The same object but for some members. @param changes those that are undefined stay its own */
export function withChanges<T extends object>(target: T, changes: object): T {
  const methods = new Map<PropertyKey, unknown>();
  return new Proxy(target, {
    get(_, name): unknown {
      const changed: unknown = Reflect.get(changes, name);
      if (changed !== undefined) return changed;
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      // Called on the proxy, a method could not see its object's private fields.
      if (!methods.has(name)) methods.set(name, value.bind(target));
      return methods.get(name);
    },
  });
}

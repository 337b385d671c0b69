/** Something that calls are made with, and that ends: a token, or a signature with a time in it. */
export interface Credential {
  get(): string | Promise<string>;
  /** The provider does not take this one: the next `get` brings another. */
  refuse(value: string): void;
}

/**
 * Makes a call with a credential, and once more with a new one when the provider refuses it. A second refusal means that
 * the account, not the credential, is at fault.
 */
export async function callWith<T>(
  credential: Credential,
  call: (value: string) => Promise<T>,
  isRefusal: (error: unknown) => boolean,
): Promise<T> {
  const value = await credential.get();
  try {
    return await call(value);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    credential.refuse(value);
    return call(await credential.get());
  }
}

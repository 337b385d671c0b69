import { computed, signal } from '@preact/signals';
import { createClient } from '../../src/client/index.ts';

const NAME = 'chat-history-gateway:api-key';
const UNAUTHORIZED = 401;

/** The API key; empty where none was needed so far. It ends with the browser's tab, and stands in no URL. */
export const apiKey = signal(sessionStorage.getItem(NAME) ?? '');
/** Whether the gateway wants to know who calls, or does not know the key. */
export const isRefused = signal(false);

/** Reads the gateway beside this page. Another key makes another one. */
export const client = computed(() => {
  const key = apiKey.value;
  return createClient({
    url: new URL('graphql', document.baseURI),
    apiKey: key === '' ? undefined : key,
    fetch: async (...request) => {
      const response = await fetch(...request);
      // An answer to a former key says nothing of this one.
      if (apiKey.peek() === key) isRefused.value = response.status === UNAUTHORIZED;
      return response;
    },
  });
});

export function signIn(key: string): void {
  sessionStorage.setItem(NAME, key);
  isRefused.value = false;
  apiKey.value = key;
}

export function signOut(): void {
  sessionStorage.removeItem(NAME);
  apiKey.value = '';
}

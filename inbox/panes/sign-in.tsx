import type { TargetedSubmitEvent, VNode } from 'preact';
import { apiKey, signIn } from '../store/session.ts';

/** Asks for the API key, which stays in the browser's tab. */
export function SignIn(): VNode {
  return (
    <main class="sign-in">
      <h1>Inbox</h1>
      <form onSubmit={submit}>
        <p role="alert">
          {apiKey.value === ''
            ? 'The gateway wants to know who you are.'
            : 'The gateway does not know this key, or no longer.'}
        </p>
        <label>
          API key
          <input name="key" type="password" autocomplete="off" spellcheck={false} required autofocus />
        </label>
        <p class="small">The browser keeps it until you close this tab. No link has it.</p>
        <button type="submit">Open the inbox</button>
      </form>
    </main>
  );
}

function submit(event: TargetedSubmitEvent<HTMLFormElement>): void {
  event.preventDefault();
  const key = new FormData(event.currentTarget).get('key');
  if (typeof key === 'string' && key.trim() !== '') signIn(key.trim());
}

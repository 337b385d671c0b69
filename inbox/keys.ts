import { CLOSED, show, view } from './store/state.ts';

const TYPING = 'input, select, textarea, dialog';
const ENTRIES = 'nav a.entry';
export const SEARCH_ID = 'search';

/** Arrow keys move along the list, `/` goes to the search, and Escape closes what was opened last. Enter is the browser's. */
export function listenToKeys(): void {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (handle(event.key, target)) event.preventDefault();
  });
}

/** @returns whether the key did something */
function handle(key: string, target: Element): boolean {
  const isSearch = target.id === SEARCH_ID;
  switch (key) {
    case 'ArrowDown':
    case 'ArrowUp':
      return (
        (isSearch || !target.closest(`${TYPING}, .middle, footer, header`)) &&
        move(key === 'ArrowDown' ? 1 : -1)
      );
    case '/':
      return !target.closest(TYPING) && focusOn(document.getElementById(SEARCH_ID));
    case 'Escape':
      return (isSearch || !target.closest(TYPING)) && close(isSearch);
    default:
      return false;
  }
}

function move(step: 1 | -1): boolean {
  const entries = [...document.querySelectorAll<HTMLElement>(ENTRIES)];
  const at = entries.findIndex((entry) => entry === document.activeElement);
  const last = entries.length - 1;
  return focusOn(entries[at < 0 ? 0 : Math.min(last, Math.max(0, at + step))] ?? null);
}

function close(isSearch: boolean): boolean {
  const { search, conversation } = view.peek();
  if (conversation !== '' && !isSearch) {
    const link = [...document.querySelectorAll<HTMLElement>(ENTRIES)].find(
      (entry) => entry.dataset['conversation'] === conversation,
    );
    show(CLOSED);
    // The list may have been hidden until now.
    requestAnimationFrame(() => focusOn(link ?? null));
    return true;
  }
  if (search === '') return false;
  show({ search: '' });
  return true;
}

function focusOn(element: HTMLElement | null): boolean {
  element?.focus();
  return element !== null;
}

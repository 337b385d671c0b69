const MESSAGES = '[data-id]';
/** How near to an end, in pixels, more is read; so most readers never see it. */
const NEAR_PX = 800;
const AT_END_PX = 8;

/**
 * Keeps what the reader looks at in its place while messages come in above and below; at the newest message, it stays there.
 * Browsers do so by themselves in part, and not at the very top.
 */
export class ScrollKeeper {
  #anchor: { id: string; top: number } | null = null;
  #isAtEnd = true;

  /** Notes where the reader is. To be called after each scroll. @param hasNewest whether the end is the newest message */
  note(scroller: HTMLElement, hasNewest: boolean): void {
    this.#isAtEnd = hasNewest && toBottom(scroller) <= AT_END_PX;
    const { top } = scroller.getBoundingClientRect();
    const first = firstInSight(scroller, top);
    const id = first?.dataset['id'];
    this.#anchor = first && id !== undefined ? { id, top: first.getBoundingClientRect().top - top } : null;
  }

  /** Puts the reader back. To be called after each change, before the browser draws. */
  restore(scroller: HTMLElement): void {
    if (this.#isAtEnd) scroller.scrollTop = scroller.scrollHeight;
    else if (this.#anchor) {
      const element = findMessage(scroller, this.#anchor.id);
      const { top } = scroller.getBoundingClientRect();
      if (element) scroller.scrollTop += element.getBoundingClientRect().top - top - this.#anchor.top;
    }
  }

  /** Goes to a message. @returns whether it is there */
  goTo(scroller: HTMLElement, id: string): boolean {
    const element = findMessage(scroller, id);
    if (!element) return false;
    this.#isAtEnd = false;
    element.scrollIntoView({ block: 'center' });
    this.note(scroller, false);
    return true;
  }
}

export function isNearTop(scroller: HTMLElement): boolean {
  return scroller.scrollTop < NEAR_PX;
}

export function isNearBottom(scroller: HTMLElement): boolean {
  return toBottom(scroller) < NEAR_PX;
}

function toBottom({ scrollHeight, scrollTop, clientHeight }: HTMLElement): number {
  return scrollHeight - scrollTop - clientHeight;
}

function findMessage(scroller: HTMLElement, id: string): HTMLElement | null {
  return scroller.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`);
}

/** By halves: there can be thousands. */
function firstInSight(scroller: HTMLElement, top: number): HTMLElement | undefined {
  const elements = scroller.querySelectorAll<HTMLElement>(MESSAGES);
  let [low, high] = [0, elements.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((elements[middle]?.getBoundingClientRect().bottom ?? top) > top) high = middle;
    else low = middle + 1;
  }
  return elements[low];
}

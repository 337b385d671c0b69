import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface MoreProps {
  label: string;
  isLoading: boolean;
  /** Changes whenever something was added, so that the end is looked for again. */
  length: number;
  onMore: () => void;
}

/** The end of a list of which there is more: reads on as soon as it comes into sight, or when it is asked to. */
export function More({ label, isLoading, length, onMore }: MoreProps): VNode {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!button.current) return undefined;
    const watch = new IntersectionObserver((seen) => {
      if (seen.some(({ isIntersecting }) => isIntersecting)) onMore();
    });
    watch.observe(button.current);
    return () => {
      watch.disconnect();
    };
  }, [length]);
  return (
    <button ref={button} class="more" type="button" aria-disabled={isLoading} onClick={onMore}>
      {isLoading ? 'Loading …' : label}
    </button>
  );
}

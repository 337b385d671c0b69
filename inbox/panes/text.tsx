import type { ComponentChildren, VNode } from 'preact';
import { toPieces, type Span } from '../model/highlight.ts';

/** What a search has found in the text of a message, which may be one of its parts. */
export interface Found {
  text: string | null;
  spans: readonly Span[];
}

/** What a person wrote: text and never HTML, in its own direction, with what was searched for in it marked. */
export function Text({ text, found }: { text: string; found?: Found | undefined }): VNode {
  const spans = found?.text === text ? found.spans : [];
  return (
    <span class="text" dir="auto">
      {toPieces(text, spans).map((piece, index) =>
        piece.isFound ? <mark key={index}>{piece.text}</mark> : piece.text,
      )}
    </span>
  );
}

/** A link to somewhere else, which does not learn where it stood. Only HTTP: other URLs may run programs. */
export function OutsideLink({ url, children }: { url: string; children: ComponentChildren }): VNode {
  const isHttp = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
  if (!isHttp) return <span dir="auto">{children}</span>;
  return (
    <a href={url} target="_blank" rel="noopener noreferrer" dir="auto">
      {children}
    </a>
  );
}

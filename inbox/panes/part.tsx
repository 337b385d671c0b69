import type { VNode } from 'preact';
import type { MessagePart } from '../../src/client/index.ts';
import { MESSAGE_KINDS } from '../model/words.ts';
import { Media } from './media.tsx';
import { OutsideLink, Text, type Found } from './text.tsx';

type PartOf<TName extends MessagePart['__typename']> = Extract<MessagePart, { __typename: TName }>;

interface PartProps {
  part: MessagePart;
  found: Found;
  onQuote: (nativeId: string) => void;
}

/** One piece of a message, of any kind. */
export function Part({ part, found, onQuote }: PartProps): VNode {
  switch (part.__typename) {
    case 'TextPart':
      return <Text text={part.text} found={found} />;
    case 'MediaPart':
      return <Media media={part} found={found} />;
    case 'LocationPart':
      return <Location part={part} />;
    case 'ContactCardPart':
      return <ContactCard part={part} />;
    case 'LinkPart':
      return <Link part={part} />;
    case 'QuotePart':
      return <Quote part={part} onQuote={onQuote} />;
    case 'CustomPart':
      return (
        <Known title="Custom content" of={[part.description, part.data, part.extension, part.faceIndex]} />
      );
    case 'EncryptedPart':
      return <p class="note">🔒 The provider shows the content only in its own application.</p>;
    case 'UnsupportedPart':
      return <Known title={`Unknown content: ${part.nativeType}`} of={[part.raw]} />;
  }
}

function Location({ part: { latitude, longitude, description } }: { part: PartOf<'LocationPart'> }): VNode {
  return (
    <p class="card">
      <span aria-hidden="true">📍</span> {description !== null && <Text text={description} />}{' '}
      <a href={`geo:${latitude},${longitude}`}>{`${latitude}, ${longitude}`}</a>
    </p>
  );
}

function ContactCard({ part }: { part: PartOf<'ContactCardPart'> }): VNode {
  const { displayName, phones, whatsAppIds, organization } = part;
  return (
    <div class="card">
      <span aria-hidden="true">👤</span> <Text text={displayName ?? 'Contact card'} />
      {[organization, ...(phones ?? []), ...(whatsAppIds ?? []).map((id) => `WhatsApp ${id}`)].map(
        (line) =>
          line !== null && (
            <p class="small" key={line} dir="auto">
              {line}
            </p>
          ),
      )}
    </div>
  );
}

function Link({ part: { linkUrl, title, description } }: { part: PartOf<'LinkPart'> }): VNode {
  return (
    <div class="card">
      <OutsideLink url={linkUrl}>{title ?? linkUrl}</OutsideLink>
      {description !== null && (
        <p class="small">
          <Text text={description} />
        </p>
      )}
    </div>
  );
}

function Quote({ part, onQuote }: { part: PartOf<'QuotePart'>; onQuote: PartProps['onQuote'] }): VNode {
  const { nativeId, kind, quotedText, media } = part;
  return (
    <blockquote>
      {quotedText === null ? <span>{MESSAGE_KINDS[kind]}</span> : <Text text={quotedText} />}
      {media && <Media media={media} />}
      {nativeId !== null && (
        <button
          type="button"
          onClick={() => {
            onQuote(nativeId);
          }}
        >
          Show the quoted message
        </button>
      )}
    </blockquote>
  );
}

/** What has no form of its own: whatever is known, as it came. */
function Known({ title, of }: { title: string; of: readonly unknown[] }): VNode {
  const [known] = of.filter((value) => value !== null && value !== '');
  return (
    <details class="card">
      <summary dir="auto">{title}</summary>
      <pre dir="auto">{typeof known === 'string' ? known : JSON.stringify(known ?? null, null, 2)}</pre>
    </details>
  );
}

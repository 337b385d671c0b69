import type { VNode } from 'preact';
import type { MediaPart } from '../../src/client/index.ts';
import { toWhole } from '../model/time.ts';
import { MESSAGE_KINDS } from '../model/words.ts';
import { OutsideLink, Text, type Found } from './text.tsx';

const SIGNS: Readonly<Partial<Record<MediaPart['kind'], string>>> = {
  IMAGE: '🖼',
  AUDIO: '🎵',
  VIDEO: '🎬',
  STICKER: '🏷',
  FILE: '📎',
};
const SIZES = [
  [1_000_000, 'MB'],
  [1_000, 'kB'],
  [1, 'B'],
] as const;

/**
 * A file: a link to it while its URL lives, and else what is known of it. Nothing is loaded from its host before the reader follows
 * the link: the host would learn who reads which conversation, and when.
 */
export function Media({ media, found }: { media: MediaPart; found?: Found | undefined }): VNode {
  const { kind, url, urlExpiresAt, fileName, caption } = media;
  const hasExpired = urlExpiresAt !== null && new Date(urlExpiresAt).getTime() <= Date.now();
  const name = fileName ?? MESSAGE_KINDS[kind];
  return (
    <figure class="media">
      <span aria-hidden="true">{SIGNS[kind] ?? '📎'}</span>{' '}
      {url === null || hasExpired ? (
        <span dir="auto">{name}</span>
      ) : (
        <OutsideLink url={url}>{name}</OutsideLink>
      )}
      <p class="small">
        {describe(media)}
        {url === null && ' · no link is known'}
        {hasExpired && ` · its link expired ${toWhole(urlExpiresAt)}`}
      </p>
      {caption !== null && caption !== fileName && (
        <figcaption>
          <Text text={caption} found={found} />
        </figcaption>
      )}
    </figure>
  );
}

function describe({ kind, mimeType, byteSize, width, height, durationSeconds }: MediaPart): string {
  const parts = [
    MESSAGE_KINDS[kind],
    mimeType,
    byteSize === null ? null : toSize(byteSize),
    width === null || height === null ? null : `${width} × ${height}`,
    durationSeconds === null ? null : `${Math.round(durationSeconds)} s`,
  ];
  return parts.filter((part) => part !== null).join(' · ');
}

function toSize(bytes: number): string {
  const [unit, name] = SIZES.find(([least]) => bytes >= least) ?? SIZES[2];
  return `${Math.round((bytes / unit) * 10) / 10} ${name}`;
}

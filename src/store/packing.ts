import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** What most records of messages have, the most frequent last. It is part of what is stored: another one has another number. */
const DICTIONARY = Buffer.from(
  '"availability":"UNAVAILABLE""availability":"RECALLED","urlExpiresAt":null,"type":"UNSUPPORTED","nativeType":"","raw":{"' +
    '"type":"LINK","url":"https://","title":"","description":null}{"type":"CUSTOM","data":"","description":null,"extension":null}' +
    '{"type":"QUOTE","nativeId":"","author":null,"kind":"TEXT","text":"","media":null}{"type":"MEDIA","kind":"FILE""AUDIO""VIDEO""IMAGE",' +
    '"url":"https://","urlExpiresAt":1,"mimeType":"image/jpeg","fileName":null,"caption":null,"byteSize":null,"width":null,"height":null,' +
    '"durationSeconds":null,"thumbnailUrl":null}],"role":"BOT""role":"OFFICIAL_ACCOUNT""role":"UNKNOWN""direction":"SYSTEM"' +
    '"direction":"INTERNAL","kind":"BROADCAST""kind":"GROUP","participants":null},"recipients":null,"text":null,"parts":[]' +
    '{"provider":"","channel":"","key":"","sequence":"","sentAt":17,"direction":"INBOUND""direction":"OUTBOUND","kind":"TEXT",' +
    '"availability":"AVAILABLE","nativeId":"","conversation":{"channel":"","kind":"DIRECT","key":"","nativeId":"","title":"",' +
    '"participants":[{"channel":"","role":"AGENT","nativeId":"","displayName":""},{"channel":"","role":"CUSTOMER","nativeId":"",' +
    '"displayName":null}]},"sender":{"channel":"","role":"AGENT","nativeId":"","displayName":""},"recipients":[{"channel":"",' +
    '"role":"CUSTOMER","nativeId":"","displayName":""}],"text":"","parts":[{"type":"TEXT","text":""}]',
);
const NUMBER = 1;
/** A record is longer than a message of any provider many times over when it reaches it. */
const MAX_BYTES = 2 ** 27;
/** Of a window and tables as small as records are, which are made anew for each. */
const OPTIONS = { dictionary: DICTIONARY, windowBits: 12, memLevel: 4 };

/**
 * Compresses the record of a message, a JSON text: to about a third of its size.
 *
 * @returns the number of the format, and raw DEFLATE (RFC 1951) with a preset dictionary
 */
export function pack(text: string): Uint8Array {
  return Buffer.concat([Buffer.of(NUMBER), deflateRawSync(text, OPTIONS)]);
}

/** @throws Error for what `pack` has not made */
export function unpack(packed: Uint8Array): string {
  if (packed[0] !== NUMBER)
    throw new Error('The store holds a record in a format that this program does not know');
  return inflateRawSync(packed.subarray(1), { dictionary: DICTIONARY, maxOutputLength: MAX_BYTES }).toString(
    'utf8',
  );
}

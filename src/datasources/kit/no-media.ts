import type { MediaPart } from '../../domain/records.ts';

/** Of a medium of which the provider tells no more than the kind. Its order stays: archives compare records as texts. */
export const NO_MEDIA: Omit<MediaPart, 'type' | 'kind'> = {
  url: null,
  urlExpiresAt: null,
  mimeType: null,
  fileName: null,
  caption: null,
  byteSize: null,
  width: null,
  height: null,
  durationSeconds: null,
  thumbnailUrl: null,
};

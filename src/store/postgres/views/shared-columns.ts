import { CHANNEL, PROVIDER } from './expressions.ts';
import type { ViewColumn } from './view.ts';

/** Of views of which each row has an account. */
export const CHANNEL_COLUMN: ViewColumn = {
  name: 'channel',
  type: 'text',
  value: CHANNEL,
  comment: 'The name of the channel.',
};

/** The same. */
export const PROVIDER_COLUMN: ViewColumn = {
  name: 'provider',
  type: 'text',
  value: PROVIDER,
  comment: 'The provider that holds the channel: a value of Provider of the API.',
};

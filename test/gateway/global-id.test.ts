import { expect, test } from 'vitest';
import { GlobalIdCodec, participantRole, type GlobalId } from '../../src/gateway/global-id.ts';
import { Sealer } from '../../src/util/sealing.ts';

const sealer = new Sealer(Buffer.alloc(32, 1), 'ids');
const ids: GlobalId[] = [
  { type: 'Message', channel: 'shop', key: '+4915112345678' },
  { type: 'Channel', channel: 'shop' },
  { type: 'Conversation', channel: 'shop', key: '+4915112345678' },
  ...participantRole.options.map((role): GlobalId => ({
    type: 'Participant',
    channel: 'shop',
    role,
    nativeId: '+4915112345678',
  })),
];

test('an id stands for the same thing in every process, and for one thing only', () => {
  const sealed = ids.map((id) => new GlobalIdCodec(sealer).encode(id));
  const codec = new GlobalIdCodec(sealer);
  expect(ids.map((id) => codec.encode(id))).toEqual(sealed);
  expect(ids.map((id) => codec.encode(id))).toEqual(sealed);
  expect(sealed.map((id) => codec.decode(id))).toEqual(ids);
  expect(new Set(sealed).size).toBe(ids.length);
});

test('nothing can be read out of an id', () => {
  for (const id of ids) {
    const text = new GlobalIdCodec(sealer).encode(id);
    expect(text + Buffer.from(text, 'base64url').toString('latin1')).not.toMatch(/4915112345678|shop/);
  }
});

test('what was not made here, or made for something else, is no id', () => {
  const codec = new GlobalIdCodec(sealer);
  const other = new GlobalIdCodec(new Sealer(Buffer.alloc(32, 2), 'ids'));
  const strangers = ['', 'x', other.encode({ type: 'Channel', channel: 'shop' })];
  const wrong = ['["x","shop"]', '["m","shop"]', '["p","shop","BOSS","x"]', '{}', 'null'];
  for (const id of [...strangers, ...wrong.map((text) => sealer.seal(text))]) {
    expect(codec.decode(id)).toBeNull();
  }
});

import { expect, test } from 'vitest';
import { isPostgres, toShownLocation } from '../../src/store/location.ts';

test.each([
  ['memory:', false, 'memory:'],
  ['sqlite:./postgres:.db', false, 'sqlite:./postgres:.db'],
  ['postgres://me:s3cret@db.example:6432/chats?sslpassword=s3cret', true, 'postgres://db.example:6432/chats'],
  ['postgresql://me:s3cret@localhost/chats?host=/run/postgresql', true, 'postgres:///run/postgresql/chats'],
  ['postgres://me:s3/cr#et@db:port/chats', true, 'postgres:'],
])('%s is shown without what must not be', (location, isServers, shown) => {
  expect([isPostgres(location), toShownLocation(location)]).toEqual([isServers, shown]);
});

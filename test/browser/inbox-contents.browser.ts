import type { Browser, Page } from 'playwright-core';
import { parse, validate } from 'graphql';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createSchema } from '../../src/schema/load.ts';
import { makeKey } from '../support/api-key.ts';
import { launchBrowser, type Visit } from '../support/browser.ts';
import {
  createInboxWorld,
  ENTRY,
  MESSAGE,
  openCustomer,
  openInbox,
  type InboxWorld,
} from '../support/inbox.ts';

const POLL = { timeout: 60_000 };
const HTML = '<img src=x onerror="document.title=1"> <b>bold</b>';
const ARABIC = 'مرحبا، أين طلبي؟';
const EMOJI = '👩‍👩‍👧 好的 👍🏽';

const all = makeKey('all', ['messages:read', 'participants:read', 'messages:secrets']);
const masked = makeKey('masked', ['messages:read']);
let inbox: InboxWorld;
let browser: Browser;
const visits: Visit[] = [];
beforeAll(async () => {
  browser = await launchBrowser();
  inbox = await createInboxWorld(
    (write) => {
      const file = {
        filename: 'list.pdf',
        url: 'https://files.example/list.pdf?signature=1',
        mimeType: 'application/pdf',
      };
      for (const content of [HTML, ARABIC, EMOJI]) write({ content });
      write({ contentType: 4, content: { ...file, caption: 'prices' } });
      write({
        contentType: 4,
        content: { ...file, filename: 'run.pdf', url: 'javascript:alert(1)', caption: '' },
      });
      const card = [
        'BEGIN:VCARD',
        'VERSION:3.0',
        'FN:Mei Lin',
        'TEL;waid=447759012345:+447759012345',
        'END:VCARD',
      ];
      write({ contentType: 6, content: card.join('\n') });
      write({ contentType: 77, content: 'of a new kind' });
    },
    { auth: { apiKeys: [all.entry, masked.entry] } },
  );
});
afterEach(async () => {
  await Promise.all(visits.splice(0).map(({ page }) => page.context().close()));
});
afterAll(async () => {
  await browser.close();
  await inbox.world.close();
});

async function signIn(key: string): Promise<Visit> {
  const opened = await openInbox(browser, inbox.world.url);
  visits.push(opened);
  await enter(opened.page, key);
  await opened.page.locator(ENTRY).first().waitFor();
  return opened;
}

async function enter(page: Page, key: string): Promise<void> {
  await page.getByLabel('API key').fill(key);
  await page.getByRole('button', { name: 'Open the inbox' }).click();
}

test('the key is asked for, kept in the tab alone, and sent with everything', async () => {
  const opened = await openInbox(browser, inbox.world.url);
  visits.push(opened);
  const { page, outside } = opened;
  await page.getByText('The gateway wants to know who you are.').waitFor();
  await enter(page, 'chg_wrong');
  await page.getByText('The gateway does not know this key, or no longer.').waitFor();
  const authorizations = new Set<string | undefined>();
  page.on('request', (request) => {
    if (request.url().includes('/graphql')) authorizations.add(request.headers()['authorization']);
  });
  await enter(page, all.key);
  await openCustomer(page);
  await page.getByText('Live', { exact: true }).waitFor();
  expect([...authorizations]).toEqual([`Bearer ${all.key}`]);
  await page.reload();
  await page.locator(MESSAGE).first().waitFor();
  expect(page.url()).not.toContain(all.key);
  expect(await page.evaluate('JSON.stringify({ ...localStorage }) + document.cookie')).toBe('{}');
  expect(await page.evaluate('Object.values(sessionStorage)')).toEqual([all.key]);
  await page.getByRole('button', { name: 'Forget key' }).click();
  await page.getByText('The gateway wants to know who you are.').waitFor();
  expect(await page.evaluate('Object.values(sessionStorage)')).toEqual([]);
  expect(outside).toEqual([]);
});

test('what people wrote is text, in its own direction', async () => {
  const { page, outside, complaints } = await signIn(all.key);
  const title = await page.title();
  await openCustomer(page);
  const texts = page.locator(`${MESSAGE} .text`);
  expect(await texts.allInnerTexts()).toEqual(expect.arrayContaining([HTML, ARABIC, EMOJI]));
  const directions = await page.evaluate<string[]>(
    `[...document.querySelectorAll('${MESSAGE} .text:dir(rtl)')].map(({ textContent }) => textContent)`,
  );
  expect(directions).toEqual([ARABIC]);
  expect(await page.locator(`${MESSAGE} img, ${MESSAGE} .text b`).count()).toBe(0);
  expect(await page.title()).toBe(title);
  // The first page was refused, before there was a key.
  expect({ outside, complaints: complaints.filter((line) => !line.includes('401')) }).toEqual({
    outside: [],
    complaints: [],
  });
});

test('files are links while their URLs live, and cards and unknown contents show what is known', async () => {
  const { page } = await signIn(all.key);
  await openCustomer(page);
  const link = page.getByRole('link', { name: 'list.pdf' });
  expect(await link.getAttribute('href')).toBe('https://files.example/list.pdf?signature=1');
  expect(await link.getAttribute('rel')).toBe('noopener noreferrer');
  expect(await page.locator(MESSAGE, { hasText: 'run.pdf' }).getByRole('link').count()).toBe(0);
  expect(await page.locator(MESSAGE, { hasText: 'Mei Lin' }).innerText()).toMatch(
    /\+447759012345\s+WhatsApp 447759012345/,
  );
  const unknown = page.locator(MESSAGE, { hasText: 'Unknown content: 77' });
  await unknown.locator('summary').click();
  await unknown.getByText('of a new kind').waitFor();
});

test('places, links, custom and encrypted contents have forms of their own', async () => {
  const { tencentChat } = inbox.world.sandbox;
  const place = { Desc: 'Jakarta', Latitude: -6.2, Longitude: 106.8 };
  const custom = { Data: 'opaque', Desc: 'A coupon', Ext: '' };
  tencentChat.add({
    body: [
      { MsgType: 'TIMTextElem', MsgContent: { Text: 'of several parts' } },
      { MsgType: 'TIMLocationElem', MsgContent: place },
      { MsgType: 'TIMCustomElem', MsgContent: custom },
    ],
  });
  const { page } = await signIn(all.key);
  await page.locator(ENTRY, { hasText: 'of several parts' }).click();
  const message = page.locator(MESSAGE, { hasText: 'of several parts' });
  await message.getByRole('link', { name: '-6.2, 106.8' }).waitFor();
  await message.locator('summary', { hasText: 'Custom content' }).click();
  await message.getByText('A coupon').waitFor();
  await page.locator(ENTRY, { hasText: 'WeCom' }).first().click();
  await page.getByText('The provider shows the content only in its own application.').first().waitFor();
});

test('a key that may not see people sees them masked, and no links to files', async () => {
  const { page } = await signIn(masked.key);
  const names = await page.locator(`${ENTRY} .name`).allInnerTexts();
  expect(names.filter((name) => !name.startsWith('hidden-'))).toEqual([]);
  await page.locator(ENTRY, { hasText: 'whatsapp' }).first().click();
  await page.locator(MESSAGE, { hasText: 'list.pdf' }).getByText('no link is known').waitFor();
});

test('a channel without an archive is listed by its timeline, and says so', async () => {
  const { page } = await signIn(all.key);
  const sources = page.getByRole('contentinfo', { name: 'Sources' });
  await expect.poll(() => sources.innerText(), POLL).toMatch(/shop complete · from the archive · 0 calls/);
  await expect.poll(() => sources.innerText(), POLL).toMatch(/broadcast complete · from the provider/);
  await page.locator(ENTRY, { hasText: 'Tencent Chat' }).first().click();
  await page.locator(MESSAGE).first().waitFor();
});

test('a message that is recalled while it is in sight, or lost, keeps its place and says so', async () => {
  const { tencentChat } = inbox.world.sandbox;
  const [recalled, lost] = ['to be recalled', 'to be lost'].map((Text) =>
    tencentChat.add({ body: [{ MsgType: 'TIMTextElem', MsgContent: { Text } }] }),
  );
  const { page } = await signIn(all.key);
  await page.clock.install();
  await page.reload();
  await page.locator(ENTRY, { hasText: 'to be lost' }).click();
  await page.locator(MESSAGE, { hasText: 'to be lost' }).waitFor();
  const count = await page.locator(MESSAGE).count();
  if (recalled) tencentChat.recall(recalled.MsgSeq);
  if (lost) tencentChat.remove(lost.MsgSeq);
  // The newest page is read again every half minute.
  await page.clock.fastForward(30_000);
  const [last, before] = [page.locator(MESSAGE).nth(count - 1), page.locator(MESSAGE).nth(count - 2)];
  await last.getByText('the provider no longer has this message').waitFor();
  await before.getByText('The sender recalled this message.').waitFor();
  expect(await page.locator(MESSAGE).count()).toBe(count);
});

test('the queries behind the screen are shown as they are asked, with a link that the playground can read', async () => {
  const { page } = await signIn(all.key);
  await openCustomer(page);
  await page.keyboard.press('/');
  await page.keyboard.type('prices');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'GraphQL' }).click();
  const titles = await page.locator('dialog summary').allInnerTexts();
  expect(titles).toEqual([
    'Messages',
    'Search',
    'Conversations',
    'Channels without an archive',
    'New messages',
  ]);
  const links = await page.evaluate<string[]>(
    `[...document.querySelectorAll('dialog a')].map((link) => link.getAttribute('href'))`,
  );
  const schema = createSchema();
  const operations = links.map((link) => new URL(link, new URL('/inbox', inbox.world.url)));
  for (const { pathname, searchParams } of operations) {
    const query = searchParams.get('query') ?? '';
    expect(pathname).toBe('/');
    expect(validate(schema, parse(query))).toEqual([]);
    if (query.startsWith('subscription')) continue;
    const variables = JSON.parse(searchParams.get('variables') ?? '') as Record<string, unknown>;
    const { errors, data } = await inbox.world.query(query, variables, all.headers);
    expect(errors).toEqual([]);
    expect(JSON.stringify(data)).toContain('"pageInfo"');
  }
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
});

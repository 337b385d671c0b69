import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { launchBrowser, type Visit } from '../support/browser.ts';
import { deliver } from '../support/deliver.ts';
import {
  createInboxWorld,
  ENTRY,
  MESSAGE,
  openCustomer,
  openInbox,
  readTexts,
  type InboxWorld,
} from '../support/inbox.ts';
import { createTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

const POLL = { timeout: 60_000 };
const MESSAGES = 560;
const MINUTE_MS = 60_000;
const ARRIVES_WITHIN_MS = 2_000;
const REFUND = '我要退款了，谢谢';
/** The place of the message that is searched for. */
const REFUND_AT = 200;

const lines = Array.from({ length: MESSAGES }, (_, index) =>
  index === REFUND_AT ? REFUND : `line ${index}`,
);

let inbox: InboxWorld;
let proxy: TcpProxy;
let browser: Browser;
const visits: Visit[] = [];
beforeAll(async () => {
  browser = await launchBrowser();
  inbox = await createInboxWorld((write) => {
    const end = Date.now() - MINUTE_MS;
    for (const [index, content] of lines.entries())
      write({ content, chatTime: end - (MESSAGES - index) * MINUTE_MS });
  });
  proxy = await createTcpProxy(() => inbox.world.url);
});
afterEach(async () => {
  await Promise.all(visits.splice(0).map(({ page }) => page.context().close()));
});
afterAll(async () => {
  await browser.close();
  await proxy.close();
  await inbox.world.close();
});

async function open(fragment = ''): Promise<Page> {
  const opened = await openInbox(browser, proxy.url, fragment);
  visits.push(opened);
  await opened.page.getByText('Live', { exact: true }).waitFor();
  return opened.page;
}

/** Scrolls the messages by so many pixels, as a wheel does. */
async function scroll(page: Page, pixels: number): Promise<void> {
  await page.locator('.messages').hover();
  await page.mouse.wheel(0, pixels);
  await page.evaluate('new Promise((resolve) => requestAnimationFrame(resolve))');
}

/** Where the topmost message in sight stands, in pixels. */
function readAnchor(page: Page): Promise<{ id: string; top: number }> {
  return page.evaluate(`(() => {
    const top = document.querySelector('.messages').getBoundingClientRect().top;
    const first = [...document.querySelectorAll('.messages [data-id]')]
      .find((one) => one.getBoundingClientRect().bottom > top);
    return { id: first.dataset.id, top: first.getBoundingClientRect().top };
  })()`);
}

test('a conversation opens at its newest message, and scrolls back to its first, each message once and in order', async () => {
  const page = await open();
  await openCustomer(page);
  await expect.poll(async () => (await readTexts(page)).at(-1), POLL).toBe(lines.at(-1));
  const { bottom, end } = await page.evaluate<{ bottom: number; end: number }>(`({
    bottom: document.querySelector('.messages').getBoundingClientRect().bottom,
    end: [...document.querySelectorAll('${MESSAGE}')].at(-1).getBoundingClientRect().bottom,
  })`);
  expect(end).toBeLessThanOrEqual(bottom);
  expect(end).toBeGreaterThan(bottom - 50);
  await expect
    .poll(async () => {
      await scroll(page, -3_000);
      return page.getByText(/^(Nothing|There is nothing|The provider no longer)/).count();
    }, POLL)
    .toBe(1);
  expect(await readTexts(page)).toEqual(lines);
});

test('what the reader looks at keeps its place while older messages come in', async () => {
  const page = await open();
  await openCustomer(page);
  const held: (() => void)[] = [];
  let isHeld = true;
  await page.route(/\/graphql$/, async (route) => {
    const isOlder = /query ConversationMessages.*"after":"/.test(route.request().postData() ?? '');
    if (isHeld && isOlder) await new Promise<void>((resolve) => held.push(resolve));
    await route.continue();
  });
  // The very top, where a browser would not keep the place.
  await page.evaluate(`document.querySelector('.messages').scrollTop = 0`);
  await expect.poll(() => held.length, POLL).toBeGreaterThan(0);
  const before = await page.locator(MESSAGE).count();
  expect(await page.evaluate(`document.querySelector('.messages').scrollTop`)).toBe(0);
  const anchor = await readAnchor(page);
  isHeld = false;
  for (const release of held.splice(0)) release();
  await expect.poll(() => page.locator(MESSAGE).count(), POLL).toBeGreaterThan(before);
  const after = await page.evaluate<number>(
    `document.querySelector('[data-id="${anchor.id}"]').getBoundingClientRect().top`,
  );
  expect(Math.abs(after - anchor.top)).toBeLessThanOrEqual(2);
});

test('a new message is there within two seconds, in the conversation and at the top of the list', async () => {
  const page = await open();
  await openCustomer(page);
  const content = `new ${Date.now()}`;
  const saidAt = performance.now();
  await inbox.say({ content });
  await page.locator(MESSAGE, { hasText: content }).waitFor();
  expect(performance.now() - saidAt).toBeLessThanOrEqual(ARRIVES_WITHIN_MS);
  const first = page.locator(ENTRY).first();
  await expect
    .poll(() => first.innerText(), POLL)
    .toMatch(new RegExp(`Ada 阿达[^]*${content}[^]*waiting \\d`));
  await expect.poll(() => page.locator('[aria-live]').innerText(), POLL).toBe(`New message: ${content}`);
});

test('what comes while the wire is cut is there afterwards, once', async () => {
  const page = await open();
  await openCustomer(page);
  const contents = [`cut ${Date.now()}`, `cut again ${Date.now()}`];
  for (const content of contents) {
    proxy.cut();
    await inbox.say({ content });
    await page.locator(MESSAGE, { hasText: content }).waitFor();
  }
  await page.getByText('Live', { exact: true }).waitFor();
  const texts = await readTexts(page);
  expect(texts.filter((text) => text.startsWith('cut'))).toEqual(contents);
});

test('when the events that were missed are no longer kept, everything is read anew, and nothing is left out', async () => {
  const page = await open();
  await openCustomer(page);
  const errors = [{ message: 'Events so old are not kept', extensions: { code: 'BAD_CURSOR' } }];
  let refused = 0;
  await page.route(/graphql\/stream$/, (route) =>
    route.request().postData()?.includes('messageAdded') && refused++ === 0
      ? route.fulfill({ status: 400, json: { errors } })
      : route.continue(),
  );
  const contents = Array.from({ length: 70 }, (_, index) => `missed ${index}`);
  // More than a page, none of which the provider tells of.
  for (const content of contents) inbox.write({ content });
  proxy.cut();
  await page.locator(MESSAGE, { hasText: contents.at(-1) ?? '' }).waitFor();
  await expect
    .poll(async () => {
      await scroll(page, -3_000);
      return (await readTexts(page)).filter((text) => text.startsWith('missed'));
    }, POLL)
    .toEqual(contents);
  expect(refused).toBeGreaterThan(0);
});

test('a tab that is out of sight follows nothing, and has what came meanwhile once it is seen again', async () => {
  const page = await open();
  await openCustomer(page);
  const show = (state: 'visible' | 'hidden'): Promise<unknown> =>
    page.evaluate(`(() => {
      Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    })()`);
  const ended = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/graphql/stream'));
  await show('hidden');
  await ended;
  const content = `unseen ${Date.now()}`;
  await inbox.say({ content });
  await show('visible');
  await page.locator(MESSAGE, { hasText: content }).waitFor();
  expect((await readTexts(page)).filter((text) => text === content)).toEqual([content]);
});

test('a word of two Chinese characters is found, and opens the conversation there, from where it reads both ways', async () => {
  const page = await open();
  await page.keyboard.press('/');
  await page.keyboard.type('退款');
  await page.keyboard.press('Enter');
  const hit = page.locator(ENTRY, { hasText: REFUND });
  await expect.poll(() => hit.locator('mark').allInnerTexts(), POLL).toEqual(['退款']);
  await hit.click();
  const found = page.locator(`${MESSAGE}[aria-current]`, { hasText: REFUND });
  await found.waitFor();
  await expect.poll(() => found.locator('mark').allInnerTexts(), POLL).toEqual(['退款']);
  await expect.poll(async () => (await found.boundingBox())?.y, POLL).toBeGreaterThan(100);
  await scroll(page, -1_500);
  await expect
    .poll(async () => {
      await scroll(page, 3_000);
      return page.getByRole('button', { name: 'Newer messages' }).count();
    }, POLL)
    .toBe(0);
  await expect.poll(async () => (await readTexts(page)).includes(lines.at(-1) ?? ''), POLL).toBe(true);
  const texts = (await readTexts(page)).filter((text) => lines.includes(text));
  expect(texts).toEqual(lines.slice(-texts.length));
  expect(texts.length).toBeGreaterThan(MESSAGES - REFUND_AT);
  // The present is reached, so what comes now follows on.
  const content = `joined ${Date.now()}`;
  await inbox.say({ content });
  await page.locator(MESSAGE, { hasText: content }).waitFor();
  expect((await readTexts(page)).at(-1)).toBe(content);
});

test('a link opens the same conversation, message, filters and search, and has no key', async () => {
  const page = await open('#channel=whatsapp&messageKind=TEXT&search=退款');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.locator(ENTRY, { hasText: REFUND }).click();
  await page.locator(`${MESSAGE}[aria-current]`).waitFor();
  await page.getByRole('button', { name: 'Copy link' }).click();
  await page.getByText('The link is copied').waitFor();
  const link = await page.evaluate<string>('navigator.clipboard.readText()');
  expect(link).toBe(page.url());
  const other = await open();
  await other.goto(link);
  await other.reload();
  await other.locator(`${MESSAGE}[aria-current]`, { hasText: REFUND }).waitFor();
  await other.locator(`${ENTRY}[aria-current] mark`).waitFor();
  await other.getByText('Filters (2)').waitFor();
  expect(await other.getByRole('searchbox').inputValue()).toBe('退款');
});

test('a channel that fails while it is open is shown, and comes back by itself with what came meanwhile', async () => {
  const page = await open();
  await page.clock.install();
  await page.reload();
  await openCustomer(page);
  const { knobs } = inbox.world.sandbox.whatsApp.server;
  knobs.fault = 'server-error';
  // The newest page is read again every half minute.
  await page.clock.fastForward(30_000);
  const failure = page.locator('.middle .failure');
  await failure.filter({ hasText: /whatsapp does not answer \(UPSTREAM_UNAVAILABLE\)/ }).waitFor();
  await page.locator('footer .failed').first().waitFor();
  expect((await readTexts(page)).length).toBeGreaterThan(10);
  const content = `meanwhile ${Date.now()}`;
  inbox.write({ content });
  knobs.fault = null;
  await failure.waitFor({ state: 'detached' });
  await page.locator(MESSAGE, { hasText: content }).waitFor();
});

test('ticks follow the delivery of a message', async () => {
  const page = await open();
  await openCustomer(page);
  const { whatsApp } = inbox.world.sandbox;
  const content = `answer ${Date.now()}`;
  const record = await inbox.say({ content, actionType: 1 });
  const message = page.locator(MESSAGE, { hasText: content });
  await message.waitFor();
  for (const [status, meaning] of [
    [2, 'Sent'],
    [3, 'Delivered'],
    [4, 'Read'],
  ] as const) {
    await deliver(inbox.world.url, 'whatsapp', whatsApp.pushes.clientStatus([record], status));
    await message.getByRole('img', { name: meaning, exact: true }).waitFor();
  }
});

test('a quote leads to the message that it quotes', async () => {
  const page = await open();
  await openCustomer(page);
  const { whatsApp } = inbox.world.sandbox;
  const content = `quoted ${Date.now()}`;
  const quoted = await inbox.say({ content });
  const own = { filename: '', mimeType: '', type: 0, url: '' };
  const referContent = {
    ...own,
    caption: 'some words',
    whatsId: '1@c.us',
    msgId: whatsApp.pushes.messageId(quoted),
  };
  await inbox.say({ contentType: 9, content: { ...own, caption: 'I mean this', referContent } });
  const reply = page.locator(MESSAGE, { hasText: 'I mean this' }).last();
  await reply.getByRole('button', { name: 'Show the quoted message' }).click();
  await page.locator(`${MESSAGE}[aria-current]`, { hasText: content }).waitFor();
  // One that is pages back, and once more after the reader has gone elsewhere.
  const old = whatsApp.records.find((record) => record.content === 'line 300');
  await inbox.say({
    contentType: 9,
    content: { ...own, caption: 'I meant that', referContent: { ...referContent, msgId: String(old?.id) } },
  });
  const link = page.locator(MESSAGE, { hasText: 'I meant that' }).getByRole('button');
  const target = page.locator(`${MESSAGE}[aria-current]`, { hasText: 'line 300' });
  for (let time = 0; time < 2; time++) {
    await page.evaluate(`document.querySelector('.messages').scrollTop = 1e9`);
    await link.click();
    await expect
      .poll(async () => {
        const { y = -1 } = (await target.boundingBox()) ?? {};
        return y > 0 && y < 900;
      }, POLL)
      .toBe(true);
  }
  const unknown = { ...referContent, msgId: '3EB0FFFFFFFFFFFFFFFFFF' };
  await inbox.say({ contentType: 9, content: { ...own, caption: 'I mean another', referContent: unknown } });
  await page.locator(MESSAGE, { hasText: 'I mean another' }).getByRole('button').click();
  await page.getByText('The quoted message is not among those that are listed.').waitFor();
  // It has been looked for to the very first one.
  expect((await readTexts(page))[0]).toBe('line 0');
});

import { z } from 'zod';
import { channelConfig, instant } from '../../../src/datasources/kit/channel-config.ts';
import type { ChatChannel, MessageSource } from '../../../src/datasources/message-source.ts';
import type { ConversationRecord, JsonValue, ParticipantRecord } from '../../../src/domain/records.ts';
import { NotebookSource } from './source.ts';
import { toConversation, toMessage, toParticipant, type NotebookMessageRecord } from './to-message.ts';

export const notebookConfig = channelConfig.extend({
  provider: z.literal('NOTEBOOK'),
  /** Oldest first. */
  notes: z.array(z.strictObject({ at: instant, text: z.string() })),
});
export type NotebookConfig = z.output<typeof notebookConfig>;

export class NotebookChannel implements ChatChannel {
  readonly name: string;
  readonly displayName: string | null;
  readonly provider = 'NOTEBOOK';
  readonly tenant = 'NOTEBOOK';
  readonly account = 'NOTEBOOK';
  readonly push = null;
  readonly keepUp = null;
  readonly capabilities = {
    nativeOrder: null,
    maxNativePageSize: 5,
    nativeTimeFilter: false,
    retentionDays: null,
    disclosesText: true,
    providesMessageIds: true,
    pushes: false,
  };
  readonly #notes: NotebookMessageRecord[];
  readonly #source: NotebookSource;

  constructor({ name, displayName, notes }: NotebookConfig) {
    this.name = name;
    this.displayName = displayName ?? null;
    this.#notes = notes.map((note, index) => toMessage(name, note, index));
    this.#source = new NotebookSource(name, this.#notes);
  }

  get length(): number {
    return this.#notes.length;
  }

  sourcesFor(): MessageSource[] {
    return [this.#source];
  }

  earliestReachableAt(): number | null {
    return this.#notes[0]?.sentAt ?? null;
  }

  findMessage(key: string): Promise<NotebookMessageRecord | null> {
    return Promise.resolve(this.#notes.find((note) => note.key === key) ?? null);
  }

  toConversation(key: string): ConversationRecord | null {
    const conversation = toConversation(this.name);
    return key === conversation.key ? conversation : null;
  }

  toParticipant(nativeId: string): ParticipantRecord {
    return toParticipant(this.name, nativeId);
  }

  ownFieldsOf({ line }: NotebookMessageRecord): Record<string, JsonValue> {
    return { line };
  }

  deliveryStatusOf(): null {
    return null;
  }

  check(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

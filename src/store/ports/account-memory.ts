/** The few things about one account that must outlive the process, each a text with a name. */
export interface AccountMemory {
  get(name: string): Promise<string | null>;
  set(name: string, value: string): Promise<void>;
}

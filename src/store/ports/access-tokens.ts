/** An access token of a provider. */
export interface GoodToken {
  token: string;
  /** For how long it is used from now on. */
  goodForMs: number;
}

/** Access tokens that the processes which share the store have in common. */
export interface AccessTokens {
  /**
   * The account's token. Where there is none, one process makes it, and the others wait for that.
   *
   * @param refused what the provider does not take any more; null: nothing
   * @throws the reason of `signal`, when that is aborted while another process makes it
   */
  get(
    account: string,
    refused: string | null,
    signal: AbortSignal,
    make: () => Promise<GoodToken>,
  ): Promise<GoodToken>;
}

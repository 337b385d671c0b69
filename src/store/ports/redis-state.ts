/** For operators. */
export interface RedisState {
  readonly isUp: boolean;
  /** How many commands had no answer, or were refused, since the process began. */
  readonly failures: number;
}

import { Random } from '../../src/sandbox/random.ts';

/** Words that must not turn up where nobody put them on purpose. */
export interface Canaries {
  planted: string[];
  /** A word such as tokens, keys and texts are made of. */
  word: () => string;
  /** A number such as people are called at. */
  phone: () => string;
  /** Those that a text has, in whatever case. */
  in: (text: string) => string[];
}

export function createCanaries(seed: number): Canaries {
  const random = new Random(seed);
  const planted: string[] = [];
  const plant = (canary: string): string => {
    planted.push(canary);
    return canary;
  };
  return {
    planted,
    word: () => plant(`cnry${random.text(20, 'abcdefghijklmnopqrstuvwxyz0123456789')}`),
    phone: () => plant(`86139${random.text(10, '0123456789')}`),
    in: (text) => {
      const lower = text.toLowerCase();
      return planted.filter((canary) => lower.includes(canary));
    },
  };
}

import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** They wait for other processes, or are long: begun last, one of them would run alone at the end. */
const LONG = [
  'test/process/',
  'test/access/matrix',
  'test/timeline/',
  'test/linear-time',
  'test/access/fuzz',
];

/** What is known to take long comes first, also where no run before has left its times. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const place = ({ moduleId }: TestSpecification): number => {
      const index = LONG.findIndex((path) => moduleId.includes(path));
      return index === -1 ? LONG.length : index;
    };
    return sorted.sort((a, b) => place(a) - place(b));
  }
}

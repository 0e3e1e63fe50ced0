import { describe, expect, it } from '@jest/globals';
import { Batcher, judgeEach } from './batcher.js';

/** Doubles its items; notes what it was given together, and waits until told to go on. */
function doubling(limits: { atMost: number; underWay: number }): {
  batcher: Batcher<number, number>;
  batches: number[][];
  goOn: () => Promise<void>;
} {
  const batches: number[][] = [];
  const held: (() => void)[] = [];
  const batcher = new Batcher<number, number>(async (items) => {
    batches.push(items);
    await new Promise<void>((resolve) => held.push(resolve));
    if (items.includes(13)) throw new Error('unlucky');
    return items.map((item) => item * 2);
  }, limits);
  const goOn = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    held.splice(0).forEach((resolve) => resolve());
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { batcher, batches, goOn };
}

describe('Batcher', () => {
  it('does together what arrives together, and answers each', async () => {
    const { batcher, batches, goOn } = doubling({ atMost: 10, underWay: 1 });
    const answers = Promise.all([1, 2, 3].map((item) => batcher.run(item)));
    await goOn();
    expect(await answers).toEqual([2, 4, 6]);
    expect(batches).toEqual([[1, 2, 3]]);
  });

  it('gathers while others are under way, and takes no more than it may', async () => {
    const { batcher, batches, goOn } = doubling({ atMost: 2, underWay: 1 });
    const first = batcher.run(1);
    await new Promise((resolve) => setImmediate(resolve));
    const others = Promise.all([2, 3, 4].map((item) => batcher.run(item)));
    for (let i = 0; i < 3; i += 1) await goOn();
    expect([await first, ...(await others)]).toEqual([2, 4, 6, 8]);
    expect(batches).toEqual([[1], [2, 3], [4]]);
  });

  it('tries each alone when they are refused together', async () => {
    const { batcher, batches, goOn } = doubling({ atMost: 10, underWay: 1 });
    const answers = Promise.allSettled([1, 13, 3].map((item) => batcher.run(item)));
    for (let i = 0; i < 5; i += 1) await goOn();
    expect(await answers).toEqual([
      { status: 'fulfilled', value: 2 },
      { status: 'rejected', reason: new Error('unlucky') },
      { status: 'fulfilled', value: 6 },
    ]);
    expect(batches).toEqual([[1, 13, 3], [1], [13], [3]]);
  });

  it('tries nothing again when the database is away', async () => {
    let calls = 0;
    const batcher = new Batcher<number, number>(() => {
      calls += 1;
      return Promise.reject(Object.assign(new Error('gone'), { code: 'ECONNREFUSED' }));
    });
    const answers = await Promise.allSettled([1, 2].map((item) => batcher.run(item)));
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(calls).toBe(1);
  });

  it('refuses one alone where the work says so', async () => {
    const batcher = new Batcher<number, number>((items) =>
      judgeEach(
        items,
        (item) => {
          if (item < 0) throw new Error(`negative: ${item}`);
          return { item };
        },
        (taken) => Promise.resolve(taken.map(({ item }) => item * taken.length)),
      ),
    );
    expect(await Promise.allSettled([1, -2, 3].map((item) => batcher.run(item)))).toEqual([
      { status: 'fulfilled', value: 2 },
      { status: 'rejected', reason: new Error('negative: -2') },
      { status: 'fulfilled', value: 6 },
    ]);
  });

  it('takes together what is alike, and apart what is about the same thing', async () => {
    const batches: string[][] = [];
    const batcher = new Batcher<string, string>(
      (items) => {
        batches.push(items);
        return Promise.resolve(items);
      },
      { atMost: 3, underWay: 1, alike: ([kind]) => kind!, apart: ([, about]) => about! },
    );
    const sent = ['a1', 'b1', 'a2', 'a1', 'b1', 'a3', 'a4'];
    expect(await Promise.all(sent.map((item) => batcher.run(item)))).toEqual(sent);
    expect(batches).toEqual([['a1', 'a2', 'a3'], ['b1'], ['a1', 'a4'], ['b1']]);
  });
});

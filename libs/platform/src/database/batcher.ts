import { isOfSurroundings } from './surroundings.js';

/** How batches are made: how much of it one may take, and how many may be under way. */
export interface BatchLimits {
  atMost: number;
  underWay: number;
}

interface Waiting<Item, Answer> {
  item: Item;
  resolve: (answer: Answer) => void;
  reject: (error: unknown) => void;
}

/**
 * Work that arrives together is done together: one statement answers what many requests ask at the same time. With little
 * to do nothing waits longer than a turn of the event loop; with much, the next batch grows while others are under way.
 *
 * `work` answers in the order of its items. When it refuses, each of several items is tried alone, so that nobody suffers
 * from the fault of a neighbour; what it does must therefore be all or nothing.
 */
export class Batcher<Item, Answer> {
  private waiting: Waiting<Item, Answer>[] = [];
  private underWay = 0;
  private called = false;

  constructor(
    private readonly work: (items: Item[]) => Promise<Answer[]>,
    private readonly limits: BatchLimits = { atMost: 100, underWay: 2 },
  ) {}

  run(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.call();
    });
  }

  private call(): void {
    if (this.called || this.underWay >= this.limits.underWay || this.waiting.length === 0) return;
    this.called = true;
    setImmediate(() => {
      this.called = false;
      void this.next();
    });
  }

  private async next(): Promise<void> {
    const batch = this.waiting.splice(0, this.limits.atMost);
    this.underWay += 1;
    this.call();
    await this.answer(batch);
    this.underWay -= 1;
    this.call();
  }

  private async answer(batch: Waiting<Item, Answer>[]): Promise<void> {
    try {
      const answers = await this.work(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, i) => resolve(answers[i] as Answer));
    } catch (error) {
      if (batch.length === 1 || isOfSurroundings(error)) for (const { reject } of batch) reject(error);
      else for (const each of batch) await this.answer([each]);
    }
  }
}

import { isOfSurroundings } from './surroundings.js';

/** How batches are made. */
export interface Batching<Item> {
  /** How many items one may take. */
  atMost?: number;
  /** How many may be under way. */
  underWay?: number;
  /** A batch takes items of one kind alone. */
  alike?: (item: Item) => string;
  /** No two of its items are about the same thing: the second waits for the next batch. */
  apart?: (item: Item) => string;
}

/** In the place of an answer: this item is refused, and no other. */
export class Refused {
  constructor(readonly error: unknown) {}
}

/** Work that judges each item by itself, which throws to refuse it, and stores together what is taken, in this order. */
export async function judgeEach<Item, Taken extends object, Answer>(
  items: Item[],
  judge: (item: Item) => Taken,
  store: (taken: Taken[]) => Promise<Answer[]>,
): Promise<(Answer | Refused)[]> {
  const judged = items.map((item) => {
    try {
      return judge(item);
    } catch (error) {
      return new Refused(error);
    }
  });
  const taken = judged.filter((each): each is Taken => !(each instanceof Refused));
  const answers = (taken.length > 0 ? await store(taken) : []).values();
  return judged.map((each) => (each instanceof Refused ? each : (answers.next().value as Answer)));
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
 * `work` answers in the order of its items, some perhaps with why it is Refused. When it throws, each of several items is
 * tried alone, so that nobody suffers from the fault of a neighbour; what it does must therefore be all or nothing.
 */
export class Batcher<Item, Answer> {
  private readonly batching: Batching<Item> & { atMost: number; underWay: number };
  private waiting: Waiting<Item, Answer>[] = [];
  private underWay = 0;
  private called = false;

  constructor(
    private readonly work: (items: Item[]) => Promise<(Answer | Refused)[]>,
    { atMost = 100, underWay = 2, ...grouping }: Batching<Item> = {},
  ) {
    this.batching = { atMost, underWay, ...grouping };
  }

  run(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.call();
    });
  }

  private call(): void {
    if (this.called || this.underWay >= this.batching.underWay || this.waiting.length === 0) return;
    this.called = true;
    setImmediate(() => {
      this.called = false;
      void this.next();
    });
  }

  private async next(): Promise<void> {
    const batch = this.take();
    this.underWay += 1;
    this.call();
    await this.answer(batch);
    this.underWay -= 1;
    this.call();
  }

  /** The next batch, begun by who waits longest. */
  private take(): Waiting<Item, Answer>[] {
    const { atMost, alike, apart } = this.batching;
    if (!alike && !apart) return this.waiting.splice(0, atMost);
    const [batch, others]: [Waiting<Item, Answer>[], Waiting<Item, Answer>[]] = [[], []];
    const about = new Set<string>();
    for (const each of this.waiting) {
      const { item } = each;
      const fits = batch.length < atMost && (!batch[0] || alike?.(item) === alike?.(batch[0].item));
      const own = apart?.(item);
      if (!fits || (own !== undefined && about.has(own))) {
        others.push(each);
        continue;
      }
      if (own !== undefined) about.add(own);
      batch.push(each);
    }
    this.waiting = others;
    return batch;
  }

  private async answer(batch: Waiting<Item, Answer>[]): Promise<void> {
    try {
      const answers = await this.work(batch.map(({ item }) => item));
      batch.forEach(({ resolve, reject }, i) => {
        const answer = answers[i] as Answer | Refused;
        if (answer instanceof Refused) reject(answer.error);
        else resolve(answer);
      });
    } catch (error) {
      if (batch.length === 1 || isOfSurroundings(error)) for (const { reject } of batch) reject(error);
      else for (const each of batch) await this.answer([each]);
    }
  }
}

import { Injectable } from '@nestjs/common';
import type { Reading } from '@meistras/platform/access-log/reading';
import { ReachedReads } from '@meistras/platform/database/reach';
import { decodeCursor, toPage, uuidShape } from '@meistras/platform/paging/paging';
import { learnersOfNames, namesMeantBy } from './learner-search.queries.js';
import type { Found, MeantName } from './learner-search.queries.js';
import type { FoundLearnerPageDto, SearchLearnersDto } from './learner-search.dto.js';
import { maySeeProtected } from './learner-reach.js';
import { wordsOf } from './learner-search.rules.js';
import { LearnersService } from './learners.service.js';

/** How many of the likest names are tried first, and how many then if these have too few learners. */
const rounds = [5, 45, 250];

/** Names that are so much less like the words than the likest one are not meant, in thousandths. */
const worthShowing = 250;

/**
 * Searches learners by words of their names, letters folded and typos tolerated. What the words may mean is found among
 * the names that learners have, some ten thousand, and the learners then by an index: it takes as long with a million
 * learners as with a thousand.
 */
@Injectable()
export class LearnerSearchService {
  constructor(
    private readonly rows: ReachedReads,
    private readonly learners: LearnersService,
  ) {}

  async search({ name, birthOn, after, limit }: SearchLearnersDto, reading: Reading): Promise<FoundLearnerPageDto> {
    const words = wordsOf(name);
    const last = after === undefined ? undefined : decodeCursor(after, [/^\d{1,4}$/, uuidShape]);
    const found = await this.find(words, {
      ...{ birthOn, limit, reach: reading.institutions, protectedToo: maySeeProtected(reading.by) },
      after: last && { score: Number(last[0]), id: last[1] ?? '' },
    });
    const page = toPage(
      found,
      limit,
      (each) => each,
      ({ score, id }) => [score, id],
    );
    const read = await this.learners.getSome(
      page.items.map(({ id }) => id),
      reading,
    );
    const items = page.items.flatMap(({ id, score }) => {
      const learner = read.get(id);
      return learner ? [{ ...learner, likeness: score / 1000 }] : [];
    });
    return { ...page, items };
  }

  private async find(words: string[], wanted: Parameters<typeof learnersOfNames>[1]): Promise<Found[]> {
    if (words.length === 0) return [];
    const { after, reach, limit } = wanted;
    const meant = await this.rows.rows<MeantName>(reach, ...namesMeantBy(words));
    const least = (meant[0]?.score ?? 0) - worthShowing;
    const names = meant.filter(({ score }) => score >= least && (after === undefined || score <= after.score));
    const found = new Map<string, Found>();
    for (const most of rounds) {
      const some = names.splice(0, most);
      if (some.length === 0) break;
      const rows = await this.rows.rows<Found>(reach, ...learnersOfNames(some, wanted));
      for (const row of rows) if (!found.has(row.id)) found.set(row.id, row);
      const surely = [...found.values()].filter(({ score }) => score > (names[0]?.score ?? -1));
      if (surely.length > limit) break;
    }
    return [...found.values()].toSorted((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1)).slice(0, limit + 1);
  }
}

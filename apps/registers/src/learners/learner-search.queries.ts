import { ownLearners, shownTo } from './learner-reach.js';
import type { Question } from './learner-reach.js';

/** A name that the words may mean; null where any name of that kind will do. */
export interface MeantName {
  family_key: string | null;
  given_key: string | null;
  /** How well, in thousandths; of two words their mean likeness. */
  score: number;
}

/** A learner of such a name. */
export interface Found {
  id: string;
  score: number;
}

/** Which learners of the names are wanted. */
export interface Wanted {
  birthOn: string | undefined;
  /** The last one shown. */
  after: Found | undefined;
  limit: number;
  reach: string[] | null;
  protectedToo: boolean;
}

/** Names that one word may mean, and that all words may mean; the likest are tried. */
const namesOfWord = 50;
const namesTried = 300;

/** One word is of the family's name, or of the given name. */
const eitherName = `
  SELECT CASE kind WHEN 'FAMILY' THEN name_key END AS family_key, CASE kind WHEN 'GIVEN' THEN name_key END AS given_key,
    round(likeness * 1000)::int AS score FROM meant`;

/** Of several words one is of the family's name and another one of the given name, or two are parts of one double name. */
const bothNames = `
  SELECT f.name_key AS family_key, g.name_key AS given_key, round(max(f.likeness + g.likeness) * 500)::int AS score
  FROM meant f JOIN meant g ON f.i <> g.i WHERE f.kind = 'FAMILY' AND g.kind = 'GIVEN' GROUP BY 1, 2
  UNION ALL
  SELECT CASE f.kind WHEN 'FAMILY' THEN f.name_key END, CASE f.kind WHEN 'GIVEN' THEN f.name_key END,
    round(max(f.likeness + g.likeness) * 500)::int
  FROM meant f JOIN meant g ON f.i < g.i AND f.kind = g.kind AND f.name_key = g.name_key GROUP BY 1, 2`;

/** What words may mean, found by trigrams among the names that learners have: the likest first. */
export function namesMeantBy(words: string[]): Question {
  const [name, both] = words.length > 1 ? ['names-meant', bothNames] : ['name-meant', eitherName];
  const text = `
    WITH meant AS (
      SELECT t.i, m.kind, m.name_key, max(m.likeness) AS likeness
      FROM unnest($1::text[]) WITH ORDINALITY AS t (word, i)
      CROSS JOIN LATERAL learner_names_like(t.word, ${namesOfWord}) m
      GROUP BY t.i, m.kind, m.name_key)
    SELECT * FROM (${both}) s ORDER BY score DESC, family_key, given_key LIMIT ${namesTried}`;
  return [{ name, text }, [words]];
}

/** The learners of names, the likest first, and one more than the limit. Ids alone: it shows nobody's data. */
export function learnersOfNames(names: MeantName[], { birthOn, after, limit, reach, protectedToo }: Wanted): Question {
  const values: unknown[] = [
    names.map(({ family_key: key }) => key),
    names.map(({ given_key: key }) => key),
    names.map(({ score }) => score),
    limit,
  ];
  const put = (value: unknown): string => `$${values.push(value)}`;
  const conditions = [shownTo({ reach, protectedToo })];
  if (birthOn !== undefined) conditions.push(`l.birth_on = ${put(birthOn)}::date`);
  if (after)
    conditions.push(
      `(n.score < ${put(after.score)}::int OR (n.score = ${put(after.score)}::int AND l.id > ${put(after.id)}::uuid))`,
    );
  const learners = reach === null ? 'learner l' : `(${ownLearners(put(reach))}) o (id) JOIN learner l ON l.id = o.id`;
  const of = (condition: string): string =>
    `(SELECT l.id FROM ${learners} WHERE ${[condition, ...conditions].join(' AND ')} ORDER BY l.id LIMIT $4::int + 1)`;
  const kinds = [
    'l.family_name_key = n.family_key AND l.given_name_key = n.given_key',
    'n.given_key IS NULL AND l.family_name_key = n.family_key',
    'n.family_key IS NULL AND l.given_name_key = n.given_key',
  ];
  const text = `
    SELECT l.id, max(n.score)::int AS score
    FROM unnest($1::text[], $2::text[], $3::int[]) AS n (family_key, given_key, score)
    CROSS JOIN LATERAL (${kinds.map(of).join(' UNION ALL ')}) l
    GROUP BY l.id ORDER BY score DESC, l.id LIMIT $4::int + 1`;
  const filters = [
    reach && '-within',
    protectedToo && '-protected',
    birthOn !== undefined && '-born',
    after && '-after',
  ];
  return [{ name: `learners-of-names${filters.filter(Boolean).join('')}`, text }, values];
}

import { createHash, createPrivateKey, sign } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PoliciesService } from '../src/policies/policies.service.js';
import { artefactKey, before, during, locked, ministry } from './builders.js';
import type { Admission, ApplicationAt, OfferingAt } from './builders.js';

/** What the outside verifier says of a file. */
export interface Verdict {
  ok: boolean;
  violated: string[];
  named: string[];
  connected: string[];
  messages: string[];
  /** What was compared with something, in order. */
  checked: string[];
}

interface Verifier {
  verifyArtefact(
    file: string,
    options: object,
  ): Promise<{
    ok: boolean;
    findings: { violated: string[]; properties: Map<string, { checked: number; first: { what: string }[] }> };
    affected: { named: string[]; connected: string[] };
  }>;
}

const verifier = (await import(
  new URL('../../../tools/verify-allocation/verify.mjs', import.meta.url).href
)) as Verifier;

/** Asks the verifier that shares no code with the platform; what it cannot read it says so. */
export async function verdictOf(text: string, keys?: object[]): Promise<Verdict> {
  const dir = await mkdtemp(join(tmpdir(), 'artefact-'));
  try {
    const file = join(dir, 'run.json');
    await writeFile(file, text);
    const { ok, findings, affected } = await verifier.verifyArtefact(file, { keys });
    const messages = [...findings.properties.values()].flatMap(({ first }) => first.map(({ what }) => what));
    const checked = [...findings.properties].flatMap(([property, { checked: count }]) => (count > 0 ? [property] : []));
    const { named, connected } = affected;
    return { ok, violated: findings.violated, named, connected, messages, checked: checked.sort() };
  } catch (error) {
    return {
      ok: false,
      violated: ['UNREADABLE'],
      named: [],
      connected: [],
      messages: [(error as Error).message],
      checked: [],
    };
  } finally {
    await rm(dir, { recursive: true });
  }
}

export interface PlayedStage {
  stageId: string;
  runId: string;
  applications: Record<string, ApplicationAt>;
}

/**
 * A stage in which everything decides somewhere: two fields and a third that nobody links with them, a quota below the seats,
 * equal scores, criteria, tiers, somebody unsuitable, one not entitled, one pending, and a closed offering.
 */
export async function playedStage(admission: Admission): Promise<PlayedStage> {
  withRules(admission);
  admission.at(before);
  const stageId = await admission.aStage();
  const k1 = await admission.anOffering({ stageId, fieldCode: '0713', fundedSeats: 3, nonFundedSeats: 1 });
  const k2 = await admission.anOffering({ stageId, fieldCode: '0714', fundedSeats: 3, nonFundedSeats: 1 });
  const s1 = await admission.anOffering({ stageId, fieldCode: '1013', fundedSeats: 2, nonFundedSeats: 1 });
  const apart = await admission.anOffering({ stageId, fieldCode: '0213', fundedSeats: 1, nonFundedSeats: 0 });
  const gone = await admission.anOffering({ stageId, fieldCode: '0713', fundedSeats: 1, nonFundedSeats: 1 });
  await admission.setPools(stageId, { '07': 4, '10': 2, '02': 1 });
  admission.at(during);
  const applications: Record<string, ApplicationAt> = {};
  const apply = async (name: string, grade: number, ...list: [OfferingAt, string][]): Promise<void> => {
    applications[name] = await admission.anApplication(stageId, grade, ...list);
  };
  await apply('a1', 10, [k1, 'VF'], [k2, 'VF']);
  await apply('a2', 9, [s1, 'VF'], [k1, 'VF']);
  await apply('a3', 8, [gone, 'VF'], [k1, 'VF'], [k1, 'VNF']);
  // Holds a qualification: the last tier, and no state-funded place of initial training.
  applications['holder'] = await holderOf(admission, stageId, [k1, 'VF'], [k1, 'VNF']);
  for (const name of ['b1', 'b2', 'b3', 'b4']) await apply(name, 7, [k1, 'VF'], [k2, 'VF'], [k2, 'VNF']);
  await apply('unsuitable', 10, [s1, 'VF'], [s1, 'VNF']);
  await apply('pending', 10, [k2, 'VF']);
  for (const name of ['d1', 'd2', 'd3']) await apply(name, 6, [apart, 'VF']);
  for (const { institutionId } of [k1, s1, apart, gone]) await admission.allSuitable(institutionId);
  await findings(admission, applications, { k2, s1 });
  await admission.revoke(gone.decision, '2026-07-01');
  admission.at(locked);
  const run = await admission.run(stageId);
  if (run['verified'] !== true) throw new Error(JSON.stringify(run));
  return { stageId, runId: String(run['id']), applications };
}

async function holderOf(
  admission: Admission,
  stageId: string,
  ...list: [OfferingAt, string][]
): Promise<ApplicationAt> {
  const learnerId = await admission.aLearner();
  const { body } = await admission.api
    .as(ministry)
    .post('/applications', {
      ...{ learnerId, stageId, education: 'SECONDARY', grades: [{ scale: 'FIVE', value: 5 }, { scale: 'NONE' }] },
      heldQualifications: [{ kind: 'VET' }],
      preferences: list.map(([{ id: offeringId }, fundingType]) => ({ offeringId, fundingType })),
    })
    .expect(201);
  return { id: body.id as string, learnerId };
}

/** Everybody is suitable at K2 but one who is left pending, and everybody at S1 but one. */
async function findings(
  { api: { db } }: Admission,
  { b1, unsuitable, pending }: Record<string, ApplicationAt>,
  { k2, s1 }: Record<'k2' | 's1', OfferingAt>,
): Promise<void> {
  await db.query(`UPDATE suitability SET state = 'SUITABLE' WHERE offering_id = $1 AND application_id <> $2`, [
    k2.id,
    pending!.id,
  ]);
  await db.query(
    `UPDATE suitability SET state = 'UNSUITABLE', reason = 'TEST_FAILED' WHERE application_id = $1 AND offering_id = $2`,
    [unsuitable!.id, s1.id],
  );
  await db.query(`UPDATE application SET criteria = '{ORPHAN}' WHERE id = $1`, [b1!.id]);
}

/** Tiers and criteria as a dated parameter would have them. */
function withRules({ api }: Admission): void {
  const policies = api.app.get(PoliciesService);
  const entryOn = policies.entryOn.bind(policies);
  const values: Record<string, unknown> = {
    'adm.tier': 'FIRST_QUALIFICATION_FIRST',
    'adm.criteria': [{ code: 'ORPHAN' }],
  };
  policies.entryOn = (code, day) => {
    const entry = entryOn(code, day);
    return code in values ? { ...entry, value: values[code] as typeof entry.value } : entry;
  };
}

/** The artefact as lines that a test may change. */
export class Forged {
  readonly lines: string[];

  constructor(text: string) {
    this.lines = text.split('\n');
  }

  /** Changes every line that begins like this, or the one numbered from 0 among them. */
  change(start: string, change: (line: string) => string, which?: number): this {
    const found = this.lines.flatMap((line, i) => (line.startsWith(start) ? [i] : []));
    const wanted = which === undefined ? found : [found.at(which) ?? -1];
    if (wanted.length === 0 || wanted.includes(-1)) throw new Error(`No line begins with ${start}.`);
    for (const i of wanted) this.lines[i] = change(this.lines[i]!);
    return this;
  }

  /** Changes the row of one application, place or fact. */
  row(start: string, id: string, change: (row: never) => unknown): this {
    const at = this.lines.findIndex((line) => line.startsWith(start) && line.includes(id));
    if (at < 0) throw new Error(`No row of ${id} begins with ${start}.`);
    const comma = this.lines[at]!.endsWith(',') ? ',' : '';
    const row = JSON.parse(this.lines[at]!.slice(0, this.lines[at]!.length - comma.length)) as never;
    this.lines[at] = JSON.stringify(change(row)) + comma;
    return this;
  }

  at(start: string): number {
    return this.lines.findIndex((line) => line.startsWith(start));
  }

  /** Hashes that fit what the lines say now. */
  hashed(): this {
    const input = this.sha256(this.at('"stage"'), this.at('"inputHash"'));
    this.change('"inputHash"', () => `"inputHash":"${input}",`);
    const result = this.sha256(this.at('"places"'), this.at('"resultHash"'));
    this.change('"resultHash"', () => `"resultHash":"${result}",`);
    return this.change('"digest"', () => `"digest":"${this.sha256(0, this.at('"digest"'))}",`);
  }

  /** A signature by the platform's own key, as one who has the key would forge it. */
  signed(): this {
    this.hashed();
    const digest = this.lines[this.at('"digest"')]!.slice(10, 74);
    const key = createPrivateKey({ key: JSON.parse(artefactKey) as Record<string, string>, format: 'jwk' });
    const value = sign(null, Buffer.from(digest), key).toString('base64url');
    return this.change('"signature"', (line) => line.replace(/"value":"[^"]*"/, `"value":"${value}"`));
  }

  text(): string {
    return this.lines.join('\n');
  }

  private sha256(from: number, to: number): string {
    return createHash('sha256')
      .update(`${this.lines.slice(from, to).join('\n')}\n`)
      .digest('hex');
  }
}

export const read = async (admission: Admission, path: string): Promise<string> => {
  const { body } = await admission.api
    .as(ministry)
    .get(path)
    .buffer(true)
    .parse((answer, done) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => (text += part));
      answer.on('end', () => done(null, text));
    })
    .expect(200);
  return body as string;
};

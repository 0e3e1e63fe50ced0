import { Injectable } from '@nestjs/common';
import { Batcher } from '@meistras/platform/database/batcher';
import { Prepared } from '@meistras/platform/database/prepared';
import type { Statement } from '@meistras/platform/database/prepared';

/** A limit of the run as an explanation needs it. */
export interface StoredLimit {
  kind: 'OFFERING' | 'FIELD';
  /** Offering id, or pool code. */
  ref: string;
  fundingType: 'VF' | 'VNF';
  /** Pool of the offering. */
  poolCode: string;
  places: number;
  taken: number;
  /** Key of the last one taken; null with room left and where there are no places. */
  score: number | null;
  lottery: string | null;
  tier: number | null;
  criteria: string[] | null;
}

/** The limits around an offering: its own and that of its pool. */
export interface OfferingLimits {
  VF: StoredLimit;
  VNF: StoredLimit;
  field: StoredLimit;
}

/** Limits by offering; null for one that was not in the run. */
export type LimitsByOffering = ReadonlyMap<string, OfferingLimits | null>;

interface Wanted {
  runId: string;
  offeringIds: string[];
}

/** Results are read of the last stages alone. */
const runsAtMost = 4;

/**
 * The limits of published runs. All explanations of a stage rest on the same ones and nothing changes them any more, so
 * they are kept in memory once they were asked for: a national run has 26,000 offerings, about 20 MB.
 */
@Injectable()
export class PublishedLimits {
  private readonly runs = new Map<string, Map<string, OfferingLimits | null>>();
  private readonly reads = new Batcher<Wanted, void>(async (wanted) => {
    for (const runId of new Set(wanted.map((each) => each.runId)))
      await this.read(
        runId,
        wanted.flatMap((each) => (each.runId === runId ? each.offeringIds : [])),
      );
    return wanted.map(() => undefined);
  });

  constructor(private readonly prepared: Prepared) {}

  /** What is known of a published run; holds at least these offerings. */
  async around(runId: string, offeringIds: string[]): Promise<LimitsByOffering> {
    const known = this.knownOf(runId);
    const missing = offeringIds.filter((id) => !known.has(id));
    if (missing.length > 0) await this.reads.run({ runId, offeringIds: missing });
    return known;
  }

  private knownOf(runId: string): Map<string, OfferingLimits | null> {
    let known = this.runs.get(runId);
    if (!known) {
      const [oldest] = this.runs.keys();
      if (oldest !== undefined && this.runs.size >= runsAtMost) this.runs.delete(oldest);
      this.runs.set(runId, (known = new Map<string, OfferingLimits | null>()));
    }
    return known;
  }

  private async read(runId: string, offeringIds: string[]): Promise<void> {
    const known = this.knownOf(runId);
    const wanted = [...new Set(offeringIds)].filter((id) => !known.has(id));
    const rows = await this.prepared.rows<StoredLimit>(readLimits, [runId, wanted]);
    const fields = new Map<string, StoredLimit>();
    const options = new Map<string, StoredLimit>();
    for (const row of rows) {
      if (row.kind === 'FIELD') fields.set(row.ref, row);
      else options.set(`${row.ref} ${row.fundingType}`, row);
    }
    for (const id of wanted) {
      const [VF, VNF] = [options.get(`${id} VF`), options.get(`${id} VNF`)];
      const field = fields.get(VF?.poolCode ?? '');
      known.set(id, VF && VNF && field ? { VF, VNF, field } : null);
    }
  }
}

const readLimits: Statement = {
  name: 'published-limits',
  text: `WITH own AS (SELECT * FROM run_limit WHERE run_id = $1 AND kind = 'OFFERING' AND ref = ANY($2::text[]))
    SELECT kind, ref, funding_type AS "fundingType", pool_code AS "poolCode", places, taken, score, lottery, tier, criteria
    FROM (
      SELECT * FROM own
      UNION ALL
      SELECT f.* FROM run_limit f WHERE f.run_id = $1 AND f.kind = 'FIELD' AND f.ref IN (SELECT pool_code FROM own)) around`,
};

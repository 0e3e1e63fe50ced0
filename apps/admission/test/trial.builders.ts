import { beforeEach } from '@jest/globals';
import { before, during, locked, ministry, startAdmission } from './builders.js';
import type { ApplicationAt, OfferingAt } from './builders.js';

export type Body = Record<string, unknown>;

/**
 * A locked stage for each test, in which nobody's lottery decides. Wood (07): A with two funded seats and one paid, B with
 * one, a quota of two. Art (02): C with one seat. By score a to e: a and b have A, c pays at A, d would have B but for the
 * quota and has C, e has nothing.
 */
export class TriedStage {
  readonly admission = startAdmission();
  readonly api = this.admission.api;
  stageId = '';
  offerings: Record<'A' | 'B' | 'C', OfferingAt>;
  applications: Record<string, ApplicationAt> = {};

  constructor() {
    beforeEach(() => this.prepare());
  }

  start(body: Body = {}) {
    return this.api.as(ministry).post(`/stages/${this.stageId}/trial-runs`, body);
  }

  /** A trial run, to its end. */
  async trial(body: Body = {}): Promise<Body> {
    const { body: started } = await this.start(body).expect(202);
    await this.admission.settleTrials();
    return (
      await this.api
        .as(ministry)
        .get(`/trial-runs/${String(started.id)}`)
        .expect(200)
    ).body;
  }

  /** Who has what, by their letters: `a: 'A VF'`. */
  async placesOf(run: Body, table = 'trial_placement'): Promise<Record<string, string>> {
    const rows: { id: string; offering: string; type: string }[] = await this.api.db.query(
      `SELECT application_id AS id, offering_id AS offering, funding_type AS type FROM ${table} WHERE run_id = $1`,
      [run['id']],
    );
    const letter = (of: Record<string, { id: string }>, id: string): string =>
      Object.keys(of).find((name) => of[name]!.id === id) ?? 'added';
    return Object.fromEntries(
      rows.map((row) => [letter(this.applications, row.id), `${letter(this.offerings, row.offering)} ${row.type}`]),
    );
  }

  private async prepare(): Promise<void> {
    const { admission } = this;
    admission.at(before);
    const stageId = (this.stageId = await admission.aStage());
    const A = await admission.anOffering({ stageId, fundedSeats: 2, nonFundedSeats: 1 });
    const B = await admission.anOffering({ stageId, fundedSeats: 1, nonFundedSeats: 0 });
    const C = await admission.anOffering({ stageId, fieldCode: '0213', fundedSeats: 1, nonFundedSeats: 0 });
    this.offerings = { A, B, C };
    await admission.setPools(stageId, { '07': 2, '02': 1 });
    admission.at(during);
    this.applications = {
      a: await admission.anApplication(stageId, 10, [A, 'VF']),
      b: await admission.anApplication(stageId, 9, [A, 'VF'], [B, 'VF']),
      c: await admission.anApplication(stageId, 8, [A, 'VF'], [A, 'VNF']),
      d: await admission.anApplication(stageId, 7, [B, 'VF'], [C, 'VF']),
      e: await admission.anApplication(stageId, 6, [C, 'VF']),
    };
    for (const { institutionId } of [A, B, C]) await admission.allSuitable(institutionId);
    admission.at(locked);
  }
}

/** What they get when nothing is assumed. */
export const asItStands = { a: 'A VF', b: 'A VF', c: 'A VNF', d: 'C VF' };

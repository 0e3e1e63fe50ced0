import { describe, expect, it } from '@jest/globals';
import { before, locked, ministry, startAdmission } from './builders.js';

describe('a platform that requires a second person', () => {
  const admission = startAdmission({ REQUIRE_SECOND_PERSON: 'true' });
  const { api } = admission;

  it('publishes a run only for another client than the one that started it (section 4)', async () => {
    admission.at(before);
    const stageId = await admission.aStage();
    admission.at(locked);
    const { id } = await admission.run(stageId);
    const { body: problem } = await api
      .as(ministry)
      .post(`/runs/${String(id)}/publish`)
      .expect(409);
    expect(problem.type).toContain('second-person');
    await api
      .as({ ...ministry, clientId: 'auditor' })
      .post(`/runs/${String(id)}/publish`)
      .expect(202);
  });
});

describe('the clock of a running service', () => {
  const admission = startAdmission({ STAGE_CLOCK: 'on' });
  const { api } = admission;

  it('works a run off without being asked again', async () => {
    admission.at(before);
    const stageId = await admission.aStage();
    admission.at(locked);
    const { body: run } = await api.as(ministry).post(`/stages/${stageId}/runs`).expect(202);
    let state = 'RUNNING';
    while (state === 'RUNNING') state = (await api.as(ministry).get(`/runs/${run.id}`).expect(200)).body.state;
    expect(state).toBe('COMPLETED');
  });
});

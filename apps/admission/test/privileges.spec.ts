import { describe, expect, it } from '@jest/globals';
import { startAdmission } from './builders.js';

describe('the service’s database role', () => {
  const { api } = startAdmission();

  it.each([
    ['seeds are drawn once', 'stage_seed', 'UPDATE'],
    ['acts on windows are appended', 'stage_window_act', 'UPDATE'],
    ['agreements are kept', 'agreement', 'DELETE'],
    ['invitations are kept', 'invitation', 'DELETE'],
    ['runs are kept', 'matching_run', 'DELETE'],
    ['words on parameters are appended', 'policy_statement', 'UPDATE'],
    ['parameters are kept', 'policy_parameter', 'DELETE'],
    ['scores are appended', 'application_score', 'UPDATE'],
    ['movements of places are appended', 'place_movement', 'UPDATE'],
    ['artefacts are kept', 'artefact_chunk', 'DELETE'],
    ['artefacts are frozen', 'artefact_chunk', 'UPDATE'],
    ['salts are drawn once', 'stage_salt', 'UPDATE'],
    ['decisions on quarantine stand', 'quarantine_decision', 'UPDATE'],
    ['places of a trial are computed once', 'trial_placement', 'UPDATE'],
  ])('may do no more than the service does: %s', async (_, table, privilege) => {
    const [row] = await api.db.query('SELECT has_table_privilege(current_user, $1, $2) AS granted', [table, privilege]);
    expect(row.granted).toBe(false);
  });
});

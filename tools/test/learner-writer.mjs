// Random changes of learners, as schools and registrars make them at the same time, for tests of what follows them.
import { dayIn } from '../../libs/platform/dist/time/clock.js';

/** Numbers that look random and are the same in every run. */
export function draw(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** The register's day: late in the evening the next one has begun. */
const today = () => dayIn(new Date(), 'Europe/Vilnius');

/** Refusals that another writer may have caused by being faster. */
const lost = [308, 404, 409, 410, 412, 422, 428];

export class LearnerWriter {
  /** @param {{ api: object, seed: number, learners: object[], institutions: string[] }} of all writers share `learners` */
  constructor({ api, seed, learners, institutions }) {
    Object.assign(this, { api, seed, learners, institutions });
    this.next = draw(seed);
    this.merged = [];
    const { rename, correct, keep, merge, part, transfer, protect, erase } = this;
    this.kinds = [rename, correct, keep, merge, part, transfer, protect, erase];
    this.done = this.kinds.map(() => 0);
  }

  async write(times) {
    for (let i = 0; i < times; i += 1) {
      await this.register(i);
      const kind = this.next(this.kinds.length);
      try {
        // Whatever the kind, a third of the changes are of a learner that others are changing too.
        await this.kinds[kind].call(this, this.one());
        this.done[kind] += 1;
      } catch (error) {
        if (!lost.includes(error.status)) throw error;
      }
    }
  }

  async register(i) {
    const familyName = `Family-${this.seed}-${i}`;
    const at = this.institutions[this.next(this.institutions.length + 1)];
    const facts = { givenName: 'Learner', familyName, birthOn: `20${10 + this.next(6)}-05-14`, sex: 'F' };
    const { id } = await this.api.post('/registers/v1/learners', at ? { ...facts, institutionId: at } : facts);
    this.learners.push({ id, familyName });
  }

  one() {
    return this.learners[this.next(this.learners.length)];
  }

  read({ id }) {
    return this.api.get(`/registers/v1/learners/${id}`);
  }

  async change(learner, path, body) {
    const { version, ...entry } = await this.read(learner);
    const headers = { 'if-match': `"${version}"` };
    await this.api.put(`/registers/v1/learners/${learner.id}${path}`, body(entry), headers);
  }

  rename(learner) {
    const later = this.next(2) === 0 ? { validFrom: '2999-01-01' } : {};
    return this.change(learner, '', ({ familyName, birthOn, sex }) => ({
      ...{ givenName: `Given ${this.next(1_000)}`, familyName, birthOn, sex },
      ...later,
    }));
  }

  correct(learner) {
    return this.change(learner, '', ({ familyName, birthOn, sex }) => ({
      ...{ givenName: `Was ${this.next(1_000)}`, familyName, birthOn, sex },
      ...{ validFrom: '2021-05-01', reason: 'Late' },
    }));
  }

  keep({ id }) {
    return this.api.put(`/registers/v1/learners/${id}/contacts`, { phone: `+3706000${1_000 + this.next(9_000)}` });
  }

  async merge(learner) {
    const other = this.one();
    const { id, version } = await this.api.post('/registers/v1/match-reviews', { learnerIds: [learner.id, other.id] });
    const decision = { decision: 'SAME_PERSON', survivorId: learner.id, reason: 'Seen' };
    const path = `/registers/v1/match-reviews/${id}`;
    const decided = await this.api.put(`${path}/decision`, decision, { 'if-match': `"${version}"` });
    this.merged.push({ path, version: decided.version });
  }

  async part() {
    const { path, version } = this.merged.pop() ?? (await this.merge(this.one()), this.merged.pop());
    await this.api.put(`${path}/reversal`, { reason: 'Two after all' }, { 'if-match': `"${version}"` });
  }

  async transfer(learner) {
    const { institutionId } = await this.read(learner);
    const toInstitutionId = this.institutions.find((each) => each !== institutionId);
    const body = { learnerId: learner.id, toInstitutionId, startsOn: today(), reason: 'Moves' };
    const { id, version } = await this.api.post('/registers/v1/transfers', body);
    await this.api.put(`/registers/v1/transfers/${id}/consent`, {}, { 'if-match': `"${version}"` });
  }

  protect(learner) {
    return this.change(learner, '/protection', ({ state }) => (state === 'PROTECTED' ? {} : { category: 'ADOPTION' }));
  }

  erase({ id }) {
    const body = { learnerId: id, ground: 'REGISTERED_BY_MISTAKE', legalBasis: 'V-7' };
    return this.api.post('/registers/v1/erasures', body);
  }
}

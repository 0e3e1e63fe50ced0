/** How a topic is kept. Topics are declared here and nowhere else; `createTopics` of each adapter makes them. */
export interface Topic {
  name: string;
  partitions: number;
  /** Compacted topics keep at least the newest event of every aggregate for ever. */
  compacted: boolean;
  /** How long older events are kept, in days; -1 for ever. */
  retentionDays: number;
}

const topic = (name: string, partitions: number): Topic => ({ name, partitions, compacted: false, retentionDays: -1 });

/**
 * Every topic of the platform. Retention is for ever: a new consumer is built by reading from the beginning, and
 * monitoring is rebuilt that way. Partitions bound how many instances of one consumer can work side by side.
 */
export const topics: Topic[] = [
  topic('identity.client', 1),
  topic('registers.institution', 3),
  topic('registers.programme', 3),
  topic('registers.qualification', 3),
  topic('registers.occupational-standard', 3),
  topic('registers.licence', 3),
  topic('registers.learner', 6),
  topic('registers.transfer', 3),
  topic('registers.record', 3),
  topic('registers.certificate-entry', 6),
  topic('registers.staff-post', 3),
  topic('registers.staff-member', 1),
  topic('registers.employer', 3),
  topic('registers.non-formal-programme', 3),
  topic('registers.classifier', 1),
  topic('registers.access', 1),
  topic('accreditation.decision', 3),
  topic('accreditation.qualification-category', 3),
  topic('admission.offering', 3),
  topic('admission.stage', 1),
  topic('admission.places', 1),
  topic('admission.application', 6),
  topic('admission.invitation', 6),
  topic('admission.agreement', 6),
  topic('learning-records.enrolment', 6),
  topic('learning-records.credential', 6),
  topic('finance.commitment', 6),
];

export function partitionsOf(name: string): number {
  const found = topics.find((each) => each.name === name);
  if (!found) throw new Error(`The topic ${name} is not declared in bus/topics.ts.`);
  return found.partitions;
}

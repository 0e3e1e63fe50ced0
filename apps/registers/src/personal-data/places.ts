/** Where things of a person stand sealed: each opens in its own place alone. */
export const places = {
  codeOfLearner: (learnerId: string): string => `learner.personal_code:${learnerId}`,
  codeOfStaff: (staffMemberId: string): string => `learner.personal_code:staff_member:${staffMemberId}`,
  file: (fileId: string): string => `learner_file:${fileId}`,
  supplement: (supplementId: string): string => `certificate_supplement:${supplementId}`,
};

import { ApiProperty } from '@nestjs/swagger';

export class ProblemFault {
  @ApiProperty({
    description: 'JSON Pointer into the body, or ?name for a query parameter.',
    example: '/legalEntityCode',
  })
  pointer: string;
  @ApiProperty({ example: 'WRONG_CHECK_DIGIT' })
  code: string;
  @ApiProperty({ example: 'The check digit does not fit.' })
  message: string;
}

/** RFC 9457 problem details: the one shape of every refusal. */
export class Problem {
  @ApiProperty({ description: 'Stable type of the problem.', example: 'urn:meistras:problem:registers:not-found' })
  type: string;
  @ApiProperty({ example: 'Not Found' })
  title: string;
  @ApiProperty({ type: 'integer', example: 404 })
  status: number;
  @ApiProperty({ example: 'No such learner.' })
  detail: string;
  @ApiProperty({
    description: 'Path of the request.',
    example: '/registers/v1/learners/0198c0de-0000-7000-8000-000000000001',
  })
  instance: string;
  @ApiProperty({ description: 'Quote this id when you ask for help.', example: '0198c0de-0000-7000-8000-00000000000a' })
  requestId: string;
  @ApiProperty({ type: [ProblemFault], required: false, description: 'All faults of the input at once.' })
  errors?: ProblemFault[];
}

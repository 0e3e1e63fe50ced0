import { Body, Controller, Delete, Get, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Scope } from '@meistras/platform/auth/access';
import { DomainError } from '@meistras/platform/errors/domain-error';
import { Operation } from '@meistras/platform/openapi/operation';
import { Clock } from '@meistras/platform/time/clock';
import { AdmissionConfig } from '../admission.config.js';
import { ClockDto, SetClockDto } from './simulation.dto.js';

/** The clock of a rehearsed year. Only where `SIMULATED_CLOCK=on`: never where an admission is real. */
@ApiTags('simulation')
@Controller('clock')
export class SimulationController {
  constructor(
    private readonly clock: Clock,
    private readonly config: AdmissionConfig,
  ) {}

  @Get()
  @Scope('admission.campaigns:read')
  @Operation({ id: 'getAdmissionClock', summary: 'What deadlines are judged by', kind: 'read' })
  get(): ClockDto {
    return { now: this.clock.now().toISOString() };
  }

  @Put()
  @Scope('admission.campaigns:write', { national: true })
  @Operation({
    id: 'setAdmissionClock',
    summary: 'Move the clock of a rehearsal',
    description: 'Refused unless the service runs with `SIMULATED_CLOCK=on`, as for a demonstration.',
    kind: 'command',
  })
  set(@Body() { now }: SetClockDto): ClockDto {
    this.mustSimulate();
    this.clock.simulate(new Date(now));
    return this.get();
  }

  @Delete()
  @Scope('admission.campaigns:write', { national: true })
  @Operation({ id: 'resetAdmissionClock', summary: 'Go by the real time again', kind: 'read', also: [409] })
  reset(): ClockDto {
    this.mustSimulate();
    this.clock.simulate(undefined);
    return this.get();
  }

  private mustSimulate(): void {
    if (this.config.SIMULATED_CLOCK !== 'on')
      throw new DomainError('conflict', 'clock-is-real', 'This service goes by the real time.');
  }
}

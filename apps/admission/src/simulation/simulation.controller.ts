import { Body, Controller, Delete, Get, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Scope } from '@meistras/platform/auth/access';
import { Operation } from '@meistras/platform/openapi/operation';
import { Clock } from '@meistras/platform/time/clock';
import { ClockDto, SetClockDto } from './simulation.dto.js';
import { SimulationService } from './simulation.service.js';

/** The clock of a rehearsed year. Only where `SIMULATED_CLOCK=on`: never where an admission is real. */
@ApiTags('simulation')
@Controller('clock')
export class SimulationController {
  constructor(
    private readonly clock: Clock,
    private readonly simulation: SimulationService,
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
  async set(@Body() { now }: SetClockDto): Promise<ClockDto> {
    await this.simulation.show(new Date(now));
    return this.get();
  }

  @Delete()
  @Scope('admission.campaigns:write', { national: true })
  @Operation({ id: 'resetAdmissionClock', summary: 'Go by the real time again', kind: 'read', also: [409] })
  async reset(): Promise<ClockDto> {
    await this.simulation.reset();
    return this.get();
  }
}

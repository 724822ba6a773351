import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { TOPICS } from '@vong-gac/contracts';
import type { Chunk, Verdict } from '@vong-gac/kafka';
import { ChunkSettler } from './chunk-settler';

/** Where records enter: a run of records of one partition in, what to do with the partition out. */
@Controller()
export class IntakeController {
  constructor(private readonly settler: ChunkSettler) {}

  @EventPattern(TOPICS.incidentReported)
  incidents(@Payload() chunk: Chunk): Promise<Verdict> {
    return this.settler.settle(chunk);
  }

  @EventPattern(TOPICS.visitorVolumeMeasured)
  visitorVolumes(@Payload() chunk: Chunk): Promise<Verdict> {
    return this.settler.settle(chunk);
  }
}

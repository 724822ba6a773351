/**
 * NestJS as its documentation teaches it: the stock Kafka transport, a handler per message, ValidationPipe, a repository's save. Run by bench/peers.ts.
 */
import 'reflect-metadata';
import { Controller, Module, ValidationPipe, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern, Payload, Transport, type MicroserviceOptions } from '@nestjs/microservices';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsNumber, IsOptional, IsString, IsISO8601, Length, Max, Min, ValidateNested } from 'class-validator';
import { Repository } from 'typeorm';
import { Incident, toRow, type IncidentData } from './incident.entity';

const { BENCH_BROKERS = '', BENCH_DATABASE = '', BENCH_TOPIC = '', BENCH_GROUP = '' } = process.env;

class Location {
  @IsNumber()
  @Min(-90)
  @Max(90)
  lat!: number;

  @IsNumber()
  @Min(-180)
  @Max(180)
  lon!: number;
}

class Reported implements IncidentData {
  @IsString()
  @Length(1, 64)
  siteId!: string;

  @IsString()
  @Length(1, 200)
  category!: string;

  @IsISO8601()
  occurredAt!: string;

  @IsIn(['Actual', 'Exercise', 'Test'])
  status!: string;

  @IsOptional()
  @IsString()
  severity?: string;

  @IsOptional()
  @IsString()
  urgency?: string;

  @IsOptional()
  @IsString()
  certainty?: string;

  @IsOptional()
  @IsInt()
  verification?: number;

  @IsOptional()
  @IsString()
  zone?: string | null;

  @IsOptional()
  @ValidateNested()
  @Type(() => Location)
  location?: Location;

  @IsOptional()
  @IsString()
  description?: string;

  @IsOptional()
  @IsInt()
  involved?: number;

  @IsOptional()
  @IsBoolean()
  weapon?: boolean;
}

class Envelope {
  @IsString()
  id!: string;

  @IsString()
  source!: string;

  @IsString()
  type!: string;

  @ValidateNested()
  @Type(() => Reported)
  data!: Reported;
}

@Controller()
class IncidentController {
  constructor(@InjectRepository(Incident) private readonly incidents: Repository<Incident>) {}

  @EventPattern(BENCH_TOPIC)
  async handle(@Payload() event: Envelope): Promise<void> {
    await this.incidents.save(toRow(event));
  }
}

@Module({
  imports: [TypeOrmModule.forRoot({ type: 'postgres', url: BENCH_DATABASE, entities: [Incident] }), TypeOrmModule.forFeature([Incident])],
  controllers: [IncidentController],
})
class PeerModule {}

async function main(): Promise<void> {
  const app: INestMicroservice = await NestFactory.createMicroservice<MicroserviceOptions>(PeerModule, {
    logger: ['error', 'warn'],
    transport: Transport.KAFKA,
    options: { client: { brokers: BENCH_BROKERS.split(',') }, consumer: { groupId: BENCH_GROUP }, subscribe: { fromBeginning: true } },
  });
  app.useGlobalPipes(new ValidationPipe({ transform: true }));
  app.enableShutdownHooks();
  await app.listen();
}

void main();

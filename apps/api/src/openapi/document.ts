import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { EVENT_TYPES, EventEnvelope, IncidentReportedData, schemaOf, VisitorVolumeMeasuredData, type EventClass, type JsonSchema } from '@vong-gac/contracts';
import { BATCH_TYPE, EVENTS_PATH, STRUCTURED_TYPE } from '../http/body-parsers';

type Schema = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];

const EXAMPLE = {
  specversion: '1.0',
  id: '2026-11-23-0017',
  source: '/sites/dai-lai/security',
  type: EVENT_TYPES.incidentReported,
  time: '2026-11-23T20:04:10+07:00',
  datacontenttype: 'application/json',
  data: { siteId: 'dai-lai', category: 'violence.fight', occurredAt: '2026-11-23T20:02:00+07:00', zone: 'stage', description: 'Hai nhóm khách xô xát trước sân khấu', injured: 1 },
};

/** The description of every route, made of the controllers' own decorators; the events' schemas are those that decode checks with. */
export function openApiDocument(app: NestFastifyApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Vọng Gác')
    .setDescription(
      'From a resort’s report to the commune police, without losing one. Errors are problem+json (RFC 9457) and name every field that is wrong at once; unknown parameters are refused. ' +
        'Times are RFC 3339. Until the service knows its callers it listens on loopback only, and `by` is believed.',
    )
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/')
    .build();
  const document = SwaggerModule.createDocument(app, config, { operationIdFactory: (controller, method) => `${controller.replace('Controller', '').toLowerCase()}_${method}` });
  addEvents(document);
  return document;
}

/** A body of POST /v1/events depends on its media type, which decorators cannot say. */
function addEvents(document: OpenAPIObject): void {
  const schemas = (document.components ??= {}).schemas ??= {};
  schemas['IncidentReported'] = fromJsonSchema(schemaOf(IncidentReportedData));
  schemas['VisitorVolumeMeasured'] = fromJsonSchema(schemaOf(VisitorVolumeMeasuredData));
  schemas['CloudEvent'] = cloudEvent(EventEnvelope);
  const operation = document.paths[EVENTS_PATH]?.post;
  if (operation === undefined) throw new Error(`POST ${EVENTS_PATH} is not in the description`);
  operation.requestBody = {
    required: true,
    description: 'Structured mode, a batch, or binary mode: `data` alone, with the attributes in `ce-` headers',
    content: {
      [STRUCTURED_TYPE]: { schema: ref('CloudEvent'), example: EXAMPLE },
      [BATCH_TYPE]: { schema: { type: 'array', items: ref('CloudEvent') }, example: [EXAMPLE] },
      'application/json': { schema: { oneOf: [ref('IncidentReported'), ref('VisitorVolumeMeasured')] }, example: EXAMPLE.data },
    },
  };
  operation.parameters = [...(operation.parameters ?? []), ...['specversion', 'id', 'source', 'type', 'time'].map(binaryHeader)];
}

function binaryHeader(attribute: string) {
  return {
    name: `ce-${attribute}`,
    in: 'header' as const,
    required: false,
    description: `Binary mode: CloudEvents ${attribute}, percent-encoded where it is not ASCII`,
    schema: { type: 'string' as const },
    example: String(EXAMPLE[attribute as keyof typeof EXAMPLE]),
  };
}

function ref(name: string): { $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

function cloudEvent(envelope: EventClass): Schema {
  const schema = schemaOf(envelope);
  return {
    ...fromJsonSchema(schema),
    required: [...(schema.required ?? []), 'data'],
    properties: {
      ...Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, property]) => [name, fromJsonSchema(property)])),
      type: { type: 'string', enum: Object.values(EVENT_TYPES) },
      data: { oneOf: [ref('IncidentReported'), ref('VisitorVolumeMeasured')] },
    },
  };
}

/** OpenAPI 3.0 says `nullable` where JSON Schema lists the type `null`, and has no `const`. */
function fromJsonSchema({ type, items, properties, const: constant, ...rest }: JsonSchema): Schema {
  const types = [type ?? []].flat();
  const first = types.find((each) => each !== 'null');
  return {
    ...rest,
    ...(first === undefined ? {} : { type: first }),
    ...(types.includes('null') ? { nullable: true } : {}),
    ...(constant === undefined ? {} : { enum: [constant] }),
    ...(items === undefined ? {} : { items: fromJsonSchema(items) }),
    ...(properties === undefined ? {} : { properties: Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, fromJsonSchema(each)])) }),
  };
}

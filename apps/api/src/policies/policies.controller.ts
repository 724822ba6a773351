import { hash } from 'node:crypto';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { PolicyStore } from '@vong-gac/database';
import { policiesAt, policyName } from '@vong-gac/domain';
import { builtInDocument, builtInPolicy } from '@vong-gac/policy';
import { Text, Whole } from '../http/fields';
import { Problem } from '../http/problem';
import { NoParameters } from '../http/validation';
import { ProblemsOfRead } from '../openapi/problem.view';
import { PoliciesView, policiesView, PolicyDocumentView, policyView, type PolicyView } from './policy.view';

const ID = /^[a-z0-9][a-z0-9-]*$/;

export class PolicyPath {
  @Text({ required: true, max: 64, pattern: ID, wants: 'must be 1 to 64 of a-z, 0-9 and -', description: 'Id of the policy', example: 'built-in' })
  id!: string;

  @Whole(1, 1_000_000, { required: true, description: 'Its version', example: 1 })
  version!: number;
}

@ApiTags('policies')
@Controller('v1/policies')
export class PoliciesController {
  constructor(private readonly policies: PolicyStore) {}

  @Get()
  @ApiOperation({ summary: 'Risk policies, and what was decided about them', description: 'An incident is graded by the policy in force when it was received; its assessment names it. Before anything is activated the built-in policy is in force.' })
  @ApiOkResponse({ type: PoliciesView })
  @ProblemsOfRead()
  async list(@Query() _query: NoParameters): Promise<PoliciesView> {
    const [decisions, items] = [await this.policies.decisions(), await this.all()];
    return policiesView(items, policiesAt(builtInPolicy(), decisions, Date.now()), decisions);
  }

  @Get(':id/:version')
  @ApiOperation({ summary: 'One policy with its document' })
  @ApiOkResponse({ type: PolicyDocumentView })
  @ProblemsOfRead({ 404: { kind: 'not-found', description: 'There is no such policy' } })
  async one(@Param() path: PolicyPath, @Query() _query: NoParameters): Promise<PolicyDocumentView> {
    const name = policyName(path);
    const found = (await this.all()).find((each) => policyName(each) === name);
    const document = (await this.policies.document(path)) ?? (name === policyName(builtInPolicy()) ? builtInDocument() : null);
    if (found === undefined || document === null) throw new Problem(404, 'not-found', `There is no policy ${path.id}, version ${path.version}.`);
    return { ...found, document };
  }

  /** Those that are stored, and the built-in one, which intake stores at its first start. */
  private async all(): Promise<PolicyView[]> {
    const stored = (await this.policies.list()).map(policyView);
    const { id, version, author, validFrom } = builtInPolicy();
    if (stored.some((each) => each.id === id && each.version === version)) return stored;
    return [...stored, policyView({ id, version, author, validFrom, digest: hash('sha256', builtInDocument()), storedAt: null })];
  }
}

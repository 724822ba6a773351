import { ApiProperty } from '@nestjs/swagger';
import type { StoredPolicy } from '@vong-gac/database';
import type { PoliciesAt, PolicyDecision, PolicySpan } from '@vong-gac/domain';
import { iso, isoOrNull } from '../time';

export class PolicyVersionView {
  @ApiProperty({ example: 'night' })
  id!: string;

  @ApiProperty({ type: 'integer', example: 2 })
  version!: number;
}

export class PolicyView extends PolicyVersionView {
  @ApiProperty({ description: 'SHA-256 of the document, hexadecimal', example: '95e1f38b8a2736377277a50e7144758e164ed98c2e12aaab69e43451d57847c6' })
  digest!: string;

  @ApiProperty({ example: 'Công an phường Xuân Hòa' })
  author!: string;

  @ApiProperty({ format: 'date', description: 'The day from which its author means it to hold', example: '2026-12-01' })
  validFrom!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'null: it comes with this release, and no intake has stored it yet' })
  storedAt!: string | null;
}

export class PolicySpanView {
  @ApiProperty({ type: PolicyVersionView })
  policy!: PolicyVersionView;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'It grades what is received from then on; null: since ever' })
  from!: string | null;
}

export class PolicyDecisionView {
  @ApiProperty({ enum: ['active', 'shadow'], description: '`active`: grades. `shadow`: grades beside the active policy, is counted, and alerts nobody', example: 'active' })
  role!: string;

  @ApiProperty({ type: PolicyVersionView, nullable: true, description: 'null: nothing grades in the shadow any more' })
  policy!: PolicyVersionView | null;

  @ApiProperty({ format: 'date-time', description: 'From which receipt on' })
  effectiveAt!: string;

  @ApiProperty({ description: 'Who decided it', example: 'Nguyễn Văn An' })
  by!: string;

  @ApiProperty({ description: 'Why', example: 'trộm cắp tăng' })
  why!: string;

  @ApiProperty({ format: 'date-time' })
  decidedAt!: string;
}

export class PoliciesView {
  @ApiProperty({ type: [PolicyView] })
  items!: PolicyView[];

  @ApiProperty({ type: PolicySpanView, description: 'Grades what is received now' })
  inForce!: PolicySpanView;

  @ApiProperty({ type: [PolicySpanView], description: 'By instant' })
  planned!: PolicySpanView[];

  @ApiProperty({ type: PolicyVersionView, nullable: true, description: 'Grades in the shadow' })
  shadow!: PolicyVersionView | null;

  @ApiProperty({ type: [PolicyDecisionView], description: 'All that was decided, in order' })
  decisions!: PolicyDecisionView[];
}

export class PolicyDocumentView extends PolicyView {
  @ApiProperty({ description: 'The YAML text, exactly as it was given (docs/risk.md)' })
  document!: string;
}

export function policyView({ id, version, digest, author, validFrom, storedAt }: Omit<StoredPolicy, 'storedAt'> & { storedAt: number | null }): PolicyView {
  return { id, version, digest, author, validFrom, storedAt: isoOrNull(storedAt) };
}

export function policiesView(items: PolicyView[], { inForce, planned, shadow }: PoliciesAt, decisions: readonly PolicyDecision[]): PoliciesView {
  return { items, inForce: spanView(inForce), planned: planned.map(spanView), shadow, decisions: decisions.map(decisionView) };
}

const spanView = ({ policy, from }: PolicySpan): PolicySpanView => ({ policy, from: from === -Infinity ? null : iso(from) });

function decisionView({ role, policy, effectiveAt, by, why, decidedAt }: PolicyDecision): PolicyDecisionView {
  return { role, policy, effectiveAt: iso(effectiveAt), by, why, decidedAt: iso(decidedAt) };
}

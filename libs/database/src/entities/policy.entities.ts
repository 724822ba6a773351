import { Check, Entity, PrimaryColumn } from 'typeorm';
import { At, BigInteger, Day, Integer, KeyInteger, KeyWord, NULLABLE, RowNumber, Text, Uuid, Word } from './column-kinds';

@Entity('policies', { comment: 'Policy documents, each stored once; rows are never changed: every assessment that names one can be computed again.' })
export class PolicyRow {
  @KeyWord('id') id!: string;
  @KeyInteger('version') version!: number;
  @Text('document', { comment: 'The YAML text, exactly as it was given.' }) document!: string;
  @Word('digest', { comment: 'SHA-256 of the document, hexadecimal.' }) digest!: string;
  @Text('author') author!: string;
  @Day('valid_from') validFrom!: string;
  @At('stored_at') storedAt!: Date;
}

@Entity('policy_decisions', {
  comment: 'Activations (from which receipt on a policy grades) and candidates for the shadow. Only added to; written while nobody writes intake_ledger.',
})
@Check('policy_decisions_role', `role IN ('active', 'shadow')`)
@Check('policy_decisions_policy', `(policy_id IS NULL) = (policy_version IS NULL) AND (role = 'shadow' OR policy_id IS NOT NULL)`)
export class PolicyDecisionRow {
  @RowNumber('seq') seq!: number;
  @Word('role') role!: string;
  @Word('policy_id', { ...NULLABLE, comment: 'null: nothing grades in the shadow any more.' }) policyId!: string | null;
  @Integer('policy_version', NULLABLE) policyVersion!: number | null;
  @At('effective_at') effectiveAt!: Date;
  @Text('decided_by') decidedBy!: string;
  @Text('why') why!: string;
  @At('decided_at') decidedAt!: Date;
}

@Entity('shadow_counts', {
  comment: 'Incidents by hour of receipt and by the level that the policy in force gave (from) and the candidate would have given (to). The partition is in the key so that two writers never wait for each other.',
})
export class ShadowCountRow {
  @PrimaryColumn('bigint', { name: 'shadow', comment: 'policy_decisions.seq of the candidate.' }) shadow!: number;
  @KeyWord('policy_id') policyId!: string;
  @KeyInteger('policy_version') policyVersion!: number;
  @PrimaryColumn('timestamptz', { name: 'hour' }) hour!: Date;
  @KeyInteger('partition') partition!: number;
  @PrimaryColumn('smallint', { name: 'from_level' }) fromLevel!: number;
  @PrimaryColumn('smallint', { name: 'to_level' }) toLevel!: number;
  @BigInteger('count') count!: number;
  @Uuid('example', { comment: 'One of these incidents, the last that was counted.' }) example!: string;
}

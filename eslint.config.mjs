import tseslint from 'typescript-eslint';

/**
 * The dependency rule of docs/architecture.md, as errors that say what to do instead.
 * domain imports nothing; contracts, database and policy import domain; kafka and runtime import no other lib; apps import libs, never another app.
 */
const onlyIn = (lib, names, instead) => ({ group: names, message: `${names.join(', ')} may be imported only in libs/${lib}: ${instead}` });
const KAFKAJS = onlyIn('kafka', ['kafkajs', 'kafkajs/*'], 'use what @vong-gac/kafka exports, or add it there.');
const PG = onlyIn('database', ['typeorm', 'pg', '@nestjs/typeorm'], 'add a method to a store of @vong-gac/database and call that.');
const CEL = onlyIn('policy', ['@marcbachmann/*'], 'read a policy with @vong-gac/policy, and use its compiled rules.');
const NO_APPS = { group: ['**/apps/*', '**/apps/**'], message: 'No app or lib imports another app: move what both need into a lib, or let the apps meet in Kafka or Postgres.' };
const NO_INSIDE = {
  group: ['@vong-gac/*/*', '**/libs/*/src/*', '**/libs/*/src/**'],
  message: "Import a lib by its name (@vong-gac/…), never past its index.ts: export what you need from that lib's index.ts.",
};
const noLib = (libs, message) => ({ group: libs.map((l) => `@vong-gac/${l}`), message });
const NEST_IN_DOMAIN = { group: ['@nestjs/*'], message: 'libs/domain is pure: Nest belongs into the apps.' };

const rule = (files, patterns) => ({ files, rules: { 'no-restricted-imports': ['error', { patterns }] } });

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', '.local/**', 'coverage/**'] },
  ...tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' }],
      '@typescript-eslint/consistent-type-imports': 'off',
      eqeqeq: ['error', 'smart'],
      'no-constant-condition': ['error', { checkLoops: false }],
    },
  },
  { files: ['**/*.ts'], ignores: ['**/*.spec.ts', 'test/**', 'bench/**'], rules: { 'max-lines': ['error', { max: 300, skipBlankLines: false, skipComments: false }] } },
  { files: ['**/*.js', '**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  rule(['libs/domain/**/*.ts'], [
    { group: ['@vong-gac/*'], message: 'libs/domain imports nothing: pass what it needs as an argument.' },
    NEST_IN_DOMAIN, KAFKAJS, PG, CEL, NO_APPS,
    { group: ['node:*', 'fs', 'path', 'crypto', 'class-validator', 'ajv'], message: 'libs/domain is pure TypeScript: do this at the edge (an app or another lib) and pass the result in.' },
  ]),
  rule(['libs/contracts/**/*.ts'], [
    noLib(['kafka', 'database', 'policy', 'runtime'], 'libs/contracts imports only @vong-gac/domain: what crosses a boundary knows neither Kafka nor Postgres.'),
    KAFKAJS, PG, CEL, NO_APPS, NO_INSIDE,
  ]),
  rule(['libs/policy/**/*.ts'], [
    noLib(['kafka', 'contracts', 'database', 'runtime'], 'libs/policy imports only @vong-gac/domain: where a document comes from is for the app.'),
    KAFKAJS, PG, NO_APPS, NO_INSIDE,
  ]),
  rule(['libs/database/**/*.ts'], [
    noLib(['kafka', 'contracts', 'policy', 'runtime'], 'libs/database imports only @vong-gac/domain: let the app compose the rows and pass them in.'),
    KAFKAJS, CEL, NO_APPS, NO_INSIDE,
  ]),
  rule(['libs/kafka/**/*.ts'], [{ group: ['@vong-gac/*'], message: 'libs/kafka imports no other lib: take a callback or an argument instead.' }, PG, CEL, NO_APPS]),
  rule(['libs/runtime/**/*.ts'], [{ group: ['@vong-gac/*'], message: 'libs/runtime imports no other lib: take a callback or an argument instead.' }, KAFKAJS, PG, CEL, NO_APPS]),
  rule(['apps/**/*.ts'], [KAFKAJS, PG, CEL, NO_APPS, NO_INSIDE]),
  {
    files: ['libs/domain/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-globals': ['error', { name: 'process', message: 'libs/domain is pure: pass it as an argument.' }],
      'no-restricted-syntax': [
        'error',
        { selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']", message: 'libs/domain has no clock: take `now` as an argument.' },
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'libs/domain has no clock: take `now` as an argument.' },
        { selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']", message: 'libs/domain is deterministic: take the value as an argument.' },
      ],
    },
  },
);

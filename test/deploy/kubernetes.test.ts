import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Deployment } from 'kubernetes-types/apps/v1.js';
import type { ConfigMap, Secret, Service } from 'kubernetes-types/core/v1.js';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.js';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseConfig } from '../../src/config/read-config.ts';
import { checkManifests, type Resource } from '../support/check-manifests.ts';

const FOLDER = 'deploy/kubernetes';
const files = globSync(`${FOLDER}/*.yaml`);
/** `checkManifests` sees to it that a file is what its caller takes it for. */
const read = (name: string): unknown => parse(readFileSync(join(FOLDER, `${name}.yaml`), 'utf8'));

const deployment = read('deployment') as Deployment;
const service = read('service') as Service;
const budget = read('pod-disruption-budget') as PodDisruptionBudget;
const configMap = read('configmap') as ConfigMap;
const secret = read('secret.example') as Secret;
const pod = deployment.spec?.template;
const container = pod?.spec?.containers[0];
const text = configMap.data?.['gateway.yaml'] ?? '';
/** What it takes from the environment. */
const names = [...text.replace(/^\s*#.*$/gm, '').matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name);
const config = parseConfig(text, {
  source: 'gateway.yaml',
  directory: '.',
  environment: {
    ...Object.fromEntries(names.map((name) => [name, 'x'])),
    GATEWAY_SECRET: Buffer.alloc(32).toString('base64'),
    GATEWAY_KEY_SHA256: '0'.repeat(64),
  },
});

test('every file is a resource as Kubernetes describes it, and the README names it', async () => {
  expect(files.length).toBe(5);
  const resources = files.map((file) => parse(readFileSync(file, 'utf8')) as Resource);
  expect(resources.map(({ kind }) => kind).sort()).toEqual([
    'ConfigMap',
    'Deployment',
    'PodDisruptionBudget',
    'Secret',
    'Service',
  ]);
  expect(await checkManifests(resources)).toBe('');
  const readme = readFileSync(join(FOLDER, 'README.md'), 'utf8');
  for (const file of files) expect(readme).toContain(`\`${file.slice(FOLDER.length + 1)}\``);
});

test('a field that Kubernetes does not know, one that is missing and one of another type are found', async () => {
  const labels = { app: 'x' };
  const said = await checkManifests([
    { apiVersion: 'v1', kind: 'Service', spec: { selectors: labels } } as Resource,
    { apiVersion: 'apps/v1', kind: 'Deployment', spec: { selector: { matchLabels: labels } } } as Resource,
    { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', spec: { maxUnavailable: true } } as Resource,
  ]);
  expect(said).toContain(`'"selectors"' does not exist in type 'ServiceSpec'`);
  expect(said).toContain("Property 'template' is missing");
  expect(said).toContain("Type 'true' is not assignable to type 'string | number | undefined'");
  expect(said.match(/error TS/g)).toHaveLength(3);
});

test('the service, the budget and the deployment mean the same pods', () => {
  const labels = pod?.metadata?.labels;
  expect(labels).toEqual({ 'app.kubernetes.io/name': 'chat-history-gateway' });
  expect(deployment.spec?.selector.matchLabels).toEqual(labels);
  expect(service.spec?.selector).toEqual(labels);
  expect(budget.spec?.selector?.matchLabels).toEqual(labels);
  expect(pod?.spec?.topologySpreadConstraints?.[0]?.labelSelector?.matchLabels).toEqual(labels);
  expect([deployment.spec?.replicas, budget.spec?.maxUnavailable]).toEqual([2, 1]);
});

test('the configuration is one, whose ports the containers have and whose secrets the Secret has', () => {
  expect(names.toSorted()).toEqual(Object.keys(secret.stringData ?? {}).sort());
  expect(config.store.location).toMatch(/^postgres:/);
  expect([config.server.host, config.metrics.host]).toEqual(['0.0.0.0', '0.0.0.0']);
  const ports = Object.fromEntries(
    container?.ports?.map(({ name = '', containerPort }) => [name, containerPort]) ?? [],
  );
  expect(ports).toEqual({ http: config.server.port, metrics: config.metrics.port });
  expect(pod?.metadata?.annotations?.['prometheus.io/port']).toBe(`${ports['metrics'] ?? ''}`);
  expect(service.spec?.ports).toEqual([{ name: 'http', port: ports['http'], targetPort: 'http' }]);

  expect(container?.envFrom).toEqual([{ secretRef: { name: secret.metadata?.name } }]);
  expect(pod?.spec?.volumes?.[0]).toEqual({ name: 'config', configMap: { name: configMap.metadata?.name } });
  const command =
    /^CMD (.*)$/m.exec(readFileSync('Containerfile', 'utf8').split('FROM ').at(-1) ?? '')?.[1] ?? '';
  const file = (JSON.parse(command) as string[]).at(-1);
  expect(file).toBe(`${container?.volumeMounts?.[0]?.mountPath ?? ''}/gateway.yaml`);
});

test('the probes ask what docs/operations.md says, and requests in flight may finish', () => {
  const path = (probe: 'startupProbe' | 'livenessProbe' | 'readinessProbe'): unknown =>
    container?.[probe]?.httpGet;
  expect(path('startupProbe')).toEqual({ path: '/health/live', port: 'http' });
  expect(path('livenessProbe')).toEqual({ path: '/health/live', port: 'http' });
  expect(path('readinessProbe')).toEqual({ path: '/health/ready', port: 'http' });
  // The gateway waits a second for its store before it says that it is not ready.
  expect(container?.readinessProbe?.timeoutSeconds).toBeGreaterThan(1);
  const pause = Number(container?.lifecycle?.preStop?.exec?.command?.at(-1));
  const longest = pause + config.limits.requestTimeoutMs / 1_000 + 1;
  expect(pause).toBeGreaterThan(0);
  expect(pod?.spec?.terminationGracePeriodSeconds).toBeGreaterThan(longest);
});

test('a gateway has no rights, writes to the compile cache only, and runs as a user of the image', () => {
  expect(pod?.spec).toMatchObject({
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
  });
  expect(container?.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
  const writable = container?.volumeMounts?.filter(({ readOnly }) => readOnly !== true) ?? [];
  expect(writable).toEqual([{ name: 'compile-cache', mountPath: '/home/node/.cache' }]);
  expect(readFileSync('Containerfile', 'utf8')).toContain('NODE_COMPILE_CACHE=/home/node/.cache/');
});

test('the image is that of this version', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(container?.image).toBe(`registry.example/chat-history-gateway:${version}`);
});

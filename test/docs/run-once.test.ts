import { readFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { parse } from 'yaml';
import { startApiServer } from '../kubernetes/api-server.ts';
import { apiServerMissing } from '../kubernetes/api-server-program.ts';

const PAGE = readFileSync(new URL('../../docs/run-once.md', import.meta.url), 'utf8');
const NAMESPACE = 'jenkins-agents';
const IMAGE = 'registry.example.com/jenkins-agent-probe:0.1.0';
const PODS = `/api/v1/namespaces/${NAMESPACE}/pods`;

/** Returns the fenced blocks of the page in one language. */
function blocksIn(language: string): readonly string[] {
  return [...PAGE.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, text = '']) => text,
  );
}

interface Command {
  readonly verb: string;
  readonly name: string;
  readonly flags: ReadonlyMap<string, string>;
  readonly args: readonly string[];
}

/** Parses a command of kubectl: `--flag`, `--flag=value`, and the words after `--`. */
function commandOf(line: string): Command {
  const [before = '', after = ''] = line.trim().split(' -- ');
  const [program, verb = '', name = '', ...rest] = before.split(' ');
  if (program !== 'kubectl') throw new Error(`not a command of kubectl: ${line}`);
  const flags = rest.flatMap((word, index) => {
    if (!word.startsWith('--')) return [];
    const [flag = '', value] = word.slice(2).split('=');
    return [[flag, value ?? (rest[index + 1]?.startsWith('--') === false ? rest[index + 1] : '')] as const];
  });
  return {
    verb,
    name,
    flags: new Map(flags.map(([flag, value]) => [flag, value ?? ''])),
    args: after.split(' '),
  };
}

/** Returns the pod that `kubectl run` creates for such a command. */
function podOf({ name, flags, args }: Command): object {
  const containers = [{ name, image: flags.get('image'), args }];
  const metadata = { name, namespace: flags.get('namespace'), labels: { run: name } };
  return { metadata, spec: { restartPolicy: flags.get('restart'), containers } };
}

/**
 * Returns the container that `kubectl debug` adds with the profile `restricted`. The words after `--` are its command.
 */
function ephemeralOf({ flags, args }: Command): object {
  const securityContext = {
    runAsNonRoot: true,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  };
  return { name: 'debugger', image: flags.get('image'), command: args, securityContext };
}

/** The fields that the restricted Pod Security Standard requires. */
function keepsToRestricted(t: Test, spec: { readonly containers: readonly object[] }): void {
  t.match(spec, { securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } } });
  for (const container of spec.containers) {
    t.match(container, {
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    });
  }
}

t.test('the recipes for one run', { skip: apiServerMissing(), timeout: 180_000 }, async (t) => {
  const server = await startApiServer();
  t.teardown(() => server.stop());
  await server.make('POST', '/api/v1/namespaces', { metadata: { name: NAMESPACE } });
  const [run, debug] = blocksIn('sh').map(commandOf);
  const [sidecar, job] = blocksIn('yaml').map((text) => parse(text));

  await t.test('kubectl run makes a pod', async (t) => {
    t.match(run, { verb: 'run', args: ['diagnose', 'https://jenkins.example.com/'] });
    if (run === undefined) return;
    t.equal(run.flags.get('namespace'), NAMESPACE);
    const made = await server.make('POST', PODS, podOf(run));
    t.match(made.spec, { restartPolicy: 'Never', containers: [{ image: IMAGE, args: run.args }] });
  });

  await t.test('the sidecar is accepted, and keeps to the restricted standard', async (t) => {
    keepsToRestricted(t, sidecar.spec);
    const made = await server.make('POST', PODS, sidecar);
    t.match(made.spec.containers[1], { name: 'probe', image: IMAGE });
  });

  await t.test('kubectl debug adds a container to that agent', async (t) => {
    t.match(debug, { verb: 'debug', name: sidecar.metadata.name });
    if (debug === undefined) return;
    t.equal(debug.flags.get('profile'), 'restricted');
    const container = ephemeralOf(debug);
    const body = { spec: { ephemeralContainers: [container] } };
    const { status } = await server.ask('PATCH', `${PODS}/${debug.name}/ephemeralcontainers`, body);
    t.ok(status === 200 || status === 404, `${status}`);
    if (status !== 404) return;
    t.comment('this API server is older than ephemeral containers: checked as one of another pod');
    await server.make('POST', PODS, { metadata: { name: 'debugged' }, spec: { containers: [container] } });
  });

  await t.test('the Job and its pods are accepted', async (t) => {
    const made = await server.make('POST', `/apis/batch/v1/namespaces/${NAMESPACE}/jobs`, job);
    t.equal(made.spec.backoffLimit, 0);
    keepsToRestricted(t, job.spec.template.spec);
    const { metadata, spec } = made.spec.template;
    await server.make('POST', PODS, { metadata: { ...metadata, name: 'of-the-job' }, spec });
  });
});

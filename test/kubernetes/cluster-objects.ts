/** A pod as the Kubernetes plugin of Jenkins makes it, to be changed by a test. */
export interface PodOptions {
  readonly labels?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Variables whose values are elsewhere. */
  readonly secretEnv?: readonly string[];
  readonly args?: readonly string[];
  readonly image?: string;
  readonly container?: string;
}

/** The secret that every pod carries, and that nothing of ours may ever hold. */
export const AGENT_SECRET = '5ec2e7'.repeat(10);

export function agentPod(name: string, options: PodOptions = {}): object {
  const {
    labels = { jenkins: 'slave', 'jenkins/label': 'linux' },
    env = {},
    secretEnv = [],
    args,
    image = 'jenkins/inbound-agent:3355.v388858a_47b_33-1-jdk21',
    container = 'jnlp',
  } = options;
  const variables = { JENKINS_SECRET: AGENT_SECRET, JENKINS_NAME: name, JENKINS_AGENT_NAME: name, ...env };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels },
    spec: {
      restartPolicy: 'Never',
      containers: [
        { name: 'maven', image: 'maven:3' },
        {
          name: container,
          image,
          ...(args !== undefined && { args }),
          env: [
            ...Object.entries(variables).map(([key, value]) => ({ name: key, value })),
            ...secretEnv.map((key) => ({
              name: key,
              valueFrom: { secretKeyRef: { name: 'elsewhere', key: 'value' } },
            })),
          ],
        },
      ],
    },
  };
}

/** Waits until `look` returns something else than null, undefined and false; the test's own time-out is the bound. */
export async function until<T>(look: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (;;) {
    const seen = await look();
    if (seen !== null && seen !== undefined && seen !== false) return seen;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

import t from 'tap';
import { agentPortIn } from '../../src/inspection/objects/controller-service.ts';
import { controllerFacts } from './cluster.ts';

interface Told {
  /** The port that the controller announces; null: nothing was probed. */
  readonly announced: number | null;
  /** `-Djenkins.model.Jenkins.slaveAgentPort`. */
  readonly property: number | null;
  /** `JENKINS_SLAVE_AGENT_PORT`. */
  readonly variable: string | null;
  /** The container port named `agent-listener`. */
  readonly named: number | null;
  /** `agentPort` of the configuration. */
  readonly configured: number;
}

/** The agent port, by the order in which the sources are believed. */
function expectedOf({ announced, property, variable, named, configured }: Told): number {
  const opened = [8080, ...(named === null ? [] : [named])];
  // A proxy in front may announce its own number; a container that opens the announced one settles it.
  if (announced !== null && opened.includes(announced)) return announced;
  const port = variable !== null && /^\d+$/.test(variable) && Number(variable) > 0 ? Number(variable) : null;
  const declared = property ?? port ?? (variable === '-1' ? null : named);
  return declared ?? announced ?? configured;
}

function portIn({ announced, property, variable, named, configured }: Told): number {
  const objects = `
kind: Pod
metadata: { name: main-0 }
spec:
  containers:
    - name: jenkins
      image: jenkins/jenkins:lts
      env:
        - { name: JAVA_OPTS, value: "-Xmx2g ${property === null ? '' : `-Djenkins.model.Jenkins.slaveAgentPort=${property}`}" }
        ${variable === null ? '' : `- { name: JENKINS_SLAVE_AGENT_PORT, value: "${variable}" }`}
      ports:
        - { name: http, containerPort: 8080 }
        ${named === null ? '' : `- { name: agent-listener, containerPort: ${named} }`}`;
  return agentPortIn(controllerFacts(objects, { announcedPort: announced, agentPort: configured }));
}

t.test('the agent port: announced, else declared by the container, else configured', async (t) => {
  let count = 0;
  for (const announced of [null, 50_000, 50_001, 443])
    for (const property of [null, 50_002])
      for (const variable of [null, '50000', '50003', '-1', '0', 'auto'])
        for (const named of [null, 50_000, 50_001])
          for (const configured of [50_000, 50_004]) {
            const told = { announced, property, variable, named, configured };
            t.equal(portIn(told), expectedOf(told), JSON.stringify(told));
            count += 1;
          }
  t.equal(count, 288);
});

t.test('without a controller to look at, the container tells nothing', async (t) => {
  for (const announcedPort of [null, 50_001]) {
    const facts = controllerFacts('', { announcedPort, agentPort: 50_004 });
    t.equal(agentPortIn(facts), announcedPort ?? 50_004);
    const { pods: _, ...unread } = facts;
    t.equal(agentPortIn(unread), announcedPort ?? 50_004);
  }
});

import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { promtool, skipWithoutPrometheus } from '../alerts/prometheus-program.ts';
import { validatorOf } from './api-models.ts';
import {
  CHART,
  ciFile,
  containerOf,
  exampleFile,
  kinds,
  MAIN,
  type Manifest,
  only,
  podOf,
  readValues,
  skipWithoutHelm,
  template,
} from './chart.ts';
import { checkConfig } from './rendered-config.ts';

const test = (name: string, run: (t: Test) => Promise<void>) => t.test(name, { skip: skipWithoutHelm }, run);

test('the least: no rights, no token, one pod', async (t) => {
  const rendered = await template({ config: MAIN });
  t.strictSame(kinds(rendered), ['ConfigMap', 'Deployment', 'Pod', 'Service', 'ServiceAccount']);
  t.equal(podOf(rendered).spec.automountServiceAccountToken, false);
  t.equal(only(rendered, 'ServiceAccount').automountServiceAccountToken, false);
  t.strictSame(containerOf(rendered).args, [
    ...['serve', '--config', '/etc/jenkins-agent-probe/config.yaml'],
    ...['--log-level', 'info'],
  ]);
});

test('Deployment and DaemonSet have one and the same pod', async (t) => {
  const deployment = podOf(await template({ config: MAIN }));
  const daemonSet = podOf(await template({ config: MAIN, kind: 'DaemonSet' }));
  t.strictSame(deployment, daemonSet);
});

test('neither liveness nor readiness asks for a verdict', async (t) => {
  const { livenessProbe, readinessProbe, startupProbe } = containerOf(await template({ config: MAIN }));
  t.equal(livenessProbe.httpGet.path, '/livez');
  t.equal(readinessProbe.httpGet.path, '/readyz');
  t.equal(startupProbe.httpGet.path, '/readyz');
});

test('a change of the configuration is taken over live, or starts the pods anew', async (t) => {
  const checksum = async (values: Record<string, unknown>) =>
    podOf(await template(values)).metadata.annotations?.['checksum/config'];
  const other = { controllers: [{ name: 'other', url: 'https://other.example.com/' }] };
  t.equal(await checksum({ config: MAIN }), undefined, 'live: a controller changes nothing of the pods');
  const eight = { ...MAIN, listen: { port: 8080 } };
  t.not(await checksum({ config: eight }), undefined, 'live: but what is read at the start only does');
  t.not(await checksum({ config: eight }), await checksum({ config: { ...MAIN, listen: { port: 8081 } } }));
  t.equal(
    await checksum({ config: eight }),
    await checksum({ config: { ...other, listen: { port: 8080 } } }),
  );
  const restart = { reload: 'restart' };
  t.not(await checksum({ ...restart, config: MAIN }), await checksum({ ...restart, config: other }));
});

test('the port of the configuration is the port of everything', async (t) => {
  const rendered = await template({ config: { ...MAIN, listen: { port: 8080 } } });
  t.equal(containerOf(rendered).ports[0].containerPort, 8080);
  t.match(only(rendered, 'Service').spec.ports, [{ port: 9180, targetPort: 'http' }]);
});

test('gates and agent checks get ports and a Service of their own', async (t) => {
  const rendered = await template(ciFile('node-port-values.yaml'));
  t.match(only(rendered, 'Service', '-health').spec, {
    type: 'NodePort',
    externalTrafficPolicy: 'Cluster',
    ports: [{ name: 'gate-9181', port: 9181, targetPort: 'gate-9181', nodePort: 31_181 }],
  });
  t.match(only(rendered, 'Service', 'probe').spec, {
    type: 'NodePort',
    ports: [{ port: 80, nodePort: 31_180 }],
  });
  t.match(containerOf(rendered).ports[1], { name: 'gate-9181', containerPort: 9181 });
});

test('off is off, though Helm reads it as false', async (t) => {
  const cadence = { login: false, websocket: 'off', ping: '10s' };
  const controllers = [
    { name: 'main', url: 'https://jenkins.example.com/', probe: { cadence: { handshake: false } } },
  ];
  const rendered = await template({ config: { probe: { cadence }, controllers } });
  const config = only(rendered, 'ConfigMap').data['config.yaml'];
  t.match(config, /login: "off"/);
  t.match(config, /handshake: "off"/);
  t.match(await checkConfig(t, config), { code: 0 });
});

test('over HTTPS every part that asks the program uses HTTPS', async (t) => {
  const rendered = await template(exampleFile('tls-values.yaml'));
  for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    t.match(
      containerOf(rendered)[probe],
      { httpGet: { scheme: 'HTTPS', port: 'http' }, exec: undefined },
      probe,
    );
  }
  t.equal(only(rendered, 'ServiceMonitor').spec.endpoints[0].scheme, 'https');
  t.equal(only(rendered, 'Service').spec.ports[0].appProtocol, 'https');
  const [tester] = only(rendered, 'Pod').spec.containers;
  t.strictSame(tester.args.slice(0, 4), [
    'alive',
    '--ready',
    '--config',
    '/etc/jenkins-agent-probe/config.yaml',
  ]);
  t.equal(tester.args[4], 'https://probe-jenkins-agent-probe.ci.svc:9180/');
  const plain = await template({ config: MAIN, podMonitor: { enabled: true } });
  t.equal(containerOf(plain).livenessProbe.httpGet.scheme, undefined);
  t.equal(only(plain, 'PodMonitor').spec.podMetricsEndpoints[0].scheme, undefined);
});

test('where clients need a certificate the kubelet runs the check in the container', async (t) => {
  const values = readValues(exampleFile('tls-client-ca-values.yaml'));
  const rendered = await template(values);
  const alive = ['jenkins-agent-probe', 'alive', '--config', '/etc/jenkins-agent-probe/config.yaml'];
  const { livenessProbe, readinessProbe, startupProbe } = containerOf(rendered);
  t.strictSame(livenessProbe.exec.command.slice(0, 4), alive);
  t.match(livenessProbe, { httpGet: undefined, timeoutSeconds: 10, periodSeconds: 10 });
  for (const { exec } of [readinessProbe, startupProbe]) t.ok(exec.command.includes('--ready'));
  t.strictSame(livenessProbe.exec.command.slice(4), [
    ...['--cert-file', '/run/secrets/probe-client/tls.crt'],
    ...['--key-file', '/run/secrets/probe-client/tls.key'],
  ]);
  const own = await template({ ...values, clientCertificate: undefined });
  t.strictSame(containerOf(own).livenessProbe.exec.command, alive, 'else with the certificate of the server');
  const chosen = { tcpSocket: { port: 'http' }, httpGet: null };
  const other = await template({ ...values, livenessProbe: chosen });
  t.match(containerOf(other).livenessProbe, { tcpSocket: { port: 'http' }, exec: undefined }, 'own choice');
});

test('every-node gets the name of its node', async (t) => {
  const rendered = await template(exampleFile('every-node-values.yaml'));
  const node = containerOf(rendered).env.find(({ name }: Manifest) => name === 'NODE_NAME');
  t.equal(node.valueFrom.fieldRef.fieldPath, 'spec.nodeName');
});

test('the page on an Ingress and on a Gateway', async (t) => {
  const ingress = only(await template(exampleFile('ingress-values.yaml')), 'Ingress');
  t.match(ingress.spec, {
    ingressClassName: 'nginx',
    rules: [{ host: 'probe.example.com', http: { paths: [{ path: '/', pathType: 'Prefix' }] } }],
  });
  const route = only(await template(exampleFile('gateway-api-values.yaml')), 'HTTPRoute');
  t.match(route.spec, {
    parentRefs: [{ name: 'public' }],
    rules: [{ backendRefs: [{ name: 'probe-jenkins-agent-probe', port: 9180 }] }],
  });
  const bare = { config: MAIN, ingress: { enabled: true, hosts: [{ host: 'a' }] } };
  t.match(only(await template(bare), 'Ingress').spec.rules[0].http.paths, [
    { path: '/', pathType: 'Prefix' },
  ]);
  for (const [values, message] of [
    [{ ingress: { enabled: true } }, /ingress\.hosts is empty/],
    [{ httpRoute: { enabled: true } }, /httpRoute\.parentRefs is empty/],
    [{ ...bare, service: { enabled: false } }, /ingress needs the Service/],
  ] as const) {
    const { code, stderr } = await template({ config: MAIN, ...values });
    t.not(code, 0);
    t.match(stderr, message);
  }
});

test('a NetworkPolicy lets out what the configuration needs, and nothing else', async (t) => {
  const { spec } = only(await template(ciFile('network-policy-values.yaml')), 'NetworkPolicy');
  t.strictSame(spec.policyTypes, ['Ingress', 'Egress']);
  const [dns, controllers, extra, ...more] = spec.egress;
  t.strictSame(
    dns.ports.map(({ port }: { port: number }) => port),
    [53, 53],
  );
  // https and tunnel; direct; http, announced port and proxy; the extra port; the API server, because there is a token.
  const ports = controllers.ports.map(({ port }: { port: number }) => port);
  t.strictSame(ports, [443, 50_001, 51_000, 80, 50_000, 3128, 50_002, 16_443]);
  t.strictSame(controllers.to, [{ ipBlock: { cidr: '10.20.0.0/16' } }]);
  t.match(extra, { to: [{ ipBlock: { cidr: '192.0.2.1/32' } }] });
  t.strictSame(more, []);
  t.match(spec.ingress[0].ports, [{ port: 'http' }, { port: 'gate-9181' }]);
});

test('ports of URLs that are written in other ways', async (t) => {
  const out = async (controller: Record<string, unknown>) => {
    const config = { controllers: [{ name: 'main', ...controller }] };
    const { spec } = only(await template({ config, networkPolicy: { enabled: true } }), 'NetworkPolicy');
    return spec.egress[1].ports.map(({ port }: { port: number }) => port);
  };
  t.strictSame(await out({ url: 'https://[2001:db8::7]/jenkins/' }), [443, 50_000]);
  t.strictSame(await out({ url: 'http://[2001:db8::7]:8080/' }), [8080, 50_000]);
  t.strictSame(await out({ url: 'http://jenkins', tunnel: 'agents:' }), [80, 50_000]);
  t.strictSame(await out({ url: 'http://jenkins', tunnel: ':50001' }), [80, 50_001]);
  t.strictSame(await out({ url: 'https://jenkins:8443/a/', websocket: 'only' }), [8443]);
  t.strictSame(await out({ url: 'http://jenkins/', proxy: 'http://u:p@proxy:8888' }), [80, 50_000, 8888]);
});

test('a PodDisruptionBudget only where there is something to spare', async (t) => {
  t.notOk(kinds(await template({ config: MAIN })).includes('PodDisruptionBudget'));
  t.notOk(
    kinds(await template({ config: MAIN, replicas: 3, kind: 'DaemonSet' })).includes('PodDisruptionBudget'),
  );
  t.notOk(kinds(await template(ciFile('no-budget-values.yaml'))).includes('PodDisruptionBudget'));
  const two = await template({ config: MAIN, replicas: 2 });
  t.match(only(two, 'PodDisruptionBudget').spec, { maxUnavailable: 1, minAvailable: undefined });
  const three = await template(ciFile('replicas-values.yaml'));
  t.match(only(three, 'PodDisruptionBudget').spec, { minAvailable: 2, maxUnavailable: undefined });
});

test('the image by registry, tag and digest', async (t) => {
  const image = async (values: Record<string, unknown>) =>
    containerOf(await template({ config: MAIN, ...values })).image;
  const digest = `sha256:${'ab'.repeat(32)}`;
  t.equal(await image({}), 'jenkins-agent-probe:0.1.0');
  t.equal(
    await image({ image: { registry: 'a.example.com', tag: 'x' } }),
    'a.example.com/jenkins-agent-probe:x',
  );
  t.equal(await image({ image: { digest } }), `jenkins-agent-probe@${digest}`);
  t.equal(await image({ image: { digest, tag: 'x' } }), `jenkins-agent-probe:x@${digest}`);
  const mirrored = { global: { imageRegistry: 'm.example.com' }, image: { registry: 'a.example.com' } };
  t.equal(await image(mirrored), 'm.example.com/jenkins-agent-probe:0.1.0');
  const { spec } = podOf(await template(ciFile('names-values.yaml')));
  t.strictSame(spec.imagePullSecrets, [{ name: 'mirror' }, { name: 'registry' }]);
});

test('pod labels are added, but the selector stays', async (t) => {
  const podLabels = { jenkins: 'slave', 'app.kubernetes.io/name': 'something-else' };
  const rendered = await template({ config: MAIN, podLabels });
  t.match(podOf(rendered).metadata.labels, {
    jenkins: 'slave',
    'app.kubernetes.io/name': 'jenkins-agent-probe',
  });
});

test('names, labels, annotations and namespace reach every object', async (t) => {
  const rendered = await template(ciFile('names-values.yaml'));
  for (const { kind, metadata } of rendered.objects) {
    t.match(metadata.name, /reachability/, kind);
    t.equal(metadata.labels.team, 'ci', kind);
    t.equal(metadata.annotations.owner, 'ci', kind);
    if (!kind.startsWith('ClusterRole')) t.equal(metadata.namespace, 'ci-monitoring', kind);
  }
});

test('very long names stay within what Kubernetes takes', async (t) => {
  const fullnameOverride = 'a'.repeat(80);
  const config = { ...MAIN, gate: [{ controller: 'main', port: 9181 }] };
  for (const { metadata } of (await template({ config, fullnameOverride })).objects) {
    t.ok(metadata.name.length <= 63, metadata.name);
  }
});

test('a configuration from elsewhere is mounted, whole', async (t) => {
  const fromMap = await template(ciFile('config-map-values.yaml'));
  t.notOk(kinds(fromMap).includes('ConfigMap'));
  t.ok(containerOf(fromMap).args.includes('/etc/jenkins-agent-probe/probe.yaml'));
  t.strictSame(podOf(fromMap).spec.volumes, [{ name: 'config', configMap: { name: 'probe-configuration' } }]);
  const fromSecret = await template(ciFile('secret-values.yaml'));
  t.strictSame(podOf(fromSecret).spec.volumes, [
    { name: 'config', secret: { secretName: 'probe-configuration', defaultMode: 0o440 } },
  ]);
  const environment = await template(ciFile('environment-values.yaml'));
  t.notOk(containerOf(environment).args.includes('--config'));
  t.equal(podOf(environment).spec.volumes, undefined);
});

t.test(
  'dashboards and alerts are those in files/, unchanged; where there are none nothing is rendered',
  async (t) => {
    const chart = t.testdir();
    cpSync(CHART, chart, { recursive: true });
    const values = { config: MAIN, dashboards: { enabled: true }, prometheusRule: { enabled: true } };
    for (const folder of ['dashboards', 'alerts']) mkdirSync(`${chart}/files/${folder}`, { recursive: true });
    const before = await template(values, { chart });
    t.equal(before.code, 0, before.stderr);
    const already = before.objects.filter(({ metadata }) => metadata.name.includes('-dashboard-')).length;

    const dashboard = '{ "title": "{{ cluster }}",\n  "uid": "x" }';
    writeFileSync(`${chart}/files/dashboards/example.json`, dashboard);
    const alert = {
      alert: 'Example',
      expr: 'up == 0',
      labels: { severity: 'page' },
      annotations: { summary: '{{ $labels.controller }} is down' },
    };
    const muted = { alert: 'Muted', expr: 'up == 0' };
    const groups = [
      { name: 'example', interval: '30s', rules: [alert, { record: 'a:b', expr: 'sum(up)' }, muted] },
      { name: 'silent', rules: [muted] },
    ];
    writeFileSync(`${chart}/files/alerts/example.yaml`, JSON.stringify({ groups }));
    const rendered = await template(
      { ...values, prometheusRule: { enabled: true, disabled: ['Muted'], alertLabels: { team: 'ci' } } },
      { chart },
    );
    const map = only(rendered, 'ConfigMap', '-dashboard-example');
    t.equal(map.metadata.labels.grafana_dashboard, '1');
    t.equal(map.data['example.json'].trim(), dashboard);
    t.equal(
      rendered.objects.filter(({ metadata }) => metadata.name.includes('-dashboard-')).length,
      already + 1,
    );
    const rule = only(rendered, 'PrometheusRule');
    t.strictSame(validatorOf(rule)(rule), []);
    t.strictSame(
      rule.spec.groups.filter(({ name }: { name: string }) => name === 'example'),
      [
        {
          name: 'example',
          interval: '30s',
          rules: [
            { ...alert, labels: { severity: 'page', team: 'ci' } },
            { record: 'a:b', expr: 'sum(up)' },
          ],
        },
      ],
    );
    t.notOk(rule.spec.groups.some(({ name }: { name: string }) => name === 'silent'));
    t.notOk(kinds(await template({ config: MAIN }, { chart })).includes('PrometheusRule'), 'off by default');
  },
);

test('alerts and dashboards lead to the probe, and to the documentation that the values name', async (t) => {
  const linked = async (dashboards: object): Promise<string> => {
    const values = {
      config: MAIN,
      prometheusRule: { enabled: true },
      dashboards: { enabled: true, ...dashboards },
    };
    const rendered = await template(values);
    return JSON.stringify([
      only(rendered, 'PrometheusRule'),
      only(rendered, 'ConfigMap', '-dashboard-fleet'),
      only(rendered, 'ConfigMap', '-dashboard-controller'),
    ]);
  };
  const own = await linked({});
  t.notMatch(own, /127\.0\.0\.1|docs\.example\.com/);
  t.match(
    own,
    /"runbook_url":"http:\/\/[-a-z]+\.[-a-z]+\.svc:9180\/controllers\/\{\{ \$labels\.controller \}\}"/,
  );
  t.match(own, /\.svc:9180\/diagnoses\/\{\{ \.Labels\.code \}\}/);
  t.match(own, /\$\{probe\}\/diagnoses\/\$\{__field/);

  const published = await linked({
    probeUrl: 'https://probe.example.com/',
    docsUrl: 'https://docs.example.com/p/',
  });
  t.notMatch(published, /\.svc:|example\.com\/\//);
  t.match(published, '"runbook_url":"https://docs.example.com/p/reference/alerts.md#jenkinsagentportdown"');
  t.match(
    published,
    '"diagnose_url":"https://probe.example.com/diagnose?controller={{ $labels.controller }}"',
  );
  t.match(published, 'https://docs.example.com/p/reference/diagnoses.md#{{ .Labels.code }}');
  t.match(published, /https:\/\/docs\.example\.com\/p\/reference\/diagnoses\.md#\$\{__field/);
});

t.test(
  'alerts group by the labels that the values name',
  { skip: skipWithoutHelm || skipWithoutPrometheus },
  async (t) => {
    for (const labels of [[], ['namespace'], ['cluster', 'namespace'], ['region', 'tenant', 'release']]) {
      const values = { config: MAIN, prometheusRule: { enabled: true, aggregationLabels: labels } };
      const { groups } = only(await template(values), 'PrometheusRule').spec;
      const text = JSON.stringify({ groups });
      const left = ['cluster', 'namespace'].filter((label) => !labels.includes(label));
      for (const label of left)
        t.notMatch(text, new RegExp(`\\b${label}[,)=]|labels\\.${label}`), `${labels}: ${label}`);
      for (const label of labels) {
        t.match(text, `{{ with $labels.${label} }} ({{ . }}){{ end }}`);
        t.match(text, `${label}=%q`);
      }
      const file = `${t.testdir()}/rules.json`;
      writeFileSync(file, text);
      t.match(promtool(['check', 'rules', file]), { code: 0 }, labels.join());
      const place = labels.map((label) => `${label}="x",`).join('');
      const down = {
        series: `jenkins_agent_probe_up{${place}controller="main",entrypoint="web"}`,
        values: '0x20',
      };
      const exp_labels = {
        severity: 'critical',
        controller: 'main',
        ...Object.fromEntries(labels.map((label) => [label, 'x'])),
      };
      const rule = groups[0].rules.find(({ alert }: { alert: string }) => alert === 'JenkinsControllerDown');
      const shown = `main${labels.map(() => ' (x)').join('')}`;
      const annotations = { ...rule.annotations };
      annotations.summary = `${shown} does not answer at its Jenkins URL`;
      annotations.description = `The discovery at the Jenkins URL of ${shown} fails, so agents cannot find the agent port.`;
      for (const key of ['runbook_url', 'diagnose_url']) {
        annotations[key] = annotations[key].replace('{{ $labels.controller }}', 'main');
      }
      const alerts = [{ exp_labels, exp_annotations: annotations }];
      const tests = [
        {
          interval: '30s',
          input_series: [down],
          alert_rule_test: [{ eval_time: '5m', alertname: 'JenkinsControllerDown', exp_alerts: alerts }],
        },
      ];
      const cases = `${file}.test`;
      writeFileSync(cases, JSON.stringify({ rule_files: [file], evaluation_interval: '30s', tests }));
      t.match(promtool(['test', 'rules', cases]), { code: 0 }, labels.join());
    }
  },
);

test('the check by published schemas can fail', async (t) => {
  const monitor = only(await template(ciFile('prometheus-values.yaml')), 'ServiceMonitor');
  t.strictSame(validatorOf(monitor)(monitor), []);
  const misspelt = {
    ...monitor,
    spec: { ...monitor.spec, endpoints: [{ ...monitor.spec.endpoints[0], intervall: '1s' }] },
  };
  t.strictSame(validatorOf(monitor)(misspelt), ['intervall']);
  const wrong = { ...monitor, spec: { ...monitor.spec, selector: 'all' } };
  t.equal(validatorOf(monitor)(wrong).length, 1);
});

import t from 'tap';
import { endpointsOfSlices } from '../../src/inspection/objects/endpoint-slice.ts';

const slice = (name: string, endpoints: unknown, service = 'main'): object => ({
  metadata: { name, namespace: 'jenkins', labels: { 'kubernetes.io/service-name': service } },
  endpoints,
  ports: [{ name: 'agent', port: 50_000, protocol: 'TCP' }],
});

t.test('slices of one Service are its endpoints; ready unless they say otherwise', async (t) => {
  const [main, other, ...rest] = endpointsOfSlices([
    slice('a', [{ addresses: ['10.0.0.1'] }, { addresses: ['10.0.0.2'], conditions: { ready: false } }]),
    slice('b', [{ addresses: ['fd00::1'], conditions: { ready: true } }]),
    slice('c', [], 'other'),
  ]);
  t.same(rest, []);
  t.match(main, {
    metadata: { name: 'main', namespace: 'jenkins' },
    subsets: [
      { addresses: [{ ip: '10.0.0.1' }], notReadyAddresses: [{ ip: '10.0.0.2' }] },
      { addresses: [{ ip: 'fd00::1' }], notReadyAddresses: [] },
    ],
  });
  t.equal(other?.metadata?.name, 'other');
});

t.test('slices that are not what they should be are left out', async (t) => {
  t.same(endpointsOfSlices([{}, { metadata: {} }]), []);
  t.same(endpointsOfSlices([slice('a', null) as object])[0]?.subsets?.[0]?.addresses, []);
});

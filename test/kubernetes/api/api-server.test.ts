import t from 'tap';
import { startApiServer } from '../api-server.ts';
import { apiServerMissing } from '../api-server-program.ts';

t.test('the API server of the tests', { skip: apiServerMissing(), timeout: 120_000 }, async (t) => {
  const user = 'system:serviceaccount:ci:probe';
  const server = await startApiServer({ users: [user] });
  t.teardown(() => server.stop());
  const pods = '/api/v1/namespaces/default/pods';
  t.equal((await server.ask('GET', pods, undefined, user)).status, 403, 'nothing is granted');
  await server.grant(user, 'default', [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }]);
  t.equal((await server.ask('GET', pods, undefined, user)).status, 200);
  await server.kill();
  await t.rejects(server.ask('GET', pods));
  await server.start();
  t.equal((await server.ask('GET', pods, undefined, user)).status, 200, 'what it held is there again');
});

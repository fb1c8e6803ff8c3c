import t from 'tap';
import { ChangeSignal } from '../../src/daemon/change-signal.ts';

t.test('tells of a controller that looks different, and of other controllers', async (t) => {
  const changes = new ChangeSignal();
  let told = 0;
  const end = changes.listen(() => {
    told += 1;
  });
  changes.check('main', 'up');
  changes.check('main', 'up');
  t.equal(told, 1);
  changes.check('main', 'down');
  t.equal(told, 2);
  changes.watched(['other']);
  t.equal(told, 3);
  changes.check('main', 'down');
  t.equal(told, 4, 'it was forgotten');
  end();
  changes.tell();
  t.equal(told, 4);
  t.equal(changes.listeners, 0);
});

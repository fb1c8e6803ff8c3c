import t from 'tap';
import { notCheckedPanel } from '../../src/pages/not-checked-panel.ts';
import type { ReportTarget } from '../../src/report/origin.ts';

const GAPS = [{ what: 'idle limits on the path', why: 'add --hold 400s; needs a successful handshake' }];
const URL = 'https://jenkins.example.com/';
const DISCOVERED: ReportTarget = {
  web: 'jenkins.example.com:443',
  agentPort: 'agents.example.com:50000',
  mode: 'discovery',
  websocketToo: false,
};

t.test('the command to measure idle limits needs no configuration', async (t) => {
  for (const [url, target, options] of [
    [URL, DISCOVERED, URL],
    [URL, null, URL],
    [URL, { ...DISCOVERED, mode: 'tunnel' }, `${URL} --tunnel agents.example.com:50000`],
    [URL, { ...DISCOVERED, mode: 'websocket', agentPort: null }, `${URL} --websocket-only`],
    [URL, { ...DISCOVERED, mode: 'direct' }, '--direct agents.example.com:50000 --identity KEY'],
    [null, DISCOVERED, 'URL'],
    ['https://x/$(id);&#39;', DISCOVERED, '&#39;https://x/$(id);&amp;#39;&#39;'],
  ] as const) {
    const page = notCheckedPanel(GAPS, { url, target }).toString();
    const command = `jenkins-agent-probe diagnose ${options} --hold 400s`;
    t.ok(page.includes(`Idle limits on the path: to measure them, run <code>${command}</code>`), page);
  }
});

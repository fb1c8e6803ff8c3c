import type { Reason } from '../../protocol/reason.ts';
import { isOlder } from '../../protocol/remoting-version.ts';
import { type Claim, type DiagnosisRule, describeStep } from '../diagnosis-rule.ts';
import { answersLogin, type Break, type SurveyEvidence, sameProcess } from '../evidence.ts';

/** Judges the answer of `tcpSlaveAgentListener/` together with the other pages and the agent port. */
export const DISCOVERY_RULES: readonly DiagnosisRule[] = [
  {
    code: 'agent-port-disabled',
    judge(evidence) {
      const explains = listenerBreaks(evidence, 'listener-not-found');
      const { login, listener } = evidence;
      const version = login?.jenkinsVersion ?? listener?.jenkinsVersion ?? null;
      const isPageThere = login !== null && login.status < 400;
      if (explains.length === 0 || version === null) return null;
      const isItself = listener?.jenkinsVersion != null || listener?.server?.startsWith('Jetty') === true;
      return {
        // Only Jenkins' own 404 excludes an ingress that does not publish this path.
        confidence: isItself && (login === null || isPageThere) ? 'certain' : 'likely',
        at: 'listener',
        explains,
        evidence: [
          ...explains.map(describeStep),
          isPageThere
            ? `login below the same URL is a page of Jenkins ${version}`
            : `the 404 comes from Jenkins ${version}${login === null ? '' : `, and login gives ${login.status}`}`,
        ],
      };
    },
  },
  {
    code: 'wrong-context-path',
    judge(evidence) {
      const { login, listener } = evidence;
      const explains = behindListener(evidence, 'listener-not-found', [
        'ws-login-precheck-fails',
        'ws-path-404',
      ]);
      const [first] = explains;
      if (first === undefined || login === null) return null;
      if (login.status !== 404 || login.jenkinsVersion !== null || listener?.jenkinsVersion != null)
        return null;
      return {
        confidence: 'likely',
        at: 'listener',
        explains,
        evidence: [
          ...explains.map(describeStep),
          'login below the same URL is a 404 too, and not from Jenkins',
        ],
      };
    },
  },
  {
    code: 'not-jenkins-200',
    judge(evidence) {
      const { login, websocket } = evidence;
      const explains = behindListener(evidence, 'not-jenkins-200', ['ws-upgrade-stripped', 'ws-path-404']);
      const isElsewhere = login?.jenkinsVersion === null && websocket?.jenkinsVersion == null;
      if (explains.length === 0 || !isElsewhere || evidence.asked.websocket !== 'only') return null;
      const why = `login below the same URL answers ${login.status} without any Jenkins header`;
      return {
        confidence: 'likely',
        at: 'listener',
        explains,
        evidence: [...explains.map(describeStep), why],
      };
    },
  },
  {
    code: 'headers-stripped-by-proxy',
    judge: (evidence) => identityStripped(evidence) ?? headersTooLarge(evidence),
  },
  {
    code: 'instance-identity-missing',
    judge(evidence) {
      const explains = [
        ...listenerBreaks(evidence, 'instance-identity-missing'),
        ...evidence.breaks.filter(({ reason }) => reason === 'jnlp4-closed-no-ack'),
      ];
      const reasons = new Set(explains.map(({ reason }) => reason));
      if (reasons.size < 2) return null;
      return { confidence: 'certain', at: 'listener', explains, evidence: explains.map(describeStep) };
    },
  },
  { code: 'sso-or-login-in-front', judge: loginBeforeWebSocket },
  {
    code: 'ws-login-precheck-fails',
    judge(evidence) {
      const { login, passed } = evidence;
      const explains = evidence.breaks.filter(
        ({ step, reason }) => step === 'ws-upgrade' && LOGIN_ONLY.has(reason),
      );
      // The proxy in front publishes the listener page: only the login page is blocked.
      if (explains.length === 0 || !passed.has('listener') || login === null || login.status < 400)
        return null;
      return {
        confidence: 'likely',
        at: 'ws-upgrade',
        explains,
        evidence: [
          ...explains.map(describeStep),
          'Jenkins answers tcpSlaveAgentListener/ below the same URL',
        ],
      };
    },
  },
  {
    code: 'remoting-too-old',
    onSuccess: true,
    judge({ asked, announcement, helloMinimum }) {
      const minimum = announcement?.remotingMinimumVersion ?? helloMinimum;
      if (asked.agentVersion === null || minimum === null || !isOlder(asked.agentVersion, minimum))
        return null;
      return {
        confidence: 'certain',
        at: 'listener',
        explains: [],
        evidence: [`the controller requires remoting ${minimum}, the agents here have ${asked.agentVersion}`],
      };
    },
  },
];

/** Answers of a proxy that publishes other paths but not the login page. */
const LOGIN_ONLY: ReadonlySet<Reason> = new Set<Reason>(['ip-allowlist-403', 'http-status-unexpected']);

/** The agent port shows an identity, but the page does not. */
function identityStripped(evidence: SurveyEvidence): Claim | null {
  const explains = listenerBreaks(evidence, 'instance-identity-missing');
  const [shown] = evidence.identity.presented;
  if (explains.length === 0 || shown === undefined) return null;
  const same = sameProcess(evidence) === true;
  return {
    // The agent port may belong to another controller.
    confidence: same ? 'certain' : 'likely',
    at: 'listener',
    explains,
    evidence: [
      ...explains.map(describeStep),
      ...(same ? ['both entrypoints report the same session'] : []),
      `the agent port ${shown.address} shows the instance identity ${shown.fingerprint}`,
    ],
  };
}

/** A proxy answers 502 when the headers exceed its buffer. This page has far more headers than any other. */
function headersTooLarge(evidence: SurveyEvidence): Claim | null {
  const explains = listenerBreaks(evidence, 'ingress-no-backend-503');
  const { listener, login } = evidence;
  if (explains.length === 0 || listener?.status !== 502 || !answersLogin(evidence)) return null;
  return {
    confidence: 'likely',
    at: 'listener',
    explains,
    evidence: [
      ...explains.map(describeStep),
      `Jenkins ${login?.jenkinsVersion} answers login below the same URL, so the proxy has a backend`,
    ],
    next: [
      'Look for "upstream sent too big header" in the error log of the proxy (nginx: proxy_buffer_size, proxy-buffer-size).',
      'Check if the proxy sends only this page to another backend.',
    ],
  };
}

/**
 * The steps that broke for the reason on the listener page. WebSocket agents never request that page: there it is a
 * warning, and the broken step is the WebSocket.
 */
function behindListener(
  evidence: SurveyEvidence,
  reason: Reason,
  atWebSocket: readonly Reason[],
): readonly Break[] {
  const { asked, warnings, breaks } = evidence;
  if (asked.websocket !== 'only') return listenerBreaks(evidence, reason);
  if (!warnings.some((each) => each.step === 'listener' && each.reason === reason)) return [];
  return breaks.filter((each) => each.step === 'ws-upgrade' && atWebSocket.includes(each.reason));
}

function listenerBreaks({ breaks }: SurveyEvidence, reason: Reason): readonly Break[] {
  return breaks.filter((each) => each.step === 'listener' && each.reason === reason);
}

/** WebSocket agents do not need discovery, but its answer explains the failed upgrade. */
function loginBeforeWebSocket({ warnings, breaks, websocket }: SurveyEvidence): Claim | null {
  const seen = warnings.find(({ reason }) => reason === 'sso-or-login-in-front');
  const explains = breaks.filter(({ step }) => step === 'ws-upgrade');
  const redirectedOrRefused =
    websocket !== null &&
    ((websocket.status >= 200 && websocket.status < 400) || [401, 403].includes(websocket.status));
  if (seen === undefined || explains.length === 0 || !redirectedOrRefused) return null;
  return {
    confidence: 'likely',
    at: 'ws-upgrade',
    explains,
    evidence: [...explains.map(describeStep), `listener: ${seen.detail}`],
  };
}

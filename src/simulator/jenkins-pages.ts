import type { Page } from './page.ts';
import type { ControllerState } from './state.ts';

const TEXT = 'text/plain;charset=utf-8';
const HTML = 'text/html;charset=utf-8';
const SERVER = { Server: 'Jetty(12.0.25)' };

/** Returns `tcpSlaveAgentListener/`, whose headers contain the discovery. Faults of single headers are applied here. */
export function listenerPage(state: ControllerState): Page {
  const { facts, fault } = state;
  const port = fault === 'invalid-port-header' ? '70000' : String(facts.advertisedPort ?? state.agentPort);
  const identity = fault === 'identity-garbage' ? 'bm90IGEga2V5' : facts.identity;
  return {
    status: 200,
    headers: {
      ...SERVER,
      'X-Content-Type-Options': 'nosniff',
      'Content-Type': TEXT,
      'X-Hudson-JNLP-Port': port,
      'X-Jenkins-JNLP-Port': port,
      ...(facts.advertisedHost === null ? {} : { 'X-Jenkins-JNLP-Host': facts.advertisedHost }),
      ...(fault === 'identity-missing' ? {} : { 'X-Instance-Identity': identity }),
      'X-Jenkins-Agent-Protocols': state.protocols,
      'X-Remoting-Minimum-Version': facts.minimumRemotingVersion,
    },
    body: 'Jenkins',
    ...(fault === 'endless-body' ? { endless: true } : {}),
  };
}

/** Returns `login`: readable without a login, with version and session in its headers. */
export function loginPage(state: ControllerState): Page {
  const { contextPath } = state.facts;
  return jenkinsPage(
    state,
    200,
    'Sign in - Jenkins',
    `${LOGIN_ASSETS}<form method="post" name="login" action="${contextPath}/j_spring_security_check"><input name="j_username"><input type="password" name="j_password"></form>`,
  );
}

/** Padding: the page of a real controller fills several packets, so that lost full-size packets affect it. */
const LOGIN_ASSETS = Array.from(
  { length: 24 },
  (_, i) =>
    `<script src="/static/0a1b2c3d/jsbundles/vendors-${i}.js" type="text/javascript"></script><link rel="stylesheet" href="/static/0a1b2c3d/jsbundles/styles-${i}.css" type="text/css" />`,
).join('\n');

/** Returns Jenkins' answer to anonymous users for nearly every path. */
export function accessDeniedPage(state: ControllerState, path: string): Page {
  const login = `${state.facts.contextPath}/login?from=${encodeURIComponent(path)}`;
  return jenkinsPage(
    state,
    403,
    'Access denied',
    `<meta http-equiv="refresh" content="1;url=${login}">Authentication required`,
  );
}

/** Returns Jenkins' own 404. */
export function notFoundPage(state: ControllerState): Page {
  return jenkinsPage(state, 404, 'Not Found - Jenkins', '<h1>Not Found</h1>');
}

/** Returns the page for every path while Jenkins starts. */
export function startingPage(state: ControllerState): Page {
  return jenkinsPage(
    state,
    503,
    'Starting Jenkins',
    '<h1 class="loading">Please wait while Jenkins is getting ready to work</h1>',
  );
}

/** Returns Jetty's answer outside the context path. */
export function jettyNotFoundPage(): Page {
  return {
    status: 404,
    headers: { ...SERVER, 'Content-Type': HTML },
    body: '<html><head><title>Error 404 Not Found</title></head><body><h2>HTTP ERROR 404 Not Found</h2></body></html>',
  };
}

/** Returns the redirect for a path without its trailing slash. */
export function slashPage(path: string): Page {
  return { status: 302, headers: { ...SERVER, Location: `${path}/` }, body: '' };
}

/** Returns an error as plain text. */
export function textPage(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Page {
  return { status, headers: { ...SERVER, 'Content-Type': TEXT, ...headers }, body: text };
}

function jenkinsPage(state: ControllerState, status: number, title: string, content: string): Page {
  return {
    status,
    headers: {
      ...SERVER,
      'X-Content-Type-Options': 'nosniff',
      'Content-Type': HTML,
      'X-Hudson': '1.395',
      'X-Jenkins': state.facts.version,
      'X-Jenkins-Session': state.session,
    },
    body: `<!DOCTYPE html><html><head><title>${title}</title></head><body>${content}</body></html>`,
  };
}

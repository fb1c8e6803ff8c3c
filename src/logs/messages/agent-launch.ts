import { type LogMessage, messagesOf, type Rule } from './message.ts';

/** A class that is too new for the agent's Java: in agent.jar itself, or sent by the controller. */
const byClass: Rule = {
  by: 'the class that it names',
  judge: ({ words }) => {
    if (/(?:Error|for): hudson\/remoting\/(?:jnlp\/)?(?:Main|Launcher|Engine)\b/.test(words)) {
      return ['agent-jar-needs-newer-java'];
    }
    if (/\bhudson\/remoting\/[A-Z]/.test(words) && !words.includes('UserRequest')) {
      return ['agent-jar-needs-newer-java', 'java-too-old-for-controller'];
    }
    return /\b(?:hudson|jenkins|org\/jenkinsci)\/[\w$/]+/.test(words)
      ? ['java-too-old-for-controller']
      : null;
  },
};

/** Any Java program may lack a class or a file; these belong to an agent. */
const byProgram: Rule = {
  by: 'the class or file: of remoting or not',
  judge: ({ gaps: [name = ''] }) =>
    /hudson[./]remoting|(?:^|[/\\])(?:agent|slave|remoting)[\w.-]{0,40}\.jar/.test(name)
      ? ['agent-process-failed', 'jnlp-container-overridden']
      : null,
};

/** Messages of args4j about the options of agent.jar. */
const OPTIONS = messagesOf('remoting', 'Launcher (args4j)', 'launch', [
  ['option "-webSocket" cannot be used with the option(s) ', '4.0 and newer', 3, ['tunnel-with-websocket']],
  ['-tunnel is not currently supported in -webSocket mode', '4.0 to 4.x', 3, ['tunnel-with-websocket']],
  [
    'option "-tunnel" cannot be used with the option(s) …',
    '4.0 and newer',
    3,
    {
      by: 'the other option',
      judge: ({ gaps: [options = ''] }) => [
        options.includes('-direct') && !options.includes('-webSocket')
          ? 'tunnel-with-direct'
          : 'tunnel-with-websocket',
      ],
    },
  ],
  ['option "-direct…" cannot be used with the option(s) ', '3.34 and newer', 3, ['tunnel-with-direct']],
  [
    'option "-direct…" requires the option(s) [-instanceIdentity',
    '3.34 and newer',
    3,
    ['instance-identity-missing', 'agent-options-invalid'],
  ],
  ['option "-…" requires the option', 'all', 3, ['agent-options-invalid']],
  ['option "-…" cannot be used with', 'all', 3, ['agent-options-invalid']],
  ['" is not a valid option', 'all', 3, ['agent-options-invalid', 'remoting-too-old']],
  ['" is not a valid value for "', 'all', 3, ['agent-options-invalid']],
  ['Option "-…" takes an operand', 'all', 3, ['agent-options-invalid']],
  ['Option "-…" is required', 'all', 3, ['agent-options-invalid']],
  ['No argument is allowed: ', 'all', 3, ['agent-options-invalid']],
  ['Secret is required for inbound agents', '3176 and newer', 3, ['agent-options-invalid']],
  ['Name is required for inbound agents', '3176 and newer', 3, ['agent-options-invalid']],
  ['At least one URL is required', '3176 and newer', 3, ['agent-options-invalid']],
  ['At least one -url option is required', 'up to 3160', 3, ['agent-options-invalid']],
  ['wo arguments required', 'all', 3, ['agent-options-invalid']],
  [
    'Cannot provide secret via both named and positional arguments',
    '3176 and newer',
    3,
    ['agent-options-invalid'],
  ],
  [
    'Cannot provide name via both named and positional arguments',
    '3176 and newer',
    3,
    ['agent-options-invalid'],
  ],
  ['Only a single URL is supported', '3176 and newer', 3, ['agent-options-invalid']],
  [
    '-noReconnect and -noReconnectAfter are mutually exclusive',
    '3241 and newer',
    3,
    ['agent-options-invalid'],
  ],
  ['-connectTo option is required', 'up to 3160', 3, ['agent-options-invalid']],
  ['Invalid credential', '3176 and newer', 2, ['agent-options-invalid', 'proxy-auth-required'], 'agent only'],
  ['MalformedURLException: no protocol', 'all', 3, ['agent-options-invalid'], 'agent only'],
]);

const JNLP_FILE = messagesOf('remoting', 'Launcher (-jnlpUrl)', 'launch', [
  ['Failed to load …: 401', '2009 and newer', 3, ['jnlp-file-not-served', 'sso-or-login-in-front']],
  [
    'Failed to load …jnlp: …',
    '2009 and newer',
    3,
    ['jnlp-file-not-served', 'unknown-client-name', 'wrong-context-path'],
  ],
  [
    "doesn't look like a JNLP file; content type was ",
    '2009 and newer',
    3,
    ['jnlp-file-not-served', 'sso-or-login-in-front'],
  ],
  ["doesn't look like a JNLP", 'all', 3, ['jnlp-file-not-served', 'sso-or-login-in-front']],
  ['Failed to decrypt the JNLP file. Invalid secret key?', '2.22 and newer', 3, ['wrong-secret']],
  ['Failing to obtain http', '2008 to 4.x', 2, byFetch()],
  ['Failed to obtain http', '3000 and newer', 2, byFetch()],
  ['Failed to validate a server certificate', '2008 and newer', 3, byCertificate()],
]);

function byFetch(): Rule {
  return {
    by: 'the exception below it',
    judge: ({ failure }) => failure('web') ?? ['jnlp-file-not-served'],
  };
}

function byCertificate(): Rule {
  return {
    by: 'the exception below it',
    judge: ({ failure }) => failure('web') ?? ['cert-unknown-ca'],
  };
}

const CERTIFICATES = messagesOf('remoting', 'Launcher (-cert)', 'web', [
  ['Could not read certificate from', '2.54 and newer', 2, ['cert-unknown-ca', 'agent-options-invalid']],
  ['Could not parse X.509 certificate', '2.54 and newer', 2, ['cert-unknown-ca', 'agent-options-invalid']],
  ['trustAnchors parameter must be non-empty', 'all', 3, ['java-truststore-unusable'], 'agent only'],
  ['Keystore was tampered with', 'all', 3, ['java-truststore-unusable'], 'agent only'],
  ['keystore password was incorrect', 'all', 3, ['java-truststore-unusable'], 'agent only'],
  ['Invalid keystore format', 'all', 3, ['java-truststore-unusable'], 'agent only'],
]);

const WORK_DIR = messagesOf('remoting', 'WorkDirManager', 'launch', [
  ['is missing, but it is expected to exist', '3.8 and newer', 3, ['agent-work-dir-unusable']],
  [
    'should be fully accessible to the remoting executable (RWX)',
    '3.8 and newer',
    3,
    ['agent-work-dir-unusable'],
  ],
  ['path points to a non-directory file', '3.8 and newer', 3, ['agent-work-dir-unusable']],
  ['is not compliant with the required format', '3.8 and newer', 3, ['agent-work-dir-unusable']],
  ['Failed to initialize FileSystem JAR Cache', '3.12 and newer', 3, ['agent-work-dir-unusable']],
  ['Cannot create the JAR Cache', '3.8 and newer', 3, ['agent-work-dir-unusable']],
  ['AccessDeniedException: …/remoting', 'all', 3, ['agent-work-dir-unusable']],
  ['FileSystemException: …Read-only file system', 'all', 2, ['agent-work-dir-unusable'], 'agent only'],
  ['IOException: No space left on device', 'all', 2, ['agent-work-dir-unusable'], 'agent only'],
]);

const JVM = messagesOf('Java', 'java', 'launch', [
  ['UnsupportedClassVersionError', 'all', 3, byClass],
  ['Could not find or load main class …', 'all', 3, byProgram],
  ['Unable to access jarfile …', 'all', 3, byProgram],
  ['Invalid or corrupt jarfile ', 'all', 3, ['agent-process-failed']],
  ['Unrecognized VM option ', 'all', 3, ['agent-process-failed', 'agent-options-invalid']],
  ['Unrecognized option: -', 'all', 3, ['agent-process-failed', 'agent-options-invalid']],
  ['Could not create the Java Virtual Machine', 'all', 2, ['agent-process-failed']],
  ['Could not reserve enough space for', 'all', 3, ['agent-process-failed']],
  [
    'insufficient memory for the Java Runtime Environment',
    'all',
    3,
    ['agent-process-failed', 'agent-process-killed'],
  ],
  ['A fatal error has been detected by the Java Runtime Environment', 'all', 3, ['agent-process-failed']],
  ['Exception in thread "main" ', 'all', 1, ['agent-process-failed']],
  ['Exception in thread "', 'all', 1, ['agent-process-failed'], 'agent only'],
  ['java: command not found', 'all', 3, ['agent-process-failed', 'jnlp-container-overridden'], 'agent only'],
  ['java: not found', 'all', 3, ['agent-process-failed', 'jnlp-container-overridden']],
  ['exec format error', 'all', 3, ['agent-process-failed']],
  ['OutOfMemoryError', 'all', 2, byMemory(), 'agent only'],
]);

/** A missing thread is not a lack of memory, and has its own message. */
function byMemory(): Rule {
  return {
    by: 'the missing resource',
    judge: ({ words }) =>
      /create (?:new )?native thread/.test(words) ? null : ['agent-process-failed', 'agent-process-killed'],
  };
}

const ENGINE = messagesOf('remoting', 'Engine', null, [
  ['Uncaught exception in Engine thread', '3.13 and newer', 2, ['agent-process-failed']],
  ['Bailing out after ', '3241 and newer', 1, ['agent-gave-up']],
]);

/** Messages of an agent that does not start, or that stops. */
export const AGENT_LAUNCH: readonly LogMessage[] = [
  ...OPTIONS,
  ...JNLP_FILE,
  ...CERTIFICATES,
  ...WORK_DIR,
  ...JVM,
  ...ENGINE,
];

import { type CatalogueEntry, error, warning } from './entry.ts';

/** The Jenkins URL: connecting, TLS, and the answer of `tcpSlaveAgentListener/`. */
export const WEB_ENTRIES = {
  'discovery-connect-refused': error(
    'The Jenkins URL refuses connections',
    'Nothing listens at this address and port: the controller or the load balancer in front of it is down, restarting, or listens elsewhere.',
    'Check that the controller pod is ready and that its Service or ingress listens on the port of the URL. Localhost in the URL means the container itself.',
  ),
  'discovery-connect-timeout': error(
    'The Jenkins URL does not answer connections',
    'Packets to this address and port get no answer: a security group, firewall or NetworkPolicy drops them, or a load-balancer node has no healthy target.',
    'Open the port of the Jenkins URL along the path from this network, both ways: egress policy here, security groups and allow-lists there.',
  ),
  'cert-unknown-ca': error(
    'The certificate is signed by an unknown authority',
    'The certificate of the Jenkins URL comes from a private authority that is not trusted here (or the server leaves out its intermediate certificate).',
    'Put the authority into the truststore of the agent image, or give agents -cert; give this probe tls.caFile (--ca). Serve the full chain.',
  ),
  'cert-expired': error(
    'The certificate has expired',
    'The certificate of the Jenkins URL was not renewed, or one node of the load balancer still serves the old one.',
    'Renew the certificate and reload whatever serves it; compare all addresses in the steps.',
  ),
  'cert-not-yet-valid': error(
    'The certificate is not valid yet',
    'Its validity begins in the future: as a rule the clock of this machine is wrong.',
    'Synchronise the clock (NTP) on this node and on the one that made the certificate.',
  ),
  'cert-name-mismatch': error(
    'The certificate is for another name',
    'None of the names in the certificate is the host of the Jenkins URL: a default certificate of the ingress, or an alias that it was not made for.',
    'Use a host name that the certificate covers, or add the name to the certificate. See the names in the evidence.',
  ),
  'tls-failed': error(
    'The TLS handshake fails',
    'Both sides do not agree on TLS (protocol version, cipher, client certificate), or something on the way closes the connection.',
    'Check the TLS settings of the ingress; try: openssl s_client -connect HOST:PORT -servername HOST',
  ),
  'tls-not-spoken': error(
    'The port of the https URL does not speak TLS',
    'The URL says https, but a plain-text service answers.',
    'Write http:// in the Jenkins URL, or point it at the TLS port.',
  ),
  'tls-timeout': error(
    'The TLS handshake does not end',
    'The connection opens, but the server part of the TLS handshake does not arrive: a stalled server, or packets of full size that are lost on the way (MTU).',
    'Check the load of the server; for the MTU, lower it here or clamp the MSS on the VPN or overlay, and let ICMP "fragmentation needed" pass.',
  ),
  'listener-timeout': error(
    'The Jenkins URL accepts connections but does not answer',
    'The request was sent and no complete answer came in time: the controller is overloaded or in a long garbage collection, or a proxy waits for a backend that does not answer.',
    'Take a thread dump of the controller and look at its load; check the upstream time-outs in the proxy log.',
  ),
  'listener-closed': error(
    'The Jenkins URL closes the connection instead of answering',
    'The server closed before it had sent a complete answer: a proxy without a live backend, or a port that speaks another protocol.',
    'Check the backend of the proxy, and that the port of the URL is the web port.',
  ),
  'listener-not-found': error(
    'The listener page is not found (404)',
    'The TCP agent port is disabled in Jenkins, the context path is missing from the URL, or the ingress does not publish the path.',
    'Publish the path /tcpSlaveAgentListener/ (below the context path) in the ingress; set a fixed TCP port for inbound agents in Jenkins; put the context path with a trailing slash into the Jenkins URL.',
  ),
  'agent-port-disabled': error(
    'The TCP port for inbound agents is disabled',
    'Jenkins itself answers 404 for tcpSlaveAgentListener/ while its login page is there: the TCP agent port is switched off, or it could not be opened at start.',
    'Set a fixed port: Manage Jenkins > Security > TCP port for inbound agents, slaveAgentPort: 50000 in configuration as code, or -Djenkins.model.Jenkins.slaveAgentPort=50000. If it is set, look for "Failed to listen on port" in the controller log. WebSocket agents do without it.',
  ),
  'wrong-context-path': error(
    'The URL does not lead to Jenkins: the context path is likely missing',
    'Neither tcpSlaveAgentListener/ nor login below this URL is answered by Jenkins. Jenkins runs under a prefix (--prefix, jenkinsUriPrefix) that the URL lacks, or the ingress has no rule for it.',
    'Put the prefix with a trailing slash into the Jenkins URL of the cloud and the agents: https://host/jenkins/',
  ),
  'url-points-at-agent-port': error(
    'The Jenkins URL points at the TCP agent port',
    'What answers is the agent port: it speaks its own protocol and says 404 to every path but "/".',
    'Write the HTTP(S) port in the Jenkins URL; agents find the TCP port by themselves.',
  ),
  'discovery-redirect-only': error(
    'The Jenkins URL only redirects',
    'An ingress or proxy sends a redirect (http to https, another host, a missing slash). Java does not follow a redirect from http to https, so agents fail where a browser works.',
    'Give agents the final URL: the scheme, host and path of the Location in the evidence.',
  ),
  'sso-or-login-in-front': error(
    'A login stands in front of the agent path',
    'An authenticating proxy or single sign-on answers instead of Jenkins. Jenkins itself never asks for a login here.',
    'Exempt /tcpSlaveAgentListener/ (for WebSocket agents also /wsagents/ and /login) from the authentication, or give agents an internal URL that goes around it.',
  ),
  'ip-allowlist-403': error(
    'The agent path is forbidden (403)',
    'Jenkins does not forbid this path, so something in front does: an allow-list of source addresses (ingress, WAF, load balancer) that lacks the address this network goes out with.',
    'Add the egress (NAT) address of this network to the allow-list (nginx.ingress.kubernetes.io/whitelist-source-range), and check that the real client address survives the proxies.',
  ),
  'controller-starting': warning(
    'Jenkins is starting',
    'The controller answers 503 with its own page: it is getting ready to work.',
    'Wait. If it stays so, look into the controller log for a plugin that hangs at start-up.',
  ),
  'ingress-no-backend-503': error(
    'The ingress or load balancer has no backend',
    'A 502, 503 or 504 that does not come from Jenkins: no pod is ready behind the Service, or it does not answer.',
    'Check the readiness of the controller pod and the endpoints of its Service: kubectl get endpointslices -l kubernetes.io/service-name=SERVICE',
  ),
  'http-status-unexpected': error(
    'An unexpected HTTP status',
    'Agents accept 200 only.',
    'Look at what answers (the server header in the evidence) and at its log.',
  ),
  'not-jenkins-200': error(
    'Something else than Jenkins answers',
    'A page comes back with status 200, but with none of the headers that Jenkins sends: a default backend, another application, or a wrong ingress rule.',
    'Correct the host and the path rule of the ingress, or the Jenkins URL.',
  ),
  'headers-stripped-by-proxy': error(
    'A proxy takes the Jenkins headers out of the answer',
    'Part of the headers that agents need are missing, so something on the way removes or cuts them.',
    'Let X-Jenkins-*, X-Instance-Identity and X-Remoting-* pass in every proxy on the way, and raise its limit for response headers.',
  ),
  'instance-identity-missing': error(
    'The controller publishes no instance identity',
    'X-Instance-Identity is empty or missing while the agent port is announced: the instance-identity plugin is missing or broken, or a proxy drops the header.',
    'Install or repair the instance-identity plugin; if the header is there on the controller itself, let it pass in the proxies.',
  ),
  'instance-identity-invalid': error(
    'The published instance identity is unusable',
    'X-Instance-Identity is not the base64 of an RSA key: cut or rewritten on the way, or a broken key on the controller.',
    'Compare the header at the controller with the one seen here, and raise the limit for response headers in the proxies.',
  ),
  'invalid-agent-port': error(
    'The announced agent port is no port',
    'X-Jenkins-JNLP-Port is not a number from 1 to 65535.',
    'Check the system property hudson.TcpSlaveAgentListener.port on the controller and whatever rewrites the header.',
  ),
  'remoting-too-old': error(
    'The agents here are too old for this controller',
    'The controller asks for a newer remoting library than the agents have.',
    'Use a newer agent image (jenkins/inbound-agent) or agent.jar.',
  ),
  'response-malformed': error(
    'The answer is not HTTP',
    'Something else than a web server listens on the port of the Jenkins URL.',
    'Correct the port in the URL or in the Service behind it.',
  ),
  'response-too-large': error(
    'The answer is far larger than anything that Jenkins sends',
    'Something else than Jenkins answers, or a proxy adds headers without end.',
    'Look at what listens there.',
  ),
} satisfies Record<string, CatalogueEntry>;

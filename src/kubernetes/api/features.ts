/** What the API server is used for; each can be refused without harm to the others. */
export const FEATURES = [
  'discover-pods',
  'discover-services',
  'discover-ingresses',
  'lease',
  'events',
  'inspect',
] as const;
export type Feature = (typeof FEATURES)[number];

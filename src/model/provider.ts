/** Whose load balancers a cluster has. */
export const PROVIDERS = ['aws', 'azure', 'gcp', 'other'] as const;
export type Provider = (typeof PROVIDERS)[number];

/** The providers of load balancers in a cluster. */
export const PROVIDERS = ['aws', 'azure', 'gcp', 'other'] as const;
export type Provider = (typeof PROVIDERS)[number];

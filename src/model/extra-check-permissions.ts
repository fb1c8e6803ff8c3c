/** The extra checks that a caller allows, besides those with almost no cost. */
export interface ExtraCheckPermissions {
  /** Allows checks that leave a WARNING in the controller's log. */
  readonly deep: boolean;
  /** Milliseconds to leave connections idle; null to skip these checks. */
  readonly holdMs: number | null;
}

/** The longest permitted hold, in milliseconds. It exceeds every relevant idle limit. */
export const MAX_HOLD_MS = 3_600_000;

/** The default permissions. */
export const CHEAP_CHECKS: ExtraCheckPermissions = { deep: false, holdMs: null };

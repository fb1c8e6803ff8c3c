/** The extra checks that a caller allows beyond those that cost next to nothing. */
export interface ExtraCheckPermissions {
  /** Also checks that leave a WARNING in the controller's log. */
  readonly deep: boolean;
  /** How long to leave connections idle, in milliseconds; null: not at all. */
  readonly holdMs: number | null;
}

/** The longest hold that may be requested, in milliseconds. It exceeds any idle limit of interest. */
export const MAX_HOLD_MS = 3_600_000;

/** The permissions of a caller that asks for nothing special. */
export const CHEAP_CHECKS: ExtraCheckPermissions = { deep: false, holdMs: null };

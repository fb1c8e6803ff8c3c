import type { Static, TSchema } from 'typebox';

/** A type without `readonly`, at every depth: schemas do not have it. */
type Writable<T> = T extends readonly (infer Item)[]
  ? Writable<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Writable<T[Key]> }
    : T;

/** Whether two types are the same, optional fields included. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Takes every schema of exactly the type `T`. */
type Describes<T, S extends TSchema> =
  Same<Writable<Static<S>>, Writable<T>> extends true
    ? unknown
    : { readonly 'the schema and the type differ': [Writable<Static<S>>, Writable<T>] };

/**
 * Makes a function that returns a schema as it is. It compiles only if the schema has exactly the fields of `T`: the
 * serialiser drops a field that its schema lacks, silently.
 */
export function exactly<T>() {
  return <S extends TSchema>(schema: S & Describes<T, S>): S => schema;
}

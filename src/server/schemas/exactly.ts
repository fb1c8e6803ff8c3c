import { type Static, type TObject, type TProperties, Type } from 'typebox';

/** A type without `readonly` at every depth, because schemas do not have it. */
type Writable<T> = T extends readonly (infer Item)[]
  ? Writable<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Writable<T[Key]> }
    : T;

/** True if two types are the same, including optional fields. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Accepts the properties of a schema only if its type is exactly `T`. */
type Describes<T, P extends TProperties> =
  Same<Writable<Static<TObject<P>>>, Writable<T>> extends true
    ? unknown
    : { readonly 'the schema and the type differ': [Writable<Static<TObject<P>>>, Writable<T>] };

/**
 * Returns a function that returns the schema of an object. It compiles only if the schema has exactly the fields of `T`,
 * because the serialiser silently drops a field that its schema lacks.
 */
export function exactly<T>() {
  return <P extends TProperties>(properties: P & Describes<T, P>): TObject<P> => Type.Object<P>(properties);
}

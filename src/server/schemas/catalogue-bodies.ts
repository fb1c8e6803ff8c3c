import { type Static, Type } from 'typebox';
import { CONFIDENCES, LAYERS, SEVERITIES } from '../../catalogue/entry.ts';
import { STEPS } from '../../model/result.ts';
import { CodeName } from './fields.ts';

/** An entry of the catalogue and the controllers that have its code now. */
export const EntryBody = Type.Object({
  code: CodeName,
  layer: Type.Enum([...LAYERS]),
  severity: Type.Enum([...SEVERITIES]),
  confidence: Type.Enum([...CONFIDENCES]),
  observedAlone: Type.Enum([...CONFIDENCES]),
  title: Type.String(),
  cause: Type.String(),
  remedy: Type.String(),
  agentLog: Type.Array(Type.String()),
  controllerLog: Type.Array(Type.String()),
  next: Type.Array(CodeName),
  hints: Type.Array(Type.String()),
  steps: Type.Array(Type.Enum([...STEPS])),
  controllers: Type.Array(Type.String()),
});
export type EntryBody = Static<typeof EntryBody>;

export const CatalogueBody = Type.Object({ diagnoses: Type.Array(EntryBody) });

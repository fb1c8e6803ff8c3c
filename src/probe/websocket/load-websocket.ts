import type { WebSocket } from 'ws';
import { descriptorsLeft } from '../wire/descriptors.ts';

/** More than the files that are read at once while a module is loaded. */
const FREE_DESCRIPTORS = 32;

let loaded: typeof WebSocket | null = null;

/**
 * Returns the WebSocket client, which is loaded at the first use. Node.js never reads a module again that it once could not
 * read, so nothing is loaded without free file descriptors.
 * @returns null without free file descriptors
 */
export async function loadWebSocket(): Promise<typeof WebSocket | null> {
  if (loaded !== null) return loaded;
  if (!descriptorsLeft(FREE_DESCRIPTORS)) return null;
  const library = await import('ws');
  loaded = library.WebSocket;
  return loaded;
}

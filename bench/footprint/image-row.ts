import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Buildah, containerMissing } from '../../test/container/buildah.ts';
import { buildOurs, makeBases, packagesMissing } from '../../test/container/images.ts';
import type { Row } from './row.ts';

/** Measures the size that the image adds to its base. @returns null if it cannot be built */
export async function imageRow(): Promise<Row | null> {
  const missing = containerMissing() || packagesMissing();
  if (missing) {
    process.stdout.write(`not measured, the image: ${missing}\n`);
    return null;
  }
  const buildah = new Buildah();
  try {
    const base = await makeBases(buildah);
    await buildOurs(buildah, 'localhost/probe');
    const ours = (bytesIn(await buildah.unpack('localhost/probe')) - bytesIn(base)) / 1e6;
    const peer = { name: 'Node.js alone, not stripped', value: lstatSync(process.execPath).size / 1e6 };
    return { what: 'image beside its base', ours, unit: 'MB', bar: { most: 125 }, peer };
  } finally {
    buildah.close();
  }
}

function bytesIn(folder: string): number {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return paths.reduce((sum, path) => {
    const stat = lstatSync(join(folder, path));
    return stat.isFile() ? sum + stat.size : sum;
  }, 0);
}

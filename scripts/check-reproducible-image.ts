// Builds the container image twice without a cache and fails unless both are equal: `node_modules/.bin/node
// scripts/check-reproducible-image.ts`. Takes about two minutes. Needs buildah as root.
import { Buildah, containerMissing } from '../test/container/buildah.ts';
import { buildOurs, EPOCH, makeBases } from '../test/container/images.ts';

const missing = containerMissing();
if (missing) throw new Error(missing);

const buildah = new Buildah();
try {
  await makeBases(buildah);
  const built = [];
  for (const tag of ['localhost/probe:first', 'localhost/probe:second']) {
    // Not Docker's format: buildah 1.28 writes the random name of the build host into it.
    await buildOurs(buildah, tag, `--timestamp=${EPOCH}`, '--format=oci');
    const id = await buildah.run('images', '--no-trunc', '--quiet', tag);
    const { layers } = await buildah.inspect(tag);
    console.log([tag, `  image ${id}`, ...layers.map((layer) => `  layer ${layer}`)].join('\n'));
    built.push(JSON.stringify({ id, layers }));
  }
  const [first, second] = built;
  if (first !== second) throw new Error('the second image differs from the first');
  console.log('Both images are equal.');
} finally {
  buildah.close();
}

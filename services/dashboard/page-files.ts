/** The page as it was built: each file with its bytes, plain and compressed once for all who ask. */

export interface PageFile {
  /** Without a slash before it: `index.html`, `main-4FQ2JBLD.js`. */
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
  readonly gzip: Uint8Array;
}

export type PageFiles = readonly PageFile[];

export const indexName = 'index.html';

/** Other bytes would have another name. */
export const isNamedByHash = (name: string): boolean => /-[A-Z0-9]{8}\.[a-z]+$/.test(name);

/** In `index.html`, where the configuration of the place goes. */
export const configPlaceholder = '"{{config}}"';

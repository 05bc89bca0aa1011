/** SHA-256 of a string's UTF-8 bytes, as 64 hex digits. A port, since the domain imports no platform. */
export type Sha256 = (text: string) => string;

/** What of asl-validator 4.0.0 is used; it ships no types. */
declare module 'asl-validator' {
  const validate: (
    definition: unknown,
    options?: { readonly checkPaths?: boolean; readonly checkArn?: boolean },
  ) => { readonly isValid: boolean; readonly errorsText: (separator?: string) => string };
  export default validate;
}

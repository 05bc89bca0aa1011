/** A colour of tokens.css as a canvas takes it: worked out for the scheme that holds where `element` stands. */
export const tokenColour = (element: HTMLElement, token: `--${string}`): string => {
  const before = element.style.color;
  element.style.color = `var(${token})`;
  const { color } = getComputedStyle(element);
  element.style.color = before;
  return color;
};

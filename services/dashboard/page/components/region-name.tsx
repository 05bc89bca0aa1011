/** A region's name beside its colour, which is the same wherever the region is drawn. */

export interface RegionNameProps {
  readonly name: string;
  /** Of all regions, as configured. */
  readonly regions: readonly string[];
}

const colours = 4;

export const RegionName = ({ name, regions }: RegionNameProps) => (
  <span class="region-name">
    <span class="region-dot" style={{ background: regionColour(name, regions) }} />
    {name}
  </span>
);

/** Of whatever is no region of the configuration, such as a witness: grey. */
export const regionColour = (name: string, regions: readonly string[]): string => {
  const index = regions.indexOf(name);
  return index < 0 ? 'var(--line-strong)' : `var(--region-${index % colours})`;
};

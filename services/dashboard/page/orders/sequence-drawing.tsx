/** A sequence drawn: a line down for each region, an arrow for each entry that comes to it and for what it first knows of. */

import { regionColour } from '../components/region-name.tsx';
import { Wide } from '../components/wide.tsx';
import type { Sequence } from '../model/sequence.ts';
import { drawSequence, sequenceSizes as sizes } from '../model/sequence-layout.ts';
import { usePlace } from '../place.ts';

export const SequenceDrawing = ({ sequence }: { readonly sequence: Sequence }) => {
  const { apis } = usePlace();
  const { width, height, lifelines, entries, notices } = drawSequence(sequence);
  const colourOf = (region: string) =>
    regionColour(
      region,
      apis.map((it) => it.region),
    );
  return (
    <Wide label="Sequence, drawn">
      <svg
        class="sequence"
        width={width}
        height={height}
        role="img"
        aria-label="Sequence of entries; the same stands in the list below"
      >
        {lifelines.map(({ region, x }) => (
          <g key={region} style={{ color: colourOf(region) }}>
            <path d={`M${x} ${sizes.head}V${height}`} stroke="currentColor" stroke-width="2" />
            <text x={x} y={sizes.head - 10} class="lifeline">
              {region}
            </text>
          </g>
        ))}
        {notices.map(({ fromX, toX, y, text, colourRegion }) => (
          <g key={y} style={{ color: colourOf(colourRegion) }}>
            <path d={`M${fromX} ${y}H${toX}`} stroke="currentColor" stroke-width="2" stroke-dasharray="6 4" />
            <path d={`M${toX} ${y}l${toX > fromX ? -8 : 8} -5v10z`} fill="currentColor" />
            <text x={(fromX + toX) / 2} y={y - 5} class="notice">
              {text}
            </text>
          </g>
        ))}
        {entries.map(({ x, y, text, remark, region }) => (
          <g key={y} style={{ color: colourOf(region) }}>
            <circle
              cx={x}
              cy={y}
              r="6"
              fill={remark === undefined ? 'currentColor' : 'var(--card)'}
              stroke="currentColor"
              stroke-width="2"
            />
            {remark !== undefined && (
              <path d={`M${x - 4} ${y - 4}l8 8m0 -8l-8 8`} stroke="currentColor" stroke-width="2" />
            )}
            <text x={x + 14} y={y + 4}>
              {text}
            </text>
            {remark !== undefined && (
              <text x={x + 14} y={y + 19} class="remark">
                {remark}
              </text>
            )}
          </g>
        ))}
      </svg>
    </Wide>
  );
};

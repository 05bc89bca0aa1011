/** A line of the embedded metric format, as Powertools writes it. */
export interface EmfLine {
  readonly atMs: number;
  readonly metrics: Readonly<Record<string, number | readonly number[]>>;
  readonly service: string;
}

export const emfLine = ({ atMs, metrics, service }: EmfLine): string =>
  JSON.stringify({
    _aws: {
      Timestamp: atMs,
      CloudWatchMetrics: [
        {
          Namespace: 'Rejoin',
          Dimensions: [['service']],
          Metrics: Object.keys(metrics).map((name) => ({ Name: name, Unit: 'Count' })),
        },
      ],
    },
    service,
    ...metrics,
  });

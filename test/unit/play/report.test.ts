import { describe, expect, it } from 'vitest';
import type { Report } from '../../../infra/world/play/report.ts';
import { reportToHtml } from '../../../infra/world/play/report-html.ts';
import { reportToText } from '../../../infra/world/play/report-text.ts';

const hostile = `<script>alert("x")</script>' onload='y' & \u001b[2J\u202e`;

const reportWith = (text: string): Report => ({
  engine: 'in-memory',
  regions: ['us-east-1', 'eu-west-1'],
  seed: 1,
  histories: {
    folder: text,
    orders: 1_000,
    refusedRows: [{ file: text, reason: text, rows: 3 }],
    from: '2016-10-04T15:12:18.000Z',
    to: '2018-08-30T10:00:00.000Z',
    compression: 1_388_060,
  },
  partition: { from: '2017-12-11T00:00:00.000Z', to: '2018-04-05T00:00:00.000Z', commands: 1_109, lastedMs: 7_700 },
  entries: { real: 4_018, added: 102, replayed: 2 },
  ledger: {
    entriesLost: 0,
    entriesUnsent: 0,
    viewsEqual: true,
    viewRows: 1_000,
    foldsEqual: true,
    entriesPerRegion: { 'us-east-1': 2_055, 'eu-west-1': 2_065 },
    classes: { none: 739, merged: 2, late: 11, precedence: 207, illegal: 3, review: 38 },
    cases: {
      opened: 507,
      withdrawn: 462,
      open: 45,
      openByReason: { contested: 19 },
      withdrawnByReason: { illegal: 462 },
      ordersWithOpenCase: 41,
    },
    lateFacts: { orders: 13, withOpenCase: 2, beforePlacing: { orders: 2, withOpenCase: 2 } },
    drainMs: 5_000,
    isDrained: true,
    appendsPerSecond: 108,
    refused: { [text]: 4 },
    retries: 1,
  },
  lastWriterWins: {
    updatesAcknowledged: 3_573,
    updatesLost: 27,
    ordersOverwritten: 27,
    wrongStatus: 217,
    wrongStatusOverwritten: 14,
    undecidedStatus: 37,
    factsRefused: 513,
    decisionsRefused: 0,
    rowsEqual: true,
  },
  stories: [
    {
      orderId: text,
      title: text,
      steps: [
        {
          at: undefined,
          region: 'us-east-1',
          what: text,
          origin: 'added',
          isDuringPartition: true,
          ledger: text,
          table: text,
          isLostByTable: true,
        },
      ],
      tableKept: [text],
      rejoinKept: [text],
    },
  ],
  durations: { ledgerMs: 1, checkMs: 1, lastWriterWinsMs: 1, totalMs: 3 },
});

describe('the report as text', () => {
  const text = reportToText(reportWith('olist-1000'));

  it('begins with the answer', () => {
    expect(text.split('\n').slice(0, 2)).toEqual([
      "Rejoin lost 0 entries; the regions' views are equal.",
      'Mutable rows with last writer wins lost 27 acknowledged updates and left 217 orders in a wrong status:',
    ]);
  });

  it('says so loudly when something is wrong', () => {
    const report = reportWith('olist-1000');
    const wrong = reportToText({
      ...report,
      ledger: { ...report.ledger, entriesLost: 2, viewsEqual: false, isDrained: false },
    });
    expect(wrong).toContain("Rejoin lost 2 entries; the regions' views are NOT EQUAL.");
    expect(wrong).toContain('NOT YET');
  });

  it('marks what was added and what happened during the partition', () => {
    expect(text).toContain('no time recorded  us-east-1    olist-1000 [partition, added]');
  });

  it('sends no control character to the terminal', () => {
    const lines = reportToText(reportWith(hostile)).split('\n');
    expect(lines.some((line) => /[\p{Cc}\p{Cf}]/u.test(line))).toBe(false);
  });
});

describe('the report as a page', () => {
  it('escapes whatever the data holds', () => {
    const page = reportToHtml(reportWith(hostile));
    expect(page).not.toMatch(/<script/i);
    expect(page).not.toContain(`'y'`);
    expect(page).toContain('&#60;script&#62;alert(&#34;x&#34;)&#60;/script&#62;&#39; onload=&#39;y&#39; &#38;');
  });

  it('needs nothing from elsewhere', () => {
    expect(reportToHtml(reportWith('olist-1000'))).not.toMatch(/https?:|src=|@import|url\(/);
  });

  it('says what the text says', () => {
    const page = reportToHtml(reportWith('olist-1000'));
    for (const figure of ['2,055', '2,065', '4,018 real', '102 added', '507', '462', '217 orders', '27, on 27 orders'])
      expect(page).toContain(figure);
  });
});

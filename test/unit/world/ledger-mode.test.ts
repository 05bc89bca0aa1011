import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepConsistency } from '../../../infra/world/ledger-mode.ts';

const regions = ['us-east-1', 'eu-west-1', 'ap-south-1'];

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rejoin-mode-'));
});
afterEach(() => rm(directory, { recursive: true }));

describe('the ledger of a state directory', () => {
  it('keeps the consistency that it began with', async () => {
    await keepConsistency({ directory, regions, consistency: 'strong' });
    await keepConsistency({ directory, regions, consistency: 'strong' });
    await expect(keepConsistency({ directory, regions, consistency: 'eventual' })).rejects.toThrow(
      'is strong over ap-south-1',
    );
  });

  it('keeps its regions where it is strong: of others, two could agree that never saw what was committed', async () => {
    await keepConsistency({ directory, regions, consistency: 'strong' });
    await keepConsistency({ directory, regions: regions.toReversed(), consistency: 'strong' });
    const others = ['us-east-1', 'sa-east-1', 'af-south-1'];
    await expect(keepConsistency({ directory, regions: others, consistency: 'strong' })).rejects.toThrow(
      'is strong over ap-south-1, eu-west-1, us-east-1',
    );
    const eventual = await mkdtemp(join(tmpdir(), 'rejoin-mode-'));
    await keepConsistency({ directory: eventual, regions, consistency: 'eventual' });
    await keepConsistency({ directory: eventual, regions: others, consistency: 'eventual' });
    await rm(eventual, { recursive: true });
  });

  it('has eventual consistency where it is older than the choice', async () => {
    await mkdir(join(directory, 'us-east-1'));
    await expect(keepConsistency({ directory, regions, consistency: 'strong' })).rejects.toThrow('--fresh');
    await keepConsistency({ directory, regions, consistency: 'eventual' });
  });

  it('makes the directory where there is none', async () => {
    const made = join(directory, 'new', 'one');
    await keepConsistency({ directory: made, regions, consistency: 'strong' });
    await expect(keepConsistency({ directory: made, regions, consistency: 'eventual' })).rejects.toThrow();
  });
});

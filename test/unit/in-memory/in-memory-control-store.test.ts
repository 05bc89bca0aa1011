import { createInMemoryControlStore } from '../../../infra/in-memory/in-memory-control-store.ts';
import { controlStoreContract } from '../../support/contracts/control-store-contract.ts';

controlStoreContract('the in-memory control store', async () => createInMemoryControlStore());

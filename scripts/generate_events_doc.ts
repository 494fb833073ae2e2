import { writeFileSync } from 'node:fs';
import { eventsDoc } from './events_doc.ts';

writeFileSync(new URL('../docs/events.md', import.meta.url), eventsDoc());
